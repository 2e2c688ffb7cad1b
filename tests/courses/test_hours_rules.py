"""Conversion, duties and deadlines, reckoned by hand. No database."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.standing import DutyStatus, LeaderLevel, RankGroup
from courses.hours import conversion, deadlines, duties, factors, tallies
from courses.hours.conversion import Conversion
from courses.hours.deadlines import Deadline, DeadlineKind, DeadlineState, Done
from courses.hours.duties import Credit, Duty, Learner, Side, Window
from courses.hours.factors import Factor, Spell
from courses.hours.kinds import Activity, Bucket, TrainingKind
from courses.hours.pace import State

D = Decimal
TODAY = date(2026, 7, 1)
OLD = Learner(date(2010, 1, 1))
A = duties.PRESET[RankGroup.DIVISION]
B = duties.PRESET[RankGroup.SECTION]


def credit(day: date, hours: str, days: str = "0", **given: object) -> Credit:
    defaults = {"bucket": Bucket.CONCENTRATED, "accredited": True}
    return Credit(day, hours=D(hours), days=D(days), **(defaults | given))  # type: ignore[arg-type]


def rule(valid_from: date, per_day: str, half: str, **given: object) -> Conversion:
    return Conversion(
        Activity.FULL_TIME,
        valid_from,
        Bucket.CONCENTRATED,
        D(per_day),
        D(half),
        **given,  # type: ignore[arg-type]
    )


def test_a_new_version_never_reaches_back() -> None:
    rules = [rule(date(2026, 1, 1), "8", "4", id=1), rule(date(2026, 7, 1), "6", "3", id=2)]
    used = {
        day: conversion.in_force(rules, Activity.FULL_TIME, day).hours_per_day
        for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert list(used.values()) == [D("7.5"), D(8), D(6)]
    # Of two from the same day the one made last holds; other activities are not touched.
    again = rule(date(2026, 7, 1), "7", "3", id=3)
    assert conversion.in_force([*rules, again], Activity.FULL_TIME, TODAY) is again
    assert conversion.in_force(rules, Activity.LECTURE, TODAY).id is None


@pytest.mark.parametrize(
    ("days", "hours"), [("0.5", "3.5"), ("1", "8"), ("2.5", "19.5"), ("12", "96")]
)
def test_half_days_have_their_own_rate(days: str, hours: str) -> None:
    assert conversion.hours_of(D(days), rule(TODAY, "8", "3.5")) == D(hours)
    assert conversion.is_in_halves(D(days))
    assert not conversion.is_in_halves(D(days) + D("0.25"))


@pytest.mark.parametrize(
    ("minutes", "per_day", "exact", "most"),
    [
        (360, "7.5", "7.5", "7.5"), (180, "7.5", "3.75", "3.75"), (90, "7.5", "1.88", "2"),
        (45, "8", "1", "1"), (60, "6", "1", "1"), (6, "7.5", "0.13", "0.25"),
        (600, "7.5", "7.5", "7.5"), (0, "7.5", "0", "0"),
    ],
)  # fmt: skip
def test_minutes_stand_for_hours_by_the_day_of_the_rule(minutes, per_day, exact, most) -> None:
    rule = Conversion(Activity.LECTURE, date(2026, 1, 1), Bucket.CONCENTRATED, D(per_day), D(4))
    assert conversion.by_clock(D(minutes), rule) == D(exact)
    assert conversion.most(D(minutes), rule) == D(most)


def test_a_yearly_cap_lets_through_what_is_left_of_it() -> None:
    capped = rule(TODAY, "8", "4", yearly_cap=D(40))
    assert [conversion.capped(D(24), D(n), capped) for n in (0, 20, 40, 50)] == [24, 20, 0, 0]
    assert "每年至多 40 学时" in capped.words


@settings(max_examples=80, deadline=None)
@given(
    st.dates(date(2020, 1, 1), date(2027, 6, 1)),
    st.none() | st.dates(date(2020, 1, 1), date(2027, 6, 1)),
    st.sampled_from([D(1), D("0.5")]),
)
def test_targets_fold_by_months_as_fractions_do(
    joined: date, left: date | None, factor: Decimal
) -> None:
    if left is not None and left < joined:
        joined, left = left, joined
    who = Learner(joined, left, factor)
    standing = duties.standings(B, who, [], TODAY)[Window.YEAR]
    months = sum(
        any(
            joined <= day and (left is None or day < left)
            for day in (date(2026, month, 1) + timedelta(days=n) for n in range(31))
            if day.month == month
        )
        for month in range(1, 13)
    )
    assert standing.months == months
    exact = Fraction(90) * months / 12 * Fraction(factor)
    half_up = Fraction(int(exact * 100 + Fraction(1, 2)), 100)
    assert Fraction(standing.hours.target or 0) == half_up


SENT, LEAVE, HERE = (
    DutyStatus.ASSIGNMENT_SUPPORT, DutyStatus.MATERNITY_LEAVE, DutyStatus.ON_DUTY,
)  # fmt: skip
NONE_ON_LEAVE = Factor(LEAVE, date(2026, 1, 1), D(0), 1)
MORE = Factor(SENT, date(2026, 7, 1), D("0.8"), 2)


def ever(*spells: tuple[date, DutyStatus]) -> list[Spell]:
    return [Spell(date(2010, 1, 1), HERE), *(Spell(*each) for each in spells)]


@pytest.mark.parametrize(
    ("spells", "rules", "joined", "left", "share", "hours"),
    [
        # Sent out all year: 12 × 0.5.
        ([Spell(date(2020, 1, 1), SENT)], [], None, None, "6", "45"),
        # From April 15 until September 30: 3 + 6 × 0.5 + 3.
        (ever((date(2026, 4, 15), SENT), (date(2026, 10, 1), HERE)), [], None, None, "9", "67.5"),
        # Back on the last day of September: that month counts in full, 3 + 5 × 0.5 + 4.
        (ever((date(2026, 4, 15), SENT), (date(2026, 9, 30), HERE)), [], None, None,
         "9.5", "71.25"),
        # On leave from February 10 until July 8, nothing asked: February to June are out.
        (ever((date(2026, 2, 10), LEAVE), (date(2026, 7, 9), HERE)), [NONE_ON_LEAVE], None, None,
         "7", "52.5"),
        # The same where leave has no factor of its own.
        (ever((date(2026, 2, 10), LEAVE), (date(2026, 7, 9), HERE)), [], None, None, "12", "90"),
        # Joined in June, sent out in November: 5 + 2 × 0.5 of seven months.
        ([Spell(date(2026, 6, 5), HERE), Spell(date(2026, 11, 20), SENT)], [],
         date(2026, 6, 5), None, "6", "45"),
        # Sent out when leaving on May 20: January to April, and May by its last day here.
        (ever((date(2026, 5, 1), SENT)), [], None, date(2026, 5, 20), "4.5", "33.75"),
        # A version from July on: 6 × 0.5 + 6 × 0.8.
        ([Spell(date(2020, 1, 1), SENT)], [MORE], None, None, "7.8", "58.5"),
        # Nothing asked at all.
        ([Spell(date(2020, 1, 1), LEAVE)], [NONE_ON_LEAVE], None, None, "0", "0"),
    ],
)  # fmt: skip
def test_targets_fold_month_by_month(spells, rules, joined, left, share, hours) -> None:
    who = Learner(joined or date(2010, 1, 1), left, factors=factors.course(spells, rules))
    standing = duties.standings(B, who, [], TODAY)[Window.YEAR]
    assert (standing.share, standing.hours.target) == (D(share), D(hours))


def test_a_rolling_window_that_begins_within_a_month_has_sixty_months_all_the_same() -> None:
    spells = ever((date(2024, 1, 1), SENT), (date(2025, 1, 1), HERE))
    who = Learner(date(2010, 1, 1), factors=factors.course(spells, []))
    rolling = duties.standings(A, who, [], TODAY)[Window.ROLLING]
    # 48 + 12 × 0.5 of 60: 550 × 54 / 60.
    assert (rolling.months, rolling.share, rolling.hours.target) == (60, D(54), D(495))


def test_hours_of_other_buckets_and_without_recognition_do_not_stand_in() -> None:
    day = date(2026, 3, 1)
    others = [
        credit(day, "500", bucket=Bucket.ONLINE),
        credit(day, "500", bucket=Bucket.SELF_STUDY),
        credit(day, "500", bucket=Bucket.GROUP_STUDY),
        credit(day, "500", accredited=False),
        credit(date(2025, 12, 31), "500"),
    ]
    standing = duties.standings(B, OLD, others, TODAY)[Window.YEAR]
    assert (standing.hours, standing.met) == (Side(D(0), D(90)), False)
    enough = [*others, credit(day, "90", "1"), credit(day, "-0.01")]
    assert not duties.standings(B, OLD, enough, TODAY)[Window.YEAR].met
    assert duties.standings(B, OLD, enough[:-1], TODAY)[Window.YEAR].met
    by_days = [credit(day, "10", "12")]
    assert duties.standings(B, OLD, by_days, TODAY)[Window.YEAR].met


def test_five_years_are_counted_by_plan_and_rolling() -> None:
    credits = [credit(date(2021, 7, 1), "100"), credit(date(2021, 7, 2), "300"),
               credit(date(2026, 1, 1), "250")]  # fmt: skip
    found = duties.standings(A, OLD, credits, TODAY)
    assert found[Window.PLAN].span == duties.Span(date(2026, 1, 1), date(2030, 12, 31))
    assert found[Window.ROLLING].span == duties.Span(date(2021, 7, 2), TODAY)
    assert [(each.hours.done, each.met) for each in found.values()] == [(250, False), (550, True)]
    assert duties.plan_period(2026, date(2025, 5, 5)).first == date(2021, 1, 1)
    assert duties.plan_period(2026, date(2031, 1, 1)).first == date(2031, 1, 1)
    assert duties.rolling(date(2024, 2, 29)).first == date(2019, 3, 1)
    # Somebody who joined half a year ago owes six of sixty months.
    new = duties.standings(A, Learner(date(2026, 2, 10)), [], TODAY)[Window.ROLLING]
    assert (new.months, new.hours.target) == (6, D(55))


def test_last_years_surplus_carries_only_where_a_rule_says_so() -> None:
    before = date(2025, 5, 1)
    kept = [credit(before, "100", carries=True), credit(before, "20")]
    assert duties.standings(B, OLD, kept, TODAY)[Window.YEAR].carried == 30
    few = [credit(before, "10", carries=True), credit(before, "110")]
    assert duties.standings(B, OLD, few, TODAY)[Window.YEAR].carried == 10
    assert duties.standings(B, OLD, [credit(before, "120")], TODAY)[Window.YEAR].carried == 0


def test_what_is_not_asked_is_not_judged() -> None:
    online, law = duties.yearly(B, OLD, [credit(TODAY, "3", is_law=True)], 2026)
    assert (online.met, law.met, law.done) == (None, None, 3)
    asked = Duty(RankGroup.SECTION, 2026, 1, D(90), D(12), D(50), D(40))
    credits = [credit(TODAY, "30", bucket=Bucket.ONLINE), credit(TODAY, "40", is_law=True)]
    online, law = duties.yearly(asked, Learner(date(2026, 6, 5)), credits, 2026)
    # 50 × 7/12 = 29.1666… and 40 × 7/12 = 23.333…
    assert (online.target, online.met, law.target) == (D("29.17"), True, D("23.33"))


def test_the_duty_of_a_year_is_the_version_in_force_then() -> None:
    new = Duty(RankGroup.SECTION, 2027, 1, D(100), D(14), id=1)
    assert duties.in_force([new], RankGroup.SECTION, 2026) is B
    assert duties.in_force([new], RankGroup.SECTION, 2027) is new
    assert duties.in_force([new], RankGroup.OTHER, 2027) is None


def test_who_was_promoted_without_the_hours_makes_up_within_a_year() -> None:
    promoted = date(2026, 2, 28)
    before = [credit(date(2024, 1, 1), "400")]
    found = duties.catch_up(A, promoted, OLD, before)
    assert found is not None
    assert (found.lacking, found.due_on, found.done_on) == (150, date(2027, 2, 28), None)
    more = [*before, credit(date(2026, 3, 1), "100"), credit(date(2026, 5, 1), "50")]
    done = duties.catch_up(A, promoted, OLD, more)
    assert done is not None
    assert done.done_on == date(2026, 5, 1)
    undone = duties.catch_up(A, promoted, OLD, [*more, credit(date(2026, 5, 1), "-50")])
    assert undone is not None
    assert undone.done_on is None
    assert duties.catch_up(A, promoted, OLD, [credit(date(2024, 1, 1), "550")]) is None
    assert duties.catch_up(B, promoted, OLD, before) is None


def test_initial_training_ends_with_probation() -> None:
    joined = date(2025, 8, 31)
    new = DutyStatus.NEWLY_RECRUITED
    assert deadlines.initial(joined, DutyStatus.TRANSFERRED_IN, 12, []) is None
    open_ = deadlines.initial(joined, new, 6, [])
    assert open_ == Deadline(DeadlineKind.INITIAL, joined, date(2026, 2, 28))
    done = Done(1, TrainingKind.INITIAL, date(2025, 10, 1), "初任班")
    early = Done(1, TrainingKind.INITIAL, date(2025, 8, 30))
    other = Done(1, TrainingKind.SPECIALIZED, date(2025, 9, 1))
    found = deadlines.initial(joined, new, 12, [other, early, done])
    assert found is not None
    assert (found.done_on, found.what) == (done.on, "初任班")


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        (date(2026, 11, 1), DeadlineState.OPEN, 61),
        (date(2026, 11, 2), DeadlineState.SOON, 60),
        (date(2027, 1, 1), DeadlineState.SOON, 0),
        (date(2027, 1, 2), DeadlineState.OVERDUE, -1),
    ],
)
def test_appointment_training_counts_365_days(today: date, state: DeadlineState, left: int) -> None:
    found = deadlines.appointment(date(2026, 1, 1), LeaderLevel.DIVISION_CHIEF, [])
    assert found is not None
    assert (found.state(today), found.days_left(today)) == (state, left)
    assert deadlines.appointment(date(2026, 1, 1), None, []) is None
    before = Done(1, TrainingKind.APPOINTMENT, date(2025, 6, 1))
    met = deadlines.appointment(date(2026, 1, 1), LeaderLevel.DIVISION_CHIEF, [before])
    assert met is not None
    assert met.state(today) is DeadlineState.DONE


def test_a_departments_rate_is_made_of_its_people() -> None:
    def member(unit: int, state: State | None, hours: str) -> tallies.Member:
        buckets = dict.fromkeys(Bucket, D(0)) | {Bucket.ONLINE: D(hours)}
        return tallies.Member(unit, f"第{unit}司", state, buckets, D(1))

    people = [
        member(1, State.MET, "10"), member(1, State.BEHIND, "5"),
        member(1, None, "0"), member(2, None, "7"),
    ]  # fmt: skip
    rows = tallies.table(people)
    assert [(each.unit, each.people, each.judged, each.met) for each in rows] == [
        ("第1司", 3, 2, 1), ("第2司", 1, 0, 0), ("合计", 4, 2, 1),
    ]  # fmt: skip
    assert [(each.rate, each.average) for each in rows] == [(50, 5), (None, 7), (50, D("5.5"))]
    assert tallies.table([])[-1].average is None


@pytest.mark.parametrize(
    ("hours", "days", "day", "today", "state", "asked"),
    [
        # 146 of 365 days are over on 26 May: two fifths of 90 hours and of 12 days.
        ("36", "0", date(2026, 5, 26), date(2026, 5, 26), State.PACED, (D("36"), D("4.8"))),
        ("35.99", "4.7", date(2026, 5, 26), date(2026, 5, 26), State.BEHIND, (D("36"), D("4.8"))),
        ("0", "4.8", date(2026, 5, 26), date(2026, 5, 26), State.PACED, (D("36"), D("4.8"))),
        ("90", "0", date(2026, 5, 26), date(2026, 5, 26), State.MET, (D("36"), D("4.8"))),
        ("89.99", "11.9", date(2026, 12, 31), date(2026, 12, 31), State.BEHIND, (D(90), D(12))),
        ("89.99", "11.9", date(2026, 12, 31), date(2027, 1, 1), State.FAILED, (D(90), D(12))),
    ],
)
def test_nobody_fails_a_year_that_is_not_over(hours, days, day, today, state, asked) -> None:
    duty = duties.PRESET[RankGroup.SECTION]
    earned = Credit(date(2026, 5, 1), Bucket.CONCENTRATED, D(hours), D(days), accredited=True)
    who = Learner(date(2020, 1, 1))
    stands = duties.standings(duty, who, [earned], day)[Window.YEAR]
    assert (stands.state(day, today), stands.asked_by(day)) == (state, asked)


def test_five_years_that_are_over_are_told_from_those_under_way() -> None:
    duty, who = duties.PRESET[RankGroup.DIVISION], Learner(date(2010, 1, 1))
    then = duties.standings(duty, who, [], date(2025, 12, 31))[Window.PLAN]
    assert then.span.first == date(2021, 1, 1)
    assert then.state(date(2025, 12, 31), date(2026, 3, 2)) is State.FAILED
    now = duties.standings(duty, who, [], date(2026, 3, 2))[Window.PLAN]
    # 61 of 1826 days.
    assert now.state(date(2026, 3, 2), date(2026, 3, 2)) is State.BEHIND
    assert now.asked_by(date(2026, 3, 2)) == (D("18.37"), D("2.20"))
