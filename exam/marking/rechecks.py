"""When a recheck may be asked for, and by when it is answered. Pure.

Days are working days: Monday to Friday, but for the holidays and the worked weekends of a calendar.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from core.labels import Labelled

SATURDAY = 5


class Verdict(Labelled):
    UPHELD = "upheld", "维持原评分"
    CHANGED = "changed", "改评"
    CORRECTED = "corrected", "已按更正答案重新判分"


def is_working(day: date, calendar: Mapping[date, bool]) -> bool:
    """``calendar`` has the days that are not what their weekday says: True for worked ones."""
    return calendar.get(day, day.weekday() < SATURDAY)


def working_days_after(day: date, count: int, calendar: Mapping[date, bool]) -> date:
    """The count-th working day after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, calendar)
    return day


def ends(moment: datetime, days: int, calendar: Mapping[date, bool], zone: tzinfo) -> datetime:
    """When the last of so many working days after a moment is over, on the clock of ``zone``."""
    last = working_days_after(moment.astimezone(zone).date(), days, calendar)
    return datetime.combine(last + timedelta(days=1), time(0), zone)
