"""Whom a course is required of."""

from courses.audience import covers


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
