"""A declared shape: columns and dtypes."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Row

from analytics import tables

#: Who somebody is on a roster snapshot, and the row on which they count (analytics.tables).
PERSON = {
    "person_id": "int64",
    "staff_number": "str",
    "name": "str",
    "unit_id": "int64",
    "unit": "str",
    "unit_position": "int64",
    "line": "str",
    #: Not counted at all; ``reason`` says why.
    "excluded": "bool",
    "reason": "str",
}


def person(row: Row[Any], *, excluded: bool, reason: str) -> tuple[Any, ...]:
    """The columns of PERSON from a row of a roster snapshot with the names of its unit."""
    return (
        row.person_id,
        row.staff_number,
        row.name,
        row.unit_id,
        row.unit_name,
        row.unit_position,
        tables.line(row.line, row.duty_status),
        excluded,
        reason,
    )


def frame(rows: Iterable[Any], shape: Mapping[str, str]) -> pd.DataFrame:
    """Rows, each a sequence in the order of the shape's columns."""
    plain = [tuple(row) for row in rows]
    return pd.DataFrame.from_records(plain, columns=list(shape)).astype(dict(shape))
