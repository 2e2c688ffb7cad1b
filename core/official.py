"""Official papers as Word files, laid out as GB/T 9704 has it: notices, circulars, reports.

A4, 37 mm above and 28 mm to the left, a type area of 156 × 225 mm, 22 lines of 28 characters in
仿宋 三号. Fonts are named, never embedded: where 方正小标宋简体 or 仿宋_GB2312 is missing, the font
table tells the program what comes nearest. Pure: paragraphs in, bytes out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from math import ceil

from core import ooxml
from core.ooxml import MM, Element, Part, node

#: 225 mm are 22 lines; 156 mm are 28 characters of 16 points, each a little narrower. The lines
#: are a grid of the page; of characters none is made, because not every program draws it alike.
_LINE = round(225 * MM / 22)
_CLOSER = -5
#: As many characters of 二号 stand in a line of the title, with room left beside them.
_TITLE = 18
SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
#: What stands in for a font that a machine does not have.
_INSTEAD = {SONG: "宋体", FANG: "仿宋", HEI: "SimHei", KAI: "楷体"}
#: Half-points of 二号, 三号 and 四号.
_TWO, _THREE, _FOUR = 44, 32, 28
#: Of what stands in tables: 四号, 小四, 五号.
_SIZES = (_FOUR, 24, 21)

#: Words that a line of a title may begin with, and names that stay in one.
_WORDS = {"机关", "干部", "领导", "学法", "考试", "情况", "工作", "有关", "开展", "专题", "通知",
          "党组", "学习", "培训", "分析", "评估"}  # fmt: skip
_NAMES = ("理论学习中心组", "中心组", "学法用法", "机关干部", "国家信访局")
#: What no line of a title begins or ends with.
_NOT_FIRST, _NOT_LAST = "）》〕”、，。：；年月日号次版的", "（《〔“第"
#: Points that the sides of a cell take.
_SIDES = 11.2
_LETTER = 0.64
#: A figure or a name of so many letters is no reason to spread the rest of its line.
_LONG = 40
#: Figures and words with what belongs to them; a dash is where a line may break, but not a date's.
_UNBROKEN = re.compile(r"[!-~]+")


class Level(Enum):
    """What a paragraph is."""

    BODY = "body"
    #: 一、
    FIRST = "first"
    #: （一）
    SECOND = "second"
    #: The line of those addressed, and every other that begins at the margin.
    FLUSH = "flush"


@dataclass(frozen=True)
class Block:
    text: str
    level: Level = Level.BODY


@dataclass(frozen=True)
class Grid:
    """A table between paragraphs: its heading and its rows."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Paper:
    title: str
    blocks: Sequence[Block | Grid]
    #: For tables of many columns: the sheet lies on its side.
    landscape: bool = False
    #: 发文字号, shown under the title; "" for none.
    number: str = ""
    addressees: str = ""
    organ: str = ""
    dated: date | None = None
    #: 附件, by name.
    attachments: Sequence[str] = field(default_factory=tuple)


def write(paper: Paper) -> bytes:
    """The paper as a .docx file; the same paper gives the same bytes."""
    return ooxml.package(
        _document(paper),
        [
            Part("styles", "styles", _styles()),
            Part("fontTable", "fontTable", _fonts()),
            Part("settings", "settings", ooxml.settings(node("evenAndOddHeaders"))),
            Part("odd", "footer", _footer("right")),
            Part("even", "footer", _footer("left")),
        ],
    )


def in_words(day: date) -> str:
    """A day as papers write it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _run(text: str, font: str = FANG, size: int = _THREE) -> Element:
    return node("r", _look(font, size), ooxml.text(text))


def _look(font: str, size: int) -> Element:
    return node(
        "rPr",
        node("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font),
        *([node("spacing", val=_CLOSER)] if size == _THREE else []),
        node("sz", val=size),
        node("szCs", val=size),
    )


def _paragraph(
    *runs: Element, indent: int = 0, right: int = 0, place: str = "both", keep: bool = False
) -> Element:
    """``indent`` and ``right`` in characters."""
    look = [node("keepNext")] if keep else []
    # No gaps between figures and characters.
    look += [node("autoSpaceDE", val=0), node("autoSpaceDN", val=0)]
    first, aside = indent * 10 * _THREE, right * 10 * _THREE
    look.append(
        node("ind", rightChars=right * 100, right=aside, firstLineChars=indent * 100,
              firstLine=first)
    )  # fmt: skip
    look.append(node("jc", val=place))
    return node("p", node("pPr", *look), *runs)


def _document(paper: Paper) -> Element:
    body = node("body", *_content(paper))
    size, margins = _sheet(landscape=paper.landscape)
    body.append(
        node(
            "sectPr",
            ooxml.reference("footerReference", "default", 4),
            ooxml.reference("footerReference", "even", 5),
            size,
            margins,
            node("docGrid", type="lines", linePitch=_LINE),
        )
    )
    return node("document", body)


def _sheet(*, landscape: bool) -> tuple[Element, Element]:
    """The size and the margins; of one on its side the edge that is bound lies above."""
    sides = {"top": 37, "right": 26, "bottom": 35, "left": 28}
    width, height, turned = 210, 297, {}
    if landscape:
        sides = dict(zip(sides, (28, 37, 26, 35), strict=True))
        width, height, turned = height, width, {"orient": "landscape"}
    margins = {side: round(each * MM) for side, each in sides.items()}
    foot = round((sides["bottom"] - 7) * MM)
    return (
        node("pgSz", w=round(width * MM), h=round(height * MM), **turned),
        node("pgMar", **margins, header=round(15 * MM), footer=foot, gutter=0),
    )


def _content(paper: Paper) -> Iterator[Element]:
    for line in _balanced(paper.title):
        yield _paragraph(_run(line, SONG, _TWO), place="center", keep=True)
    if paper.number:
        yield _paragraph(_run(paper.number, KAI), place="center")
    yield _paragraph()
    if paper.addressees:
        yield _paragraph(_run(f"{paper.addressees.rstrip('：:')}："))
    written: list[Element] = []
    for block in paper.blocks:
        if isinstance(block, Grid):
            written.append(_table(block, 225 if paper.landscape else 156))
        else:
            written += _lines(block)
    written += _attached(paper.attachments)
    signed = list(_signed(paper))
    if written and signed:
        _keep(written[-1])
    yield from (*written, *signed)


def _keep(last: Element) -> None:
    """Nobody signs a page on which nothing else stands: what comes last goes with it."""
    rows = last.findall(ooxml.tag("tr"))
    for paragraph in rows[-1].iter(ooxml.tag("p")) if rows else [last]:
        look = paragraph.find(ooxml.tag("pPr"))
        if look is not None and look.find(ooxml.tag("keepNext")) is None:
            look.insert(0, node("keepNext"))


def _attached(names: Sequence[str]) -> Iterator[Element]:
    if names:
        yield _paragraph()
    for place, name in enumerate(names, 1):
        head = "附件：" if place == 1 else "　　　"
        number = f"{place}．" if len(names) > 1 else ""
        yield _paragraph(_run(f"{head}{number}{name}"), indent=2)


def _signed(paper: Paper) -> Iterator[Element]:
    """The date four characters from the right, the organ centred above it."""
    dated = in_words(paper.dated) if paper.dated else ""
    aside = max(0, 4 + (ceil(width(dated)) - len(paper.organ)) // 2) if dated else 2
    if paper.organ or dated:
        yield _paragraph(keep=True)
        yield _paragraph(keep=True)
    if paper.organ:
        yield _paragraph(_run(paper.organ), right=aside, place="right", keep=True)
    if dated:
        yield _paragraph(_run(dated), right=4, place="right")


def _balanced(title: str) -> Iterator[str]:
    """The title in lines of about the same width; its own line breaks come first.

    A line ends before a word of the trade or a figure if there is one within four characters, and
    never within a figure or a name.
    """
    for line in title.splitlines():
        rest = line
        while width(rest) > _TITLE:
            cut = _cut(rest)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _cut(rest: str) -> int:
    whole = width(rest)
    goal = whole / -(-whole // _TITLE)
    places = [each for each in range(2, len(rest) - 1) if width(rest[:each]) <= _TITLE]
    allowed = [each for each in places if _may_end(rest, each)] or places
    near = [
        each
        for each in allowed
        if abs(width(rest[:each]) - goal) <= 4
        and (rest[each : each + 2] in _WORDS or rest[each].isdigit())
    ]
    return min(near or allowed, key=lambda each: abs(width(rest[:each]) - goal))


def _may_end(line: str, place: int) -> bool:
    """Whether a line may end before the character at the place."""
    before, after = line[place - 1], line[place]
    if before in _NOT_LAST or after in _NOT_FIRST or (before.isascii() and after.isascii()):
        return False
    return not any(
        start < place < start + len(name)
        for name in _NAMES
        for start in range(len(line))
        if line.startswith(name, start)
    )


def width(text: str) -> float:
    """In characters of full width; a letter or a digit takes half of one."""
    return sum(0.5 if each <= "\x7f" else 1 for each in text)


def _lines(block: Block) -> Iterator[Element]:
    font = {Level.FIRST: HEI, Level.SECOND: KAI}.get(block.level, FANG)
    heading = block.level in {Level.FIRST, Level.SECOND}
    for line in block.text.splitlines():
        if line.strip():
            yield _paragraph(
                _run(line.strip(), font),
                indent=0 if block.level is Level.FLUSH else 2,
                place="left" if _longest(line) >= _LONG / 2 else "both",
                keep=heading,
            )


def _longest(text: str) -> float:
    """The width of what no line of it can break."""
    return max((_drawn(each) for each in _UNBROKEN.findall(text)), default=0.0)


def _drawn(text: str) -> float:
    """In a table, where what stands in for 仿宋 may have wider letters than it has."""
    return sum(_LETTER if each <= "\x7f" else 1 for each in text)


def _columns(lines: Sequence[Sequence[str]], room: float, sides: float) -> list[float]:
    """How wide each column is, of so much room, in characters: what cannot be broken fits, and the
    rest goes by how much there is to write. ``sides``: what the sides of a cell take of it."""
    cells = list(zip(*lines, strict=True))
    wanted = [max(map(_drawn, each)) + sides for each in cells]
    least = [each + sides for each in _least(cells, 2)]
    if sum(wanted) <= room:
        return [each * room / sum(wanted) for each in wanted]
    if sum(least) >= room:
        return [each * room / sum(least) for each in least]
    # Nobody gets more than they can use before everybody has a fair part of what is left.
    found, left = dict(enumerate(least)), room - sum(least)
    open_ = {place for place in found if wanted[place] > found[place]}
    while open_ and left > 0.01:
        part = left / len(open_)
        for place in sorted(open_):
            more = min(part, wanted[place] - found[place])
            found[place] += more
            left -= more
        open_ = {place for place in open_ if wanted[place] - found[place] > 0.01}
    return list(found.values())


def _least(cells: Sequence[Sequence[str]], words: int) -> list[float]:
    """How wide each column is at least, without its sides: what cannot be broken fits, and so many
    characters of what can."""
    return [max(*map(_longest, each), min(words, max(map(_drawn, each)))) for each in cells]


def _size(lines: Sequence[Sequence[str]], points: float) -> int:
    """The largest of the sizes in which no column of a table is so narrow that its words stand
    one character below the other; the smallest for a table that is too wide for all of them."""
    least = _least(list(zip(*lines, strict=True)), 4)
    room = points - len(least) * _SIDES
    return next((each for each in _SIZES if sum(least) * each / 2 <= room), _SIZES[-1])


def _table(grid: Grid, span: int) -> Element:
    """``span``: the width of the type area in mm."""
    points = span / 25.4 * 72
    lines = [grid.heading, *grid.rows]
    size = _size(lines, points)
    columns = _columns(lines, points / (size / 2), _SIDES / (size / 2))
    wide = [round(each * size / 2 * 20) for each in columns]
    sides = [
        node(side, val="single", sz=4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    table = node(
        "tbl",
        node(
            "tblPr", node("tblW", w=5000, type="pct"), node("tblBorders", *sides),
            node("tblLayout", type="fixed"),
        ),
        node("tblGrid", *(node("gridCol", w=each) for each in wide)),
    )  # fmt: skip
    for place, cells in enumerate(lines):
        row = node(
            "tr", node("trPr", node("cantSplit"), *([node("tblHeader")] if not place else []))
        )
        for each, cell in zip(wide, cells, strict=True):
            text = _run(cell, HEI if place == 0 else FANG, size)
            paragraph = _paragraph(text, place="center", keep=place == 0)
            row.append(node("tc", node("tcPr", node("tcW", w=each, type="dxa")), paragraph))
        table.append(row)
    return table


def _styles() -> Element:
    return node(
        "styles",
        node("docDefaults", node("rPrDefault", _look(FANG, _THREE))),
        node("style", node("name", val="Normal"), type="paragraph", default=1, styleId="Normal"),
    )


def _fonts() -> Element:
    return node(
        "fonts",
        *(
            node("font", node("altName", val=other), node("charset", val="86"), name=name)
            for name, other in _INSTEAD.items()
        ),
    )


def _footer(place: str) -> Element:
    """The page's number between dashes, a character from the outer edge."""
    pages = ooxml.field("PAGE", _look("宋体", _FOUR))
    runs = [_run("— ", "宋体", _FOUR), *pages, _run(" —", "宋体", _FOUR)]
    look = node("pPr", node("ind", leftChars=100, rightChars=100), node("jc", val=place))
    return node("ftr", node("p", look, *runs))
