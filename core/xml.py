"""XML from outside: no entities, no document types, nothing fetched, bounded size."""

import codecs
import html.entities
import re

from lxml import etree

from core.files import Unreadable, decode

MAX_BYTES = 50 * 1024 * 1024
#: So much of a file is looked at to tell what it says of itself.
_HEAD = 2_000
_SAMPLE = 200_000
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
#: A document type stands before the first element.
_DOCTYPE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN = {"lt", "gt", "amp", "quot", "apos"}
#: Of pairs of bytes beyond ASCII in an old encoding of the West hardly any follow each other.
_PAIRS = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe]){2,}")
#: Encodings by the larger one that people mean.
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "gb-2312": "gb18030",
          "iso-8859-1": "windows-1252", "latin1": "windows-1252"}  # fmt: skip


def looks_like(data: bytes) -> bool:
    """Whether the first character, in whatever encoding, opens a tag."""
    head = data[:_HEAD].removeprefix(codecs.BOM_UTF8)
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def decoded(data: bytes) -> str:
    """The text of an XML file, whether or not it is in the encoding that it declares.

    Raises Unreadable. Exporters that write UTF-8 and declare another encoding are common, and so
    are editors that save in their own.
    """
    declared = _declared(data)
    if declared in {"", "utf-8"} or _is_wide(data) or _is(data, "utf-8-sig"):
        return decode(data)
    if declared == "gb18030" or not _is_chinese(data):
        try:
            return data.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data)


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:_HEAD])
    name = found[1].decode().lower() if found else ""
    if name.startswith("utf-16") or name in {"utf8", "ucs-2", "us-ascii", "ascii"}:
        return ""
    return _MEANT.get(name, name)


def _is_wide(data: bytes) -> bool:
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:_HEAD]


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(data: bytes) -> bool:
    """Whether bytes in no UTF-8 look like GB18030: most of those beyond ASCII come in pairs."""
    sample = data[:_SAMPLE]
    beyond = sum(map((0x7F).__lt__, sample))
    paired = sum(len(match[0]) for match in _PAIRS.finditer(sample))
    return beyond > 0 and paired * 2 > beyond and _is(data, "gb18030")


def parse(data: bytes) -> etree._Element:
    """The root element. Raises Unreadable, with the line where the text is not well formed."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"XML 超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后重试")
    text = _DECLARATION.sub("", decoded(data).lstrip("\ufeff"), count=1)
    if _DOCTYPE.match(text[:_HEAD]):
        raise Unreadable(_TYPED)
    try:
        root = _parsed(text)
    except etree.XMLSyntaxError as error:
        if _code(error) != etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
            raise _broken(error) from None
        # &nbsp; and the like are of HTML, and in many exports.
        try:
            root = _parsed(_NAMED.sub(_character, text))
        except etree.XMLSyntaxError as other:
            raise _broken(other) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Unreadable(_TYPED)
    return root


_TYPED = "XML 含有 DOCTYPE 声明，出于安全考虑不读取；请删去后重试"


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _character(match: re.Match[str]) -> str:
    """The character that HTML calls so; what XML knows itself, or nobody does, as it is."""
    found = None if match[1] in _OWN else html.entities.html5.get(f"{match[1]};")
    return match[0] if found is None else "".join(f"&#{ord(each)};" for each in found)


def _code(error: etree.XMLSyntaxError) -> int:
    return int(getattr(error, "code", 0))


def _broken(error: etree.XMLSyntaxError) -> Unreadable:
    where = f"第 {error.lineno} 行附近" if error.lineno else ""
    if _code(error) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return Unreadable(
            f"XML {where}嵌套过深，或一段内容超过 10 MB（多半是嵌入的图片）；请拆分或缩小后重试"
        )
    known = {
        etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "用了没有定义的实体，请改为字符本身",
        etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "起止标签不配对，请检查文件是否完整",
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "标签没有结束，文件可能被截断，请重新导出",
        etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "没有内容，请重新导出",
        etree.ErrorTypes.ERR_DOCUMENT_END: "末尾有多余的内容，请检查文件是否由几个文件拼成",
        etree.ErrorTypes.ERR_INVALID_CHAR: "含有 XML 不允许的字符，请删去后重试",
    }
    return Unreadable(f"XML 格式有误{where}：{known.get(_code(error), '请检查文件是否完整')}")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def line(element: etree._Element) -> int:
    """The line of the file that an element begins on, from 1."""
    found = element.sourceline
    return found if isinstance(found, int) else 1
