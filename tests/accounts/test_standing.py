"""Who counts, and how: the table of statuses."""

from datetime import date
from decimal import Decimal

import pytest

from accounts import standing
from accounts.standing import DutyStatus, Grade, LeaderLevel, Line, RankGroup, StaffCategory

CADRE = StaffCategory.CADRE


@pytest.mark.parametrize(
    ("status", "line", "defer", "factor"),
    [
        (DutyStatus.ON_DUTY, Line.RANKED, False, 1),
        (DutyStatus.SECONDED_OUT, Line.APART, False, 1),
        (DutyStatus.SECONDED_IN, Line.APART, False, 1),
        (DutyStatus.TEMPORARY_POST, Line.APART, False, 1),
        (DutyStatus.ASSIGNMENT_SUPPORT, Line.APART, False, "0.5"),
        (DutyStatus.FULL_TIME_STUDY, Line.RANKED, True, 1),
        (DutyStatus.SICK_LEAVE, Line.RANKED, True, 1),
        (DutyStatus.MATERNITY_LEAVE, Line.RANKED, True, 1),
        (DutyStatus.NEWLY_RECRUITED, Line.RANKED, False, 1),
        (DutyStatus.TRANSFERRED_IN, Line.RANKED, False, 1),
        (DutyStatus.RETIRED, Line.EXCLUDED, False, 1),
        (DutyStatus.TRANSFERRED_OUT, Line.EXCLUDED, False, 1),
        (DutyStatus.LEFT, Line.EXCLUDED, False, 1),
        (DutyStatus.SUSPENDED, Line.EXCLUDED, False, 1),
    ],
)
def test_every_status_counts_as_the_table_says(status, line, defer, factor) -> None:
    counting = standing.counting(status, CADRE)
    assert (counting.line, counting.defer) == (line, defer)
    assert counting.target_factor == Decimal(factor)
    assert bool(counting.reason) == (line is not Line.RANKED)


def test_the_table_above_has_every_status() -> None:
    [mark] = test_every_status_counts_as_the_table_says.pytestmark
    assert {row[0] for row in mark.args[1]} == set(DutyStatus)


@pytest.mark.parametrize(
    ("category", "line"),
    [
        (StaffCategory.CADRE, Line.RANKED),
        (StaffCategory.WORKER, Line.RANKED),
        (StaffCategory.REHIRED, Line.APART),
        (StaffCategory.CONTRACT, Line.APART),
        (StaffCategory.DISPATCHED, Line.APART),
        (StaffCategory.EXCHANGE, Line.APART),
        (StaffCategory.OPERATOR, Line.EXCLUDED),
    ],
)
def test_every_category_counts_as_the_table_says(category, line) -> None:
    assert standing.counting(DutyStatus.ON_DUTY, category).line is line


def test_hired_people_on_sick_leave_stay_apart_and_are_deferred() -> None:
    counting = standing.counting(DutyStatus.SICK_LEAVE, StaffCategory.CONTRACT)
    assert (counting.line, counting.defer, counting.reason) == (
        Line.APART, True, "聘用人员，单列",
    )  # fmt: skip


def test_why_somebody_is_suspended_is_for_those_alone_who_keep_the_roster() -> None:
    assert "审查" not in standing.counting(DutyStatus.SUSPENDED, CADRE).reason
    assert standing.status_label(DutyStatus.SUSPENDED, restricted=False) == "暂停参学参考"
    assert standing.status_label(DutyStatus.SUSPENDED, restricted=True) == "停职受审查"
    assert standing.status_label(DutyStatus.SICK_LEAVE, restricted=False) == "病假"


@pytest.mark.parametrize(
    ("status", "on", "may"),
    [
        (DutyStatus.SICK_LEAVE, date(2026, 9, 10), False),
        (DutyStatus.SICK_LEAVE, date(2026, 9, 11), True),
        (DutyStatus.MATERNITY_LEAVE, date(2027, 1, 1), True),
        (DutyStatus.FULL_TIME_STUDY, date(2027, 1, 1), False),
    ],
)
def test_leave_of_more_than_six_months_may_be_exempted(status, on, may) -> None:
    assert standing.may_be_exempted(status, since=date(2026, 3, 10), on=on) is may


def test_every_level_and_grade_lies_in_exactly_one_group() -> None:
    levels = [level for group in RankGroup for level in standing.levels_of(group)]
    grades = [grade for group in RankGroup for grade in standing.grades_of(group)]
    assert sorted(levels) == sorted(LeaderLevel)
    assert sorted(grades) == sorted(Grade)
