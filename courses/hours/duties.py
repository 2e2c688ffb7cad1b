"""Duties by rank: what is asked of somebody in a window, and whether it is met. Pure.

Only accredited concentrated training counts towards the main duty; hours of different buckets
never stand in for each other. Targets are folded by the months on the books, each with the
factor of the status in it, half up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.standing import RankGroup, months_between
from core import figures
from core.labels import Labelled
from courses.hours import pace
from courses.hours.factors import Course
from courses.hours.kinds import Bucket
from courses.hours.pace import Elapsed, State

ZERO = Decimal(0)
_DAY = timedelta(days=1)


class Window(Labelled):
    YEAR = "year", "年度"
    PLAN = "plan", "规划期"
    ROLLING = "rolling", "近五年"


@dataclass(frozen=True)
class Duty:
    rank_group: RankGroup
    from_year: int
    years: int
    hours: Decimal
    days: Decimal
    online_hours: Decimal | None = None
    law_hours: Decimal | None = None
    plan_from: int = 2026
    id: int | None = None

    @property
    def words(self) -> str:
        span = "每年" if self.years == 1 else "每 5 年"
        return (
            f"{self.rank_group.label}：{span}集中培训 {figures.plain(self.hours)} 学时"
            f"或 {figures.plain(self.days)} 天"
        )


#: Until 人事司 says otherwise. Three months are 66 days of training, 22 a month.
_FIVE = (5, Decimal(550), Decimal(66))
_ONE = (1, Decimal(90), Decimal(12))
PRESET: dict[RankGroup, Duty] = {
    group: Duty(group, 2000, *(_ONE if group is RankGroup.SECTION else _FIVE))
    for group in RankGroup
    if group is not RankGroup.OTHER
}


def in_force(rules: Iterable[Duty], group: RankGroup, year: int) -> Duty | None:
    """The duty of a rank group in a year; None for those without one."""
    known = [each for each in rules if each.rank_group is group and each.from_year <= year]
    return max(known, key=lambda each: (each.from_year, each.id or 0), default=PRESET.get(group))


@dataclass(frozen=True)
class Span:
    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def label(self) -> str:
        return f"{figures.day(self.first)}至{figures.day(self.last)}"


def year_of(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def years_later(day: date, years: int) -> date:
    """The same day so many years on; the last of February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def plan_period(plan_from: int, today: date) -> Span:
    """The five years, counted from a plan's first, that the day lies in."""
    first = plan_from + (today.year - plan_from) // 5 * 5
    return Span(date(first, 1, 1), date(first + 4, 12, 31))


def rolling(last: date) -> Span:
    return Span(years_later(last, -5) + timedelta(days=1), last)


def windows(duty: Duty, today: date) -> dict[Window, Span]:
    if duty.years == 1:
        return {Window.YEAR: year_of(today.year)}
    return {Window.PLAN: plan_period(duty.plan_from, today), Window.ROLLING: rolling(today)}


def target(base: Decimal, share: Decimal, of: int) -> Decimal:
    """base × share / of, half up to hundredths; ``share`` are the months with their factors."""
    return figures.half_up(base * share / of)


def month_ends(first: date, last: date) -> list[date]:
    """The last day of each calendar month between two days, and ``last`` for its own month."""
    found, month = [], date(first.year, first.month, 1)
    while month <= last:
        following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        found.append(min(last, following - timedelta(days=1)))
        month = following
    return found


@dataclass(frozen=True)
class Learner:
    """The person as duties see them."""

    joined_on: date
    left_on: date | None = None
    factor: Decimal = Decimal(1)
    #: How the factor went (courses.hours.factors); empty: ``factor`` all along.
    factors: Course = ()

    def factor_on(self, day: date) -> Decimal:
        held = [factor for since, factor in self.factors if since <= day]
        if held:
            return held[-1]
        return self.factors[0][1] if self.factors else self.factor

    def share(self, span: Span, of: int) -> Decimal:
        """The months of the window on the books, each with its factor; of more than a whole window
        has, as one may that begins within a month, the last ones."""
        rates = {factor for _, factor in self.factors} or {self.factor}
        if len(rates) == 1:
            return self.months(span, of) * rates.pop()
        last = span.last if self.left_on is None else min(span.last, self.left_on - _DAY)
        first = max(self.joined_on, span.first)
        if first > last:
            return ZERO
        return sum((self.factor_on(day) for day in month_ends(first, last)[-of:]), ZERO)

    def months(self, span: Span, of: int) -> int:
        """Calendar months of the window on the books, no more than a whole window has."""
        return min(of, months_between(self.joined_on, self.left_on, span.first, span.last))


@dataclass(frozen=True)
class Credit:
    """An entry of the register, reversals included with their sign."""

    earned_on: date
    bucket: Bucket
    hours: Decimal
    days: Decimal
    is_law: bool = False
    accredited: bool = False
    carries: bool = False

    @property
    def counts(self) -> bool:
        return self.bucket is Bucket.CONCENTRATED and self.accredited


@dataclass(frozen=True)
class Side:
    """One figure against its target; no target: not judged."""

    done: Decimal
    target: Decimal | None

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.done >= self.target

    @property
    def left(self) -> Decimal:
        return max(ZERO, (self.target or ZERO) - self.done)


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in a window."""

    window: Window
    span: Span
    months: int
    #: The months with their factors; the targets are folded by this.
    share: Decimal
    hours: Side
    days: Side
    #: What last year's surplus brought, contained in ``hours``.
    carried: Decimal = ZERO

    @property
    def met(self) -> bool:
        """By hours or by days: either is enough."""
        return bool(self.hours.met or self.days.met)

    def elapsed(self, day: date) -> Elapsed:
        return pace.elapsed(self.span.first, self.span.last, day)

    def asked_by(self, day: date) -> tuple[Decimal, Decimal]:
        """(hours, days) asked by the day: the part of the targets that is gone of the window."""
        part = self.elapsed(day).part
        return part(self.hours.target or ZERO), part(self.days.target or ZERO)

    def state(self, day: date, today: date) -> State:
        """As things stood on the day; a window that today is not over is not failed."""
        kept = self.elapsed(day).kept
        return pace.state(
            met=self.met,
            kept=any(kept(each.done, each.target or ZERO) for each in (self.hours, self.days)),
            over=self.span.last < today,
        )


def _sum(credits: Iterable[Credit], span: Span) -> tuple[Decimal, Decimal]:
    own = [each for each in credits if each.counts and each.earned_on in span]
    return sum((each.hours for each in own), ZERO), sum((each.days for each in own), ZERO)


def standing(
    duty: Duty,
    window: Window,
    span: Span,
    who: Learner,
    credits: Sequence[Credit],
    before: Duty | None = None,
) -> Standing:
    """``before``: what was asked the year before, if it was not the same."""
    of = duty.years * 12
    months, share = who.months(span, of), who.share(span, of)
    hours, days = _sum(credits, span)
    carried = _carried(before or duty, span, who, credits) if window is Window.YEAR else ZERO
    return Standing(
        window,
        span,
        months,
        share,
        Side(hours + carried, target(duty.hours, share, of)),
        Side(days, target(duty.days, share, of)),
        carried,
    )


def _carried(duty: Duty, span: Span, who: Learner, credits: Sequence[Credit]) -> Decimal:
    """Last year's surplus, as far as it was earned by activities that carry over."""
    before = year_of(span.first.year - 1)
    hours, _ = _sum(credits, before)
    asked = target(duty.hours, who.share(before, 12), 12)
    may = _sum((each for each in credits if each.carries), before)[0]
    return max(ZERO, min(hours - asked, may))


def standings(
    duty: Duty,
    who: Learner,
    credits: Sequence[Credit],
    today: date,
    before: Duty | None = None,
) -> dict[Window, Standing]:
    return {
        window: standing(duty, window, span, who, credits, before)
        for window, span in windows(duty, today).items()
    }


def yearly(duty: Duty, who: Learner, credits: Iterable[Credit], year: int) -> tuple[Side, Side]:
    """(network hours, law hours) of a year; not judged where nothing is asked."""
    span, share = year_of(year), who.share(year_of(year), 12)
    own = [each for each in credits if each.earned_on in span]
    online = sum((each.hours for each in own if each.bucket is Bucket.ONLINE), ZERO)
    law = sum((each.hours for each in own if each.is_law), ZERO)

    def asked(base: Decimal | None) -> Decimal | None:
        return None if base is None else target(base, share, 12)

    return Side(online, asked(duty.online_hours)), Side(law, asked(duty.law_hours))


@dataclass(frozen=True)
class CatchUp:
    """提任前未达要求的，提任后一年内补完."""

    promoted_on: date
    due_on: date
    #: What lacked on the day before the promotion, in hours; and what was earned since.
    lacking: Decimal
    earned: Decimal
    done_on: date | None


def catch_up_by(promoted_on: date) -> date:
    return years_later(promoted_on, 1)


def catch_up(
    duty: Duty, promoted_on: date, who: Learner, credits: Sequence[Credit]
) -> CatchUp | None:
    """What somebody promoted to a five-year duty has to make up; None where nothing lacked."""
    if duty.years != 5:
        return None
    before = rolling(promoted_on - timedelta(days=1))
    then = standing(duty, Window.ROLLING, before, who, credits)
    if then.met:
        return None
    due_on = catch_up_by(promoted_on)
    earned, done_on = ZERO, None
    for each in sorted(credits, key=lambda credit: credit.earned_on):
        if each.counts and each.earned_on >= promoted_on:
            earned += each.hours
            if done_on is None and earned >= then.hours.left:
                done_on = each.earned_on
            elif earned < then.hours.left:
                done_on = None  # what was earned was reversed
    return CatchUp(promoted_on, due_on, then.hours.left, earned, done_on)
