"""From bytes to clean lines. Pure."""

import re
import unicodedata

from core.characters import RADICALS
from laws.parsing.text import Unreadable

#: Characters that are there but not seen: zero-width space and joiners, BOM, soft hyphen.
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD])
_COMMENT = re.compile(r"<!--(?!\s*INFO END).*?-->", re.DOTALL)
#: The foot of a printed page: — 12 —, -3-, 第 3 页 共 10 页.
_PAGE = re.compile(
    r"[-—–－─·•]\s*\d{1,4}\s*[-—–－─·•]|第?\s*\d{1,4}\s*页(\s*[,，/]?\s*共\s*\d{1,4}\s*页)?"
)
_SPACES = str.maketrans({"\t": " ", "\u00a0": " ", "\u2002": "\u3000", "\u2003": "\u3000"})
#: Without any of these a text of some length is not Chinese, whatever its bytes decode to.
_COMMON = set("的第条和在是有法")


def lines(text: str) -> list[str]:
    """The lines that hold something, stripped; without page numbers."""
    text = _COMMENT.sub("", text).translate(_INVISIBLE | RADICALS).translate(_SPACES)
    stripped = (raw.strip() for raw in text.splitlines())
    return [line for line in stripped if line and not _PAGE.fullmatch(line)]


def text(data: bytes) -> str:
    """The characters of a text file. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("文件是空的")
    found = _utf16(data) or _utf8(data) or _gb18030(data)
    if found is None or not _is_chinese(found):
        raise Unreadable("不是文本文件，或编码无法识别（请另存为 UTF-8 或 GB18030）")
    return found


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or, without one, by the zero bytes that no other encoding has."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    elif b"\0" in data:
        candidates = ["utf-16-le", "utf-16-be"]
    else:
        return None
    for encoding in candidates:
        for content in (data, data[:-1]):
            try:
                found = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _is_chinese(found):
                return found
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
    sample = text[:3_000]
    odd = sum(unicodedata.category(char) in {"Cc", "Cn", "Co"} and char not in "\r\n\t\f\v"
              for char in sample)  # fmt: skip
    return odd * 50 < len(sample) and "\0" not in text and not _COMMON.isdisjoint(text)


_WIDE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…]"
_BETWEEN_WIDE = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")
_BESIDE_NARROW = re.compile(rf"(?<={_WIDE})\s+(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])\s+(?={_WIDE})")


def evened(text: str) -> str:
    """The text with white space as every copy of it would have it.

    Between Chinese characters a run of it is one full-width space; between these and figures
    or letters there is none: 自 2021 年 7 月 15 日起.
    """
    return _BESIDE_NARROW.sub("", _BETWEEN_WIDE.sub("\u3000", text))


def squeezed(text: str) -> str:
    """The text without any white space: 总　　则 and 总 则 are the same heading."""
    return re.sub(r"\s+", "", text)
