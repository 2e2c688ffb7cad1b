"""The file formats of items, and how each is told by its content. Pure."""

import re

from core import archives, xml
from core.files import Unreadable, decode
from core.labels import Labelled
from core.spreadsheets import read_csv
from question_bank.importing import aiken, gift, moodle
from question_bank.importing.columns import layout
from question_bank.importing.qti import packages

#: A heading is looked for in so many rows from the top of a sheet.
HEAD_ROWS = 30


_SUFFIXES = {
    "text": "txt", "gift": "gift.txt", "aiken": "aiken.txt", "moodle": "xml", "qti": "zip",
    "qti3": "zip", "bundle": "zip",
}  # fmt: skip


class Format(Labelled):
    XLSX = "xlsx", "Excel 工作簿"
    CSV = "csv", "CSV 表格"
    JSONL = "jsonl", "JSON 行"
    TEXT = "text", "文字题库"
    DOCX = "docx", "Word 文档"
    GIFT = "gift", "GIFT 文本"
    AIKEN = "aiken", "Aiken 文本"
    MOODLE = "moodle", "Moodle XML"
    QTI = "qti", "QTI 2.1 包"
    QTI3 = "qti3", "QTI 3.0 包"
    BUNDLE = "bundle", "无损包（含全部版本）"

    @property
    def suffix(self) -> str:
        """What a file of the format is called after the last point."""
        return _SUFFIXES.get(self.value, self.value)

    @property
    def unit(self) -> str:
        """What the numbers of its rows count."""
        return {"jsonl": "行", "docx": "段"}.get(self.value, "行")

    @property
    def is_table(self) -> bool:
        return self in {Format.XLSX, Format.CSV, Format.JSONL}


_PACKED = (".zip", ".rar", ".7z", ".gz", ".tar")
_MARKS = re.compile(
    r"^\s*[(（【\[]?\s*[AaＡ]\s*[)）】\].．、:：]|【\s*(?:正确|参考|标准)?答案\s*】|"
    r"^\s*(?:正确|参考|标准)?答案\s*[:：]|[一二三四五六]\s*[、.．]\s*\S{0,6}(?:选择|判断|填空|简答|论述|案例)|"
    r"^\s*\d{1,4}\s*[、.．]",
    re.MULTILINE,
)


def detected(data: bytes) -> Format:
    """What the file is. Raises Unreadable for what we do not read."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise Unreadable("文件是空的，请检查后重新选择")
    if head.startswith(b"PK"):
        return _archive(data)
    if reason := _refused(head):
        raise Unreadable(reason)
    if xml.looks_like(data):
        start = xml.decoded(data)[:4000].lstrip("\ufeff \t\r\n")
        if not start.startswith("<<"):
            return _xml(data, start)
    text = decode(data)
    start = text[:4000].lstrip()
    if re.match(r"\{\s*[\"}]|\[\s*[\[\]{\d\"]", start):
        return Format.JSONL
    return _text(text, data)


def _refused(head: bytes) -> str:
    """Why a file that begins so is not read; "" if it may be."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "这是旧版 .xls、.doc 或加密的文件，请用 WPS 或 Office 另存为不加密的 .xlsx、.docx"
    if head.startswith(b"%PDF"):
        return "这是 PDF 文件；请把试题整理到模板（.xlsx）中，或另存为 .docx 再导入"
    if head.startswith(b"{\\rtf"):
        return "这是 RTF 文件，请用 WPS 或 Word 另存为 .docx 再试"
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return "这是 .gz、.7z 或 .rar 压缩包，请解压后导入其中的文件，或重新压缩为 .zip"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return "这是图片；请导入文字形式的题库"
    return ""


def _archive(data: bytes) -> Format:
    listed = archives.names(data)
    if "word/document.xml" in listed:
        return Format.DOCX
    if "bundle.json" in listed:
        return Format.BUNDLE
    if packages.is_package(listed):
        return Format.QTI
    if "xl/workbook.xml" in listed:
        return Format.XLSX
    if not listed or all(name.endswith("/") for name in listed):
        raise Unreadable("压缩包里没有文件；请重新压缩或重新导出")
    if inner := next((name for name in listed if name.lower().endswith(_PACKED)), None):
        raise Unreadable(f"压缩包里还有压缩包“{inner[-60:]}”；请先解压，再逐个导入其中的题库")
    raise Unreadable(
        "压缩包里没有能读的题库：不是 .xlsx 工作簿、.docx 文档，也没有 imsmanifest.xml（QTI 包）；"
        "请解压后逐个导入其中的文件"
    )


def _xml(data: bytes, start: str) -> Format:
    if re.match(r"<!doctype html|<html|<head|<body|<table|<meta|<div|<p\b", start, re.IGNORECASE):
        raise Unreadable(
            "这是网页（HTML）而不是工作簿，可能只改了扩展名；请打开后另存为 .xlsx 再试"
        )
    root = xml.parse(data)
    if moodle.looks_like(root):
        return Format.MOODLE
    if packages.is_item(root):
        return Format.QTI
    raise Unreadable(packages.refusal(root))


def _text(text: str, data: bytes) -> Format:
    if _is_table(text, data):
        return Format.CSV
    if aiken.looks_like(text):
        return Format.AIKEN
    if gift.looks_like(text):
        return Format.GIFT
    return Format.TEXT if _MARKS.search(text) else Format.CSV


def _is_table(text: str, data: bytes) -> bool:
    """Whether a heading of columns stands near the top."""
    head = "\n".join(text.split("\n", HEAD_ROWS)[:HEAD_ROWS])
    if "," not in head and "\t" not in head:
        return False
    try:
        rows = read_csv(head.encode()).rows
    except Unreadable:
        return False
    return any(layout(row).is_items for row in rows)
