"""Department tables: a frame of people split into rows, and rows ordered. Pure.

A frame of people has the columns ``unit_id``, ``unit``, ``unit_position``, ``line`` (see ``line``)
and one column a count. Counts are made of people and figures of counts: no total is ever the mean
of its rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from accounts.standing import DutyStatus, Line
from analytics.measures import Value

#: Kinds of rows. A department's own people; its own people away (借调出、援派驻村), listed apart;
#: and those who work in it without belonging to it, or are hired (其他人员).
RANKED, APART, OTHERS = "ranked", "apart", "others"
#: Rows made of several: of all ranked rows, of all rows listed apart, of everybody.
OWN_SUM, APART_SUM, TOTAL = "own-sum", "apart-sum", "total"
_ADDED = {RANKED: "", APART: "（单列）", OTHERS: "（其他人员）"}
SUMS = {OWN_SUM: "各部门小计", APART_SUM: "单列和其他人员小计", TOTAL: "合计"}
LINE_LABELS = {RANKED: "部门本行", APART: "单列", OTHERS: "其他人员"}

#: Departments with fewer people due are listed but not ranked.
SMALLEST_RANKED = 5

_OWN_PEOPLE_AWAY = {DutyStatus.SECONDED_OUT, DutyStatus.ASSIGNMENT_SUPPORT}


def line(counting: Line, status: DutyStatus) -> str:
    """The row of a department on which somebody is counted; the first one for those excluded."""
    if counting is not Line.APART:
        return RANKED
    return APART if status in _OWN_PEOPLE_AWAY else OTHERS


@dataclass(frozen=True)
class Row:
    """A line of a department table."""

    #: ``<unit id>-<line>`` or the name of a sum; addresses the people behind the row.
    key: str
    title: str
    kind: str
    #: None for sums.
    unit_id: int | None
    #: Counts, and totals in marks or hours; None where there is nothing to sum.
    values: dict[str, Value]
    figures: dict[str, Decimal | None]
    rank: int | None = None

    @property
    def is_sum(self) -> bool:
        return self.kind in SUMS


#: The values and the figures of some people.
Summed = tuple[dict[str, Value], dict[str, Decimal | None]]
Summary = Callable[[pd.DataFrame], Summed]


def table(people: pd.DataFrame, summary: Summary) -> list[Row]:
    """The rows of each department in the order of the bureau, then the sums; 合计 is the last."""
    rows = [
        Row(key, title, kind, unit_id, *summary(group))
        for key, title, kind, unit_id, group in _departments(people)
    ]
    apart = people["line"].ne(RANKED)
    sums = [(TOTAL, people)]
    if apart.any():
        sums = [(OWN_SUM, people[~apart]), (APART_SUM, people[apart]), *sums]
    return rows + [Row(key, SUMS[key], key, None, *summary(group)) for key, group in sums]


def _departments(people: pd.DataFrame) -> Iterator[tuple[str, str, str, int, pd.DataFrame]]:
    """Key, title, kind, unit and people of each department's rows."""
    order = people["line"].map({kind: place for place, kind in enumerate(_ADDED)})
    for _place, group in people.groupby([people["unit_position"], people["unit_id"], order]):
        name, kind, unit_id = group[["unit", "line", "unit_id"]].iloc[0]
        yield f"{unit_id}-{kind}", f"{name}{_ADDED[kind]}", kind, int(unit_id), group


def behind(people: pd.DataFrame, key: str) -> pd.DataFrame:
    """The people of a row. Raises KeyError for a key that no row has."""
    match key:
        case "total":
            return people
        case "own-sum":
            return people[people["line"].eq(RANKED)]
        case "apart-sum":
            return people[people["line"].ne(RANKED)]
    unit_id, _, kind = key.partition("-")
    mine = people[people["unit_id"].astype("str").eq(unit_id) & people["line"].eq(kind)]
    if mine.empty:
        raise KeyError(key)
    return mine


def counts(people: pd.DataFrame, keys: Sequence[str]) -> dict[str, Value]:
    """How many of the people (or how much of a whole-number column) each key counts."""
    return {key: int(people[key].to_numpy().sum()) for key in keys}


def hundredths(total: int) -> Decimal:
    """Marks or hours out of the hundredths that frames keep them in."""
    return Decimal(total) / 100


def ranked(rows: Sequence[Row], *, size: str, by: Sequence[str]) -> list[Row]:
    """The rows with places: 1, 2, 2, 4, compared by figures as shown, the higher the better.

    Only departments' own rows are ranked, and of them those with at least SMALLEST_RANKED in the
    count ``size``.
    """
    keys = {
        row.key: tuple(row.figures[name] or Decimal(0) for name in by)
        for row in rows
        if row.kind == RANKED and int(row.values[size] or 0) >= SMALLEST_RANKED
    }
    return [
        replace(row, rank=1 + sum(other > keys[row.key] for other in keys.values()))
        if row.key in keys
        else row
        for row in rows
    ]


def ordered(rows: Sequence[Row], key: str, *, descending: bool) -> list[Row]:
    """The rows by a value, a figure or "rank"; empty cells last, sums always at the end."""

    def cell(row: Row) -> Value:
        return row.rank if key == "rank" else row.values.get(key, row.figures.get(key))

    body = [row for row in rows if not row.is_sum]
    filled = [row for row in body if cell(row) is not None]
    filled.sort(key=lambda row: cell(row) or 0, reverse=descending)
    empty = [row for row in body if cell(row) is None]
    return [*filled, *empty, *(row for row in rows if row.is_sum)]
