"""Child process of core.spreadsheets: a workbook on standard input, its cells as JSON on output.

It may use 1 GiB of address space and 50 seconds of processor time; a workbook that wants more
kills this process and nothing else.
"""

import io
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time
from typing import Any

import python_calamine

MAX_ROWS = 60_000
MAX_COLUMNS = 200
MEMORY = 1024 * 1024 * 1024
SECONDS = 50
#: A cell right of column ZZ. One stray mark in column XFD makes every row 16,384 cells wide, and
#: the parser keeps all of them: such cells are taken out before it sees the sheet.
_FAR_CELL = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br=\"[A-Z]{3}\d+\"[^>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.DOTALL
)
#: A cell that holds an error (#N/A, #REF!), which the parser takes for an empty one.
_ERROR = re.compile(rb"(<(?:\w+:)?c\s[^>]*?\bt=)\"e\"")
#: A formula whose result no program has written down. An empty text is a result: its type says so.
_UNKNOWN = re.compile(
    rb"<(?:\w+:)?c(?=\s)(?![^>]*\bt=)[^>]*?\br=\"([A-Z]+\d+)\"[^>]*>\s*"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


class NotReckoned(Exception):
    """A formula stands in the cell that the text names, and no program has reckoned it."""


def cell(value: Any) -> str:
    """A cell as its reader sees it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            # Fifteen figures, as spreadsheet programs show: 86.3, where adding up made it
            # 86.30000000000001.
            return str(int(value)) if value.is_integer() else f"{value:.15g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


def readable(data: bytes) -> bytes:
    """The workbook as the parser should see it; the same bytes if it may stay as it is.

    Without what stands right of column ZZ, and with errors as the text that a reader of the sheet
    sees. Raises NotReckoned.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    changed = False
    for name, content in parts.items():
        if not name.startswith("xl/worksheets/"):
            continue
        if unknown := _UNKNOWN.search(content):
            raise NotReckoned(unknown[1].decode())
        better = _ERROR.sub(rb'\1"str"', _FAR_CELL.sub(b"", content))
        changed, parts[name] = changed or better != content, better
    if not changed:
        return data
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(data: bytes) -> dict[str, Any]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(readable(data)))
    sheets = []
    for name in book.sheet_names:
        rows: list[list[str]] = []
        for values in book.get_sheet_by_name(name).iter_rows():
            row = [cell(value) for value in values[:MAX_COLUMNS]]
            while row and not row[-1]:
                row.pop()
            rows.append(row)
            if len(rows) > MAX_ROWS:
                return {"error": f"工作表“{name}”超过 {MAX_ROWS} 行，请拆分后重试"}
        while rows and not rows[-1]:
            rows.pop()
        sheets.append({"name": name, "rows": rows})
    return {"sheets": sheets}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = read(sys.stdin.buffer.read())
    except NotReckoned as formula:
        answer = {
            "error": f"单元格 {formula} 是公式，文件里没有算出的结果；"
            "请用 WPS 或 Excel 打开，保存一次再上传"
        }
    except (python_calamine.CalamineError, zipfile.BadZipFile, ValueError, OSError):
        answer = {"error": "工作簿已损坏，请用 WPS 或 Excel 打开后另存为 .xlsx 再试"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
