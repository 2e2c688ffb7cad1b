"""Where a person stands in a course. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.labels import Labelled

#: A course whose due date is nearer than this is 即将到期.
SOON = timedelta(days=14)


class State(Labelled):
    NOT_STARTED = "not_started", "未开始"
    IN_PROGRESS = "in_progress", "学习中"
    #: Every lesson is done and the closing test is not passed yet.
    AWAITING_TEST = "awaiting_test", "待结业测试"
    COMPLETED = "completed", "已完成"


@dataclass(frozen=True)
class Standing:
    lessons: int
    done: int
    started: bool
    completed_at: datetime | None
    #: The first lesson that is not done; None once all are.
    next_lesson_id: int | None
    #: By when the course is to be completed; None for people it is not required of.
    due_on: date | None

    @property
    def required(self) -> bool:
        return self.due_on is not None

    @property
    def completed(self) -> bool:
        return self.completed_at is not None

    @property
    def state(self) -> State:
        if self.completed:
            return State.COMPLETED
        if self.lessons and self.done == self.lessons:
            return State.AWAITING_TEST
        return State.IN_PROGRESS if self.started else State.NOT_STARTED

    def overdue(self, today: date) -> bool:
        """The due date itself is still in time."""
        return self.due_on is not None and not self.completed and today > self.due_on

    def due_soon(self, today: date) -> bool:
        if self.due_on is None or self.completed:
            return False
        return timedelta(0) <= self.due_on - today <= SOON
