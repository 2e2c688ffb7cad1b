"""Files that a page hands out."""

from urllib.parse import quote

from flask import Response

from core.spreadsheets import XLSX


def attachment(data: bytes, filename: str, content_type: str = XLSX) -> Response:
    """An answer that the browser saves under the name (Chinese names too: RFC 6266)."""
    answer = Response(data, content_type=content_type)
    answer.headers["Content-Disposition"] = disposition(filename)
    return answer


def disposition(filename: str, *, inline: bool = False) -> str:
    """The header that says under which name a file is to be kept.

    A header holds ASCII only: another name travels encoded, with a bare one of the same ending
    beside it for programs that do not read the encoded one.
    """
    kind = "inline" if inline else "attachment"
    name = "".join(each for each in filename if each.isprintable())
    bare = "".join(each if each.isascii() and each not in '"\\%/' else "_" for each in name)
    if bare == name:
        return f'{kind}; filename="{name}"'
    return f"{kind}; filename=\"{bare}\"; filename*=UTF-8''{quote(name, safe='')}"
