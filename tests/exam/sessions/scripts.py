"""What tests of scores on paper enter."""

import io
from decimal import Decimal

from openpyxl import load_workbook

from exam.kinds import PaperState
from exam.on_paper.paper_scores import Entry


def scored(total: int | str, reason: str = "") -> Entry:
    return Entry(PaperState.SCORED, Decimal(total), reason=reason)


def filled(data: bytes, **cells: list[str]) -> io.BytesIO:
    """A downloaded sheet with the cells from the fourth column on filled in, by 考号."""
    book = load_workbook(io.BytesIO(data))
    for row in book.active.iter_rows(min_row=3):
        for cell, text in zip(row[3:], cells.get(row[0].value, []), strict=False):
            cell.value = text or None
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer
