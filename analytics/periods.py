"""The period of a learning table, and months on the books within it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from accounts.standing import months_between
from core import figures
from core.clock import LOCAL
from core.labels import Labelled


class Preset(Labelled):
    YEAR = "year", "本年"
    QUARTER = "quarter", "本季"
    MONTH = "month", "本月"


@dataclass(frozen=True)
class Period:
    """Days in Shanghai, both ends included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The moment at which the period begins."""
        return datetime.combine(self.first, time(), LOCAL)

    @property
    def ends(self) -> datetime:
        """The first moment after the period."""
        return datetime.combine(self.last + timedelta(days=1), time(), LOCAL)

    @property
    def label(self) -> str:
        return f"{figures.day(self.first)}至{figures.day(self.last)}"


def preset(kind: Preset, today: date) -> Period:
    """The whole calendar year, quarter or month that a day lies in."""
    months = {Preset.YEAR: 12, Preset.QUARTER: 3, Preset.MONTH: 1}[kind]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    return Period(first, _month_after(first, months) - timedelta(days=1))


def _month_after(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def before(period: Period) -> Period:
    """The year, quarter or month before a whole one; else as many days just before."""
    last = period.first - timedelta(days=1)
    for kind in Preset:
        if preset(kind, period.first) == period:
            return preset(kind, last)
    return Period(last - (period.last - period.first), last)


def months_on_books(joined_on: date, left_on: date | None, period: Period) -> int:
    """Calendar months of the period in which somebody was on the books for at least a day.

    ``left_on`` is the first day on which the person no longer was.
    """
    return months_between(joined_on, left_on, period.first, period.last)
