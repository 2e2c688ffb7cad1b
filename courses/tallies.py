"""How far a course has come, by department. Pure.

Everybody on the books whom the course is required of is 应学; counts come from people, and totals
from people too, never from the departments' rates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.figures import rate
from core.labels import Labelled

TOTAL = "合计"


class Status(Labelled):
    """A person's way through a course, as lists of people name it."""

    NOT_STARTED = "not_started", "未开始"
    STARTED = "started", "学习中"
    COMPLETED = "completed", "已完成"
    OVERDUE = "overdue", "逾期未完成"


@dataclass(frozen=True)
class Learner:
    """Somebody in a list of people, with the one course that it is about."""

    person_id: int
    staff_number: str
    name: str
    unit_id: int
    unit: str
    unit_position: int
    post: str
    #: None for somebody who studies it of their own accord.
    due_on: date | None
    lessons: int
    done: int
    started: bool
    completed_on: date | None

    @property
    def required(self) -> bool:
        return self.due_on is not None

    def status(self, today: date) -> Status:
        if self.completed_on is not None:
            return Status.COMPLETED
        if self.due_on is not None and today > self.due_on:
            return Status.OVERDUE
        return Status.STARTED if self.started else Status.NOT_STARTED


@dataclass(frozen=True)
class Row:
    """The counts of a department, or of all that the reader sees."""

    unit_id: int | None
    unit: str
    due: int
    started: int
    completed: int
    overdue: int
    #: People who study it without having to.
    voluntary: int

    @property
    def completion_rate(self) -> Decimal | None:
        return rate(self.completed, self.due)


def row(unit_id: int | None, unit: str, learners: Iterable[Learner], today: date) -> Row:
    learners = list(learners)
    due = [each for each in learners if each.required]
    return Row(
        unit_id=unit_id,
        unit=unit,
        due=len(due),
        started=sum(each.started for each in due),
        completed=sum(each.completed_on is not None for each in due),
        overdue=sum(each.status(today) is Status.OVERDUE for each in due),
        voluntary=sum(not each.required for each in learners),
    )


def by_unit(learners: Sequence[Learner], today: date) -> list[Row]:
    """A row for each department that has somebody on the list, and the total."""
    units = sorted({(each.unit_position, each.unit_id, each.unit) for each in learners})
    return [
        *(
            row(unit_id, unit, (each for each in learners if each.unit_id == unit_id), today)
            for _, unit_id, unit in units
        ),
        row(None, TOTAL, learners, today),
    ]
