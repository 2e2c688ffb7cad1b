"""Files that people hand us: what they cannot be read for, and their text whatever its encoding."""

from core.errors import Refused


class Unreadable(Refused):
    """The file is not of a kind that we read; the message says why and what to do."""

    message = "文件无法读取，请使用下载的模板另存为 .xlsx 后重试"


def decode(data: bytes) -> str:
    """Text of a file in UTF-8 (with or without BOM) or GB18030. Raises Unreadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("文件编码无法识别，请另存为 UTF-8 或 GB18030 文本后重试")
