"""Files that people attach: of a kind that is allowed, what their name says, and not too large.

Pure. They are kept and handed out as they are; nothing here opens or runs them.
"""

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass

from core import archives

_OFFICE = "application/vnd.openxmlformats-officedocument"
#: Extension → content type. Nothing that a browser would run, and nothing with macros.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "txt": "text/plain; charset=utf-8",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
#: What the file must begin with, so that it is what its name says.
_STARTS = {
    "pdf": b"%PDF-",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "pptx": b"PK\x03\x04",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
}
LONGEST_NAME = 200


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes

    @property
    def kind(self) -> str:
        return self.name.rpartition(".")[2].lower()

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.kind]


def accept(kinds: Collection[str]) -> str:
    """The kinds as a file field's ``accept`` names them."""
    return ",".join(f".{kind}" for kind in kinds)


def fault(upload: Upload, kinds: Collection[str], *, most: int | None = None) -> str | None:
    """Why the file is refused, in Chinese; None for one that is fine. ``most``: bytes."""
    if upload.kind not in kinds or not upload.name.rpartition(".")[0]:
        return f"只接受 {'、'.join(kinds)} 文件"
    if not upload.data:
        return "文件是空的"
    if most is not None and len(upload.data) > most:
        return f"文件超过 {most // 1024 // 1024} MB，请压缩后重试"
    if len(upload.name) > LONGEST_NAME:
        return f"文件名超过 {LONGEST_NAME} 字，请改短后重试"
    if not upload.data.startswith(_STARTS.get(upload.kind, b"")):
        return f"文件内容与扩展名 .{upload.kind} 不符，请另存后重试"
    if upload.data.startswith(b"PK"):
        return _archive_fault(upload.data)
    return None


def _archive_fault(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except archives.BROKEN:
        return "文件已损坏，请另存后重试"
    if "[Content_Types].xml" not in names:
        return "文件不是有效的 Office 文档，请另存后重试"
    if any("vbaProject" in name for name in names):
        return "文件含有宏，请另存为不含宏的文件后重试"
    return None
