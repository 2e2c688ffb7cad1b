"""From bytes to clean lines. Pure."""

import re
import unicodedata

from laws.parsing.text import Unreadable

MAX_BYTES = 8 * 1024 * 1024

#: Characters that are there but not seen: zero-width space and joiners, BOM, soft hyphen.
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])
_COMMENT = re.compile(r"<!--(?!\s*INFO END).*?-->", re.DOTALL)
_SPACES = str.maketrans({"\t": " ", "\u00a0": " ", "\u2002": "\u3000", "\u2003": "\u3000"})
#: Without any of these a text of some length is not Chinese, whatever its bytes decode to.
_COMMON = set("的第条和在是有法")


def lines(data: bytes) -> list[str]:
    """The lines that hold something, stripped. Raises Unreadable."""
    text = _COMMENT.sub("", _decode(data)).translate(_INVISIBLE).translate(_SPACES)
    return [line for raw in text.splitlines() if (line := raw.strip())]


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，不像一部法律文本")
    if not data.strip():
        raise Unreadable("文件是空的")
    text = _utf16(data) or _utf8(data) or _gb18030(data)
    if text is None or not _is_chinese(text):
        raise Unreadable("不是文本文件，或编码无法识别（请另存为 UTF-8 或 GB18030）")
    return text


def _utf16(data: bytes) -> str | None:
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        return None


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A file cut in the middle of its last character is still UTF-8.
        cut = error.start > 0 and error.end == len(data) and "end of data" in error.reason
        return data[: error.start].decode("utf-8-sig") if cut else None


def _gb18030(data: bytes) -> str | None:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    odd = sum(unicodedata.category(char) in {"Cc", "Cn", "Co"} and char not in "\r\n\t\f\v"
              for char in text[:20_000])  # fmt: skip
    return odd * 50 < len(text[:20_000]) and "\0" not in text and not _COMMON.isdisjoint(text)


def squeezed(text: str) -> str:
    """The text without any white space: 总　　则 and 总 则 are the same heading."""
    return re.sub(r"\s+", "", text)
