"""From the files that people have – text, Word, saved pages, archives – to clean lines. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree, html

from core import archives, documents
from core import files as core_files
from laws.parsing import decoding, headings, layout
from laws.parsing.text import Flaw, Problem, Unreadable

#: Files that hold one text each, and archives of them.
TEXTS = (".md", ".txt", ".docx", ".htm", ".html")
SUFFIXES = (*TEXTS, ".zip")
#: Documents that people take for law texts too: to be reported, never passed over.
FOREIGN = (".doc", ".pdf", ".wps", ".rtf", ".odt", ".ofd", ".xls", ".xlsx", ".rar", ".7z")
MAX_BYTES = 8 * 1024 * 1024

_KINDS = "只能导入 .docx、.txt、.md、.htm/.html 文本，或装有它们的 .zip 压缩包"
#: What a file is by its first bytes, whatever its name says.
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "这是 PDF 文件，读不出可靠的条文，请改用官方网站提供的 .docx 或 .txt 文本"),
    (
        b"\xd0\xcf\x11\xe0",
        "这是旧版 Word（.doc）或加密的文档，请另存为不加密的 .docx 再试",
    ),
    (b"{\\rtf", "这是 RTF 文档，请用 WPS 或 Word 另存为 .docx"),
    (b"Rar!", "这是 RAR 压缩包，请解压后导入，或者重新压缩为 .zip"),
    (b"7z\xbc\xaf", "这是 7z 压缩包，请解压后导入，或者重新压缩为 .zip"),
    (b"\x89PNG", "这是图片，请改用 .docx 或 .txt 文本"),
    (b"\xff\xd8\xff", "这是图片，请改用 .docx 或 .txt 文本"),
)
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_SENTENCE = re.compile(r"[。；，：]")


@dataclass(frozen=True)
class Lines:
    """The lines of a text that hold something, and what to check about how they were set."""

    lines: Sequence[str]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Rejected:
    """A file of which nothing can be registered."""

    file: str
    reason: str


def unpacked(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes] | Rejected]:
    """The files, with those in archives in the place of these, named by the path inside."""
    for name, data in files:
        if not name.lower().endswith(".zip"):
            yield name, data
            continue
        try:
            entries = archives.entries(data, wanted=_is_shown)
        except core_files.Unreadable as error:
            yield Rejected(name, str(error))
            continue
        if not entries:
            yield Rejected(name, "压缩包里没有文件")
        for entry in entries:
            inner = f"{name}/{entry.name}"
            if entry.name.lower().endswith(".zip"):
                yield Rejected(inner, "压缩包里的压缩包不再打开，请解压后导入")
            else:
                yield inner, entry.data


def of_interest(name: str) -> bool:
    """Whether a file of a folder is to be read, or reported: no pictures, lists and the like."""
    return _is_shown(name) and PurePosixPath(name.lower()).suffix in (*SUFFIXES, *FOREIGN)


def _is_shown(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX", "~$")) for part in path.parts)
    return not hidden and path.name not in {"Thumbs.db", "desktop.ini"}


def lines(name: str, data: bytes) -> Lines:
    """The lines of a text, whole paragraphs, without what stands under it. Raises Unreadable."""
    found = _lines(name, data)
    text = layout.without_foot(found.lines)
    size = layout.width(text)
    if size is None:
        return Lines(text, found.problems)
    told = f"文本按每行约 {size} 字折行，已接回整段；恰在行末结束的句子可能另起了一款，请核对"
    return Lines(layout.unbroken(text, size), [*found.problems, Problem(Flaw.LAYOUT, told)])


def _lines(name: str, data: bytes) -> Lines:
    for sign, reason in _SIGNS:
        if data.startswith(sign):
            raise Unreadable(reason)
    kind = PurePosixPath(name.lower()).suffix
    if kind not in TEXTS:
        raise Unreadable(_KINDS)
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不像一部法律文本")
    if not data.strip():
        raise Unreadable("文件是空的")
    if kind == ".docx":
        return _of_document(data)
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable("内容不是文本，编码无法识别；如果是 Word 文档，请把扩展名改为 .docx")
    text = decoding.text(data)
    return Lines(decoding.lines(_of_page(text) if kind in {".htm", ".html"} else text))


def _of_document(data: bytes) -> Lines:
    try:
        paragraphs = documents.paragraphs(data)
    except core_files.Unreadable as error:
        raise Unreadable(str(error)) from None
    # Notes in boxes beside the text are not the law, unless there is nothing else.
    beside = [each for each in paragraphs if each.boxed]
    text = [each for each in paragraphs if not each.boxed]
    if not any(headings.begins_text(line) for line in _shown_lines(text)):
        return Lines(_marked_lines(paragraphs))
    boxed = "；".join(_shown_lines(beside))
    told = f"文本框里的文字没有登记，请核对是否属于正文：{boxed[:60]}"
    return Lines(_marked_lines(text), [Problem(Flaw.LAYOUT, told)] if boxed else [])


def _shown_lines(paragraphs: Sequence[documents.Paragraph]) -> list[str]:
    return [line for each in paragraphs for line in decoding.lines(_numbered(each))]


def _numbered(paragraph: documents.Paragraph) -> str:
    """The text behind the number that Word counts, unless it has been typed as well."""
    text = paragraph.text.strip()
    typed = headings.begins_article(text) or headings.division(text)
    return f"{paragraph.label}\u3000{text}" if paragraph.label and not typed else paragraph.text


def _marked_lines(paragraphs: Sequence[documents.Paragraph]) -> list[str]:
    found: list[str] = []
    begun = False
    for each in paragraphs:
        for line in decoding.lines(_numbered(each)):
            begun = begun or headings.begins_article(line)
            mark = _mark(each.style) if begun and _may_head(line) else ""
            found.append(f"{mark}{line}")
    if not found:
        raise Unreadable("文档里没有文字（可能全是图片），请改用有文字的文本")
    return found


def _mark(style: str) -> str:
    """The # that a heading's style stands for."""
    match = _HEADING_STYLE.search(style)
    return "#" * (int(match[1]) + 1) + " " if match and int(match[1]) < 6 else ""


def _may_head(line: str) -> bool:
    """A line that only its style makes a heading; what its words make one needs no mark."""
    return len(line) <= 40 and not (
        _SENTENCE.search(line) or headings.begins_text(line) or headings.begins_annex(line)
    )


_BLOCKS = re.compile(
    "p|div|br|tr|li|h[1-6]|t[dh]|table|section|article|dd|dt|center|blockquote|pre|body|ul|ol"
)
_UNSEEN = re.compile("script|style|noscript|head|nav|header|footer|button|select|iframe|textarea")
#: What stands under the text on a web page.
_FOOT = re.compile(
    r"[【\[(（]?\s*(责任编辑|打印|关闭|版权所有|上一篇|下一篇|相关链接|扫一扫|分享到|主办单位|网站标识码"
    r"|[京沪津渝]ICP备|附件下载|返回顶部)"
)


def _of_page(text: str) -> str:
    """The text that a saved web page shows, a line for each block of it."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True,
                             remove_pis=True, huge_tree=False)  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise Unreadable("网页里没有正文，请改用 .docx 或 .txt 文本")
    shown: list[str] = []
    begun = False
    for line in "".join(_shown(root)).split("\n"):
        begun = begun or headings.begins_text(line.strip())
        if begun and _FOOT.match(line.strip()):
            break
        shown.append(line)
    return "\n".join(shown)


def _shown(root: etree._Element) -> Iterator[str]:
    unseen: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and unseen is None:
            if _UNSEEN.fullmatch(tag):
                unseen = element
                continue
            yield "\n" if _BLOCKS.fullmatch(tag) else ""
            yield _flowing(element.text, keep=tag == "pre")
        elif event == "end":
            if unseen is element:
                unseen = None
            elif unseen is not None:
                continue
            yield "\n" if _BLOCKS.fullmatch(tag) else ""
            yield _flowing(element.tail, keep=False)


def _flowing(text: str | None, *, keep: bool) -> str:
    """Line feeds of the source are no line feeds of the page."""
    return (text or "") if keep else re.sub(r"[ \t\r]*\n[ \t\r]*", "", text or "")
