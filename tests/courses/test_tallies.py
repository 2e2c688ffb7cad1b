"""The department table of a course, worked out by hand."""

from datetime import date
from decimal import Decimal

from courses import tallies
from courses.tallies import Learner, Status

TODAY = date(2026, 3, 20)


def learner(person: int, unit: int = 1, **given) -> Learner:
    defaults = {
        "staff_number": f"T{person}", "name": "甲", "unit": f"第{unit}司", "unit_position": unit,
        "post": "", "due_on": date(2026, 3, 31), "lessons": 3, "done": 0, "started": False,
        "completed_on": None,
    }  # fmt: skip
    return Learner(person_id=person, unit_id=unit, **(defaults | given))


DONE = {"started": True, "done": 3, "completed_on": date(2026, 3, 1)}
LATE = {"due_on": date(2026, 3, 19)}


def test_counts_come_from_people_and_rates_from_counts() -> None:
    rows = tallies.by_unit(
        [
            learner(1, **DONE),
            learner(2, started=True, done=1),
            learner(3),
            learner(4, due_on=None, **DONE),
            learner(5, unit=2, **DONE),
            learner(6, unit=2, started=True, **LATE),
        ],
        TODAY,
    )
    assert [
        (row.unit, row.due, row.started, row.completed, row.overdue, row.voluntary) for row in rows
    ] == [("第1司", 3, 2, 1, 0, 1), ("第2司", 2, 2, 1, 1, 0), ("合计", 5, 4, 2, 1, 1)]
    assert [row.completion_rate for row in rows] == [
        Decimal("33.33"), Decimal("50.00"), Decimal("40.00"),
    ]  # fmt: skip


def test_a_course_that_is_required_of_nobody_has_no_rate() -> None:
    (*_, total) = tallies.by_unit([learner(1, due_on=None, **DONE)], TODAY)
    assert total.completion_rate is None
    assert tallies.by_unit([], TODAY)[0].completion_rate is None


def test_the_due_day_itself_is_in_time() -> None:
    assert learner(1, due_on=TODAY).status(TODAY) is Status.NOT_STARTED
    assert learner(1, **LATE).status(TODAY) is Status.OVERDUE
    assert learner(1, **(LATE | DONE)).status(TODAY) is Status.COMPLETED
