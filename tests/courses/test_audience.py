"""Whom a course is required of."""

from datetime import date

from courses.audience import Demand, covers, due_dates


def test_a_course_for_the_bureau_is_required_of_everybody() -> None:
    assert covers(None, 7, {})


def test_a_course_for_a_unit_is_required_of_its_people_alone() -> None:
    assert covers(1, 1, {1: None, 2: None})
    assert not covers(1, 2, {1: None, 2: None})


def test_a_renamed_unit_keeps_what_its_predecessor_was_assigned() -> None:
    renamed = {1: None, 2: 1, 3: 2}
    assert covers(1, 3, renamed)
    assert not covers(3, 1, renamed)


def test_a_circle_in_the_chain_ends() -> None:
    assert not covers(9, 1, {1: 2, 2: 1})


CHAIN = {1: None, 2: None, 3: 1}


def test_the_assignments_of_a_unit_and_of_the_bureau_bind_together() -> None:
    demands = [
        Demand(course_id=10, unit_id=None, due_on=date(2026, 3, 31)),
        Demand(course_id=11, unit_id=1, due_on=date(2026, 3, 10)),
        Demand(course_id=12, unit_id=2, due_on=date(2026, 3, 1)),
        Demand(course_id=10, unit_id=1, due_on=date(2026, 3, 5)),
    ]
    assert due_dates(demands, 1, CHAIN) == {10: date(2026, 3, 5), 11: date(2026, 3, 10)}
    assert due_dates(demands, 3, CHAIN) == due_dates(demands, 1, CHAIN)
    assert due_dates(demands, 2, CHAIN) == {12: date(2026, 3, 1), 10: date(2026, 3, 31)}
