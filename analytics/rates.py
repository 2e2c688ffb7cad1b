"""A department table from candidate rows. Pure: frames in, records out.

Counts come from people and rates from counts: a total is never the mean of rates. Percentages and
means are Decimal, rounded half up; a zero denominator gives None, shown as a dash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.measures import RATES
from core.figures import half_up, rate

#: Units with fewer people due are listed but not ranked.
SMALLEST_RANKED = 5
TOTAL, OTHERS = "合计", "其他人员"


@dataclass(frozen=True)
class UnitRow:
    unit: str
    #: "ranked", "apart" or "total".
    line: str
    counts: dict[str, int]
    rates: dict[str, Decimal | None]
    mean: Decimal | None
    highest: Decimal | None
    lowest: Decimal | None
    rank: int | None = None


def with_conditions(candidates: pd.DataFrame) -> pd.DataFrame:
    """One boolean column for every count of the table."""
    due = ~candidates["exempt"]
    first_due = due & ~candidates["deferred"]
    taken = candidates["taken"] & due
    return candidates.assign(
        roster=True,
        due=due,
        first_due=first_due,
        taken=taken,
        passed=candidates["passed"] & due,
        excellent=candidates["excellent"] & due,
        absent=first_due & ~taken,
        voided=candidates["voided"] & due,
    )


def department_table(candidates: pd.DataFrame) -> list[UnitRow]:
    """A ranked row for each unit, its people listed apart below it, and the bureau's total."""
    people = with_conditions(candidates)
    rows = []
    for (_, unit, line), group in people.groupby(
        ["unit_position", "unit", people["line"].ne("ranked")], sort=True
    ):
        rows.append(_row(f"{unit}{OTHERS}" if line else str(unit), group, apart=bool(line)))
    return [*_ranked(rows), _row(TOTAL, people, total=True)]


def _row(unit: str, people: pd.DataFrame, *, apart: bool = False, total: bool = False) -> UnitRow:
    keys = (
        "roster", "exempt", "deferred", "due", "first_due", "taken", "passed", "excellent",
        "absent", "voided",
    )  # fmt: skip
    counts = {key: int(people[key].sum()) for key in keys}
    scores = people.loc[people["taken"], "score"]
    mean = half_up(Decimal(int(scores.sum())) / 100 / len(scores)) if len(scores) else None
    return UnitRow(
        unit=unit,
        line="total" if total else ("apart" if apart else "ranked"),
        counts=counts,
        rates={each.key: rate(counts[each.numerator], counts[each.denominator]) for each in RATES},
        mean=mean,
        highest=_marks(scores.max()) if len(scores) else None,
        lowest=_marks(scores.min()) if len(scores) else None,
    )


def _marks(hundredths: Any) -> Decimal:
    return Decimal(int(hundredths)) / 100


def _ranked(rows: Sequence[UnitRow]) -> list[UnitRow]:
    """Ranks by 合格率（应考）, mean, 参考率; equals share a place (1, 2, 2, 4)."""
    ranked = [row for row in rows if row.line == "ranked" and row.counts["due"] >= SMALLEST_RANKED]
    keys = {id(row): _key(row) for row in ranked}
    places = {id(row): 1 + sum(other > keys[id(row)] for other in keys.values()) for row in ranked}
    return [
        UnitRow(**{**row.__dict__, "rank": places[id(row)]}) if id(row) in places else row
        for row in rows
    ]


def _key(row: UnitRow) -> tuple[Decimal, Decimal, Decimal]:
    zero = Decimal(0)
    return (
        row.rates["pass_due"] or zero,
        row.mean or zero,
        row.rates["participation"] or zero,
    )


def people_behind(candidates: pd.DataFrame, row: str, count: str) -> pd.DataFrame:
    """Exactly the people that a number of the table counts. Raises KeyError for no such count."""
    people = with_conditions(candidates)
    apart = people["line"].ne("ranked")
    shown = people["unit"].where(~apart, people["unit"] + OTHERS)
    mine = pd.Series(True, index=people.index) if row == TOTAL else shown.eq(row)
    return people.loc[mine & people[count].astype(bool)]
