"""Figures of a department, from its people. Pure: rates are made of counts, never of rates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core import figures
from courses.hours.kinds import Bucket
from courses.hours.pace import State

ZERO = Decimal(0)
TOTAL = "合计"


@dataclass(frozen=True)
class Member:
    unit_id: int
    unit: str
    #: How the person stands with the duty; None where none is asked.
    state: State | None
    buckets: Mapping[Bucket, Decimal]
    law: Decimal


@dataclass(frozen=True)
class Row:
    unit_id: int | None
    unit: str
    people: int
    judged: int
    #: How many of these stand how.
    states: Mapping[State, int]
    buckets: Mapping[Bucket, Decimal]
    law: Decimal

    @property
    def met(self) -> int:
        return self.states[State.MET]

    @property
    def rate(self) -> Decimal | None:
        """学时达标率."""
        return figures.rate(self.met, self.judged)

    @property
    def total(self) -> Decimal:
        return sum(self.buckets.values(), ZERO)

    @property
    def average(self) -> Decimal | None:
        """人均学时 over everybody who counts."""
        return figures.half_up(self.total / self.people) if self.people else None


def table(members: Iterable[Member]) -> list[Row]:
    """A row a department, in the order given, and the total."""
    by_unit: dict[int, list[Member]] = {}
    for each in members:
        by_unit.setdefault(each.unit_id, []).append(each)
    rows = [_row(unit_id, own[0].unit, own) for unit_id, own in by_unit.items()]
    return [*rows, _row(None, TOTAL, [each for own in by_unit.values() for each in own])]


def _row(unit_id: int | None, unit: str, own: list[Member]) -> Row:
    return Row(
        unit_id,
        unit,
        len(own),
        sum(each.state is not None for each in own),
        {state: sum(each.state is state for each in own) for state in State},
        {each: sum((one.buckets[each] for one in own), ZERO) for each in Bucket},
        sum((each.law for each in own), ZERO),
    )
