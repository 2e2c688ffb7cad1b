"""Pictures that people bring: told by content, bounded, and kept without anything else."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import pictures
from core.files import Unreadable
from core.pictures import JPEG, PNG

SIZE = (40, 20)


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, "white").save(buffer, kind, **how)
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A few bytes that say that they are so large a picture."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [("PNG", "RGB", PNG), ("PNG", "RGBA", PNG), ("PNG", "P", PNG), ("PNG", "I;16", PNG),
     ("JPEG", "RGB", JPEG), ("JPEG", "CMYK", JPEG), ("GIF", "P", PNG), ("WEBP", "RGB", JPEG),
     ("WEBP", "RGBA", PNG)],
)  # fmt: skip
def test_what_browsers_and_word_show_comes_out_as_png_or_jpeg(
    kind: str, mode: str, media_type: str
) -> None:
    how = {"color": 7} if mode == "I;16" else {}
    data = io.BytesIO()
    Image.new(mode, SIZE, how.get("color", 0)).save(data, kind)
    found = pictures.read(data.getvalue())
    assert (found.media_type, found.width, found.height) == (media_type, *SIZE)
    assert pictures.read(found.data) == found, "what was kept comes out as it went in"


def test_places_names_and_whatever_hangs_on_a_picture_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "机密地点", 6
    notes = PngInfo()
    notes.add_text("Author", "secret-writer")
    icc = b"secret-profile" * 10
    for data in (
        drawn("JPEG", exif=exif, comment=b"secret", icc_profile=icc),
        drawn("PNG", pnginfo=notes, exif=exif, icc_profile=icc),
        drawn("JPEG") + b"<script>secret</script>",
        drawn("PNG") + b"PK\x03\x04secret",
        drawn("GIF", "P", comment=b"secret"),
    ):
        found = pictures.read(data)
        assert b"secret" not in found.data
        assert "机密地点".encode() not in found.data
        assert b"Exif" not in found.data
    turned = pictures.read(drawn("JPEG", exif=exif))
    assert (turned.width, turned.height) == (20, 40), "it stands as a camera meant it"


@pytest.mark.parametrize(
    "data",
    [b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
     b"<html><script>alert(1)</script>", b"MZ\x90\0" * 50, drawn("PNG")[:60], drawn("BMP"),
     drawn("TIFF"), drawn("JPEG")[:200], b"GIF89a<script>alert(1)</script>",
     b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0"],
    ids=lambda each: str(each[:12]),
)  # fmt: skip
def test_what_is_no_picture_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(Unreadable, match="不是可用的图片"):
        pictures.read(data)


def test_pictures_made_to_exhaust_their_reader_are_refused_unread() -> None:
    with pytest.raises(Unreadable, match="万点"):
        pictures.read(bomb(10_000, 10_000 // 2))
    for width, height in ((65_000, 65_000), (2**31 - 1, 2**31 - 1)):
        with pytest.raises(Unreadable):
            pictures.read(bomb(width, height))
    with pytest.raises(Unreadable, match="MB"):
        pictures.read(drawn("PNG") + b"\0" * pictures.MAX_BYTES)
    words = b"\x89PNG\r\n\x1a\n" + drawn("PNG")[8:33]
    words += chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80_000_000))
    with pytest.raises(Unreadable):
        pictures.read(words + drawn("PNG")[33:])


def test_a_large_picture_is_scaled_to_what_can_be_read() -> None:
    found = pictures.read(drawn("JPEG", size=(4000, 2000)))
    assert (found.width, found.height) == (1600, 800)
    assert pictures.read(drawn("PNG", "P", (1800, 90))).width == 1600


def test_one_picture_has_one_address() -> None:
    one, other = pictures.read(drawn("PNG")), pictures.read(drawn("PNG", size=(41, 20)))
    assert one.address == pictures.read(drawn("PNG")).address != other.address
    assert len(one.address) == pictures.ADDRESS
