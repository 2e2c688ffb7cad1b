"""Whom a course is required of."""

from courses.audience import covers


def test_a_course_for_the_bureau_is_required_of_everybody() -> None:
    assert covers(None, 7, {})


def test_a_course_for_a_unit_is_required_of_its_people_alone() -> None:
    assert covers(1, 1, {})
    assert not covers(1, 2, {})


def test_units_keep_what_those_that_became_them_were_assigned() -> None:
    forerunners = {3: {1, 2}}
    assert covers(1, 3, forerunners)
    assert covers(2, 3, forerunners)
    assert not covers(3, 1, forerunners)
