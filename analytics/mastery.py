"""What a department does not know: score rates by law and department, with how sure they are. Pure.

A cell is the mean over its people of the share that each earned of the law's items. People differ,
and a person's answers hang together, so that the interval is that of a proportion (Wilson) over as
many independent answers as the cell is worth: n × m ÷ d, with m answers a person and the design
effect d taken from all cells of the law, for one alone is too small to say it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import pandas as pd

from analytics import tables

#: One row a person and law: what they earned of what they could, and over how many items;
#: ``unit_id``: see ``group``.
MARKS = {
    "person_id": "int64",
    "unit_id": "int64",
    "law": "str",
    "items": "int64",
    "earned": "float64",
    "possible": "float64",
}
#: The same added up: one row a unit (or a part of one) and law, with the sums over its people of
#: the share that each earned, of its square, and of the items asked; and the most of anybody.
MOMENTS = {
    "law": "str",
    "unit_id": "int64",
    "people": "int64",
    "shares": "float64",
    "squares": "float64",
    "items": "int64",
    "most": "int64",
}
#: A cell of fewer people shows nothing.
SMALLEST = 5
#: Stands for a unit: everybody who is listed apart, 单列 and 其他人员 of all departments.
APART = 0
#: Two-sided 95 %, a little wider than normal for cells of a few dozen people.
_Z = 2.0
_BOUNDS = (0.6, 0.7, 0.8, 0.9)


def group(unit_id: int, line: str) -> int:
    """The cell that somebody counts in, besides the whole: their department's, or APART for those
    whom the department tables list on lines of their own (analytics.tables)."""
    return unit_id if line == tables.RANKED else APART


@dataclass(frozen=True)
class Cell:
    people: int
    #: 0–1; None for a cell of too few people.
    rate: float | None
    low: float | None
    high: float | None

    @property
    def level(self) -> int:
        """0 for the weakest to 4; -1 for a cell of too few people."""
        if self.rate is None:
            return -1
        return sum(self.rate >= bound for bound in _BOUNDS)

    @property
    def shares(self) -> float | None:
        """The sum over its people of the share that each earned."""
        return None if self.rate is None else self.rate * self.people


EMPTY = Cell(0, None, None, None)


@dataclass(frozen=True)
class Subject:
    law: str
    #: The most items on it that anybody was asked.
    items: int
    whole: Cell
    by_unit: Mapping[int, Cell]

    def of(self, unit_id: int) -> Cell:
        return self.by_unit.get(unit_id, EMPTY)


def subjects(marks: pd.DataFrame) -> list[Subject]:
    """Each law of a frame of MARKS, the one known worst first."""
    share = marks["earned"] / marks["possible"]
    added = marks.assign(people=1, shares=share, squares=share * share, most=marks["items"])
    return of_moments(added[list(MOMENTS)])


def of_moments(moments: pd.DataFrame) -> list[Subject]:
    """Each law of a frame of MOMENTS, the one known worst first."""
    if moments.empty:
        return []
    sums = {"people": "sum", "shares": "sum", "squares": "sum", "items": "sum", "most": "max"}
    cells = moments.groupby(["law", "unit_id"], as_index=False, sort=True).agg(sums)
    found = [_subject(str(law), rows) for law, rows in cells.groupby("law", sort=True)]
    return sorted(found, key=lambda each: (_rank(each.whole), each.law))


def _rank(cell: Cell) -> float:
    return 2.0 if cell.rate is None else cell.rate


def _subject(law: str, rows: pd.DataFrame) -> Subject:
    people = int(rows["people"].sum())
    answers = float(rows["items"].sum()) / people
    effect = _design_effect(rows, answers)
    by_unit = {
        unit_id: _cell(size, total / size, answers / effect)
        for unit_id, size, total in zip(
            rows["unit_id"].tolist(), rows["people"].tolist(), rows["shares"].tolist(), strict=True
        )
    }
    whole = _cell(people, float(rows["shares"].sum()) / people, answers / effect)
    return Subject(law, int(rows["most"].max()), whole, by_unit)


def _design_effect(rows: pd.DataFrame, answers: float) -> float:
    """How much wider people's means scatter than so many independent answers would."""
    sure = rows[rows["people"] > 1]
    n, mean = sure["people"], sure["shares"] / sure["people"]
    var = (sure["squares"] - n * mean * mean).clip(lower=0) / (n - 1)
    expected = float((mean * (1 - mean) * n / (n - 1) * n / answers).sum())
    scatter = float((var * n).sum())
    return max(scatter / expected, 0.5) if expected > 0 else 1.0


def _cell(people: int, rate: float, weight: float) -> Cell:
    """``weight``: independent answers a person."""
    if people < SMALLEST:
        return Cell(people, None, None, None)
    n = people * weight
    centre = (rate + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z / (1 + _Z * _Z / n) * sqrt(rate * (1 - rate) / n + _Z * _Z / (4 * n * n))
    return Cell(people, rate, max(0.0, centre - half), min(1.0, centre + half))


def weakest(found: Sequence[Subject], unit_id: int | None, count: int) -> list[tuple[str, Cell]]:
    """The laws that a unit (None: the whole bureau) knows worst, with enough people to say so."""
    cells = [(each.law, each.whole if unit_id is None else each.of(unit_id)) for each in found]
    known = [(law, cell) for law, cell in cells if cell.rate is not None]
    return sorted(known, key=lambda pair: (_rank(pair[1]), pair[0]))[:count]
