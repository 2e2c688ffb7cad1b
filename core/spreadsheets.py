"""Reading tables that people upload and writing tables that they download.

An uploaded workbook is an archive that may unpack to a thousand times its size, so its declared
sizes are checked first and it is then parsed by a child process with bounded memory and time.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from core import clock
from core.archives import MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED, SMALL
from core.files import Unreadable, decode

MAX_ROWS = 60_000
MAX_COLUMNS = 200
TIMEOUT_SECONDS = 60
#: Rows of a sheet to be filled in that offer choices and hints.
GUIDED_ROWS = 2_000

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: First characters that a spreadsheet program takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


#: What stands in a cell whose formula went wrong.
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)


def is_error(text: str) -> bool:
    """Whether a cell says nothing but that its formula went wrong."""
    return text.strip() in _ERRORS


@dataclass(frozen=True)
class Sheet:
    name: str
    #: Cells as text, as a reader of the sheet sees them: whole numbers without ".0", dates ISO.
    rows: Sequence[Sequence[str]]


def read_workbook(data: bytes) -> list[Sheet]:
    """The sheets of an .xlsx file. Raises Unreadable."""
    _check_archive(data)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "core.sheet_reader"],
            input=data,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("工作簿过大，读取超时，请拆分后重试") from None
    if child.returncode != 0:
        raise Unreadable("工作簿已损坏或过大，请另存为 .xlsx 后重试")
    answer = json.loads(child.stdout)
    if "error" in answer:
        raise Unreadable(answer["error"])
    return [Sheet(sheet["name"], sheet["rows"]) for sheet in answer["sheets"]]


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable("文件不是 .xlsx 工作簿（可能只改了扩展名）") from None
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise Unreadable("文件不是 .xlsx 工作簿（可能只改了扩展名）")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        raise Unreadable("工作簿展开后过大，请删除多余的工作表和空行后重试")
    if unpacked > SMALL and unpacked > MAX_RATIO * max(1, len(data)):
        raise Unreadable("工作簿压缩比异常，已拒绝读取")
    if any("vbaProject" in entry.filename for entry in entries):
        raise Unreadable("工作簿含有宏，请另存为不含宏的 .xlsx 后重试")


def read_csv(data: bytes) -> Sheet:
    """A comma- or tab-separated file. Raises Unreadable."""
    text = decode(data)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unreadable(f"CSV 格式有误：{error}") from None
    if len(rows) > MAX_ROWS:
        raise Unreadable(f"行数超过 {MAX_ROWS} 行，请拆分后重试")
    return Sheet("CSV", [[cell.strip() for cell in row[:MAX_COLUMNS]] for row in rows])


@dataclass(frozen=True)
class Column:
    title: str
    key: str
    width: float = 14
    #: Excel number format for numbers, e.g. ``0.00"%"``.
    format: str | None = None
    #: What may be chosen in the rows below, in a sheet to be filled in.
    choices: Sequence[str] = ()
    #: What the sheet says beside a cell of the column that is being filled in.
    hint: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet to write: a title, columns, rows by column key, and lines under the table."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]
    title: str = ""
    notes: Sequence[str] = ()


def write_workbook(*tables: Table) -> bytes:
    """An .xlsx with one sheet a table. Text stays text, whatever it begins with."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        formats = _Formats(book)
        for table in tables:
            _write_table(book.add_worksheet(_sheet_name(table.name)), table, formats)
    return buffer.getvalue()


def write_csv(table: Table) -> bytes:
    """The table as CSV that Excel and WPS open as it is: UTF-8 with a mark, nothing a formula."""
    return write_csvs([table])


def write_csvs(tables: Sequence[Table], *, encoding: str = "utf-8-sig") -> bytes:
    """The same of one table; several stand one under the other, each under its title."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for number, table in enumerate(tables):
        if len(tables) > 1:
            writer.writerows([[]] * bool(number) + [[_inert(table.title or table.name)]])
        writer.writerow([column.title for column in table.columns])
        for record in table.rows:
            values = (record.get(column.key) for column in table.columns)
            writer.writerow(["" if value is None else _inert(str(value)) for value in values])
    return buffer.getvalue().encode(encoding)


class _Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._cells: dict[str | None, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.head = book.add_format(
            {
                "bold": True,
                "border": 1,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                "bg_color": "#E8EEF6",
            }
        )

    def cell(self, number_format: str | None) -> Any:
        if number_format not in self._cells:
            style: dict[str, Any] = {"border": 1, "valign": "vcenter"}
            if number_format:
                style["num_format"] = number_format
            self._cells[number_format] = self._book.add_format(style)
        return self._cells[number_format]


def _write_table(sheet: Any, table: Table, formats: _Formats) -> None:
    row = 0
    if table.title:
        sheet.merge_range(
            0, 0, 0, max(1, len(table.columns) - 1), _inert(table.title), formats.title
        )
        sheet.set_row(0, 28)
        row = 1
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(row, index, column.title, formats.head)
        _guide(sheet, row + 1, index, column)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if len(table.columns) > 8:
        sheet.set_landscape()
    for record in table.rows:
        row += 1
        for index, column in enumerate(table.columns):
            _write_cell(sheet, row, index, record.get(column.key), formats.cell(column.format))
    for note in table.notes:
        row += 1
        sheet.write_string(row, 0, _inert(note))


def _guide(sheet: Any, row: int, index: int, column: Column) -> None:
    """Offer the choices and the hint of the column in the rows from ``row`` on."""
    if not column.choices and not column.hint:
        return
    rule: dict[str, Any] = {"validate": "any"}
    if column.choices:
        # Other words are let through: what reads the sheet is more tolerant than the sheet.
        rule = {"validate": "list", "source": list(column.choices), "error_type": "information"}
    if column.hint:
        rule |= {"input_title": column.title, "input_message": column.hint[:255]}
    sheet.data_validation(row, index, row + GUIDED_ROWS, index, rule)


def _write_cell(sheet: Any, row: int, index: int, value: Any, cell_format: Any) -> None:
    match value:
        case None:
            sheet.write_blank(row, index, None, cell_format)
        case bool():
            sheet.write_string(row, index, "是" if value else "否", cell_format)
        case int() | float() | Decimal():
            sheet.write_number(row, index, value, cell_format)
        case datetime():
            text = f"{clock.local(value):%Y-%m-%d %H:%M}" if value.tzinfo else value.isoformat(" ")
            sheet.write_string(row, index, text, cell_format)
        case date():
            sheet.write_string(row, index, value.isoformat(), cell_format)
        case _:
            sheet.write_string(row, index, _inert(str(value)), cell_format)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _sheet_name(name: str) -> str:
    return "".join("_" if char in "[]:*?/\\'" else char for char in name)[:31] or "Sheet1"
