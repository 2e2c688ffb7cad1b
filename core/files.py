"""Files that people hand us: what they cannot be read for, and their text whatever its encoding."""

import codecs
from pathlib import Path

from core.errors import Refused

#: Larger files are no bank, roster or law that people wrote.
MAX_BYTES = 100 * 1024 * 1024
#: So much of a text is looked at to tell UTF-16 without a mark.
_HEAD = 4_000


class Unreadable(Refused):
    """The file is not of a kind that we read; the message says why and what to do."""

    message = "文件无法读取，请使用下载的模板另存为 .xlsx 后重试"


def bare_name(given: str) -> str:
    """A file's own name, whatever path the browser sent with it."""
    return given.replace("\\", "/").rpartition("/")[2]


def load(path: Path) -> bytes:
    """The content of a file of bounded size. Raises Unreadable, OSError."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆分后重试")
    return path.read_bytes()


def decode(data: bytes) -> str:
    """Text of a file in UTF-8 (with or without BOM), UTF-16 or GB18030. Raises Unreadable.

    A UTF-8 text with a few broken bytes is refused: in GB18030 it would be read as nonsense.
    """
    if encoding := _utf16(data):
        return _text(data, encoding)
    try:
        return _text(data, "utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse_broken(data, error)
    try:
        return _text(data, "gb18030")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"文件编码无法识别（第 {line} 行），请另存为 UTF-8 或 GB18030 文本后重试"
        ) from None


def _utf16(data: bytes) -> str:
    """The name of the UTF-16 that the data is in; "" for none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:_HEAD]
    for order, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[order::2].count(0)
        # Line ends and digits have a zero on one side, Chinese characters hardly ever.
        if (
            zeros > max(2, len(head) // 100)
            and head[1 - order :: 2].count(0) == 0
            and len(data) % 2 == 0
        ):
            return encoding
    return ""


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding.startswith("utf-16"):
            raise Unreadable("文件（UTF-16）已损坏，请重新另存为 UTF-8 文本后重试") from None
        raise
    if "\0" in text:
        raise Unreadable("文件编码无法识别，请另存为 UTF-8 或 GB18030 文本后重试")
    return text


def _refuse_broken(data: bytes, error: UnicodeDecodeError) -> None:
    loose = data.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    sound = sum(1 for char in loose if char > "\u07ff" and char != "\ufffd")
    if sound > 20 and broken * 20 < sound:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"文件是 UTF-8，但第 {line} 行含有损坏的字符，请重新导出或改正后重试"
        ) from None
