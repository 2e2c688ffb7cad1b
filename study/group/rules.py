"""What a year of a group is measured by, and how it stands. Pure.

The parameters are dated by year: a year keeps what was set for it, and otherwise follows the
latest year before it for which something was set.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from core import figures
from study.group.attendance import Count
from study.group.kinds import COLLECTIVE, WHOLE, SessionForm, quarter_of

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True)
class Parameters:
    """Least numbers of a year; 0 asks for nothing."""

    per_quarter: int = 1
    law_sessions: int = 2
    pre_meeting: int = 4
    lectures: int = 0
    attendance_percent: int = 80
    speeches: int = 1
    writings: int = 1
    days: int = 12
    #: Credit hours that a day of a closed session enters for each who was there; the short ones
    #: are those before a meeting or a decision.
    session_hours: Decimal = Decimal(3)
    short_hours: Decimal = Decimal("0.5")

    def hours(self, form: SessionForm, daily: Sequence[Decimal]) -> Decimal:
        """What a session enters; self-study has no list and enters nothing.

        ``daily``: the hours that the time of each of its days stands for, which is never exceeded.
        """
        if form in WHOLE:
            return sum((min(self.session_hours, each) for each in daily), Decimal(0))
        if form is SessionForm.SELF_STUDY:
            return Decimal(0)
        return min(self.short_hours, sum(daily, Decimal(0)))

    def standard(self, form: SessionForm, days: int) -> Decimal:
        """What a session of so many days enters where time enough was spent."""
        return self.hours(form, [Decimal(24)] * days)


def in_force(by_year: Mapping[int, Parameters], year: int) -> Parameters:
    """The parameters of a year: its own, or those of the latest year before it."""
    known = [each for each in by_year if each <= year]
    return by_year[max(known)] if known else Parameters()


@dataclass(frozen=True)
class Held:
    """A closed session, as the rules see it."""

    meeting_id: int
    number: int
    day: date
    form: SessionForm
    topic: str
    is_law: bool


def on_law(held: Iterable[Held]) -> list[Held]:
    """法治专题: what the group came together for and law was the theme of.

    会前学法 and 决策前学法 have a number of their own, and 个人自学 and 专题调研 are no session.
    """
    return [each for each in held if each.is_law and each.form in COLLECTIVE]


class Verdict(Enum):
    MET = "已达到"
    OPEN = "待完成"
    MISSED = "未达到"


@dataclass(frozen=True)
class Finding:
    """How one rule stands: what is asked, what there is, and exactly which sessions count."""

    title: str
    wanted: str
    found: str
    verdict: Verdict
    counted: Sequence[Held] = ()
    #: The quarter that it asks about; None when it asks about the year.
    quarter: int | None = None


def findings(
    held: Iterable[Held], count: Count, rules: Parameters, *, year: int, today: date
) -> list[Finding]:
    """The rules of a year in a fixed order; those that ask for nothing are left out."""
    done = sorted((each for each in held if each.day.year == year), key=lambda each: each.day)
    over = today > date(year, 12, 31)
    found = [_quarter(done, number, rules, year, today) for number in QUARTERS]
    pre = [each for each in done if each.form is SessionForm.PRE_MEETING]
    lectures = [each for each in done if each.form is SessionForm.LECTURE]
    found += [
        _least("法治专题集体学习", on_law(done), rules.law_sessions, over=over),
        _least("会前学法", pre, rules.pre_meeting, over=over),
        _least("专题讲座", lectures, rules.lectures, over=over),
    ]
    rate = count.rate
    if rate is None:
        verdict = Verdict.MISSED if over else Verdict.OPEN
    elif rate >= rules.attendance_percent:
        verdict = Verdict.MET
    else:
        verdict = Verdict.MISSED if over else Verdict.OPEN
    wanted = f"不低于 {rules.attendance_percent}%"
    found.append(Finding("累计出勤率", wanted, figures.percent(rate), verdict, done))
    return [each for each in found if not each.wanted.startswith("不少于 0 ")]


def of_span(found: Iterable[Finding], first: date, last: date) -> list[Finding]:
    """What a report on some days of a year tells: its own quarters, and the year so far as such."""
    quarters = range(quarter_of(first), quarter_of(last) + 1)
    whole = len(quarters) == len(QUARTERS)
    return [
        each if whole or each.quarter else replace(each, title=f"本年{each.title}")
        for each in found
        if each.quarter is None or each.quarter in quarters
    ]


def _quarter(
    done: Sequence[Held], number: int, rules: Parameters, year: int, today: date
) -> Finding:
    counted = [each for each in done if each.form in COLLECTIVE and quarter_of(each.day) == number]
    title = f"第{'一二三四'[number - 1]}季度集体学习"
    over = today > last_day(year, number)
    return replace(_least(title, counted, rules.per_quarter, over=over), quarter=number)


def last_day(year: int, quarter: int) -> date:
    return date(year, 3 * quarter, 31 if quarter in {1, 4} else 30)


def _least(title: str, counted: Sequence[Held], least: int, *, over: bool) -> Finding:
    verdict = Verdict.MET if len(counted) >= least else Verdict.MISSED if over else Verdict.OPEN
    return Finding(title, f"不少于 {least} 次", f"{len(counted)} 次", verdict, counted)


@dataclass(frozen=True)
class Duties:
    """What a member has done in a year, beside being there."""

    speeches: int
    writings: int
    days: int
    count: Count


def duty_findings(done: Duties, rules: Parameters, *, year: int, today: date) -> list[Finding]:
    """A member's own duties of the year; those that ask for nothing are left out."""
    over = today > date(year, 12, 31)
    asked = (
        ("交流发言", done.speeches, rules.speeches, "次"),
        ("心得、调研报告或理论文章", done.writings, rules.writings, "篇"),
        ("集中学习", done.days, rules.days, "天"),
    )
    return [
        Finding(
            title,
            f"不少于 {least} {unit}",
            f"{number} {unit}",
            Verdict.MET if number >= least else Verdict.MISSED if over else Verdict.OPEN,
        )
        for title, number, least, unit in asked
        if least
    ]
