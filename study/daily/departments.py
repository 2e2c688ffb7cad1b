"""日常学法 of departments: how many study, and how regularly; never who, and never what. Pure.

Fewer than five people are not shown, and are in no total either, from which they could be reckoned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core import figures

#: Fewer people than this are not shown.
FEWEST = 5
#: Whoever studied in three quarters of the months studies regularly.
REGULAR = (3, 4)
TOTAL = "合计"


@dataclass(frozen=True)
class Member:
    unit_id: int
    unit: str
    #: Months of the year on the books so far, and in how many of them there was study.
    months: int
    active: int

    @property
    def regular(self) -> bool:
        numerator, denominator = REGULAR
        return self.active > 0 and self.active * denominator >= self.months * numerator


@dataclass(frozen=True)
class Row:
    unit: str
    people: int
    active: int
    active_months: int
    regular: int

    @property
    def shown(self) -> bool:
        return self.people >= FEWEST

    @property
    def active_rate(self) -> Decimal | None:
        return figures.rate(self.active, self.people)

    @property
    def regular_rate(self) -> Decimal | None:
        return figures.rate(self.regular, self.people)

    @property
    def mean_months(self) -> Decimal | None:
        return figures.half_up(Decimal(self.active_months) / self.people) if self.people else None


def table(members: Iterable[Member]) -> tuple[list[Row], Row]:
    """A row a department, in the order given; the total of those that are shown."""
    by_unit: dict[int, list[Member]] = {}
    for each in members:
        by_unit.setdefault(each.unit_id, []).append(each)
    rows = [(_row(own[0].unit, own), own) for own in by_unit.values()]
    seen = [one for row, own in rows if row.shown for one in own]
    return [row for row, _ in rows], _row(TOTAL, seen)


def _row(unit: str, own: list[Member]) -> Row:
    return Row(
        unit,
        len(own),
        sum(each.active > 0 for each in own),
        sum(each.active for each in own),
        sum(each.regular for each in own),
    )
