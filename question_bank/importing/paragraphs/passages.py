"""Texts that several questions are about, and that say so at their end or by their number. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from laws.numerals import to_int
from question_bank.importing.columns import Field
from question_bank.importing.paragraphs import marks
from question_bank.importing.paragraphs.blocks import CASES
from question_bank.importing.paragraphs.lines import Line, half

#: So many lines a passage may have.
_MOST = 40
_ABOUT = r"(?:案例|材料|案情|资料|事例|情形|情况|事实|案件|案)"
_CLOSING = re.compile(
    rf"[(\[【]?\s*(?:请\s*)?(?:(?:根据|依据|结合|阅读|针对|就)\s*(?:以上|上述|上面|前述|本|该){_ABOUT}[^?？。]{{0,15}}"
    r"(?:回答|完成|解答|作答)[^?？。]{0,25}"
    r"|(?:回答|完成)\s*(?:第\s*)?\d{1,5}\s*题?\s*[-~—–至到]+\s*(?:第\s*)?\d{1,5}\s*(?:各|小)?题)"
    r"\s*[。.:;]?\s*[)\]】]?\s*$"
)
_COUNTED = re.compile(r"\s*[(]\s*([一二三四五六七八九十百]{1,4})\s*[)]\s*[、.:]?\s*")


@dataclass(frozen=True)
class Passage:
    #: The index after its last line.
    end: int
    text: Sequence[str]
    #: The questions that it says it is for.
    reach: tuple[int, int] | None
    doubt: str = ""


def counted(text: str) -> tuple[int, int] | None:
    """The number of a line such as （三）某日…, and where its text begins; None for others."""
    match = _COUNTED.match(half(text))
    return (to_int(match[1]), match.end()) if match else None


def closed(
    lines: Sequence[Line],
    pieces: Sequence[Sequence[tuple[Field | None, str]]],
    plain: Sequence[bool],
    sections: Sequence[str | None],
) -> dict[int, Passage]:
    """Passages that end with 根据以上材料回答1—3题, by the index of their first line.

    ``plain`` says which lines have no number, heading, name or option of their own.
    """
    found: dict[int, Passage] = {}
    case = False
    for at, line in enumerate(lines):
        if (word := sections[at]) is not None:
            case = word.startswith(CASES)
        closing = _CLOSING.search(line.half) if _may_close(line, pieces[at]) else None
        if closing is None:
            continue
        own = line.text[: closing.start()].strip()
        start, doubt = _start(lines, pieces, plain, at, own=bool(own))
        reach = marks.passage_range(closing[0])
        marked = _marked(lines[start].text)
        if (start < at or own) and (reach or case or marked):
            text = [*(each.text for each in lines[start:at]), own]
            text[0] = _bare(text[0])
            found[start] = Passage(at + 1, [each for each in text if each], reach, doubt)
    return found


def _may_close(line: Line, pieces: Sequence[tuple[Field | None, str]]) -> bool:
    unnumbered = marks.number(line.text) is None
    return unnumbered and len(pieces) == 1 and pieces[0][0] is None


def _start(
    lines: Sequence[Line],
    pieces: Sequence[Sequence[tuple[Field | None, str]]],
    plain: Sequence[bool],
    at: int,
    *,
    own: bool,
) -> tuple[int, str]:
    """The index of the first line of the passage that ends at ``at``; what is doubtful of it."""
    if _marked(lines[at].text):
        return at, ""
    first = at
    while first > max(0, at - _MOST) and plain[first - 1] and not _marked(lines[first].text):
        first -= 1
    if _marked(lines[first].text):
        return first, ""
    if first > 0 and _is_head(lines[first - 1], pieces[first - 1]):
        return first - 1, ""
    before = pieces[first - 1] if first else ()
    if first in {0, at} or (before and before[-1][0] is Field.KEY):
        return first, ""
    apart = next((n for n in range(first, at + 1) if lines[n].apart), None)
    if apart is not None:
        return apart, ""
    return (at if own else first), f"材料从“{lines[at if own else first].text[:15]}”起读入，请核对"


def _is_head(line: Line, pieces: Sequence[tuple[Field | None, str]]) -> bool:
    return marks.passage(line.text) and bool(pieces) and pieces[0][0] is None


def _marked(text: str) -> bool:
    return counted(text) is not None or (marks.passage(text) and not _CLOSING.match(half(text)))


def _bare(text: str) -> str:
    """The text without what marks it as a passage."""
    if found := counted(text):
        return text[found[1] :]
    return marks.without_passage_word(text) if marks.passage(text) else text
