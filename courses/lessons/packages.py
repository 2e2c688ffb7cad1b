"""Uploaded course packages: looked into before anything is unpacked. Pure.

A package is somebody else's web site in a zip. Nothing of it is trusted: names stay inside, sizes
are bounded before and while unpacking, its manifest is read without entities, and what it shows
runs in a sandbox (courses/lessons/serving.py).
"""

import stat
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from core import archives, xml
from core.files import Unreadable
from courses.lessons import cmi5
from courses.lessons.standards import Standard

MAX_ENTRIES = 5_000
MAX_UNPACKED = 600 * 1024 * 1024
_MAX_MANIFEST = 4 * 1024 * 1024
_CHUNK = 1024 * 1024
#: Left behind by operating systems; passed over.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
#: What no course consists of.
_REFUSED = {
    "zip", "rar", "7z", "gz", "tar", "jar", "exe", "dll", "msi", "bat", "cmd", "com", "scr",
    "ps1", "vbs", "sh", "php", "jsp", "asp", "aspx", "py", "htaccess",
}  # fmt: skip
MANIFESTS = ("imsmanifest.xml", "cmi5.xml")


@dataclass(frozen=True)
class Package:
    title: str
    standard: Standard
    #: What is launched: a path inside, perhaps with a query.
    entry: str
    #: Percent; None where the package says nothing.
    pass_score: Decimal | None = None


def inspect(path: Path) -> Package:
    """What a package is. Raises Unreadable."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = dict(_files(archive, path.stat().st_size))
            manifest = next((each for each in MANIFESTS if each in names), None)
            if manifest is None:
                raise Unreadable(_without_manifest(list(names)))
            if names[manifest].file_size > _MAX_MANIFEST:
                raise Unreadable(f"{manifest} 超过 4 MB，请检查课件包")
            with archive.open(names[manifest]) as file:
                data = file.read(_MAX_MANIFEST + 1)
    except archives.BROKEN as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("课件包已损坏、已加密或格式不受支持，请重新导出为 .zip") from None
    found = _scorm(data) if manifest == MANIFESTS[0] else _cmi5(data)
    if unquote(urlsplit(found.entry).path) not in names:
        raise Unreadable(f"{manifest} 指定的启动文件“{found.entry[:80]}”不在课件包里，请重新导出")
    return found


def _without_manifest(names: Sequence[str]) -> str:
    deeper = next((each for each in names if each.rpartition("/")[2] in MANIFESTS), None)
    if deeper:
        folder = deeper.rpartition("/")[0]
        return f"清单文件在文件夹“{folder[:60]}”里，请进入该文件夹后重新压缩，使它位于最上层"
    return "没有找到 imsmanifest.xml（SCORM）或 cmi5.xml，不是课件包"


def unpack(path: Path, into: Path) -> None:
    """Write the package's files under a folder. Raises Unreadable; the folder is then of no use."""
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            for name, info in _files(archive, path.stat().st_size):
                target = into / name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with archive.open(info) as source, target.open("xb") as file:
                    while piece := source.read(_CHUNK):
                        left -= len(piece)
                        if left < 0:
                            raise Unreadable("课件包展开后的大小与其声明不符，已拒绝读取")
                        file.write(piece)
    except archives.BROKEN as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("课件包已损坏或有重名的文件，请重新导出") from None


def _files(archive: zipfile.ZipFile, packed: int) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """(safe name, entry) of what is kept of an archive. Raises Unreadable."""
    infos = [each for each in archive.infolist() if not each.is_dir()]
    archives.check(infos, packed, MAX_ENTRIES, MAX_UNPACKED)
    seen: set[str] = set()
    for info in infos:
        name = archives.safe_name(info)
        if any(each in name for each in _LITTER):
            continue
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            raise Unreadable(f"课件包里有符号链接“{name[:80]}”，已拒绝读取")
        if name.rpartition(".")[2].lower() in _REFUSED:
            raise Unreadable(f"课件包里有不允许的文件“{name[:80]}”，请删去后重新压缩")
        if name.casefold() in seen:
            raise Unreadable(f"课件包里有重名的文件“{name[:80]}”，请重新导出")
        if len(name) > 240 or any(len(part.encode()) > 250 for part in name.split("/")):
            raise Unreadable(f"课件包里的文件名过长：“{name[:60]}…”，请改短")
        seen.add(name.casefold())
        yield name, info


# -------------------------------------------------------------------------------------- SCORM


def _scorm(data: bytes) -> Package:
    root = xml.parse(data)
    if xml.local(root) != "manifest":
        raise Unreadable("imsmanifest.xml 的内容不是 SCORM 清单，请重新导出")
    version = _text(root, "schemaversion").strip().lower()
    standard = Standard.SCORM_12 if version in {"1.2", "1.1", ""} else Standard.SCORM_2004
    resources = {each.get("identifier", ""): each for each in _all(root, "resource")}
    items = [each for each in _all(root, "item") if each.get("identifierref") in resources]
    launched = [each for each in items if resources[each.get("identifierref", "")].get("href")]
    if len(launched) > 1:
        raise Unreadable(
            f"课件包含 {len(launched)} 个学习单元；每个课时只能有一个，"
            "请按单元分别导出后各建一个课时"
        )
    if not launched:
        raise Unreadable("imsmanifest.xml 没有指明启动哪个文件，请重新导出")
    item = launched[0]
    resource = resources[item.get("identifierref", "")]
    base = "".join(
        each.get("{http://www.w3.org/XML/1998/namespace}base", "")
        for each in (root, resource.getparent(), resource)
        if each is not None
    )
    entry = base + resource.get("href", "") + _parameters(item)
    return Package(
        title=(_text(item, "title") or _text(root, "title")).strip()[:100],
        standard=standard,
        entry=_inside(entry),
        pass_score=_percent(_text(item, "masteryscore"))
        or _scaled(_text(item, "minNormalizedMeasure")),
    )


def _parameters(item: etree._Element) -> str:
    given = (item.get("parameters") or "").lstrip("?&")
    return f"?{given}" if given and not given.startswith("#") else given


# --------------------------------------------------------------------------------------- cmi5


def _cmi5(data: bytes) -> Package:
    unit = cmi5.unit(data)
    return Package(
        title=unit.title,
        standard=Standard.CMI5,
        entry=_inside(unit.url),
        pass_score=None if unit.mastery is None else unit.mastery * 100,
    )


def _inside(entry: str) -> str:
    """The address as a path inside of the package. Raises Unreadable."""
    parts = urlsplit(entry.replace("\\", "/"))
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or path.startswith("/") or ".." in path.split("/"):
        raise Unreadable(f"启动文件“{entry[:80]}”在课件包之外，不能使用；请导出为可离线播放的课件")
    if not path or len(entry) > 300:
        raise Unreadable("清单没有指明启动哪个文件，请重新导出")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in root.iter() if xml.local(each) == name)


def _text(root: etree._Element, name: str) -> str:
    found = next(_all(root, name), None)
    return "" if found is None else found.text or ""


def _percent(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 100 else None


def _scaled(text: str) -> Decimal | None:
    found = _percent(text)
    return found * 100 if found is not None and found <= 1 else None
