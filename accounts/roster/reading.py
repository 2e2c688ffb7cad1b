"""Reading the sheets of a roster: which rows hold people and what their cells say. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.lineage import Lineage, UnknownUnit
from accounts.roster import cells
from accounts.roster.columns import (
    CLEAR,
    ORDINAL,
    PERSONAL,
    RosterColumn,
    by_heading,
    heading,
)
from accounts.roster.entry import Fault
from core.errors import Refused
from core.files import Unreadable
from core.spreadsheets import Sheet, is_error, read_csv, read_workbook

#: Rows from the top among which the headings are looked for.
_HEAD_ROWS = 30
#: More people than a bureau has; a larger file is a mistake.
MAX_PEOPLE = 100_000


class NoRoster(Refused):
    """No sheet has the headings that a roster needs."""

    message = "没有找到名册：表头应至少有“姓名”和“工号”两列，请使用下载的模板"


@dataclass(frozen=True)
class Row:
    """A person as a row describes them."""

    #: Sheet and row as the reader of the file sees them: 名册 第 5 行.
    place: str
    #: The number of the row in its sheet, counted from 1.
    number: int
    #: Values by field; fields whose cell is empty are missing, CLEAR stands for emptying.
    values: Mapping[str, Any]
    faults: Sequence[Fault] = ()
    #: Remarks that keep nobody out.
    notes: Sequence[str] = ()


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    #: Columns that hold what is not collected, and columns that we do not know.
    not_collected: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def sheets_of(file: str, data: bytes) -> list[Sheet]:
    """The sheets of an .xlsx or .csv file. Raises Unreadable."""
    if data[:2] == b"PK":
        return read_workbook(data)
    if file.lower().endswith((".csv", ".txt")):
        return [read_csv(data)]
    raise Unreadable("请上传 .xlsx 或 .csv 文件；.xls 文件请先另存为 .xlsx")


def read(sheets: Sequence[Sheet], lineage: Lineage) -> Reading:
    """Every row of every sheet that has the headings of a roster. Raises NoRoster."""
    reading = Reading()
    found = False
    for sheet in sheets:
        head = _head(sheet)
        if head is None:
            continue
        found = True
        columns = _columns(sheet.rows[head], reading)
        place = f"{sheet.name} " if len(sheets) > 1 else ""
        for number, row in enumerate(sheet.rows[head + 1 :], head + 2):
            written = {at: row[at].strip() for at in columns if at < len(row) and row[at].strip()}
            if _is_person(written, columns):
                reading.rows.append(
                    _row(f"{place}第 {number} 行", number, written, columns, lineage)
                )
    if not found:
        raise NoRoster
    if len(reading.rows) > MAX_PEOPLE:
        raise NoRoster(f"超过 {MAX_PEOPLE} 人，请拆分后重试")
    return reading


def _head(sheet: Sheet) -> int | None:
    """The index of the row of headings; None in a sheet without one (an explanation, say)."""
    for index, row in enumerate(sheet.rows[:_HEAD_ROWS]):
        fields = {column.field for text in row if (column := by_heading(text))}
        if {"name", "staff_number"} <= fields:
            return index
    return None


def _columns(head: Sequence[str], reading: Reading) -> dict[int, RosterColumn]:
    """Our columns by their place; the others are named in the reading."""
    found: dict[int, RosterColumn] = {}
    for at, text in enumerate(head):
        name, column = heading(text), by_heading(text)
        if column is not None and column not in found.values():
            found[at] = column
        elif name in PERSONAL:
            reading.not_collected.append(text.strip())
        elif name not in ("", ORDINAL):
            reading.unknown.append(text.strip())
    return found


#: A row filled as far as this holds a person, even if number and name were forgotten.
_CELLS_OF_A_PERSON = 4
_SUMS = frozenset(("合计", "总计", "小计"))


def _is_person(written: Mapping[int, str], columns: Mapping[int, RosterColumn]) -> bool:
    """Not an empty row, and not a line such as 合计 or 填报人 below the table."""
    if any(cells.compact(text) in _SUMS for text in written.values()):
        return False
    fields = {columns[at].field for at in written}
    named = "name" in fields and len(fields) > 1
    return "staff_number" in fields or named or len(fields) >= _CELLS_OF_A_PERSON


def _row(
    place: str,
    number: int,
    written: Mapping[int, str],
    columns: Mapping[int, RosterColumn],
    lineage: Lineage,
) -> Row:
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    notes: list[str] = []
    for at, text in written.items():
        column = columns[at]
        if is_error(text):
            faults.append(Fault(column.field, f"单元格是错误值 {text}", "请改正公式，或填入内容"))
            continue
        try:
            values[column.field] = _value(column, text, lineage, notes)
        except cells.Unclear as unclear:
            faults.append(Fault(column.field, unclear.reason, unclear.remedy))
    faults += _missing(values, faults)
    return Row(place, number, values, faults, notes)


def _value(column: RosterColumn, text: str, lineage: Lineage, notes: list[str]) -> Any:
    if not column.required and cells.compact(text) == CLEAR:
        return CLEAR
    if column.read is not None:
        return column.read(text)
    try:
        unit_id = lineage.find(text)
    except UnknownUnit as unknown:
        like = lineage.like(text)
        remedy = f"是否指“{like}”" if like else "请核对名称，或先在“机构设置”中新增"
        raise cells.Unclear(str(unknown), remedy) from None
    if not lineage.is_called(unit_id, text):
        notes.append(f"“{text}”现为“{lineage.name(unit_id)}”")
    return unit_id


def _missing(values: Mapping[str, Any], faults: Sequence[Fault]) -> Iterator[Fault]:
    if "staff_number" not in values and all(fault.field != "staff_number" for fault in faults):
        yield Fault("staff_number", "工号为空", "请填写工号")


def unknown_units(sheets: Sequence[Sheet], lineage: Lineage) -> list[str]:
    """The units that the rows name and nobody has registered, in the order they appear."""
    found: dict[str, None] = {}
    for sheet in sheets:
        head = _head(sheet)
        if head is None:
            continue
        columns = _columns(sheet.rows[head], Reading())
        places = [at for at, column in columns.items() if column.read is None]
        for row in sheet.rows[head + 1 :]:
            names = (row[at].strip() for at in places if at < len(row))
            found |= dict.fromkeys(name for name in names if name and not lineage.knows(name))
    return list(found)
