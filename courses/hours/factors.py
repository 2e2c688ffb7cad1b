"""By how much the duties of a status are asked for, month by month. Pure.

The factor of a month is that of the status on its last day (on the last day on the books, for who
left in it), by the version in force then: whoever is sent out, or on leave, for part of a year owes
less for these months alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.standing import GONE, RESTRICTED, DutyStatus, StaffCategory, counting
from core import figures

#: Those a factor is set for: who has gone owes nothing more, and who is suspended is not to be
#: known by it.
SETTABLE = tuple(each for each in DutyStatus if each not in (*GONE, *RESTRICTED))


@dataclass(frozen=True)
class Factor:
    status: DutyStatus
    #: The first day of the first month it holds for.
    valid_from: date
    factor: Decimal
    id: int | None = None

    @property
    def words(self) -> str:
        return f"{self.status.label}的月份按 {figures.plain(self.factor)} 计"


def preset(status: DutyStatus) -> Factor:
    value = counting(status, StaffCategory.CADRE).target_factor
    return Factor(status, date(2000, 1, 1), value)


def in_force(rules: Iterable[Factor], status: DutyStatus, day: date) -> Factor:
    """The factor of a status on a day; of several from the same day the one made last."""
    known = [each for each in rules if each.status is status and each.valid_from <= day]
    return max(known, key=lambda each: (each.valid_from, each.id or 0), default=preset(status))


@dataclass(frozen=True)
class Spell:
    """A status from a day on, until the next one."""

    since: date
    status: DutyStatus


def until(spells: Iterable[Spell], day: date) -> list[Spell]:
    return [each for each in spells if each.since <= day]


#: (from a day on, the factor), earliest first.
Course = Sequence[tuple[date, Decimal]]


def course(spells: Sequence[Spell], rules: Sequence[Factor]) -> Course:
    """How somebody's factor went. What was before the first spell went as it did."""
    ordered = sorted(spells, key=lambda each: each.since)
    days = sorted({each.since for each in ordered} | {each.valid_from for each in rules})
    found = []
    for day in days:
        held = [each for each in ordered if each.since <= day] or ordered[:1]
        if held:
            found.append((day, in_force(rules, held[-1].status, day).factor))
    return found
