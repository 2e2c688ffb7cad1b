"""The study task of a new law (下发学习任务): one act makes, opens and requires its course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import lock
from core.errors import Refused
from courses import awareness
from courses.assigning import services as rules_of_learning
from courses.assigning.services import RuleDraft
from courses.models import Assignment, Course, NewLawEvent
from courses.new_law import LawEventKind
from courses.queries import amending as queries
from courses.queries import listing
from courses.services import amending, assigning, editing
from laws.lists.models import MustKnowAudience


class NotConfirmed(Refused):
    message = "研究室尚未确认纳入学习，不能下发学习任务"


class AlreadyGiven(Refused):
    message = "这个版本的学习任务已经下发"


@dataclass(frozen=True)
class Given:
    course: Course
    assignments: list[Assignment]


def give(*, event: NewLawEvent, at: datetime, by: Account | None) -> Given:
    """Require the event's course of its audience: whom the must-know lists name for the law by
    unit, rank and post; everybody where they name nobody.

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
    rules: Sequence[MustKnowAudience | None] = listing.audience(event.version.law_id, today)
    assignments = [
        _require(course, each, today, due_on, at=at, by=by) for each in (rules or [None])
    ]
    record("new_law.assign", event, at=at, law=event.version.law.title, course=course.title,
           units=[each.of_whom for each in assignments], due_on=due_on.isoformat())  # fmt: skip
    return Given(course, assignments)


def _course(event: NewLawEvent, *, at: datetime, by: Account | None) -> Course:
    """The newest course of the event's title; a new one if nobody made one."""
    title = amending.course_title(event.version)
    made = (each for each in queries.courses_on(event.version_id) if each.title == title)
    return next(made, None) or amending.prepare_course(event=event, at=at, by=by)


def _require(
    course: Course,
    rule: MustKnowAudience | None,
    starts_on: date,
    due_on: date,
    *,
    at: datetime,
    by: Account | None,
) -> Assignment:
    """Require the course of whom a rule of the lists names: a unit, or a rank and post."""
    if rule is None or (rule.rank_group is None and not rule.post):
        unit = rule.unit if rule else None
        return assigning.assign(
            course=course, unit=unit, starts_on=starts_on, due_on=due_on, at=at, by=by
        )
    draft = RuleDraft(
        title=f"{course.title}（{listing.words(rule)}）"[:300],
        starts_on=starts_on,
        due_on=due_on,
        unit_ids=[rule.unit_id] if rule.unit_id is not None else [],
        rank_group=rule.rank_group,
        post=rule.post,
    )
    _, made = rules_of_learning.make(draft=draft, courses=[course], at=at, by=by)
    return made[0]
