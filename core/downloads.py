"""Files that a page hands out."""

from pathlib import PurePath
from urllib.parse import quote

from flask import Response

from core.spreadsheets import XLSX

#: What RFC 8187 leaves as it is, beside letters and digits.
_PLAIN = "!#$&+-.^_`|~"


def attachment(data: bytes, filename: str, content_type: str = XLSX) -> Response:
    """An answer that the browser saves under the name."""
    answer = Response(data, content_type=content_type)
    answer.headers["Content-Disposition"] = disposition("attachment", filename)
    return answer


def disposition(kind: str, filename: str) -> str:
    """The header for a file shown (inline) or saved (attachment) under its name (RFC 6266).

    Chinese names are percent-encoded; whoever does not know of that gets the ending alone.
    """
    if filename.isascii() and filename.isprintable() and not set(filename) & {'"', "\\", "%"}:
        return f'{kind}; filename="{filename}"'
    ending = PurePath(filename).suffix
    plain = f"download{ending if ending[1:].isascii() and ending[1:].isalnum() else ''}"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe=_PLAIN)}"
