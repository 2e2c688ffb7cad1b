"""Files that a page hands out."""

from flask import Response

from core.spreadsheets import XLSX


def attachment(data: bytes, filename: str, content_type: str = XLSX) -> Response:
    """An answer that the browser saves under the name (Chinese names too: RFC 6266)."""
    answer = Response(data, content_type=content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer
