"""Pictures and tables of a Word document, brought into its lines before these are read. Pure.

The document is changed: a picture in a line becomes the text that names it, a table that belongs
to a question becomes a line for each row. Tables that hold questions, answers or scores stay.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from core import archives, xml
from core.files import Unreadable
from core.pictures import Picture
from question_bank import markup
from question_bank.importing import album
from question_bank.importing.album import Album
from question_bank.importing.columns import layout
from question_bank.importing.markup import MAX_COLUMNS, MAX_ROWS

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BODY, _LINKS = "word/document.xml", "word/_rels/document.xml.rels"
_STRONG = "Strong"
#: What begins a question, an option, an answer or a section: a table with such cells is laid out.
_MARK = re.compile(
    r"\s*(?:[（(]?[A-Ja-j][)）.．、:：]|[（(]?\d{1,4}[)）]?\s*[.．、]|[【\[]|(?:正确|参考)?答案|解析"
    r"|[一二三四五六七八九十]{1,3}\s*[、.．]|第\s*\d+\s*题)"
)
_QUESTION = re.compile(r"\s*(?:\d{1,4}\s*[.．、]|[（(]\d{1,3}[)）]|【|第\s*\d+\s*题)")
_OPTION = re.compile(r"\s*[（(]?[A-Ja-j][)）.．、:：]|\s*【?(?:正确|参考)?答案")
_SCORES = {"得分", "评卷人", "阅卷人", "总分", "题号", "分数", "核分人", "登分人", "复核人"}


def settled(data: bytes) -> tuple[bytes, Mapping[str, Picture], Sequence[str]]:
    """The document to read, the pictures that its lines name, and what was not taken.

    Raises Unreadable.
    """
    parts = {
        each.name: each.data
        for each in archives.entries(data, wanted=lambda name: name.startswith("word/"))
    }
    if _BODY not in parts or not _has_more(parts[_BODY]):
        return data, {}, ()
    root = xml.parse(parts[_BODY])
    settling = _Settling(parts)
    settling.change(root)
    parts[_BODY] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            if name.endswith(".xml"):
                archive.writestr(name, content)
    return buffer.getvalue(), settling.found, list(dict.fromkeys(settling.lost))


def _has_more(body: bytes) -> bool:
    return any(mark in body for mark in (b"<w:tbl>", b"<w:tbl ", b"r:embed", b'"Strong"'))


class _Settling:
    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._album = Album()
        self._links = _links(parts)
        self.found: dict[str, Picture] = {}
        self.lost: list[str] = []

    def change(self, root: etree._Element) -> None:
        if any(xml.local(each) == "imagedata" for each in root.iter()):
            self.lost.append("文档里有旧格式的图片，没有导入；请用 WPS 或 Word 重新插入")
        for drawing in [*root.iter(f"{_W}drawing")]:
            if said := self._picture(drawing):
                text = etree.Element(f"{_W}t")
                text.text = said
                parent = drawing.getparent()
                if parent is not None:
                    parent.replace(drawing, text)
        for run in root.iter(f"{_W}r"):
            _stand_out(run)
        body = root.find(f"{_W}body")
        if body is not None:
            for table in _of_questions(body):
                _into_lines(table)

    def _picture(self, drawing: etree._Element) -> str:
        """The picture in a line, as a text names it; "" for none."""
        ids = [str(each.get(f"{_R}embed", "")) for each in drawing.iter() if each.get(f"{_R}embed")]
        if not ids or drawing.find(f".//{_W}txbxContent") is not None:
            return ""
        name = self._links.get(ids[0], "")
        if name not in self._parts:
            self.lost.append("文档里有一幅图片不在文件中（只有链接），没有导入")
            return ""
        about = next((each for each in drawing.iter() if xml.local(each) == "docPr"), None)
        alt = "" if about is None else str(about.get("descr") or "")
        try:
            found = self._album.picture(self._parts[name])
        except Unreadable as error:
            self.lost.append(f"文档里的图片“{(alt or posixpath.basename(name))[:40]}”：{error}")
            return ""
        self.found[found.address] = found
        return album.named(alt, "", found)


def _links(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The parts of the document by the ids that its body calls them."""
    if _LINKS not in parts:
        return {}
    return {
        str(each.get("Id", "")): posixpath.normpath(f"word/{each.get('Target', '')}")
        for each in xml.parse(parts[_LINKS])
        if each.get("TargetMode") != "External"
    }


def _stand_out(run: etree._Element) -> None:
    style = run.find(f"{_W}rPr/{_W}rStyle")
    texts = run.findall(f"{_W}t")
    if style is not None and style.get(f"{_W}val") == _STRONG and len(texts) == 1:
        texts[0].text = markup.strong(texts[0].text or "")


def _of_questions(body: etree._Element) -> Iterator[etree._Element]:
    """The tables that are part of a question: they follow its words."""
    asked, before = False, ""
    for each in [*body]:
        name = xml.local(each)
        if name == "p" and (text := _words(each)).strip():
            before = text
            asked = asked or bool(_QUESTION.match(text))
        elif name == "tbl" and asked and not _OPTION.match(before) and _is_data(each):
            yield each


def _cells(table: etree._Element) -> list[list[str]]:
    return [
        [" ".join(" ".join(map(_words, cell.iter(f"{_W}p"))).split())
         for cell in row.findall(f"{_W}tc")]
        for row in table.findall(f"{_W}tr")
    ]  # fmt: skip


def _is_data(table: etree._Element) -> bool:
    rows = _cells(table)
    width = max(map(len, rows), default=0)
    every = [cell for row in rows for cell in row]
    filled = [cell for cell in every if cell]
    return (
        2 <= len(rows) <= MAX_ROWS
        and 2 <= width <= MAX_COLUMNS
        and len(filled) * 10 >= len(every) * 7
        and not any(map(_MARK.match, filled))
        and not _SCORES & {cell.replace(" ", "") for cell in filled}
        and not any(layout(row).is_items for row in rows[:3])
        and not any(table.iter(f"{_W}vMerge", f"{_W}gridSpan"))
    )


def _words(paragraph: etree._Element) -> str:
    return "".join(each.text or "" for each in paragraph.iter(f"{_W}t"))


def _into_lines(table: etree._Element) -> None:
    """Put a paragraph for each row in the table's place."""
    rows = _cells(table)
    width = max(map(len, rows))
    headed = table.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is not None
    written = markup.table([row + [""] * (width - len(row)) for row in rows], headed)
    for line in written.split("\n"):
        paragraph = etree.Element(f"{_W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{_W}r"), f"{_W}t").text = line
        table.addprevious(paragraph)
    parent = table.getparent()
    if parent is not None:
        parent.remove(table)
