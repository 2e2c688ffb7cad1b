"""Pictures that people upload: told by their content, bounded, and kept without anything else.

What is kept is PNG or JPEG and holds nothing but the picture: no EXIF with places and names, no
comments, no colour profiles, no second file behind the first. Anything else is drawn anew.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from core.files import Unreadable

#: Larger files and pictures are no figures that people put into a text.
MAX_BYTES, MAX_PIXELS = 8 * 1024 * 1024, 24_000_000
#: A longer side is scaled down to this: so much can be read on any screen, and on paper.
MAX_SIDE = 1600
PNG, JPEG = "image/png", "image/jpeg"
SUFFIXES = {PNG: "png", JPEG: "jpg"}
#: Digits of the address: of SHA-256 so many that nobody finds two pictures with the same ones.
ADDRESS = 32

_NONE = "不是可用的图片；请用 PNG、JPEG、GIF 或 WebP 图片"
_KINDS = ("PNG", "JPEG", "GIF", "WEBP")
_MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
#: JFIF head, tables, frame, scan: what a JPEG consists of.
_JPEG_PARTS = {0xE0, 0xDB, 0xC4, 0xC0, 0xC1, 0xC2, 0xDD}
#: What Pillow raises for what is no picture, a damaged one, or one made to exhaust its reader.
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, OverflowError,
    MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    data: bytes
    media_type: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """Says what the picture shows: the same picture has the same one, another has another."""
        return hashlib.sha256(self.data).hexdigest()[:ADDRESS]

    @property
    def suffix(self) -> str:
        return SUFFIXES[self.media_type]


def points(data: bytes) -> int:
    """How many points a picture says that it has; nothing is drawn. Raises Unreadable."""
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            return image.width * image.height
    except _BROKEN:
        raise Unreadable(_NONE) from None


def read(data: bytes) -> Picture:
    """The picture in a file, whatever the file is called. Raises Unreadable.

    One that was kept before comes out byte for byte as it went in.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"图片超过 {MAX_BYTES // 1024 // 1024} MB，请缩小后重试")
    try:
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable(
                    f"图片有 {image.width}×{image.height} 点，超过 {MAX_PIXELS // 10_000} 万点，"
                    "请缩小后重试"
                )
            bare = _bare(data)
            if image.format == "JPEG" and not bare:
                image.draft(None, (MAX_SIDE, MAX_SIDE))
            image.load()
            size = image.size
            if bare and max(size) <= MAX_SIDE and image.mode in _MODES:
                return Picture(data, bare, *size)
            return _drawn(image)
    except _BROKEN:
        raise Unreadable(_NONE) from None


def _drawn(image: Image.Image) -> Picture:
    """The picture as it is seen, and nothing else of its file."""
    photo = image.format == "JPEG" or (image.format == "WEBP" and image.mode == "RGB")
    image = ImageOps.exif_transpose(image)
    if image.mode not in _MODES:
        image = image.convert("RGB")
    if max(image.size) > MAX_SIDE:
        if image.mode in {"1", "P"}:
            image = image.convert("RGBA" if "transparency" in image.info else "RGB")
        image.thumbnail((MAX_SIDE, MAX_SIDE))
    plain = Image.new(image.mode, image.size)
    plain.paste(image)
    if image.mode == "P" and (palette := image.getpalette("RGB")):
        plain.putpalette(palette)
    buffer = io.BytesIO()
    if photo and plain.mode in {"L", "RGB"}:
        plain.save(buffer, "JPEG", quality=88)
        return Picture(buffer.getvalue(), JPEG, *plain.size)
    clear = image.info.get("transparency") if image.mode == "P" else None
    plain.save(buffer, "PNG", **({} if clear is None else {"transparency": clear}))
    return Picture(buffer.getvalue(), PNG, *plain.size)


def _bare(data: bytes) -> str:
    """The media type of a file that holds nothing but a picture; "" for every other."""
    try:
        if data.startswith(_PNG_START):
            parts = list(_png_parts(data))
            return PNG if set(parts) <= _PNG_PARTS and parts[-1] == b"IEND" else ""
        if data.startswith(b"\xff\xd8"):
            return JPEG if _is_bare_jpeg(data) else ""
    except (struct.error, IndexError):
        pass
    return ""


def _png_parts(data: bytes) -> Iterator[bytes]:
    """The kinds of the parts, to the end of the file; b"" where something stands behind them."""
    at = len(_PNG_START)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        at += 12 + length
        yield kind
        if kind == b"IEND" or at > len(data):
            break
    if at != len(data):
        yield b""


def _is_bare_jpeg(data: bytes) -> bool:
    at = 2
    while data[at] == 0xFF and data[at + 1] in _JPEG_PARTS:
        (length,) = struct.unpack_from(">H", data, at + 2)
        if data[at + 1] == 0xE0 and length != 16:
            return False  # a JFIF head with a small picture in it, or no JFIF head
        at += 2 + length
    # The rest is one scan: its head, and data that hold no marker but that of the end.
    if data[at : at + 2] != b"\xff\xda" or not data.endswith(b"\xff\xd9"):
        return False
    scan = data[at + 2 : -2].replace(b"\xff\x00", b"")
    return not any(scan[n + 1] not in range(0xD0, 0xD8) for n in _marks(scan))


def _marks(scan: bytes) -> Iterator[int]:
    at = scan.find(b"\xff")
    while 0 <= at < len(scan) - 1:
        yield at
        at = scan.find(b"\xff", at + 1)
