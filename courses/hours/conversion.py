"""How days of an activity become hours: dated rules, never reaching back. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from core import figures
from courses.hours.kinds import Activity, Bucket

HALF = Decimal("0.5")
#: Minutes of teaching in the day that a rule speaks of: six hours, so that of 7.5 hours a day each
#: takes 48 minutes, of 8 each takes 45.
TEACHING_DAY = 360
#: Hours of a timetable are written in quarters.
QUARTER = Decimal("0.25")


@dataclass(frozen=True)
class Conversion:
    activity: Activity
    valid_from: date
    bucket: Bucket
    hours_per_day: Decimal
    half_day_hours: Decimal
    yearly_cap: Decimal | None = None
    carries: bool = False
    id: int | None = None

    @property
    def words(self) -> str:
        """What stands beside a converted figure."""
        since = "系统预设" if self.id is None else f"{figures.day(self.valid_from)}起"
        text = (
            f"{self.activity.label}每天 {figures.plain(self.hours_per_day)} 学时、"
            f"半天 {figures.plain(self.half_day_hours)} 学时"
        )
        if self.yearly_cap is not None:
            text += f"，每年至多 {figures.plain(self.yearly_cap)} 学时"
        return f"{text}（{since}）"


#: Until 人事司 says otherwise: 12 days stand for 90 hours, so a day for 7.5.
_BUCKETS = {
    Activity.FULL_TIME: Bucket.CONCENTRATED,
    Activity.LECTURE: Bucket.CONCENTRATED,
    Activity.NETWORK: Bucket.ONLINE,
    Activity.SELF_STUDY: Bucket.SELF_STUDY,
    Activity.GROUP_STUDY: Bucket.GROUP_STUDY,
}
PRESET = {
    activity: Conversion(activity, date(2000, 1, 1), bucket, Decimal("7.5"), Decimal("3.75"))
    for activity, bucket in _BUCKETS.items()
}


def in_force(rules: Iterable[Conversion], activity: Activity, day: date) -> Conversion:
    """The rule for an activity that began on the day."""
    known = [each for each in rules if each.activity is activity and each.valid_from <= day]
    return max(known, key=lambda each: (each.valid_from, each.id or 0), default=PRESET[activity])


def is_in_halves(days: Decimal) -> bool:
    return days > 0 and days % HALF == 0


def hours_of(days: Decimal, rule: Conversion) -> Decimal:
    """Whole days and a half day at their own rates."""
    whole = days // 1
    half = rule.half_day_hours if days % 1 else Decimal(0)
    return figures.half_up(whole * rule.hours_per_day + half)


def by_clock(minutes: Decimal, rule: Conversion) -> Decimal:
    """The hours that so many minutes of one day stand for, half up to hundredths; no more than the
    day's."""
    return min(rule.hours_per_day, figures.half_up(minutes * rule.hours_per_day / TEACHING_DAY))


def most(minutes: Decimal, rule: Conversion) -> Decimal:
    """The most hours that a lesson of so many minutes may carry: as above, to the next quarter."""
    exact = minutes * rule.hours_per_day / TEACHING_DAY
    quarters = (exact / QUARTER).to_integral_value(ROUND_CEILING)
    return min(rule.hours_per_day, quarters * QUARTER)


def capped(hours: Decimal, before: Decimal, rule: Conversion) -> Decimal:
    """What of the hours still counts in a year in which ``before`` hours of the activity stand."""
    if rule.yearly_cap is None:
        return hours
    return max(Decimal(0), min(hours, rule.yearly_cap - before))


def days_of(days: Decimal, hours: Decimal, counted: Decimal) -> Decimal:
    """The days of what of the hours counts: days beyond a cap meet a duty no more than hours do."""
    return days if counted == hours else figures.half_up(days * counted / hours)
