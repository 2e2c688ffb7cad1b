"""XML from outside: no entities, no document types, nothing fetched, bounded size."""

from lxml import etree

from core.files import Unreadable

MAX_BYTES = 50 * 1024 * 1024


def parse(data: bytes) -> etree._Element:
    """The root element. Raises Unreadable, with the line where the text is not well formed."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"XML 超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后重试")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"第 {line} 行附近" if line else ""
        raise Unreadable(f"XML 格式有误{where}，请检查文件是否完整") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise Unreadable("XML 含有 DOCTYPE 声明，出于安全考虑不读取；请删去后重试")
    return root


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def line(element: etree._Element) -> int:
    """The line of the file that an element begins on, from 1."""
    found = element.sourceline
    return found if isinstance(found, int) else 1
