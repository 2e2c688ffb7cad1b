"""A QTI file: one item, or a package with its manifest. Pure."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from lxml import etree

from core import archives, xml
from core.files import Unreadable
from question_bank.importing.album import Album
from question_bank.importing.columns import RawRow
from question_bank.importing.contents import Found
from question_bank.importing.qti import items, names

MANIFEST = "imsmanifest.xml"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
#: Kinds of resources of a package that are no items.
_NO_ITEMS = ("test", "stimulus", "rptemplate", "outcome", "result", "usagedata")
_OTHER = {
    "questestinterop": "这是 QTI 1.2；请从原系统导出 QTI 2.1、2.2 或 3.0",
    "assessmentTest": "这是 QTI 的试卷（assessmentTest），题目在包里的其他文件；请导入整个 .zip 包",
    "assessmentSection": "这是 QTI 试卷的一部分；请导入整个 .zip 包",
    "manifest": "只有包的清单，没有题目；请导入整个 .zip 包",
}


def is_item(root: etree._Element) -> bool:
    return names.name(root) == "assessmentItem"


def refusal(root: etree._Element) -> str:
    """Why an XML file of this root is no QTI item."""
    return _OTHER.get(names.name(root), f"不是 QTI 题目：最外层是 <{xml.local(root)[:40]}>")


def is_package(listed: Sequence[str]) -> bool:
    return any(map(_is_manifest, listed))


def _is_manifest(name: str) -> bool:
    return posixpath.basename(name).lower() == MANIFEST


def read_item(root: etree._Element) -> RawRow:
    """The item of a file of its own. Raises Unreadable."""
    if not is_item(root):
        raise Unreadable(refusal(root))
    found = Found(xml.line(root))
    items.read(root, found)
    return found.row()


def read_package(data: bytes) -> tuple[Sequence[RawRow], Sequence[str]]:
    """The items of a package, and what of it was passed over. Raises Unreadable."""
    found = archives.entries(data, wanted=lambda name: name.lower().endswith((".xml", *_PICTURES)))
    files = {each.name: each.data for each in found}
    lists = [name for name in files if _is_manifest(name)]
    manifest = min(lists, key=lambda name: name.count("/"), default=None)
    if manifest is None:
        raise Unreadable(
            "压缩包里没有 imsmanifest.xml，不是 QTI 包；请用原系统的“导出 QTI 包”功能重新导出"
        )
    root = _manifest(files[manifest])
    wanted = _wanted(root, posixpath.dirname(manifest))
    pictures = Album()
    rows = [row for name, tags in wanted.items() for row in _file(name, tags, files, pictures)]
    if not rows:
        there = sum(map(_holds_item, files.values()))
        raise Unreadable(
            "包的清单 imsmanifest.xml 里没有题目（assessmentItem）"
            + (f"，包里却有 {there} 个题目文件" if there else "")
            + "；请用原系统重新导出"
        )
    rows = _once(rows)
    passed = [f"{name}（清单中没有列出）" for name in files
              if name not in wanted and name != manifest and _holds_item(files[name])]  # fmt: skip
    return rows, passed


def _manifest(data: bytes) -> etree._Element:
    try:
        root = xml.parse(data)
    except Unreadable as error:
        raise Unreadable(f"包的清单 imsmanifest.xml 读不了：{error}") from None
    if names.name(root) != "manifest":
        raise Unreadable(
            f"包的清单 imsmanifest.xml 的最外层应是 <manifest>，读到 <{xml.local(root)[:40]}>；"
            "请用原系统重新导出"
        )
    return root


def _once(rows: Sequence[RawRow]) -> list[RawRow]:
    """The rows; of several items that call themselves the same the later ones are doubtful."""
    seen: dict[str, str] = {}
    found = []
    for row in rows:
        first = seen.setdefault(row.identifier or row.sheet, row.sheet)
        if first != row.sheet:
            doubt = f"identifier“{row.identifier[:40]}”与 {first} 相同，请核对是否同一道题"
            row = replace(row, doubts=[*row.doubts, doubt])
        found.append(row)
    return found


def _wanted(root: etree._Element, folder: str) -> Mapping[str, Sequence[str]]:
    """The files that the manifest lists, with the keywords of each."""
    found: dict[str, Sequence[str]] = {}
    for resource in names.every(root, "resource"):
        kind, href = str(resource.get("type", "")), str(resource.get("href", ""))
        if not href:
            href = next(
                (str(each.get("href", "")) for each in names.children(resource, "file")), ""
            )
        other = any(each in kind.lower() for each in _NO_ITEMS)
        if href and ("item" in kind or not kind or "qti" in kind) and not other:
            name = posixpath.normpath(posixpath.join(folder, unquote(href)))
            found[name] = _keywords(resource)
    return found


def _keywords(resource: etree._Element) -> Sequence[str]:
    return [text for keyword in names.every(resource, "keyword")
            if (text := " ".join("".join(map(str, keyword.itertext())).split()))]  # fmt: skip


def _file(
    name: str, tags: Sequence[str], files: Mapping[str, bytes], pictures: Album
) -> Iterator[RawRow]:
    if name.startswith(("../", "/")):
        raise Unreadable(f"清单指向包外的文件“{name[:80]}”，已拒绝读取")
    if name not in files:
        yield RawRow(1, {}, sheet=name, problem="清单列出了这个文件，包里却没有；请重新导出整个包")
        return
    try:
        root = xml.parse(files[name])
    except Unreadable as error:
        yield RawRow(1, {}, sheet=name, problem=str(error))
        return
    if names.name(root) in {"assessmentTest", "assessmentSection"}:
        return
    if not is_item(root):
        yield RawRow(1, {}, sheet=name, problem=refusal(root))
        return
    found = Found(xml.line(root), sheet=name, tags=tags, album=pictures)
    items.read(root, found, files)
    yield found.row()


def _holds_item(data: bytes) -> bool:
    return b"assessmentItem" in data[:2000] or b"qti-assessment-item" in data[:2000]
