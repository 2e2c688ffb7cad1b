"""What somebody has to do, as the home page lists it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

#: A task whose end is nearer than this is 即将到期.
SOON = timedelta(days=14)


@dataclass(frozen=True)
class ExamTask:
    session_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    #: Somebody is in the middle of it: the end of the running attempt.
    running_until: datetime | None
    #: From then on somebody who has not begun is reminded; None for never.
    remind_at: datetime | None
    at: datetime
    #: The clock of the session stands still.
    paused: bool = False

    @property
    def is_open(self) -> bool:
        return self.running_until is not None or self.opens_at <= self.at < self.closes_at

    @property
    def is_reminded(self) -> bool:
        """Not begun, and the end is near."""
        reminded = self.remind_at is not None and self.remind_at <= self.at
        return self.is_open and self.running_until is None and reminded

    @property
    def is_upcoming(self) -> bool:
        return self.at < self.opens_at


@dataclass(frozen=True)
class CourseTask:
    """A required course that is not completed."""

    course_id: int
    title: str
    due_on: date
    done: int
    lessons: int
    started: bool
    #: The lesson that one click leads to; None once all are done and the closing test is left.
    next_lesson_id: int | None
    today: date

    @property
    def overdue(self) -> bool:
        return self.today > self.due_on

    @property
    def due_soon(self) -> bool:
        return timedelta(0) <= self.due_on - self.today <= SOON


def due_soon(end: datetime, at: datetime) -> bool:
    return timedelta(0) <= end - at <= SOON


@dataclass(frozen=True)
class TrainingTask:
    """Something that is to be done for a training class: sign up, check in, answer, decide."""

    title: str
    facts: Sequence[str]
    endpoint: str
    values: Mapping[str, Any]
    act: str
    #: It ends soon, or can be done right now only.
    urgent: bool = False
    due: date | datetime | None = None
    #: It can be done right now only.
    now: bool = False
