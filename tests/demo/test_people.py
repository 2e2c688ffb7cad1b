"""The demonstration's people: consistent, various, and the same each time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from accounts.permissions import LANES, Role, lane_of
from accounts.standing import DutyStatus, Grade, LeaderLevel, Line, StaffCategory, counting
from demo.bureau import LEADERSHIP, UNITS
from demo.people import people

TODAY = date(2026, 11, 25)
PEOPLE = people(TODAY)
DEPARTMENTS = [plan.name for plan in UNITS if plan.name != LEADERSHIP]

#: 公务员职务职级并行规定: the grades that a leader of a level may hold besides.
GRADES_OF = {
    LeaderLevel.BUREAU_CHIEF: {Grade.INSPECTOR_1},
    LeaderLevel.DIVISION_CHIEF: {Grade.RESEARCHER_1, Grade.RESEARCHER_2},
    LeaderLevel.DIVISION_DEPUTY: {Grade.RESEARCHER_3, Grade.RESEARCHER_4},
}


def test_the_bureau_has_about_150_people_in_the_order_of_the_plan() -> None:
    assert 140 <= len(PEOPLE) <= 165
    assert DEPARTMENTS == [
        "办公室",
        "综合指导司",
        "研究室",
        "人事司",
        "机关党委",
        "办信司",
        "来访接待司",
        "督查室",
        "投诉办",
    ]
    assert {person.home_unit for person in PEOPLE} == {LEADERSHIP, *DEPARTMENTS}


def test_staff_numbers_count_up() -> None:
    assert [person.staff_number for person in PEOPLE[:3]] == ["XF0001", "XF0002", "XF0003"]
    assert len({person.staff_number for person in PEOPLE}) == len(PEOPLE)


def test_the_same_seed_and_day_give_the_same_people() -> None:
    assert people(TODAY) == PEOPLE
    assert people(TODAY, seed=1) != PEOPLE


def test_names_include_what_breaks_naive_code() -> None:
    names = [person.name for person in PEOPLE]
    assert any(ord(char) > 0xFFFF for name in names for char in name)
    assert "阿依古丽·吐尔逊" in names
    assert [name for name, n in Counter(names).items() if n > 1] == ["陈思远"]


def test_every_status_and_category_occurs() -> None:
    assert {person.duty_status for person in PEOPLE} == set(DutyStatus)
    assert {person.staff_category for person in PEOPLE} == set(StaffCategory)
    lines = {counting(person.duty_status, person.staff_category).line for person in PEOPLE}
    assert lines == set(Line)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_department_has_one_head_one_liaison_and_enough_people_to_be_ranked(
    department: str,
) -> None:
    own = [person for person in PEOPLE if person.home_unit == department]
    assert sum(Role.UNIT_HEAD in person.roles for person in own) == 1
    assert sum(Role.LIAISON in person.roles for person in own) == 1
    ranked = [p for p in own if counting(p.duty_status, p.staff_category).line is Line.RANKED]
    assert len(ranked) >= 5


def test_every_role_has_a_holder_on_duty() -> None:
    held = {role for person in PEOPLE for role in person.roles}
    assert held == set(Role)


def test_the_three_administrators_hold_one_role_and_do_no_business() -> None:
    holders = [person for person in PEOPLE if person.roles & set(LANES)]
    assert [sorted(person.roles) for person in holders] == [
        ["sys_admin"],
        ["sec_admin"],
        ["auditor"],
    ]
    assert {person.staff_category for person in holders} == {StaffCategory.OPERATOR}


def test_nobody_stands_in_two_lanes_or_on_both_sides_of_a_check() -> None:
    for person in PEOPLE:
        assert len({lane_of(role) for role in person.roles}) <= 1
        assert not {Role.ITEM_WRITER, Role.ITEM_REVIEWER} <= person.roles
        assert not {Role.PAPER_SETTER, Role.GRADER} <= person.roles


def test_a_leaders_grade_fits_the_level() -> None:
    for person in PEOPLE:
        if person.leader_level and person.grade:
            assert person.grade in GRADES_OF[person.leader_level], person


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29), date(2027, 1, 1)])
def test_dates_follow_each_other(today: date) -> None:
    for person in people(today):
        assert person.joined_on <= (person.post_since or person.joined_on) <= today
        assert person.joined_on <= (person.left_on or today) <= today
        if person.duty_status is DutyStatus.NEWLY_RECRUITED:
            assert today - person.joined_on < timedelta(365)


def test_those_who_left_hold_no_role_and_everybody_else_does() -> None:
    gone = {
        DutyStatus.RETIRED,
        DutyStatus.TRANSFERRED_OUT,
        DutyStatus.LEFT,
    }
    for person in PEOPLE:
        assert (person.left_on is not None) == (person.duty_status in gone)
        assert bool(person.roles) == (person.left_on is None)


def test_the_study_group_is_the_leadership_and_the_heads() -> None:
    members = [person for person in PEOPLE if person.in_study_group]
    assert len(members) == 14
    assert all(
        person.home_unit == LEADERSHIP or Role.UNIT_HEAD in person.roles for person in members
    )


def test_one_person_works_elsewhere_than_where_they_are_counted() -> None:
    lent = [person for person in PEOPLE if person.work_unit != person.home_unit]
    assert [(p.home_unit, p.work_unit, p.stat_unit) for p in lent] == [
        ("督查室", "投诉办", "督查室")
    ]
