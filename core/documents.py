"""Word documents that people upload, as the paragraphs a reader sees.

Only .docx is read. A document is an archive, so it passes core.archives first; its XML passes
core.xml. Nothing in it is run, resolved or fetched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from core import archives, xml
from core.files import Unreadable

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_PARAGRAPHS = 200_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: What a reader does not see, or sees elsewhere: field codes, deletions, text boxes' fallbacks.
_HIDDEN = {"instrText", "delText", "del", "moveFrom", "Fallback"}


@dataclass(frozen=True)
class Paragraph:
    text: str
    #: The number or letter that Word puts before it, as shown: 1. or (A) or 第一条; "" for none.
    label: str = ""
    #: Name of its paragraph style.
    style: str = ""
    #: Row and column, from 1, where it stands in a table; None outside of one.
    cell: tuple[int, int] | None = None


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
    if body is None:
        raise Unreadable("文档里没有正文，请用 WPS 或 Word 打开后另存为 .docx 再试")
    found: list[Paragraph] = []
    for each in _walk(body, None):
        if len(found) >= MAX_PARAGRAPHS:
            raise Unreadable(f"文档超过 {MAX_PARAGRAPHS} 段，请拆分后重试")
        found.append(each)
    return found


def _walk(parent: etree._Element, cell: tuple[int, int] | None) -> Iterator[Paragraph]:
    for element in parent:
        match xml.local(element):
            case "p":
                yield Paragraph(_text(element), style=_style(element), cell=cell)
            case "tbl":
                yield from _table(element)
            case "sdt" | "sdtContent" | "ins" | "smartTag" | "customXml":
                yield from _walk(element, cell)


def _table(table: etree._Element) -> Iterator[Paragraph]:
    for number, row in enumerate(table.iter(f"{_W}tr"), 1):
        for column, each in enumerate(row.iterchildren(f"{_W}tc"), 1):
            yield from _walk(each, (number, column))


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else str(style.get(f"{_W}val", ""))


def _text(element: etree._Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = xml.local(child)
        if name in _HIDDEN or name == "pPr":
            continue
        if name == "t":
            yield child.text or ""
        elif name == "tab":
            yield "\t"
        elif name in {"br", "cr"}:
            yield "\n"
        elif name == "noBreakHyphen":
            yield "-"
        else:
            yield from _pieces(child)
