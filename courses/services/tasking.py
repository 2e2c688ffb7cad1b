"""The study task of a new law (下发学习任务): one act makes, opens and requires its course."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Account, OrgUnit
from core import clock
from core.audit.trail import record
from core.db import lock
from core.errors import Refused
from courses import awareness
from courses.models import Assignment, Course, NewLawEvent
from courses.new_law import LawEventKind
from courses.queries import amending as queries
from courses.queries import listing
from courses.services import amending, assigning, editing


class NotConfirmed(Refused):
    message = "研究室尚未确认纳入学习，不能下发学习任务"


class AlreadyGiven(Refused):
    message = "这个版本的学习任务已经下发"


@dataclass(frozen=True)
class Given:
    course: Course
    assignments: list[Assignment]


def give(*, event: NewLawEvent, at: datetime, by: Account | None) -> Given:
    """Require the event's course of its audience: the units that the must-know lists name for the
    law, everybody where they name none or more than units.

    The course that was made of the event is used, published if it is a draft, and made if there
    is none. It is due 30 days after promulgation, a week from today at the earliest.
    Raises NotConfirmed, AlreadyGiven, NothingToTeach.
    """
    lock(event)
    if not event.included:
        raise NotConfirmed
    if event.kind is LawEventKind.REPEALED:
        raise amending.NothingToTeach
    if queries.assigned_on(event.version_id) is not None:
        raise AlreadyGiven
    course = _course(event, at=at, by=by)
    editing.publish(course=course, at=at)
    today = clock.local(at).date()
    due_on = awareness.study_due(event.version.promulgated_on, today)
    units: list[OrgUnit | None] = [*listing.audience(event.version.law_id, today)] or [None]
    assignments = [
        assigning.assign(course=course, unit=unit, starts_on=today, due_on=due_on, at=at, by=by)
        for unit in units
    ]
    record("new_law.assign", event, at=at, law=event.version.law.title, course=course.title,
           units=[each.name if each else "全局" for each in units],
           due_on=due_on.isoformat())  # fmt: skip
    return Given(course, assignments)


def _course(event: NewLawEvent, *, at: datetime, by: Account | None) -> Course:
    """The newest course of the event's title; a new one if nobody made one."""
    title = amending.course_title(event.version)
    made = (each for each in queries.courses_on(event.version_id) if each.title == title)
    return next(made, None) or amending.prepare_course(event=event, at=at, by=by)
