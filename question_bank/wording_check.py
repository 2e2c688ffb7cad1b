"""Words of an item that stand where its articles have others: 可以 for 应当, 以下 for 以上. Pure.

A word is judged by its neighbours: where the article has the same letters before and behind, and
between them another word of the same class, or a negation too many or too few, the two differ.
Where the item is worded freely nothing is said.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from question_bank import markup
from question_bank.duplicates.folding import with_figures

#: Letters that must agree beside a word, on both sides together, and how far one looks.
_AGREE = 3
_AROUND = 12

#: Words by class, each with what it says; longer words first.
_MODAL = {
    "不应当": "不得", "不得": "不得", "禁止": "不得",
    "严禁": "不得", "不能": "不得", "不准": "不得",
    "应当": "应当", "必须": "应当", "应该": "应当", "可以": "可以", "有权": "可以", "无权": "不得",
}  # fmt: skip
_COMPARED = {
    "不得超过": "至多", "不超过": "至多", "超过": "多于", "以上": "以上", "以下": "以下",
    "不足": "少于", "不满": "少于", "不少于": "至少",
    "不得少于": "至少", "少于": "少于", "高于": "多于",
    "低于": "少于", "不低于": "至少", "不高于": "至多", "以内": "以下",
}  # fmt: skip
_TURNED = {
    "不予": "不予", "免予": "不予", "予以": "予以", "给予": "予以", "不服": "不服", "服从": "服从",
    "无正当": "无", "有正当": "有",
}  # fmt: skip
_ORGAN = (
    r"全国人民代表大会常务委员会|全国人民代表大会|人民代表大会常务委员会|人民代表大会|"
    r"(?:国务院|最高|高级|中级|基层|上级|上一级|本级|同级|共同上一级|省级|县级以上地方各级|县级以上|"
    r"设区的市级|乡级|"
    r"地方各级|各级|主管|有关|行政|监察|公安|复议|行政复议|司法行政|财政|审计|国家安全|信访|"
    r"信访工作|市场监督管理|"
    r"教育|民政|卫生|自然资源|劳动|人力资源社会保障|税务|监督|检察|审判|纪检|组织|公务员|保密|保密行政管理|海关)*"
    r"(?:人民政府|人民法院|人民检察院|委员会|机关|部门|机构|法院|检察院)|国务院|中央军事委员会|国家主席"
)


@dataclass(frozen=True)
class Word:
    """A word of a text: what it says, how it is written, and its neighbours."""

    says: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Difference:
    #: As the item has it, and as the article has it there; "" for nothing.
    text: str
    law: str


def _pattern(words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


_CLASSES: Sequence[tuple[re.Pattern[str], dict[str, str]]] = (
    (_pattern(_MODAL), _MODAL),
    (_pattern(_COMPARED), _COMPARED),
    (_pattern(_TURNED), _TURNED),
    (re.compile(_ORGAN), {}),
)
_NEGATION = re.compile(r"[不未无非]")


def differences(claim: str, articles: Sequence[str]) -> list[Difference]:
    """Where the claim's words are not those that the articles have in the same place, in order."""
    said = plain(claim)
    laws = [plain(each) for each in articles]
    found: list[Difference] = []
    for pattern, words in _CLASSES:
        for word in _words(said, pattern, words):
            found += _other_word(said, word, laws, pattern, words)
    found += _negations(said, laws)
    return list(dict.fromkeys(found))


def plain(text: str) -> str:
    """The letters only, numerals as figures, so that marks and spellings are no neighbours."""
    said = markup.plain(text, pictures=False)
    folded = with_figures(unicodedata.normalize("NFKC", said))
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def _words(text: str, pattern: re.Pattern[str], words: dict[str, str]) -> Iterator[Word]:
    for match in pattern.finditer(text):
        yield Word(words.get(match[0], match[0]), match[0], *match.span())


def _other_word(
    said: str, word: Word, laws: Sequence[str], pattern: re.Pattern[str], words: dict[str, str]
) -> list[Difference]:
    """What the articles have in the word's place, if that says something else."""
    same, best, other = -1, _AGREE - 1, ""
    for law in laws:
        for there in _words(law, pattern, words):
            agree = _agreeing(said, word, law, there)
            if there.says == word.says:
                same = max(same, agree)
            elif agree > best:
                best, other = agree, there.text
    return [Difference(word.text, other)] if other and same < best else []


def _agreeing(one: str, mine: Word, other: str, theirs: Word) -> int:
    """How many letters agree before and behind two words."""
    before = _common(one[: mine.start][::-1], other[: theirs.start][::-1])
    return before + _common(one[mine.end :], other[theirs.end :])


def _common(one: str, other: str) -> int:
    count = 0
    for mine, theirs in zip(one[:_AROUND], other[:_AROUND], strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _negations(said: str, laws: Sequence[str]) -> list[Difference]:
    """A negation that the article has not in this place, or that the item has left out."""
    found = []
    for match in _NEGATION.finditer(said):
        around = _beside(said, match.start(), match.end())
        if around and _stands("".join(around), laws) and not _stands(match[0].join(around), laws):
            found.append(Difference(match[0].join(around), "".join(around)))
    for law in laws:
        found += _left_out(said, law, laws)
    return found


def _left_out(said: str, law: str, laws: Sequence[str]) -> list[Difference]:
    """Negations of an article that the item has dropped, and no article has that way."""
    found = []
    for match in _NEGATION.finditer(law):
        around = _beside(law, match.start(), match.end())
        if around is None:
            continue
        bare, full = "".join(around), match[0].join(around)
        if bare in said and full not in said and not _stands(bare, laws):
            found.append(Difference(bare, full))
    return found


def _beside(text: str, start: int, end: int) -> tuple[str, str] | None:
    """The letters beside a negation: enough of them to know the place again."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    return (before, behind) if len(before) + len(behind) >= _AGREE else None


def _stands(text: str, laws: Sequence[str]) -> bool:
    return any(text in law for law in laws)
