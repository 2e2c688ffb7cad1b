"""Archives that people upload: looked into with bounded size, count and names.

An archive may unpack to a thousand times its size, say a size that is not its own, or name files
outside of itself. What it declares is checked first, and what is unpacked is counted again.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.files import Unreadable

#: Bytes unpacked in all, files, and bytes unpacked a byte packed.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_RATIO = 200
#: Below so many bytes the ratio is not looked at: an empty table packs very well.
SMALL = 10 * 1024 * 1024
_CHUNK = 1024 * 1024
#: What some system does not take in the name of a file.
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_UTF8_NAME = 0x800
#: What unpacking raises for an archive that is damaged, encrypted or of an odd kind.
BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A file of an archive; its name is a relative path with forward slashes, and safe."""

    name: str
    data: bytes


def names(data: bytes) -> Sequence[str]:
    """The names of an archive's files, nothing unpacked. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [safe_name(each) for each in archive.infolist()[: MAX_ENTRIES + 1]]
    except BROKEN:
        raise Unreadable(
            "文件已损坏或不完整（.xlsx、.docx、.zip 都是压缩格式）；请重新导出或另存后再试"
        ) from None


def entries(
    data: bytes,
    *,
    wanted: Callable[[str], bool] = lambda _name: True,
    max_entries: int = MAX_ENTRIES,
    max_unpacked: int = MAX_UNPACKED,
) -> Sequence[Entry]:
    """The files of an archive whose names are wanted, in its order. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [each for each in archive.infolist() if not each.is_dir()]
            check(infos, len(data), max_entries, max_unpacked)
            found = []
            left = max_unpacked
            for info in infos:
                name = safe_name(info)
                if wanted(name):
                    content = _unpacked(archive, info, left)
                    left -= len(content)
                    found.append(Entry(name, content))
            return found
    except BROKEN:
        raise Unreadable("压缩包已损坏、已加密或格式不受支持，请重新压缩为 .zip 后再试") from None


def pack(files: Sequence[tuple[str, bytes]]) -> bytes:
    """An archive of named contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def apart(names: Sequence[str]) -> list[str]:
    """Names for files of one folder on any system: titles may hold a slash, or be the same."""
    found: list[str] = []
    taken: set[str] = set()
    for each in names:
        bare = _UNFIT.sub("_", each)
        stem, dot, ending = bare.rpartition(".")
        number = 1
        while bare.lower() in taken:
            number += 1
            bare = f"{stem or ending}（{number}）{dot}{ending if dot else ''}"
        taken.add(bare.lower())
        found.append(bare)
    return found


def check(
    infos: Sequence[zipfile.ZipInfo], packed: int, max_entries: int, max_unpacked: int
) -> None:
    unpacked = sum(each.file_size for each in infos)
    if len(infos) > max_entries:
        raise Unreadable(f"压缩包里有 {len(infos)} 个文件，超过 {max_entries} 个，请分批处理")
    if unpacked > max_unpacked:
        raise Unreadable(f"压缩包展开后超过 {max_unpacked // 1024 // 1024} MB，请分批处理")
    if unpacked > SMALL and unpacked > MAX_RATIO * max(1, packed):
        raise Unreadable("压缩包的压缩比异常，已拒绝读取")


def safe_name(info: zipfile.ZipInfo) -> str:
    """The path inside the archive; raises Unreadable for one that leads out of it."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        # Chinese Windows writes names in GB18030 and says nothing; zipfile took them for cp437.
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    name = name.replace("\\", "/")
    outside = name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/")
    if outside or "\0" in name:
        raise Unreadable(f"压缩包里有不安全的路径“{name[:80]}”，已拒绝读取")
    return name


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """The content of a file, as far as it is no longer than what is left. Raises Unreadable."""
    pieces: list[bytes] = []
    size = 0
    with archive.open(info) as file:
        while piece := file.read(_CHUNK):
            size += len(piece)
            if size > left:
                raise Unreadable("压缩包展开后的大小与其声明不符，已拒绝读取")
            pieces.append(piece)
    return b"".join(pieces)
