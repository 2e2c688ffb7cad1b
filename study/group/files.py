"""Files of the archive: their hashes, and the archive itself, the same bytes for the same files.

Pure.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

#: Characters that a file's name may not have on some system.
_BAD = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "_"))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def safe(name: str) -> str:
    """A name that every system can have, not too long, its extension kept."""
    name = name.translate(_BAD).strip(" .") or "未命名"
    stem, dot, kind = name.rpartition(".")
    return f"{stem[:80]}.{kind}" if dot and len(kind) <= 5 else name[:90]


@dataclass(frozen=True)
class Entry:
    """A document of the archive: its place in the catalogue (专卷目录) and its bytes."""

    folder: str
    name: str
    data: bytes

    @property
    def path(self) -> str:
        return f"{self.folder}/{safe(self.name)}"


def numbered(entries: Sequence[Entry]) -> list[tuple[str, bytes]]:
    """Paths, each with the number of its document in front, and contents, in the given order."""
    return [
        (f"{each.folder}/{number:03} {safe(each.name)}", each.data)
        for number, each in enumerate(entries, 1)
    ]


def sums(files: Sequence[tuple[str, bytes]]) -> bytes:
    """The list that ``sha256sum -c`` reads."""
    return "".join(f"{digest(data)}  {path}\n" for path, data in files).encode()


def pack(files: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip in the given order with fixed dates: the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()
