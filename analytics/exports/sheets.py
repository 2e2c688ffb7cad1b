"""What an export holds, as bytes that are hashed and kept, and as tables again. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import clock
from core.spreadsheets import Column, Table

#: Departments' tables of so many exams are in the workbook; the overview has all.
EXAMS = 12
#: The sheet that explains the others: no data, and not in CSV.
NOTES = "说明"
#: How a number is told from the text that looks like it.
_NUMBER = "number"


def packed(tables: Sequence[Table], about: Mapping[str, Any]) -> bytes:
    """The same tables, the same bytes."""
    told = {
        "about": dict(about),
        "tables": [
            {
                "name": each.name,
                "title": each.title,
                "columns": [[one.title, one.key, one.width, one.format] for one in each.columns],
                "rows": [[_plain(row.get(one.key)) for one in each.columns] for row in each.rows],
                "notes": list(each.notes),
            }
            for each in tables
        ],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case int() | float() | Decimal():
            return {_NUMBER: str(value)}
        case datetime():
            return f"{clock.local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
    return str(value)


def unpacked(content: bytes, notes: Sequence[str]) -> list[Table]:
    """The tables, each with further lines under it."""
    told = json.loads(content)
    found = []
    for each in told["tables"]:
        columns = [Column(title, key, width, form) for title, key, width, form in each["columns"]]
        rows = [
            {one.key: _value(cell) for one, cell in zip(columns, row, strict=True)}
            for row in each["rows"]
        ]
        found.append(Table(each["name"], columns, rows, each["title"], [*each["notes"], *notes]))
    return found


def _value(cell: Any) -> Any:
    return Decimal(cell[_NUMBER]) if isinstance(cell, dict) else cell


def rows_of(tables: Sequence[Table]) -> int:
    return sum(len(list(each.rows)) for each in tables if each.name != NOTES)
