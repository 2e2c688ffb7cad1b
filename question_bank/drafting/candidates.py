"""From an article to the items that could be asked about it. Pure.

The same article gives the same candidates in the same order, whenever it is asked; what chance
decides (the place of the right figure, whether a statement is altered) is drawn from its own text.
Everything a candidate says is taken from the law: its sentences, its other enumerations, figures
that laws set. Whether it is worth asking, a person decides.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from rapidfuzz import fuzz

from core.labels import Labelled
from question_bank.drafting import altering, passages
from question_bank.drafting.altering import OPPOSITES, Found
from question_bank.drafts import ItemDraft, fingerprint
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.types.fill_blank import BLANK

#: Stands where an option is to be put.
GAP = "（　　）"
#: Stands where something is to be filled in, for so many figures of a sentence at most.
UNDERLINE, MAX_BLANKS = "____", 4
#: Right and wrong options of a question about an enumeration, at most.
MAX_RIGHT, MAX_WRONG = 4, 2
#: Two wordings that are more alike than this (0 to 100) could both be right.
ALIKE = 55
#: Organs that issue laws and party regulations in China.
BODIES = (
    "全国人民代表大会", "全国人民代表大会常务委员会", "国务院", "中共中央", "中共中央办公厅",
    "国务院办公厅", "中央纪律检查委员会", "最高人民法院", "最高人民检察院", "国家信访局",
)  # fmt: skip


class Method(Labelled):
    """How an item is got out of an article."""

    FIGURE = "figure", "数字与期限"
    BLANK = "blank", "数字填空"
    MODAL = "modal", "应当、可以、不得"
    ENUMERATION = "enumeration", "列举"
    JUDGEMENT = "judgement", "改动后判断"
    BODY = "body", "制定机关"


@dataclass(frozen=True)
class Source:
    """An article with what else its law offers."""

    article_id: int
    #: Short title of the law, and the article's number: 信访工作条例, 第三十四条.
    law: str
    number: str
    text: str
    #: Texts of the other articles of the version.
    others: Sequence[str] = ()
    #: Issuing bodies, for the first article of a version; empty for every other one.
    bodies: Sequence[str] = ()


@dataclass(frozen=True)
class Candidate:
    method: Method
    draft: ItemDraft
    #: The words of the article that it rests on.
    passage: str

    @property
    def mark(self) -> str:
        """Names the candidate among those of its article; the same whenever it is drafted."""
        return fingerprint(self.draft.stem, self.draft.options)


_LEVELS: Mapping[Method, tuple[int, CognitiveLevel]] = {
    Method.FIGURE: (3, CognitiveLevel.REMEMBER),
    Method.BLANK: (3, CognitiveLevel.REMEMBER),
    Method.MODAL: (3, CognitiveLevel.UNDERSTAND),
    Method.ENUMERATION: (4, CognitiveLevel.UNDERSTAND),
    Method.JUDGEMENT: (2, CognitiveLevel.UNDERSTAND),
    Method.BODY: (1, CognitiveLevel.REMEMBER),
}


def of(source: Source) -> list[Candidate]:
    """Every candidate that the article gives, each once, in the order of its text."""
    found: list[Candidate] = []
    for sentence in passages.sentences(source.text):
        found += _figures(source, sentence)
        found += _blanks(source, sentence)
        found += _modal(source, sentence)
        found += _judgement(source, sentence)
    found += _enumerations(source)
    found += _body(source)
    return list({each.mark: each for each in found}.values())


def _rng(source: Source, *words: str) -> Random:
    seed = hashlib.sha256("\n".join((source.law, source.number, *words)).encode()).hexdigest()
    return Random(seed)  # noqa: S311 - which figures stand around the right one, not a secret


def _made(
    source: Source,
    method: Method,
    passage: str,
    item_type: ItemType,
    stem: str,
    options: Sequence[str],
    key: Any,
) -> Candidate:
    difficulty, level = _LEVELS[method]
    return Candidate(
        method,
        ItemDraft(
            item_type=item_type,
            stem=f"根据《{source.law}》，{stem}",
            options=options,
            key=key,
            rationale=f"依据《{source.law}》{source.number}。",
            difficulty=difficulty,
            cognitive_level=level,
            source="由条文起草",
            article_ids=[source.article_id],
        ),
        passage,
    )


def _with(sentence: str, found: Found, words: str) -> str:
    return sentence[: found.start] + words + sentence[found.end :]


def _figures(source: Source, sentence: str) -> Iterator[Candidate]:
    for found in (*altering.quantities(sentence), *altering.dates(sentence)):
        options, right = altering.ranged(found, _rng(source, sentence, found.text))
        stem = _with(sentence, found, GAP)
        yield _made(source, Method.FIGURE, sentence, ItemType.SINGLE_CHOICE, stem, options, [right])


def _blanks(source: Source, sentence: str) -> Iterator[Candidate]:
    """All figures of the sentence to be filled in, in either kind of numerals."""
    figures = altering.quantities(sentence)[:MAX_BLANKS]
    if not figures or BLANK.search(sentence):
        return
    stem = sentence
    for each in reversed(figures):
        stem = _with(stem, each, UNDERLINE)
    key = {"blanks": [altering.variants(each.text) for each in figures], "any_order": False}
    yield _made(source, Method.BLANK, sentence, ItemType.FILL_BLANK, stem, (), key)


def _modal(source: Source, sentence: str) -> Iterator[Candidate]:
    for found in altering.modals(sentence):
        stem = _with(sentence, found, GAP)
        options = list(altering.MODALS)
        key = [options.index(found.text)]
        yield _made(source, Method.MODAL, sentence, ItemType.SINGLE_CHOICE, stem, options, key)


def _judgement(source: Source, sentence: str) -> Iterator[Candidate]:
    """The sentence as it is, or with one figure or one modal altered; one of them."""
    altered = [
        _with(sentence, found, _rng(source, "alter", found.text).choice(found.others))
        for found in altering.quantities(sentence)
    ] + [_with(sentence, each, OPPOSITES[each.text]) for each in altering.modals(sentence)]
    if not altered:
        return
    rng = _rng(source, "judge", sentence)
    wrong = rng.random() < 0.5
    stem = rng.choice(altered) if wrong else sentence
    yield _made(source, Method.JUDGEMENT, sentence, ItemType.TRUE_FALSE, stem, (), [int(wrong)])


def _enumerations(source: Source) -> Iterator[Candidate]:
    for each in passages.enumerations(source.text):
        rng = _rng(source, each.lead)
        right = rng.sample(list(each.members), min(MAX_RIGHT, len(each.members)))
        wrong = _foreign(source, each.members, rng)
        if len(right) < 2 or not wrong:
            continue
        options = [*right, *wrong]
        rng.shuffle(options)
        key = [n for n, option in enumerate(options) if option in right]
        yield _made(
            source,
            Method.ENUMERATION,
            "\n".join((each.lead, *each.members)),
            ItemType.MULTIPLE_CHOICE,
            f"{each.lead}。属于其所列内容的有{GAP}。",
            options,
            key,
        )


def _foreign(source: Source, members: Sequence[str], rng: Random) -> list[str]:
    """Members of the law's other enumerations that nobody could take for members of this one."""
    others = [
        member
        for text in source.others
        for each in passages.enumerations(text)
        for member in each.members
        if max(fuzz.ratio(member, own) for own in members) < ALIKE
        and not any(own in member or member in own for own in members)
    ]
    usual = sum(map(len, members)) / len(members)
    near = sorted(dict.fromkeys(others), key=lambda each: (abs(len(each) - usual), each))[:8]
    return rng.sample(near, min(MAX_WRONG, len(near)))


def _body(source: Source) -> Iterator[Candidate]:
    if len(source.bodies) != 1 or source.bodies[0] not in BODIES:
        return
    right = source.bodies[0]
    rng = _rng(source, "body")
    options = [right, *rng.sample([each for each in BODIES if each != right], 3)]
    rng.shuffle(options)
    stem = f"《{source.law}》的制定机关是{GAP}。"
    made = _made(
        source, Method.BODY, source.text, ItemType.SINGLE_CHOICE, stem, options,
        [options.index(right)],
    )  # fmt: skip
    plain = ItemDraft(**{**vars(made.draft), "stem": stem, "rationale": ""})
    yield Candidate(Method.BODY, plain, made.passage)
