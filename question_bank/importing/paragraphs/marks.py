"""What a line looks like: a heading, a numbered question, options, a named field. Pure.

Patterns work on text in half width, whose characters stand where those of the line stand.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from laws.numerals import to_int
from question_bank.importing.columns import Field, field_named
from question_bank.importing.paragraphs.lines import half

_CN = "零〇一二三四五六七八九十百"
#: Words for types, longest first where one is within another.
TYPE_WORDS = (
    "单项选择", "单选", "多项选择", "多选", "不定项选择", "不定项", "选择", "判断", "是非",
    "填空", "名词解释", "简答", "简述", "论述", "问答", "案例分析", "案例", "案情分析", "材料分析",
    "材料", "综合分析", "匹配", "连线", "配伍", "排序",
)  # fmt: skip
_TYPES = "|".join(TYPE_WORDS)
_SECTION = re.compile(
    rf"[#*\s]*(?:第?[(]?(?:[{_CN}]{{1,3}}|[IVX]{{1,4}}|\d{{1,2}})[)]?"
    rf"(?:\s*[、.:,)]|(?:部分|大题|题型)[、.:\s]?|\s))?\s*"
    rf"[\[【(]?(?:法律|法规|知识|客观|主观|题型[:]?|共享题干|[A-C]型)?\s*"
    rf"(?P<type>(?:{_TYPES})(?:分析|正误|改错)?(?:(?:与|和|及)(?:{_TYPES}))?)\s*(?:试?题)?"
    rf"(?:部分|题库)?[\]】)]?"
    rf"(?P<rest>\s*(?:[(\[【,，:。].*|共\s*\d.*|每[小]?题.*|\d+\s*[道题].*)?)"
)
#: Answers that stand on the line of their heading.
_ANSWERS = re.compile(r"[\s\dA-Ja-j.、,;:\-~—–至到√×✓✗对错正确误TF()题]+")
_CHAPTER = re.compile(rf"(?:第\s*[{_CN}\d]{{1,4}}\s*[章节编篇讲单元]+)\s*[^。？?]{{0,40}}")
_NUMBER = re.compile(
    rf"\s*(?:(?P<word>第\s*(?:[{_CN}]{{1,4}}|\d{{1,5}})\s*题\s*[.、:,)]?|"
    rf"(?:试题|题目|题)\s*\d{{1,5}}\s*[.、:,)])"
    r"|(?P<paren>[(\[【]\s*\d{1,5}\s*[)\]】]\s*[.、:]?)"
    r"|(?P<close>\d{1,5}\s*[)])"
    r"|(?P<dun>\d{1,5}\s*[、,:])"
    r"|(?P<dot>\d{1,5}\s*\.(?!\d))|(?P<tight>\d{1,5}\.(?=\d)))\s*"
)
_CIRCLED = re.compile(r"\s*[\u2460-\u2473]\s*")
_LETTER = r"[(\[【]?\s*([A-Ja-j])\s*(?:[)\]】]\s*[.、:,]?|[.、:,])\s*"
_OPTION = re.compile(rf"\s*{_LETTER}")
_LOOSE_OPTION = re.compile(r"\s*([A-J])(?=\s|[\u4e00-\u9fff《“])\s*")
#: Not within a word or an abbreviation, though a full stop may stand right before the next letter.
_INLINE = re.compile(rf"(?<![A-Za-z&])(?<![A-Za-z&]\.){_LETTER}")
#: Names that need no colon, only their brackets, and names that are no column of a table.
_FIELDS: Mapping[str, Field] = {
    "答": Field.KEY, "正确答案为": Field.KEY, "答案要点": Field.KEY, "答题要点": Field.KEY,
    "参考要点": Field.KEY, "得分要点": Field.KEY, "评分要点": Field.KEY, "评分标准": Field.KEY,
    "要点": Field.KEY, "本题答案": Field.KEY, "答案为": Field.KEY, "参考答案要点": Field.KEY,
    "参考解答": Field.KEY, "答案是": Field.KEY, "参考解析": Field.RATIONALE,
    "解析": Field.RATIONALE,
    "详解": Field.RATIONALE, "分析": Field.RATIONALE, "试题分析": Field.RATIONALE,
    "答案详解": Field.RATIONALE, "题解": Field.RATIONALE, "点评": Field.RATIONALE,
    "考点解析": Field.RATIONALE, "法律依据": Field.LAW, "法条依据": Field.LAW, "依据": Field.LAW,
    "相关法条": Field.LAW, "法条": Field.LAW, "答案依据": Field.LAW, "引用条文": Field.LAW,
    "条文依据": Field.LAW, "知识点": Field.TOPIC, "考查点": Field.TOPIC, "考查知识点": Field.TOPIC,
    "考点": Field.TOPIC, "难度系数": Field.DIFFICULTY, "难度等级": Field.DIFFICULTY,
    "题目类型": Field.ITEM_TYPE, "来源": Field.SOURCE, "题源": Field.SOURCE,
}  # fmt: skip
#: A field named without brackets must be one of these, and have a colon.
_NAMED = {Field.KEY, Field.RATIONALE, Field.DIFFICULTY, Field.TOPIC, Field.LAW, Field.SOURCE,
          Field.COGNITIVE_LEVEL, Field.VALID_UNTIL, Field.ITEM_TYPE, Field.AUDIENCE, Field.SCENE,
          Field.SECRECY, Field.MARKS, Field.WRITER, Field.ORIGINAL_NUMBER, Field.ARTICLE,
          Field.VERSION}  # fmt: skip
_BRACKETED = re.compile(r"[【\[]\s*([^【】\[\]]{1,12}?)\s*[:]?\s*[】\]]\s*[:]?\s*")
_COLON = re.compile(r"(?:^|(?<=[\s。;，,.)】]))[(]?([\u4e00-\u9fff]{1,7})\s*[)]?\s*:\s*")
_BARE_KEY = re.compile(
    r"(?:^|(?<=\s))(?:正确|参考|标准)?答案(?:是|为)?\s*"
    r"(?=[(]?\s*(?:[A-Ja-j](?:[\s、,]*[A-Ja-j])*|[√×对错]|正确|错误)\s*[)]?[.。]?\s*$)"
)
_RATIONALE_AT_ONCE = re.compile(r"(?:^)(?:答案)?(?:解析|详解)\s+(?=\S)")
_PASSAGE = re.compile(
    rf"\s*(?:[(\[【]?\s*(?:材料|案例|案情|背景材料|资料|背景资料|基本案情|案例背景|共用题干|阅读材料)"
    rf"(?:题|分析)?\s*(?:[{_CN}]{{1,3}}|\d{{1,3}})?\s*[)\]】]?\s*(?:[:、.]|(?<=[】\])])|(?<=[{_CN}\d])(?=\s|$)|$)"
    rf"|(?:请?(?:阅读|根据|依据|结合|针对))?(?:以下|下列|下面|上述|本)(?:案例|材料|案情|资料|事例|情形)"
    rf"[^?？]{{0,20}}(?:回答|完成|解答)"
    rf"|[(]?(?:第\s*)?\d{{1,5}}\s*[-~—–至到]+\s*(?:第\s*)?\d{{1,5}}\s*题\s*(?:共用|共享|为|基于|根据))\s*"
)
#: So many letters A of a line are taken for the first option before giving up.
_TRIES = 5
#: A longer line holds no several options: it is prose.
_MAX_SHARED = 2_000
_RANGE = re.compile(
    r"(?<!\d)(\d{1,5})\s*(?:题)?\s*[-~—–至到]+\s*(?:第\s*)?(\d{1,5})\s*(?:各|小)?题"
)
_KEYS = re.compile(
    r"[#*\s]*(?:[附]\s*[:]?\s*)?[【\[(]?.{0,25}?(?:参考|标准|正确)?答案"
    r"(?:(?:及|与|和|、)?(?:解析|评分标准|评分参考|要点|详解|说明))?(?:部分|汇总|一览表?)?[】\])]?\s*[:]?\s*"
)
_QUESTION_WORD = re.compile(r"\s*(?:请?(?:问题|问|请问|设问|要求|思考题?))\s*[:]\s*")
_CASE_MARK = re.compile(r"\s*[【\[]\s*(?:案例分析|案例|材料分析|材料)题?\s*[】\]]\s*")
_SUB_WORD = re.compile(rf"\s*(?:问题|问)\s*(?P<n>[{_CN}]{{1,2}}|\d{{1,2}})\s*[:、.]\s*")


@dataclass(frozen=True)
class Number:
    value: int
    #: How it is written: dot, dun, paren, close, word; tight for 2.60日, which may be a figure.
    style: str
    end: int


def section(text: str) -> str | None:
    """The word for the type that a heading announces; None for no heading."""
    shape = half(text)
    if len(shape) > 90:
        before, _, answers = shape.partition(":")
        shape = before if _ANSWERS.fullmatch(answers) else shape
    if len(shape) > 90 or not (match := _SECTION.fullmatch(shape)):
        return None
    rest = match["rest"]
    if len(rest) > 25 and not re.search(r"[分题]", rest):
        return None
    return match["type"]


def chapter(text: str) -> bool:
    return bool(_CHAPTER.fullmatch(half(text))) and "题" not in text


def number(text: str) -> Number | None:
    """The number that the line begins with."""
    match = _NUMBER.match(half(text))
    if not match:
        return None
    style = next(name for name, found in match.groupdict().items() if found)
    digits = re.search(rf"\d+|[{_CN}]+", match[style])
    try:
        return Number(to_int(digits[0]), style, match.end()) if digits else None
    except ValueError:
        return None


def sub_number(text: str) -> Number | None:
    """The number of a question within a case: 问题一： besides the usual ones."""
    if match := _SUB_WORD.match(half(text)):
        return Number(to_int(match["n"]), "sub", match.end())
    return number(text)


def circled(text: str) -> bool:
    return bool(_CIRCLED.match(text))


def options(
    text: str, first: int, *, loose: bool = False, several: bool = True
) -> list[tuple[int, str]]:
    """The options of a line that begins with one: their places and words; empty if it does not.

    ``first`` is the place that is due; more on the line are taken while they follow in order,
    if it may hold several. With ``loose``, a letter needs nothing after it.
    """
    shape = half(text)
    match = _OPTION.match(shape) or (_LOOSE_OPTION.match(shape) if loose else None)
    if not match or (place := _place(match[1])) > first + 1:
        return []
    if not several or len(text) > _MAX_SHARED:
        return [(place, text[match.end() :].strip())]
    return _along(text, place, match.end())


def options_within(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The text before options that a line has from A on, at least two of them, and these."""
    if len(text) > _MAX_SHARED:
        return text, []
    shape = half(text)
    firsts = (match for match in _INLINE.finditer(shape) if _place(match[1]) == 0)
    for match in islice(firsts, _TRIES):
        found = _along(text, 0, match.end())
        if len(found) >= 2:
            return text[: match.start()].rstrip(), found
    return text, []


def starts_with_option(text: str, place: int) -> bool:
    match = _OPTION.match(half(text))
    return bool(match) and _place(match[1] if match else "") == place


def _along(text: str, place: int, start: int) -> list[tuple[int, str]]:
    shape = half(text)
    found = []
    for match in _INLINE.finditer(shape, start):
        if _place(match[1]) == place + 1:
            found.append((place, text[start : match.start()].strip()))
            place, start = place + 1, match.end()
    found.append((place, text[start:].strip()))
    return _undivided(found)


def _undivided(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The options without a sign that divides them: one that stands after all but the last."""
    ends = {text[-1:] for _, text in found[:-1]}
    sign = ends.pop() if len(ends) == 1 else ""
    if len(found) < 3 or sign not in {"；", ";", "，", ","} or found[-1][1].endswith(sign):
        return found
    return [*((place, text[:-1].rstrip()) for place, text in found[:-1]), found[-1]]


def _place(letter: str) -> int:
    return ord(letter.upper()) - ord("A")


def fields(text: str) -> list[tuple[Field | None, str]]:
    """The line in pieces: what comes first without a name (None), then each named field."""
    shape = half(text)
    cuts: list[tuple[int, int, Field]] = [
        (match.start(), match.end(), known)
        for match in _BRACKETED.finditer(shape)
        if (known := _known(match[1]))
    ]
    for match in _COLON.finditer(shape):
        known = _known(match[1])
        if known in _NAMED and (
            match.start() == 0 or known in {Field.KEY, Field.RATIONALE} or cuts
        ):
            cuts.append((match.start(), match.end(), known))
    for pattern, field in ((_BARE_KEY, Field.KEY), (_RATIONALE_AT_ONCE, Field.RATIONALE)):
        cuts += [(match.start(), match.end(), field) for match in pattern.finditer(shape)]
    cuts = _apart(sorted(cuts, key=lambda cut: (cut[0], -cut[1])))
    pieces: list[tuple[Field | None, str]] = []
    first = cuts[0][0] if cuts else len(text)
    if text[:first].strip():
        pieces.append((None, text[:first].strip()))
    for at, (_, end, field) in enumerate(cuts):
        stop = cuts[at + 1][0] if at + 1 < len(cuts) else len(text)
        pieces.append((field, text[end:stop].strip()))
    return pieces


def _known(name: str) -> Field | None:
    name = name.strip()
    known = _FIELDS.get(name) or field_named(name)
    return known if known in _NAMED else None


def _apart(cuts: Sequence[tuple[int, int, Field]]) -> list[tuple[int, int, Field]]:
    kept: list[tuple[int, int, Field]] = []
    for cut in cuts:
        if not kept or cut[0] >= kept[-1][1]:
            kept.append(cut)
    return kept


def passage(text: str) -> bool:
    """Whether the line begins a text that several questions are about."""
    return bool(_PASSAGE.match(half(text)))


def passage_range(text: str) -> tuple[int, int] | None:
    """The questions that a passage says it is for."""
    match = _RANGE.search(half(text))
    return (int(match[1]), int(match[2])) if match and int(match[1]) <= int(match[2]) else None


def without_passage_word(text: str) -> str:
    """The passage itself: without 材料一： but with everything that tells something."""
    match = _PASSAGE.match(half(text))
    shown = text[match.end() :].strip() if match else text
    return shown if match and not re.search(r"回答|完成|解答|共用|共享", match[0]) else text


def keys_heading(text: str) -> bool:
    """A line of its own such as 参考答案 or 附：答案及解析."""
    shape = half(text)
    return len(shape) <= 40 and bool(_KEYS.fullmatch(shape))


def question_word(text: str) -> int:
    """How much of the line is 问题：; 0 for none."""
    match = _QUESTION_WORD.match(half(text))
    return match.end() if match else 0


def case_mark(text: str) -> int:
    """How much of the text is 【案例分析题】; 0 for none."""
    match = _CASE_MARK.match(half(text))
    return match.end() if match else 0
