"""经常化: how regularly somebody studies over a year. Pure; its calendar is the person's own.

A day counts with three considered answers, or with three minutes of credited study. Neither
points nor rankings are made of it.
"""

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from core.figures import rate

#: What makes a day a day of study: so many considered answers, or so many seconds.
ANSWERS, SECONDS = 3, 180


def active_days(answers: Mapping[date, int], seconds: Mapping[date, int]) -> set[date]:
    """The days that count, from considered answers and credited seconds of each."""
    return {
        each
        for each in answers.keys() | seconds.keys()
        if answers.get(each, 0) >= ANSWERS or seconds.get(each, 0) >= SECONDS
    }


@dataclass(frozen=True)
class Gap:
    """Days without study, first and last of them."""

    begins: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.begins).days + 1


@dataclass(frozen=True)
class Regularity:
    begins: date
    ends: date
    days: frozenset[date]

    @property
    def months(self) -> dict[int, int]:
        """Days of study in each month of the span."""
        return {
            month: sum(each.month == month for each in self.days)
            for month in range(self.begins.month, self.ends.month + 1)
        }

    @property
    def active_months(self) -> int:
        return sum(count > 0 for count in self.months.values())

    @property
    def longest_gap(self) -> Gap | None:
        """The longest row of days without study, the first of equal ones; None for none."""
        edges = [self.begins - timedelta(1), *sorted(self.days), self.ends + timedelta(1)]
        gaps = [
            Gap(before + timedelta(1), after - timedelta(1))
            for before, after in pairwise(edges)
            if (after - before).days > 1
        ]
        return max(gaps, key=lambda gap: gap.days, default=None)

    @property
    def busiest_share(self) -> Decimal | None:
        """Percent of the days of study that fall into the busiest month: high for 突击学习."""
        return rate(max(self.months.values()), len(self.days))


def of_year(
    year: int, days: Collection[date], *, today: date, joined: date | None = None
) -> Regularity:
    """The year up to today, or since the person joined. Today counts once something was done."""
    begins = max(date(year, 1, 1), joined or date.min)
    ends = min(date(year, 12, 31), today if today in days else today - timedelta(1))
    ends = max(ends, begins)
    inside = frozenset(each for each in days if begins <= each <= ends)
    return Regularity(begins, ends, inside)


def weeks(year: int, month: int) -> list[list[date | None]]:
    """The weeks of a month from Monday on; None where a day is of another month."""
    return [
        [each if each.month == month else None for each in week]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
