"""Word documents that people upload, as the paragraphs a reader sees.

Only .docx is read. A document is an archive, so it passes core.archives first; its XML passes
core.xml. Nothing in it is run, resolved or fetched.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from core import archives, xml
from core.files import Unreadable
from core.numbering import Numbering

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_PARAGRAPHS = 200_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What a reader does not see, or sees elsewhere: field codes, deletions, text boxes, and the
#: pronunciation above a character.
_HIDDEN = {"instrText", "delText", "del", "moveFrom", "Fallback", "txbxContent", "rt"}
#: Ticks and crosses that Word keeps as signs of a font instead of text.
_SIGNS = {"F0FC": "√", "F0FB": "×", "F0FE": "√", "F0FD": "×", "F050": "√", "F04F": "×"}


@dataclass(frozen=True)
class Paragraph:
    text: str
    #: The number or letter that Word puts before it, as shown: 1. or (A) or 第一条; "" for none.
    label: str = ""
    #: Name of its paragraph style.
    style: str = ""
    #: Row and column, from 1, where it stands in a table; None outside of one.
    cell: tuple[int, int] | None = None
    #: The how many-th table of the document that is, from 1; 0 outside of one.
    table: int = 0
    #: It stands in a text box beside the text.
    boxed: bool = False
    #: A tracked change took its end away: the next one goes on in its line.
    runs_on: bool = False


def paragraphs(data: bytes) -> Sequence[Paragraph]:
    """The paragraphs of a .docx file in reading order, those of tables row by row.

    Raises Unreadable.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("这是旧版 .doc 或加密的文档，请用 WPS 或 Word 另存为不加密的 .docx 再试")
    parts = {
        each.name: each.data
        for each in archives.entries(data, wanted=lambda name: name.startswith("word/"))
    }
    if "word/document.xml" not in parts:
        raise Unreadable("文件不是 .docx 文档（可能只改了扩展名）")
    body = xml.parse(parts["word/document.xml"]).find(f"{_W}body")
    numbering = Numbering(
        *(xml.parse(parts[name]) if name in parts else None
          for name in ("word/numbering.xml", "word/styles.xml"))
    )  # fmt: skip
    if body is None:
        raise Unreadable("文档里没有正文，请用 WPS 或 Word 打开后另存为 .docx 再试")
    found: list[Paragraph] = []
    for each in _joined(_Walk(numbering).through(body)):
        if len(found) >= MAX_PARAGRAPHS:
            raise Unreadable(f"文档超过 {MAX_PARAGRAPHS} 段，请拆分后重试")
        found.append(each)
    return found


class _Walk:
    """Through a document in reading order, counting lists and tables along."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._tables = 0

    def through(
        self,
        parent: etree._Element,
        cell: tuple[int, int] | None = None,
        table: int = 0,
        *,
        boxed: bool = False,
    ) -> Iterator[Paragraph]:
        for element in parent:
            match xml.local(element):
                case "p":
                    yield Paragraph(
                        _text(element),
                        label=self._numbering.label(element),
                        style=_style(element),
                        cell=cell,
                        table=table,
                        boxed=boxed,
                        runs_on=_runs_on(element),
                    )
                    if not boxed:
                        for box in _boxes(element):
                            yield from self.through(box, cell, table, boxed=True)
                case "tbl":
                    yield from self._table(element)
                case "sdt" | "sdtContent" | "ins" | "smartTag" | "customXml":
                    yield from self.through(element, cell, table, boxed=boxed)

    def _table(self, table: etree._Element) -> Iterator[Paragraph]:
        self._tables += 1
        number = self._tables
        for at, row in enumerate(_rows(table), 1):
            for column, each in enumerate(row.iterchildren(f"{_W}tc"), 1):
                yield from self.through(each, (at, column), number)


def _runs_on(paragraph: etree._Element) -> bool:
    marks = ("del", "moveFrom")
    return any(paragraph.find(f"{_W}pPr/{_W}rPr/{_W}{mark}") is not None for mark in marks)


def _after(begun: Paragraph, rest: Paragraph) -> Paragraph:
    """The paragraph that both are; one of which nothing is left adds nothing."""
    if not begun.text:
        return rest
    return replace(begun, text=begun.text + rest.text, runs_on=rest.runs_on)


def _joined(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, those that run on together with the next one of the same place."""
    begun: Paragraph | None = None
    for each in paragraphs:
        if begun is not None and (begun.boxed, begun.cell) != (each.boxed, each.cell):
            yield begun
            begun = None
        whole = each if begun is None else _after(begun, each)
        begun = whole if whole.runs_on else None
        if begun is None:
            yield whole
    if begun is not None:
        yield begun


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of the table itself, not those of tables inside of it."""
    for each in table:
        name = xml.local(each)
        if name == "tr":
            yield each
        elif name in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _rows(each)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(xml.local(each) == "Fallback" for each in box.iterancestors()):
            yield box


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else str(style.get(f"{_W}val", ""))


def _text(element: etree._Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = xml.local(child)
        if name in _HIDDEN or name in {"pPr", "rPr"}:
            continue
        if name == "r":
            yield _run(child)
        elif name == "t":
            yield child.text or ""
        elif name == "sym":
            yield _SIGNS.get(str(child.get(f"{_W}char", "")).upper(), "")
        elif name in _BREAKS:
            yield _BREAKS[name]
        else:
            yield from _pieces(child)


#: What these elements put between words.
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def _run(run: etree._Element) -> str:
    """The text of a run; a line drawn under nothing is a blank to be filled in."""
    text = "".join(_pieces(run))
    line = run.find(f"{_W}rPr/{_W}u")
    drawn = line is not None and line.get(f"{_W}val", "single") != "none"
    return "_" * max(2, len(text)) if drawn and text and not text.strip(" \u3000\xa0") else text
