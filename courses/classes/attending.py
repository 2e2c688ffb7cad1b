"""Attendance: when one may check in, and how much of a class somebody attended. Pure.

Shares are Fractions: 1/7 has no decimal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from core.figures import half_up
from courses.classes.kinds import THERE, Mark

#: One may check in from so long before a unit begins until it ends …
OPENS_BEFORE = timedelta(minutes=30)
#: … and is late from so long after it began.
GRACE = timedelta(minutes=10)
#: Leave of more than this share of the hours means withdrawal (应退学).
LEAVE_LIMIT = Fraction(1, 7)
#: Wrong codes of one person before they have to wait, and for how long those count.
TRIES = 5
TRIES_FOR = timedelta(minutes=5)


def open_for_check_in(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    return starts_at - OPENS_BEFORE <= at < ends_at


def mark_at(starts_at: datetime, at: datetime) -> Mark:
    """The mark of somebody who checks in at a moment."""
    return Mark.LATE if at > starts_at + GRACE else Mark.PRESENT


@dataclass(frozen=True)
class Unit:
    """A unit of the timetable as attendance counts it."""

    id: int
    hours: Decimal
    is_law: bool
    starts_at: datetime


@dataclass(frozen=True)
class Tally:
    """Hours of one person in one class."""

    total: Decimal
    attended: Decimal
    law: Decimal
    leave: Decimal
    absent: Decimal

    @property
    def attended_share(self) -> Fraction | None:
        """None for a class without hours."""
        return Fraction(self.attended) / Fraction(self.total) if self.total else None

    @property
    def leave_share(self) -> Fraction | None:
        return Fraction(self.leave) / Fraction(self.total) if self.total else None

    @property
    def too_much_leave(self) -> bool:
        """More than a seventh: exactly a seventh is not too much."""
        return self.leave_share is not None and self.leave_share > LEAVE_LIMIT

    def days(self, of: Decimal) -> Decimal:
        """The part of the class's days that was attended, to a tenth."""
        if not self.attended_share:
            return Decimal(0)
        part = Fraction(of) * self.attended_share
        return half_up(Decimal(part.numerator) / Decimal(part.denominator), 1)


def tally(units: Iterable[Unit], marks: Mapping[int, Mark]) -> Tally:
    """``marks`` by unit; a unit without one counts as neither attended nor missed with leave."""
    sums = {"total": Decimal(0), "attended": Decimal(0), "law": Decimal(0),
            "leave": Decimal(0), "absent": Decimal(0)}  # fmt: skip
    for unit in units:
        mark = marks.get(unit.id)
        sums["total"] += unit.hours
        if mark in THERE:
            sums["attended"] += unit.hours
            sums["law"] += unit.hours if unit.is_law else 0
        elif mark is Mark.LEAVE:
            sums["leave"] += unit.hours
        elif mark is Mark.ABSENT:
            sums["absent"] += unit.hours
    return Tally(**sums)


def share_in_words(share: Fraction | None) -> str:
    """1/7 with its percentage: 1/7（14.29%）."""
    if share is None:
        return "—"
    percent = half_up(Decimal(100 * share.numerator) / Decimal(share.denominator))
    return f"{share.numerator}/{share.denominator}（{percent}%）" if share else "0"
