"""Which periods the board is kept for, and how far each has gone. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from analytics.periods import Period, Preset, preset
from core.figures import rate

YEARS, QUARTERS, MONTHS = 5, 8, 12
_QUARTERS = "一二三四"


@dataclass(frozen=True)
class Span:
    """A period with its name; the address carries ``key``."""

    kind: Preset
    period: Period

    @property
    def key(self) -> str:
        first = self.period.first
        match self.kind:
            case Preset.YEAR:
                return f"{first.year}"
            case Preset.QUARTER:
                return f"{first.year}Q{(first.month + 2) // 3}"
        return f"{first:%Y-%m}"

    @property
    def title(self) -> str:
        first = self.period.first
        match self.kind:
            case Preset.YEAR:
                return f"{first.year} 年"
            case Preset.QUARTER:
                return f"{first.year} 年第{_QUARTERS[(first.month - 1) // 3]}季度"
        return f"{first.year} 年 {first.month} 月"


def offered(today: date) -> list[Span]:
    """Those that can be asked for: years, quarters and months, each the newest first."""
    found = []
    for kind, count in ((Preset.YEAR, YEARS), (Preset.QUARTER, QUARTERS), (Preset.MONTH, MONTHS)):
        day = today
        for _ in range(count):
            period = preset(kind, day)
            found.append(Span(kind, period))
            day = period.first - timedelta(days=1)
    return found


def named(key: str, today: date) -> Span | None:
    return next((each for each in offered(today) if each.key == key), None)


def before(span: Span) -> Span:
    """The period of the same kind just before."""
    return Span(span.kind, preset(span.kind, span.period.first - timedelta(days=1)))


def elapsed(period: Period, day: date) -> tuple[int, int]:
    """Days of the period that are over by the end of a day, and all of its days."""
    whole = (period.last - period.first).days + 1
    return max(0, min(whole, (day - period.first).days + 1)), whole


def share(period: Period, day: date) -> Decimal:
    """时间进度, in percent."""
    gone, whole = elapsed(period, day)
    return rate(gone, whole) or Decimal(0)


def months(period: Period, day: date) -> list[date]:
    """The first day of each month of the period that has begun by a day."""
    found, first = [], period.first.replace(day=1)
    while first <= min(period.last, day):
        found.append(first)
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def running(today: date) -> list[Span]:
    """This year, quarter and month."""
    return [Span(kind, preset(kind, today)) for kind in Preset]
