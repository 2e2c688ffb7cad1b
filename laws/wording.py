"""What changed between two wordings of an article, as a reader would mark it. Pure.

A plain character diff of Chinese leaves confetti: a 的 or a comma kept between two changes. Here
what stays between changes must be worth reading by itself, and a change is widened to the whole
of a number, an article's number or a quoted title, so that 七日 becomes 十五日 and not 七 → 十五.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from core.labels import Labelled
from laws.numerals import NUMERAL
from laws.parsing.comparing import bare


class Mark(Labelled):
    SAME = "same", "未改"
    REMOVED = "removed", "删去"
    ADDED = "added", "增加"


@dataclass(frozen=True)
class Piece:
    mark: Mark
    text: str


@dataclass(frozen=True)
class Marked:
    """The old wording with what was removed marked, the new one with what was added."""

    old: Sequence[Piece]
    new: Sequence[Piece]


#: What is read as one: article numbers, dates and periods, Latin words; else one character.
_TOKEN = re.compile(
    rf"第[{NUMERAL}]+[条款项章节编](?:之[{NUMERAL}]+)?"
    rf"|(?:[{NUMERAL}]+[年月日])+|[{NUMERAL}]+(?:个工作日|个月|小时|周岁|元|倍|人|次|名|％|%)?"
    r"|[A-Za-z]+|\s+|.",
    re.DOTALL,
)
_PUNCTUATION = re.compile(r"[^\w]+")
#: So many characters that stayed stand by themselves between two changes, whatever these are.
_STANDS = 4


def mark(old: str, new: str) -> Marked:
    """Both wordings in pieces; put together, the pieces of each give it back exactly."""
    blocks = list(_joined(list(_blocks(old, new))))
    return Marked(
        old=_pieces((Mark.SAME if same else Mark.REMOVED, before) for same, before, _ in blocks),
        new=_pieces((Mark.SAME if same else Mark.ADDED, after) for same, _, after in blocks),
    )


Block = tuple[bool, str, str]


def _blocks(old: str, new: str) -> Iterator[Block]:
    """Runs of tokens that stayed (in both spellings) and that changed."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    keys = [[_key(token) for token in side] for side in (before, after)]
    for step in Indel.opcodes(keys[0], keys[1]):
        same = step.tag == "equal"
        yield (
            same,
            "".join(before[step.src_start : step.src_end]),
            "".join(after[step.dest_start : step.dest_end]),
        )


def _key(token: str) -> str:
    """Spaces and forms of a character are no change."""
    return bare(token)


def _joined(blocks: Sequence[Block]) -> Iterator[Block]:
    """Changes with what lies between them, where that is too little to be read by itself."""
    run: list[Block] = []
    for n, block in enumerate(blocks):
        inside = bool(run) and n + 1 < len(blocks)
        if block[0] and not (inside and _is_scrap(block[1], run[-1], blocks[n + 1])):
            yield from _change(run)
            run = []
            yield block
        else:
            run.append(block)
    yield from _change(run)


def _is_scrap(text: str, before: Block, after: Block) -> bool:
    """Whether what stayed between two changes only breaks up the reading.

    One or two characters do, and up to three between changes that are longer than it; the end
    of a line, and a mark of punctuation that closes a clause, never do.
    """
    words = _PUNCTUATION.sub("", text)
    if "\n" in text or len(words) >= _STANDS:
        return False
    if (text and text[-1] in "。；：") or (text and text[0] in "。；："):
        return False
    changed = min(len(before[1]) + len(before[2]), len(after[1]) + len(after[2]))
    return len(words) <= 1 or changed > 2 * len(words)


def _change(run: Sequence[Block]) -> Iterator[Block]:
    if run:
        yield False, "".join(each[1] for each in run), "".join(each[2] for each in run)


def _pieces(marked: Iterator[tuple[Mark, str]]) -> list[Piece]:
    """Pieces next to one another of the same kind are one; empty ones are none."""
    found: list[Piece] = []
    for kind, text in marked:
        if not text:
            continue
        if found and found[-1].mark is kind:
            found[-1] = Piece(kind, found[-1].text + text)
        else:
            found.append(Piece(kind, text))
    return found
