"""What an item's text may be besides letters: tables, pictures, words that stand out. Pure.

An item's text stays text; nothing in it is ever HTML. Three ways of writing mean more:

    | 情形 | 期限 |          rows of cells between bars, two rows or more; a second row of
    | --- | --- |            dashes makes the first one headings
    ==不属于==               stands out
    ![路线图](pic:9f86…)      a picture of the bank by its address, with what it shows in words

Whatever only looks like that stays as it was typed: a lone bar, 张**诉李**, ![x](http://…), ====.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

#: Of a picture's words: no brackets, no bar, and nothing that is a blank to be filled in.
_ALT = r"(?:(?![_＿]{2}|[（(]\s*[)）])[^\[\]|\n])*"
_PICTURE = re.compile(rf"!\[(?!\s*\])(?P<alt>{_ALT})\]\(pic:(?P<address>[0-9a-f]{{32}})\)")
_NEARLY = re.compile(r"!\[(?P<alt>[^\[\]\n]*)\]\(pic:(?P<address>[^()\n]{0,64})\)")
_STRONG = re.compile(r"(?<!=)==(?![=\s])([^=\n]+)(?<!\s)==(?!=)")
_BAR = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r":?-+:?")
MAX_ALT = 200


@dataclass(frozen=True)
class Text:
    kind: ClassVar[str] = "text"
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Picture:
    kind: ClassVar[str] = "picture"
    address: str
    #: What it shows, for those who do not see it.
    alt: str


@dataclass(frozen=True)
class Gap:
    """A blank to be filled in."""

    kind: ClassVar[str] = "gap"
    #: The how many-th of the text, from 0.
    index: int
    #: As written.
    text: str


Piece = Text | Picture | Gap


@dataclass(frozen=True)
class Paragraph:
    """Lines of words; their breaks are those of the text."""

    kind: ClassVar[str] = "paragraph"
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Table:
    kind: ClassVar[str] = "table"
    #: All of the same length.
    rows: Sequence[Sequence[Sequence[Piece]]]
    #: The first row names the columns.
    headed: bool


Block = Paragraph | Table


def is_plain(text: str) -> bool:
    """Whether the text certainly is nothing but letters."""
    return "==" not in text and "(pic:" not in text and "|" not in text


def parse(text: str, gap: re.Pattern[str] | None = None) -> Sequence[Block]:
    """The blocks of a text, at least one; with ``gap`` what matches it is a Gap."""
    return list(_parsed(text, gap))


@lru_cache(maxsize=1 << 12)
def _parsed(text: str, gap: re.Pattern[str] | None) -> Sequence[Block]:
    if is_plain(text):
        return [Paragraph(_gaps([Text(text)], gap, _Count()))]
    count = _Count()
    blocks: list[Block] = []
    for lines, rows in _segments(text):
        if rows is None:
            blocks.append(Paragraph(_pieces("\n".join(lines), gap, count)))
        else:
            cells, headed = rows
            table = [[_pieces(cell, gap, count) for cell in row] for row in cells]
            blocks.append(Table(table, headed))
    return blocks


def line(text: str) -> Sequence[Piece]:
    """The pieces of a text that stands in a line, such as an option; tables stay as typed."""
    return _pieces(text, None, _Count())


class _Count:
    def __init__(self) -> None:
        self.gaps = 0


def _pieces(text: str, gap: re.Pattern[str] | None, count: _Count) -> Sequence[Piece]:
    found: list[Piece] = []
    at = 0
    for match in _PICTURE.finditer(text):
        found += _words(text[at : match.start()])
        found.append(Picture(match["address"], match["alt"].strip()))
        at = match.end()
    return _gaps([*found, *_words(text[at:])], gap, count)


def _words(text: str) -> Iterator[Piece]:
    for n, part in enumerate(_STRONG.split(text)):
        if part:
            yield Text(part, strong=n % 2 == 1)


def _gaps(pieces: Sequence[Piece], gap: re.Pattern[str] | None, count: _Count) -> Sequence[Piece]:
    if gap is None:
        return pieces
    found: list[Piece] = []
    for each in pieces:
        if not isinstance(each, Text):
            found.append(each)
            continue
        at = 0
        for match in gap.finditer(each.text):
            found += [Text(each.text[at : match.start()], each.strong)]
            found.append(Gap(count.gaps, match[0]))
            count.gaps += 1
            at = match.end()
        found.append(Text(each.text[at:], each.strong))
    return [each for each in found if not isinstance(each, Text) or each.text]


_Rows = tuple[list[list[str]], bool]


def _segments(text: str) -> Iterator[tuple[list[str], _Rows | None]]:
    """Runs of lines: words, or a table's with its cells; in order."""
    words: list[str] = []
    run: list[str] = []
    for each in [*text.split("\n"), None]:
        if each is not None and _is_row(each):
            run.append(each)
            continue
        if run:
            rows = _rows(run)
            if rows is None:
                words += run
            else:
                if words:
                    yield words, None
                yield run, rows
                words = []
            run = []
        if each is not None:
            words.append(each)
    if words:
        yield words, None


def _is_row(text: str) -> bool:
    bare = text.strip()
    return len(bare) > 2 and bare[0] == "|" == bare[-1] and bool(_BAR.search(bare[1:-1]))


def _rows(lines: Sequence[str]) -> _Rows | None:
    cells = [
        [part.strip().replace("\\|", "|") for part in _BAR.split(each.strip()[1:-1])]
        for each in lines
    ]
    headed = len(cells) > 1 and all(map(_DASHES.fullmatch, cells[1]))
    if headed:
        del cells[1]
    if len(cells) < 2:
        return None
    width = max(map(len, cells))
    return [row + [""] * (width - len(row)) for row in cells], headed


# Texts out of texts.


def plain(text: str, *, pictures: bool = True) -> str:
    """The words without their marks: what is searched, compared with the law, read out in a list.

    Pictures are named by their words, or left out; the cells of a row stand in one line.
    """
    if is_plain(text):
        return text
    return "\n".join(filter(None, (_said(each, pictures) for each in parse(text))))


def said(text: str) -> str:
    """The text for a list: one line, pictures by name."""
    return text if is_plain(text) else " ".join(plain(text).split())


def _said(block: Block, pictures: bool) -> str:
    if isinstance(block, Paragraph):
        return _spoken(block.pieces, pictures)
    return "\n".join(
        " ".join(filter(None, (_spoken(cell, pictures) for cell in row))) for row in block.rows
    )


def _spoken(pieces: Sequence[Piece], pictures: bool) -> str:
    named = (
        (f"［图：{each.alt}］" if pictures else "") if isinstance(each, Picture) else each.text
        for each in pieces
    )
    return "".join(named)


def readable(text: str) -> str:
    """The text as typed but for addresses, of which so much is left that pictures differ."""
    return _PICTURE.sub(lambda match: f"［图：{match['alt']} {match['address'][:6]}］", text)


def prose(text: str) -> str:
    """The words outside of tables and pictures."""
    blocks = () if is_plain(text) else parse(text)
    words = [_spoken(each.pieces, False) for each in blocks if isinstance(each, Paragraph)]
    return "\n".join(words) if blocks else text


def addresses(value: Any) -> set[str]:
    """Of every picture in a text, or in the texts of a JSON value."""
    match value:
        case str():
            return {match["address"] for match in _PICTURE.finditer(value)}
        case dict():
            return {found for each in value.values() for found in addresses(each)}
        case list() | tuple():
            return {found for each in value for found in addresses(each)}
        case _:
            return set()


def faults(text: str) -> list[str]:
    """What is wrong with pictures that somebody wrote by hand, in Chinese."""
    found = []
    for match in _NEARLY.finditer(text):
        if _PICTURE.fullmatch(match[0]):
            if len(match["alt"]) > MAX_ALT:
                found.append(f"图片的说明超过 {MAX_ALT} 字")
        elif not match["alt"].strip():
            found.append("图片没有说明；请在 ![ ] 里写明图上是什么")
        elif re.fullmatch(r"[0-9a-f]{32}", match["address"]):
            found.append("图片的说明里不能有竖线、下划线和空括号")
        else:
            found.append("图片的编号不完整；请删去，再用“图片”按钮插入")
    return found


def canonical(text: str) -> str:
    """The same text with its tables written in the one way in which we write them."""
    if is_plain(text):
        return text
    parts = ["\n".join(lines) if rows is None else table(*rows) for lines, rows in _segments(text)]
    return "\n".join(parts)


# Writing it.


def table(rows: Sequence[Sequence[str]], headed: bool) -> str:
    """Rows of the same length, at least two of at least two cells, as lines of text."""
    lines = [
        f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in row)} |"
        for row in rows
    ]
    if headed:
        lines.insert(1, f"| {' | '.join('---' for _ in rows[0])} |")
    return "\n".join(lines)


def picture(alt: str, address: str) -> str:
    """A picture in a text; its words without what they cannot hold."""
    words = re.sub(r"[_＿]{2,}|[（(]\s*[)）]|[\[\]|\s]+", " ", alt).strip()[:MAX_ALT] or "图"
    return f"![{words}](pic:{address})"


def strong(text: str) -> str:
    """Words that stand out; as they are where they cannot."""
    marked = f"=={text.strip()}=="
    return marked if _STRONG.fullmatch(marked) else text
