"""The rules of classes, plans and surveys, without app."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from courses.classes import attending, finishing, seats, standing
from courses.classes.attending import Tally, Unit
from courses.classes.finishing import Rule
from courses.classes.kinds import ClassState, Mark, Stage
from courses.classes.models import Enrolment, TrainingClass
from courses.classes.seats import Place
from courses.plans import measuring as plans
from courses.plans.measuring import Held, ItemState, Planned
from courses.quality import measuring
from courses.quality.questions import REACTION, SurveyKind, Window, months_after, window

AT = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
DAY = date(2026, 3, 3)


def hours(*each: str) -> list[Unit]:
    return [Unit(n, Decimal(one), n % 2 == 1, AT) for n, one in enumerate(each, 1)]


def test_leave_of_exactly_a_seventh_is_not_too_much_and_a_bit_more_is() -> None:
    exactly = attending.tally(hours("6", "1"), {1: Mark.PRESENT, 2: Mark.LEAVE})
    assert exactly.leave_share == Fraction(1, 7)
    assert not exactly.too_much_leave
    more = attending.tally(hours("41.99", "7.01"), {1: Mark.PRESENT, 2: Mark.LEAVE})
    assert more.too_much_leave
    assert not attending.tally([], {}).too_much_leave


def test_a_tally_counts_hours_by_mark_and_those_about_law() -> None:
    marks = {1: Mark.PRESENT, 2: Mark.LATE, 3: Mark.ABSENT}
    found = attending.tally(hours("3", "1.5", "3", "2.5"), marks)
    assert found == Tally(Decimal(10), Decimal("4.5"), Decimal(3), Decimal(0), Decimal(3))
    assert found.days(Decimal(2)) == Decimal("0.9")
    assert attending.tally(hours("3"), {}).days(Decimal(1)) == 0


@pytest.mark.parametrize(
    ("minutes", "is_open", "mark"),
    [
        (-31, False, Mark.PRESENT), (-30, True, Mark.PRESENT), (10, True, Mark.PRESENT),
        (11, True, Mark.LATE), (59, True, Mark.LATE), (60, False, Mark.LATE),
    ],
)  # fmt: skip
def test_one_checks_in_from_half_an_hour_before_until_the_end(minutes, is_open, mark) -> None:
    at = AT + timedelta(minutes=minutes)
    assert attending.open_for_check_in(AT, AT + timedelta(hours=1), at) is is_open
    assert attending.mark_at(AT, at) is mark


def test_seats_go_by_the_moment_of_signing_up_and_are_never_taken_away() -> None:
    early, late = AT, AT + timedelta(minutes=5)
    places = [Place(3, late, False), Place(2, early, False), Place(1, late, True)]
    assert seats.to_seat(2, places) == [2]
    assert seats.to_seat(1, places) == []
    assert seats.to_seat(None, places) == [2, 3]
    assert seats.to_seat(0, places) == []
    assert seats.to_seat(3, [Place(9, early, False), Place(8, early, False)]) == [8, 9]


@pytest.mark.parametrize(
    ("done", "stage"),
    [
        ({}, Stage.ASKED),
        ({"opinion": False}, Stage.OPINED),
        ({"granted": False}, Stage.DECLINED),
        ({"granted": True}, Stage.WAITING),
        ({"granted": True, "seated_at": AT}, Stage.SEATED),
        ({"granted": True, "withdrawn_at": AT}, Stage.WITHDRAWN),
        ({"granted": True, "seated_at": AT, "dismissed_at": AT}, Stage.DISMISSED),
        ({"seated_at": AT, "completed": True}, Stage.COMPLETED),
        ({"seated_at": AT, "completed": False}, Stage.FAILED),
        ({"seated_at": AT, "completed": True, "revoked_at": AT}, Stage.REVOKED),
    ],
)
def test_where_somebody_stands_follows_from_what_was_done(done, stage) -> None:
    assert standing.stage(Enrolment(**done)) is stage


@pytest.mark.parametrize(
    ("day", "done", "state"),
    [
        (DAY - timedelta(days=2), {"published_at": None}, ClassState.DRAFT),
        (DAY - timedelta(days=2), {}, ClassState.SIGN_UP),
        (DAY - timedelta(days=1), {}, ClassState.UPCOMING),
        (DAY, {}, ClassState.RUNNING),
        (DAY + timedelta(days=1), {}, ClassState.OVER),
        (DAY + timedelta(days=1), {"concluded_at": AT}, ClassState.CONCLUDED),
        (DAY, {"cancelled_at": AT}, ClassState.CANCELLED),
    ],
)
def test_where_a_class_stands_follows_from_the_day(day, done, state) -> None:
    until = AT - timedelta(days=1, hours=3)
    facts = {"published_at": AT, "starts_on": DAY, "ends_on": DAY, "signup_until": until}
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    assert standing.class_state(TrainingClass(**(facts | done)), at, day) is state


@pytest.mark.parametrize(
    ("attended", "leave", "passed", "lacks"),
    [
        ("8", "0", True, []),
        ("7.99", "0", True, ["出席学时不足 80%"]),
        ("8", "2", True, ["请假超过总学时的 1/7"]),
        ("8", "0", False, ["训后测试未合格"]),
        ("8", "0", None, ["没有训后测试成绩"]),
    ],
)
def test_the_rule_proposes_who_completes(attended, leave, passed, lacks) -> None:
    tally = Tally(Decimal(10), Decimal(attended), Decimal(0), Decimal(leave), Decimal(0))
    found = finishing.propose(Rule(Fraction(80, 100), True, True), tally, passed=passed)
    assert (found.complete, found.lacks) == (not lacks, lacks)


def test_an_item_of_a_plan_is_done_once_a_class_of_it_is_concluded() -> None:
    item = Planned(7, date(2026, 3, 31), 4, Decimal(24), "law")
    other = Held(1, 8, True, frozenset({1}), {"law": Decimal(3)})
    begun = Held(2, 7, False, frozenset(), {"law": Decimal(3)})
    over = Held(3, 7, True, frozenset({1, 2, 3}), {"law": Decimal(20), "": Decimal(4)})
    late, ahead = date(2026, 4, 1), date(2026, 3, 31)
    assert plans.progress(item, [other], ahead).state is ItemState.AHEAD
    assert plans.progress(item, [other, begun], ahead).state is ItemState.UNDER_WAY
    assert plans.progress(item, [other, begun], late).state is ItemState.LATE
    done = plans.progress(item, [other, begun, over], late)
    assert (done.state, done.people_rate, done.hours) == (
        ItemState.DONE, Decimal("75.00"), Decimal(24),
    )  # fmt: skip
    counted = plans.execution([done, plans.progress(item, [], late)], late)
    assert (counted.rate, counted.whole_rate) == (Decimal("50.00"), Decimal("50.00"))
    assert plans.execution([], late).rate is None
    share = plans.held_share("law", [over, begun])
    assert share.rate == Decimal("83.33")
    assert (share.meets(83), share.meets(84), share.meets(None)) == (True, False, None)
    assert plans.held_share("law", []).meets(10) is None


def test_an_audience_reaches_its_target_by_people_who_have_the_hours() -> None:
    year = {"span": (date(2026, 1, 1), date(2026, 12, 31)), "today": date(2026, 6, 1)}
    found = plans.reach([1, 2, 3], wanted=Decimal(90), percent=60,
                        hours={1: Decimal(90), 2: Decimal("89.5"), 9: Decimal(99)},
                        trained={2, 9}, **year)  # fmt: skip
    assert (found.reached, found.trained, found.rate) == ({1}, {2}, Decimal("33.33"))
    assert found.met is False
    nobody = plans.reach([], wanted=Decimal(1), percent=1, hours={}, trained=(), **year)
    assert nobody.met is None


def answers(*points: int) -> list[dict[str, int]]:
    return [{each.key: point for each in REACTION} for point in points]


def test_fewer_than_five_answers_are_hidden_and_nothing_is_concluded_below_four_fifths() -> None:
    four = measuring.survey(REACTION, answers(5, 5, 5, 5), ["好"], asked=5, over=True)
    assert (four.shown, four.scores, four.comments) == (False, (), ())
    five = measuring.survey(REACTION, answers(5, 4, 3, 4, 1), ["好", " "], asked=7, over=True)
    assert (five.shown, five.concluded, five.comments) == (True, False, ["好"])
    assert five.scores[0].satisfaction == Decimal("60.00")
    assert five.scores[0].mean == Decimal("3.40")
    assert measuring.survey(REACTION, answers(*[4] * 8), [], asked=10, over=True).concluded
    running = measuring.survey(REACTION, answers(*[4] * 8), [], asked=10, over=False)
    assert not running.shown
    assert measuring.survey(REACTION, answers(*[4] * 8), [], asked=8, over=False).shown
    assert measuring.survey(REACTION, [], [], asked=0, over=True).return_rate is None


def test_answers_that_are_no_points_are_not_valid() -> None:
    question = REACTION[0]
    given = [{question.key: 5}, {}, {question.key: 9}]
    assert measuring.score(question, given).n == 1


def test_the_gain_between_two_tests_equals_a_count_by_hand() -> None:
    pairs = [(40, 70), (50, 80), (60, 70), (70, 85), (80, 90), (100, 100)]
    found = measuring.gain([(Fraction(pre), Fraction(post)) for pre, post in pairs])
    assert (found.n, found.normalised_n) == (6, 5)
    assert (found.pre, found.post, found.gain) == (
        Decimal("66.67"), Decimal("82.50"), Decimal("15.83"),
    )  # fmt: skip
    # (0.5 + 0.6 + 0.25 + 0.5 + 0.5) / 5; the one with 100 before is left out.
    assert found.normalised == Decimal("0.47")
    # Variances 466.67 and 137.5; pooled deviation 17.38.
    assert found.effect == Decimal("0.91")
    assert found.size is measuring.Size.LARGE
    assert measuring.gain([(Fraction(1), Fraction(2))] * 4) == measuring.Gain(4)
    assert measuring.gain([(Fraction(50), Fraction(60))] * 5).effect is None
    assert measuring.normalised(Fraction(100), Fraction(100)) is None


def test_surveys_open_on_the_last_day_and_three_months_later() -> None:
    assert window(SurveyKind.REACTION, DAY) == Window(DAY, date(2026, 3, 17))
    later = window(SurveyKind.FOLLOW_UP, date(2025, 11, 30))
    assert later == Window(date(2026, 2, 28), date(2026, 3, 30))
    assert not later.open(date(2026, 2, 27))
    assert later.open(later.last)
    assert later.ending(date(2026, 3, 25))
    assert later.over(date(2026, 3, 31))
    assert months_after(date(2026, 10, 31), 3) == date(2027, 1, 31)
