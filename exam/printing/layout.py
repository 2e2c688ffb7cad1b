"""What printed papers of exams share: sheets, the seal line, footers, paragraphs and boxes. Pure.

The seal line (密封线) is a column at the left edge of the first page, written from below upwards;
what stands in it is cut off before anybody marks. Fonts are named, never embedded.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from core import ooxml
from core.labels import Labelled
from core.ooxml import MM, Element, Media, Part, node
from core.pictures import Picture

SONG, HEI, KAI = "宋体", "黑体", "楷体"
#: Half-points of 小二, 小四 and 五号.
LARGE, SMALL_FOUR, FIVE = 36, 24, 21
_PARALLEL = re.compile(r"\s*[（(]?\s*([A-J])\s*卷\s*[)）]?$")
#: The seal column, in millimetres: its distance from the left edge of the sheet, and its width.
_SEAL_AT, _SEAL_WIDE, _SEAL_FROM_TOP = 7, 17, 14
_DOTS = "…" * 5
#: Parts of the package before the media, the width of a picture's dot, the tallest picture.
_PARTS, _DOT, _TALLEST = 6, 25.4 / 144, 90.0
#: The room in brackets, in twentieths of a point, and how many times as wide as others the sign is
#: that blanks are drawn with.
_ROOM, _STRETCHED = 640, 6
#: Where a title that takes two lines is best parted.
_TURN = re.compile(r"(?=[暨（《])|(?<=年度|机关|人员|考试|测试)|(?<=[》）、])")
#: Marks a run that waits for a picture.
_ADDRESS = "picture"


class Stock(Labelled):
    """The sheets that papers are printed on."""

    A4 = "a4", "A4 单栏"
    A3 = "a3", "A3 双栏"
    EIGHT = "k8", "8开双栏"
    LARGE = "large", "大字版 A4 单栏"


@dataclass(frozen=True)
class Sheet:
    """In millimetres."""

    width: int
    height: int
    columns: int = 1
    left: int = 30
    right: int = 16
    top: int = 20
    bottom: int = 20
    gap: int = 12
    #: How much larger than usual what is printed on it is: 五号 becomes 三号 in 大字版.
    scale: float = 1.0

    @property
    def column(self) -> int:
        """The width of a column."""
        between = self.gap * (self.columns - 1)
        return (self.width - self.left - self.right - between) // self.columns

    @property
    def characters(self) -> int:
        """How many characters of 五号, or of what stands for it, stand in a line."""
        return int(self.column * MM / (FIVE * 10 * self.scale))


SHEETS = {
    Stock.A4: Sheet(210, 297),
    Stock.A3: Sheet(420, 297, columns=2),
    Stock.EIGHT: Sheet(370, 260, columns=2),
    Stock.LARGE: Sheet(210, 297, scale=32 / 21),
}


@dataclass(frozen=True)
class Face:
    """What a paper says of itself: its name, which of several parallel ones it is, its time."""

    title: str
    #: A, B … of parallel papers; "" for the only one.
    mark: str
    #: None where no session has said yet.
    minutes: int | None
    #: Not sealed: nothing to give out.
    draft: bool = False

    @property
    def whole(self) -> str:
        return f"{self.title}（{self.mark}卷）" if self.mark else self.title


def face(title: str, *, minutes: int | None, draft: bool = False) -> Face:
    """The face of a form by its title, which may end in A卷."""
    match = _PARALLEL.search(title)
    name = title[: match.start()].strip() if match else ""
    if match is None or not name:
        return Face(title, "", minutes, draft)
    return Face(name, match[1], minutes, draft)


def look(font: str = SONG, size: int = FIVE, *, bold: bool = False) -> Element:
    """Figures and Latin letters stand in Times New Roman, the rest in the font."""
    return node(
        "rPr",
        node("rFonts", ascii="Times New Roman", hAnsi="Times New Roman", eastAsia=font, cs=font),
        *([node("b")] if bold else []),
        node("sz", val=size),
        node("szCs", val=size),
    )


def run(text: str, font: str = SONG, size: int = FIVE, *, bold: bool = False) -> Element:
    """Tabs in the text stay tabs."""
    pieces: list[Element] = []
    for number, piece in enumerate(text.split("\t")):
        pieces += [node("tab")] if number else []
        pieces += [ooxml.text(piece)] if piece else []
    return node("r", look(font, size, bold=bold), *pieces)


def brackets(pair: str = "()", font: str = SONG) -> list[Element]:
    """Empty brackets to write in, which no program breaks across lines.

    The room between them is that after the first one. Spaces would not do: Word and LibreOffice
    disagree on which of them a line may end at.
    """
    opening = run(pair[0], font)
    _size_of(opening).addprevious(node("spacing", val=_ROOM))
    return [opening, run(pair[-1], font)]


def hole(font: str = SONG) -> Element:
    """A blank to write on: one sign drawn as wide as six, since six could be torn apart."""
    found = run("＿", font)
    _size_of(found).addprevious(node("w", val=100 * _STRETCHED))
    return found


def _size_of(found: Element) -> Element:
    return next(each for each in found[0] if each.tag == ooxml.tag("sz"))


def paragraph(
    *runs: Element,
    place: str = "left",
    keep: bool = False,
    indent: float = 0,
    hang: float = 0,
    before: int = 0,
    tabs: Sequence[int] = (),
    edge: int = 0,
    ruled: bool = False,
    exact: int = 0,
) -> Element:
    """A paragraph that never breaks across pages.

    ``keep`` it on the page of the next one; ``indent`` all of it and ``hang`` its further lines by
    so many characters of 五号; ``before`` and ``exact`` (its height) in points; ``tabs`` in
    twentieths of a point, ``edge`` one more that text ends at; ``ruled`` for a line to write on.
    """
    rules = [node(side, val="single", sz=4, space=0, color="808080")
             for side in ("bottom", "between")]  # fmt: skip
    stops = [node("tab", val="left", pos=each) for each in tabs]
    stops += [node("tab", val="right", pos=edge)] if edge else []
    spacing = {"before": before * 20, "after": 0, "line": exact * 20 or 300}
    return node(
        "p",
        node(
            "pPr",
            *([node("keepNext")] if keep else []),
            node("keepLines"),
            *([node("pBdr", *rules)] if ruled else []),
            *([node("tabs", *stops)] if stops else []),
            node("spacing", **spacing, lineRule="exact" if exact else "atLeast"),
            node("ind", left=round((indent + hang) * FIVE * 10), hanging=round(hang * FIVE * 10)),
            node("jc", val=place),
        ),
        *runs,
    )


def table(
    rows: Sequence[Sequence[Sequence[Element]]], widths: Sequence[int], *, height: int = 0
) -> Element:
    """A ruled table of runs; widths and the least height of a row in millimetres."""
    sides = [node(side, val="single", sz=4, space=0, color="000000")
             for side in ("top", "left", "bottom", "right", "insideH", "insideV")]  # fmt: skip
    found = node(
        "tbl",
        node(
            "tblPr",
            node("tblW", w=round(sum(widths) * MM), type="dxa"),
            node("jc", val="center"),
            node("tblBorders", *sides),
            node("tblLayout", type="fixed"),
        ),
        node("tblGrid", *(node("gridCol", w=round(each * MM)) for each in widths)),
    )
    for cells in rows:
        look_of_row = [node("cantSplit")]
        if height:
            look_of_row.append(node("trHeight", val=round(height * MM), hRule="atLeast"))
        found.append(node("tr", node("trPr", *look_of_row), *map(_cell, cells, widths)))
    return found


def _cell(runs: Sequence[Element], width: int) -> Element:
    return node(
        "tc",
        node("tcPr", node("tcW", w=round(width * MM), type="dxa"), node("vAlign", val="center")),
        paragraph(*runs, place="center", keep=True),
    )


def heading(face: Face, titles: Sequence[str], notes: Sequence[str], sheet: Sheet) -> list[Element]:
    """The head of a file: its titles, which of parallel papers it is, and what stands below."""
    most = round(sheet.column * MM / (_enlarged(LARGE, sheet.scale) * 10)) - 2
    lines = [line for each in titles for line in _balanced(each, most)]
    found = [paragraph(run(line, HEI, LARGE), place="center", keep=True) for line in lines]
    if face.mark:
        found.append(
            paragraph(run(f"（{face.mark} 卷）", HEI, SMALL_FOUR), place="center", keep=True)
        )
    if face.draft:
        notes = [*notes, "试卷未封存，仅供校对"]
    found += [paragraph(run(each, KAI), place="center", before=3, keep=True) for each in notes]
    return found


def _balanced(title: str, most: int) -> list[str]:
    """The title in lines of about the same length, none longer than ``most`` characters.

    Of two lines the first ends with a word where it can.
    """
    count = -(-len(title) // most)
    turns = [each.start() for each in _TURN.finditer(title)
             if len(title) - most <= each.start() <= most]  # fmt: skip
    if count == 2 and turns:
        at = min(turns, key=lambda each: abs(2 * each - len(title)))
        return [title[:at], title[at:]]
    size = -(-len(title) // count)
    return [title[at : at + size] for at in range(0, len(title), size)]


def document(
    content: Iterable[Element],
    *,
    sheet: Sheet,
    running: str,
    pictures: Mapping[str, Picture],
    sealed_off: bool = True,
    head: Sequence[Element] = (),
) -> bytes:
    """The file: the seal line on its first page, a running head on the others, pages counted.

    ``head`` stands on every page in the place of the seal line.
    ``pictures`` are those of the items, by address; one that is missing stays as its words.
    """
    section = node(
        "sectPr",
        ooxml.reference("headerReference", "first", 4),
        ooxml.reference("headerReference", "default", 5),
        ooxml.reference("footerReference", "first", 6),
        ooxml.reference("footerReference", "default", 6),
        _size(sheet),
        node(
            "pgMar", top=round(sheet.top * MM), bottom=round(sheet.bottom * MM),
            left=round(sheet.left * MM), right=round(sheet.right * MM),
            header=round(10 * MM), footer=round(10 * MM), gutter=0,
        ),
        *([node("cols", num=sheet.columns, space=round(sheet.gap * MM), sep=1)]
          if sheet.columns > 1 else []),
        node("titlePg"),
    )  # fmt: skip
    body = node("body", *content, section)
    media = _drawn(body, sheet, pictures, first=_PARTS + 1)
    if sheet.scale > 1:
        _enlarge(body, sheet.scale)
    first = head or (_seal(sheet) if sealed_off else [])
    further = [deepcopy(each) for each in head]
    return ooxml.package(
        node("document", body),
        [
            Part("styles", "styles", _styles()),
            Part("fontTable", "fontTable", _fonts()),
            Part("settings", "settings", ooxml.settings()),
            Part("seal", "header", node("hdr", *first, paragraph())),
            Part(
                "running",
                "header",
                node("hdr", *further, paragraph(run(running, size=18), place="right")),
            ),
            Part("pages", "footer", node("ftr", _pages())),
        ],
        media,
    )


def _enlarged(size: int, scale: float) -> int:
    """A size of type in half-points; headings, large as they are, grow less than the text."""
    return round(size * (scale if size <= SMALL_FOUR else min(scale, 1.2)))


def _enlarge(body: Element, scale: float) -> None:
    """Type, the room of a line, and what is set off by so many characters."""
    for each in body.iter():
        kind = etree.QName(each).localname
        if kind in ("sz", "szCs"):
            _set(each, "val", _enlarged(_get(each, "val"), scale))
        elif kind == "spacing":
            # Of a paragraph the height of a line, of a run the room after a letter.
            name = "val" if _named(each, "val") else "line"
            _set(each, name, round(_get(each, name) * scale))
        elif kind == "ind":
            for side in ("left", "hanging"):
                _set(each, side, round(_get(each, side) * scale))
        elif kind == "tab" and _named(each, "val") == "left":
            _set(each, "pos", round(_get(each, "pos") * scale))


def _named(element: Element, name: str) -> str | None:
    return element.get(f"{{{element.nsmap['w']}}}{name}")


def _get(element: Element, name: str) -> int:
    return int(_named(element, name) or 0)


def _set(element: Element, name: str, value: int) -> None:
    element.set(f"{{{element.nsmap['w']}}}{name}", str(value))


def picture(address: str, alt: str) -> Element:
    """A run for a picture of the bank; its words where there is none."""
    found = node("r", ooxml.place_picture(alt))
    found.set(_ADDRESS, address)
    return found


def holds_picture(found: Element) -> bool:
    return any(each.get(_ADDRESS) for each in found.iter())


def _drawn(
    body: Element, sheet: Sheet, pictures: Mapping[str, Picture], *, first: int
) -> list[Media]:
    """Draw the pictures where they are to stand, each as large as the column lets it."""
    media: dict[str, Media] = {}
    places = [each for each in body.iter() if each.get(_ADDRESS)]
    for number, place in enumerate(places, 1):
        address = str(place.attrib.pop(_ADDRESS))
        found = pictures.get(address)
        if found is None:
            alt = next(iter(place[0].attrib.values()), "")
            place[:] = [look(), ooxml.text(f"［图：{alt}］")]
            continue
        media.setdefault(address, Media(f"{address}.{found.suffix}", found.data))
        wide = min(found.width * _DOT, sheet.column - 10)
        high = wide * found.height / found.width
        if high > _TALLEST:
            wide, high = wide * _TALLEST / high, _TALLEST
        relation = first + list(media).index(address)
        ooxml.put_picture(place[0], number, relation, wide, high)
    return list(media.values())


def _size(sheet: Sheet) -> Element:
    found = node("pgSz", w=round(sheet.width * MM), h=round(sheet.height * MM))
    if sheet.width > sheet.height:
        found.set(f"{{{found.nsmap['w']}}}orient", "landscape")
    return found


def _seal(sheet: Sheet) -> list[Element]:
    """A table of one cell that floats at the left edge; its dotted right side is the line."""
    width, height = round(_SEAL_WIDE * MM), round((sheet.height - 2 * _SEAL_FROM_TOP) * MM)
    blank = "＿" * (9 if sheet.height < 280 else 11)
    fields = "　".join(f"{each}：{blank}" for each in ("姓名", "部门", "职务", "考号"))
    line = "　　".join("密封线内不要答题")
    cell = node(
        "tc",
        node(
            "tcPr",
            node("tcW", w=width, type="dxa"),
            node("tcBorders", node("right", val="dashed", sz=8, space=0, color="000000")),
            node("textDirection", val="btLr"),
            node("vAlign", val="center"),
        ),
        paragraph(run(fields), place="center"),
        paragraph(run(f"{_DOTS}　{line}　{_DOTS}", HEI, 18), place="center", before=6),
    )
    return [
        node(
            "tbl",
            node(
                "tblPr",
                node(
                    "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="page",
                    horzAnchor="page", tblpX=round(_SEAL_AT * MM), tblpY=round(_SEAL_FROM_TOP * MM),
                ),
                node("tblW", w=width, type="dxa"),
                node("tblLayout", type="fixed"),
            ),
            node("tblGrid", node("gridCol", w=width)),
            node("tr", node("trPr", node("trHeight", val=height, hRule="exact")), cell),
        )
    ]  # fmt: skip


def _pages() -> Element:
    small = look(size=18)
    return paragraph(
        run("第 ", size=18), *ooxml.field("PAGE", small),
        run(" 页　共 ", size=18), *ooxml.field("NUMPAGES", small), run(" 页", size=18),
        place="center",
    )  # fmt: skip


def _styles() -> Element:
    normal = node("style", node("name", val="Normal"), type="paragraph", default=1,
                  styleId="Normal")  # fmt: skip
    return node("styles", node("docDefaults", node("rPrDefault", look())), normal)


def _fonts() -> Element:
    """What stands in for the fonts where a machine knows them by other names."""
    other = {SONG: "SimSun", HEI: "SimHei", KAI: "KaiTi"}
    return node(
        "fonts",
        *(node("font", node("altName", val=name), node("charset", val="86"), name=font)
          for font, name in other.items()),
    )  # fmt: skip
