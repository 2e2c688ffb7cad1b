"""Official papers as Word files, laid out as GB/T 9704 has it: notices, circulars, reports.

A4, 37 mm above and 28 mm to the left, a type area of 156 × 225 mm, 22 lines of 28 characters in
仿宋 三号. Fonts are named, never embedded: where 方正小标宋简体 or 仿宋_GB2312 is missing, the font
table tells the program what comes nearest. Pure: paragraphs in, bytes out.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from lxml import etree

from core.documents import DOCX

_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_W = f"{{{_NS}}}"
#: Twentieths of a point in a millimetre.
_MM = 1440 / 25.4
#: 225 mm are 22 lines; 156 mm are 28 characters of 16 points, each a little narrower. The lines
#: are a grid of the page; of characters none is made, because not every program draws it alike.
_LINE = round(225 * _MM / 22)
_CLOSER = -5
#: As many characters of 二号 stand in a line of the title, with room left beside them.
_TITLE = 18
SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
#: What stands in for a font that a machine does not have.
_INSTEAD = {SONG: "宋体", FANG: "仿宋", HEI: "SimHei", KAI: "楷体"}
#: Half-points of 二号, 三号 and 四号.
_TWO, _THREE, _FOUR = 44, 32, 28

#: Words that a line of a title may begin with.
_WORDS = {"机关", "干部", "领导", "学法", "考试", "情况", "工作", "有关", "开展", "专题", "通知"}


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
    #: 发文字号, shown under the title; "" for none.
    number: str = ""
    addressees: str = ""
    organ: str = ""
    dated: date | None = None
    #: 附件, by name.
    attachments: Sequence[str] = field(default_factory=tuple)


def write(paper: Paper) -> bytes:
    """The paper as a .docx file; the same paper gives the same bytes."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(
            [("styles", "styles.xml"), ("fontTable", "fontTable.xml"),
             ("settings", "settings.xml"), ("footer", "odd.xml"), ("footer", "even.xml")]
        ),
        "word/document.xml": _document(paper),
        "word/styles.xml": _styles(),
        "word/fontTable.xml": _fonts(),
        "word/settings.xml": _settings(),
        "word/odd.xml": _footer("right"),
        "word/even.xml": _footer("left"),
    }  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, tree in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(
                entry, etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            )
    return buffer.getvalue()


def in_words(day: date) -> str:
    """A day as papers write it: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _node(tag: str, /, *children: etree._Element, **attributes: str | int) -> etree._Element:
    node = etree.Element(f"{_W}{tag}", nsmap={"w": _NS, "r": _REL})
    for key, value in attributes.items():
        node.set(f"{_W}{key.rstrip('_')}", str(value))
    node.extend(children)
    return node


def _run(text: str, font: str = FANG, size: int = _THREE) -> etree._Element:
    body = _node("t")
    # Control characters have no place in XML.
    body.text = "".join(each for each in text if each >= " " or each == "\t")
    body.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return _node("r", _look(font, size), body)


def _look(font: str, size: int) -> etree._Element:
    return _node(
        "rPr",
        _node("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font),
        *([_node("spacing", val=_CLOSER)] if size == _THREE else []),
        _node("sz", val=size),
        _node("szCs", val=size),
    )


def _paragraph(
    *runs: etree._Element, indent: int = 0, right: int = 0, place: str = "both", keep: bool = False
) -> etree._Element:
    """``indent`` and ``right`` in characters."""
    look = [_node("keepNext")] if keep else []
    # No gaps between figures and characters.
    look += [_node("autoSpaceDE", val=0), _node("autoSpaceDN", val=0)]
    first, aside = indent * 10 * _THREE, right * 10 * _THREE
    look.append(
        _node("ind", rightChars=right * 100, right=aside, firstLineChars=indent * 100,
              firstLine=first)
    )  # fmt: skip
    look.append(_node("jc", val=place))
    return _node("p", _node("pPr", *look), *runs)


def _document(paper: Paper) -> etree._Element:
    body = _node("body", *_content(paper))
    body.append(
        _node(
            "sectPr",
            _reference("default", 4),
            _reference("even", 5),
            _node("pgSz", w=round(210 * _MM), h=round(297 * _MM)),
            _node(
                "pgMar", top=round(37 * _MM), bottom=round(35 * _MM), left=round(28 * _MM),
                right=round(26 * _MM), header=round(15 * _MM), footer=round(28 * _MM), gutter=0,
            ),
            _node("docGrid", type="lines", linePitch=_LINE),
        )
    )  # fmt: skip
    return _node("document", body)


def _reference(which: str, relation: int) -> etree._Element:
    node = _node("footerReference", type=which)
    node.set(f"{{{_REL}}}id", f"rId{relation}")
    return node


def _content(paper: Paper) -> Iterator[etree._Element]:
    for line in _balanced(paper.title):
        yield _paragraph(_run(line, SONG, _TWO), place="center", keep=True)
    if paper.number:
        yield _paragraph(_run(paper.number, KAI), place="center")
    yield _paragraph()
    if paper.addressees:
        yield _paragraph(_run(f"{paper.addressees.rstrip('：:')}："))
    for block in paper.blocks:
        if isinstance(block, Grid):
            yield _table(block)
        else:
            yield from _lines(block)
    yield from _attached(paper.attachments)
    yield from _signed(paper)


def _attached(names: Sequence[str]) -> Iterator[etree._Element]:
    if names:
        yield _paragraph()
    for place, name in enumerate(names, 1):
        head = "附件：" if place == 1 else "　　　"
        number = f"{place}．" if len(names) > 1 else ""
        yield _paragraph(_run(f"{head}{number}{name}"), indent=2)


def _signed(paper: Paper) -> Iterator[etree._Element]:
    """The date four characters from the right, the organ centred above it."""
    dated = in_words(paper.dated) if paper.dated else ""
    aside = max(0, 4 + (_width(dated) - len(paper.organ)) // 2) if dated else 2
    if paper.organ or dated:
        yield _paragraph()
        yield _paragraph()
    if paper.organ:
        yield _paragraph(_run(paper.organ), right=aside, place="right", keep=True)
    if dated:
        yield _paragraph(_run(dated), right=4, place="right")


def _balanced(title: str) -> Iterator[str]:
    """The title in lines of about the same length; its own line breaks come first.

    A line ends before a word of the trade if there is one within three characters.
    """
    for line in title.splitlines():
        rest = line
        while len(rest) > _TITLE:
            size = -(-len(rest) // -(-len(rest) // _TITLE))
            near = [
                place
                for place in range(max(2, size - 3), min(size + 3, _TITLE) + 1)
                if rest[place : place + 2] in _WORDS
            ]
            cut = min(near, key=lambda place: abs(place - size), default=size)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def _width(dated: str) -> int:
    """Characters of full width that a date takes."""
    return sum(1 if each > "\x7f" else 0.5 for each in dated).__ceil__()


def _lines(block: Block) -> Iterator[etree._Element]:
    font = {Level.FIRST: HEI, Level.SECOND: KAI}.get(block.level, FANG)
    heading = block.level in {Level.FIRST, Level.SECOND}
    for line in block.text.splitlines():
        if line.strip():
            yield _paragraph(
                _run(line.strip(), font),
                indent=0 if block.level is Level.FLUSH else 2,
                keep=heading,
            )


def _table(grid: Grid) -> etree._Element:
    wide = round(156 * _MM / max(1, len(grid.heading)))
    sides = [
        _node(side, val="single", sz=4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    table = _node(
        "tbl",
        _node("tblPr", _node("tblW", w=5000, type="pct"), _node("tblBorders", *sides)),
        _node("tblGrid", *(_node("gridCol", w=wide) for _ in grid.heading)),
    )
    for place, cells in enumerate([grid.heading, *grid.rows]):
        row = _node("tr")
        if place == 0:
            row.append(_node("trPr", _node("tblHeader")))
        for cell in cells:
            text = _run(cell, HEI if place == 0 else FANG, _FOUR)
            paragraph = _paragraph(text, place="center")
            row.append(_node("tc", _node("tcPr", _node("tcW", w=wide, type="dxa")), paragraph))
        table.append(row)
    return table


def _styles() -> etree._Element:
    return _node(
        "styles",
        _node("docDefaults", _node("rPrDefault", _look(FANG, _THREE))),
        _node("style", _node("name", val="Normal"), type="paragraph", default=1, styleId="Normal"),
    )


def _fonts() -> etree._Element:
    return _node(
        "fonts",
        *(
            _node("font", _node("altName", val=other), _node("charset", val="86"), name=name)
            for name, other in _INSTEAD.items()
        ),
    )


def _settings() -> etree._Element:
    return _node("settings", _node("evenAndOddHeaders"))


def _footer(place: str) -> etree._Element:
    """The page's number between dashes, a character from the outer edge."""
    kinds = ("begin", "separate", "end")
    begin, separate, end = (
        _node("r", _look("宋体", _FOUR), _node("fldChar", fldCharType=kind)) for kind in kinds
    )
    code = _node("instrText")
    code.text = "PAGE"
    field_ = [
        begin, _node("r", _look("宋体", _FOUR), code), separate, _run("1", "宋体", _FOUR), end,
    ]  # fmt: skip
    runs = [_run("— ", "宋体", _FOUR), *field_, _run(" —", "宋体", _FOUR)]
    look = _node("pPr", _node("ind", leftChars=100, rightChars=100), _node("jc", val=place))
    return _node("ftr", _node("p", look, *runs))


def _relations(targets: Sequence[tuple[str, str]]) -> etree._Element:
    space = f"{_PACKAGE}/relationships"
    root = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})  # type: ignore[dict-item]  # what the stubs forget
    for place, (kind, target) in enumerate(targets, 1):
        etree.SubElement(
            root,
            f"{{{space}}}Relationship",
            Id=f"rId{place}",
            Type=f"{_REL}/{kind}",
            Target=target,
        )
    return root


def _content_types() -> etree._Element:
    space = f"{_PACKAGE}/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap={None: space})  # type: ignore[dict-item]  # what the stubs forget
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    etree.SubElement(root, f"{{{space}}}Default", Extension="rels", ContentType=rels)
    etree.SubElement(root, f"{{{space}}}Default", Extension="xml", ContentType="application/xml")
    base = DOCX.rpartition(".")[0]
    names = {
        "document": "document.main", "styles": "styles", "fontTable": "fontTable",
        "settings": "settings", "odd": "footer", "even": "footer",
    }  # fmt: skip
    for name, kind in names.items():
        etree.SubElement(
            root,
            f"{{{space}}}Override",
            PartName=f"/word/{name}.xml",
            ContentType=f"{base}.{kind}+xml",
        )
    return root
