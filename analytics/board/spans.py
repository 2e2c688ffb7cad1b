"""Which periods the board is kept for, and how far each has gone. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from analytics import periods
from analytics.periods import Period, Preset, preset
from core import figures
from core.figures import rate

YEARS, QUARTERS, MONTHS = 5, 8, 12
_QUARTERS = "一二三四"
#: Between the days of a key.
_TO = "_"
#: Calendar months that chosen days may touch: as many as facts are kept of.
LONGEST = 12
#: Before it nothing was recorded.
FIRST_YEAR = 2000


@dataclass(frozen=True)
class Span:
    """A period with its name; the address carries ``key``."""

    #: None for days that somebody chose.
    kind: Preset | None
    period: Period

    @property
    def key(self) -> str:
        first = self.period.first
        match self.kind:
            case Preset.YEAR:
                return f"{first.year}"
            case Preset.QUARTER:
                return f"{first.year}Q{(first.month + 2) // 3}"
            case Preset.MONTH:
                return f"{first:%Y-%m}"
        return f"{first.isoformat()}{_TO}{self.period.last.isoformat()}"

    @property
    def title(self) -> str:
        first = self.period.first
        match self.kind:
            case Preset.YEAR:
                return f"{first.year} 年"
            case Preset.QUARTER:
                return f"{first.year} 年第{_QUARTERS[(first.month - 1) // 3]}季度"
            case Preset.MONTH:
                return f"{first.year} 年 {first.month} 月"
        return f"{figures.day(first)}至{figures.day(self.period.last)}"


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
    """One that is offered, or chosen days (2026-03-01_2026-05-31) that nothing speaks against."""
    known = next((each for each in offered(today) if each.key == key), None)
    first, _, last = key.partition(_TO)
    if known is not None or not last:
        return known
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    found = of(period, today)
    return found if found.key == key and not trouble(period, today) else None


def of(period: Period, today: date) -> Span:
    """The period by its own name where it has one."""
    return next((each for each in offered(today) if each.period == period), Span(None, period))


def is_preset(period: Period) -> bool:
    """Whether it is a whole year, quarter or month, of whatever year."""
    return any(preset(kind, period.first) == period for kind in Preset)


def trouble(period: Period, today: date) -> str:
    """What speaks against chosen days; "" for nothing."""
    if period.last < period.first:
        return "结束日期不能早于开始日期"
    if period.first > today:
        return "开始日期不能晚于今天"
    if period.first.year < FIRST_YEAR:
        return f"开始日期不能早于 {FIRST_YEAR} 年"
    if len(months(period, period.last)) > LONGEST:
        return f"起止日期最多跨 {LONGEST} 个自然月，请缩短"
    return ""


def before(span: Span) -> Span:
    """The period of the same kind just before; of chosen days, as many days."""
    if span.kind is None:
        return Span(None, periods.before(span.period))
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
