"""Studying a lesson: signs of life that are credited, and completing it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from accounts.models import Person
from core import clock
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from core.figures import duration
from courses import progress
from courses.lessons.services import gates, reading
from courses.models import Lesson, LessonProgress, StudyDay
from courses.progress import StudyRules
from courses.services import completing


class TooEarly(Refused):
    """The lesson needs more study time, or its part is not done; the message says what."""


@dataclass(frozen=True)
class Studied:
    """What the lesson page is told after a sign of life."""

    #: Credited for this lesson so far.
    seconds: int
    #: This page is the one that is credited; another lesson's page was opened later otherwise.
    current: bool
    #: The day's limit is reached.
    limited: bool = False


def begin(*, person: Person, lesson: Lesson, at: datetime, rules: StudyRules) -> Studied:
    """Turn to a lesson: from now on its page, and no other, is credited. Credits nothing itself."""
    completing.lock_person(person.id)
    latest = _latest(person)
    own = _own(person, lesson)
    if own is None:
        own = LessonProgress(person_id=person.id, lesson_id=lesson.id, opened_at=at, seconds=0)
        db.session.add(own)
    if latest is None or latest.seen_at < at:
        own.seen_at = at
    elif latest is not own:
        # Strictly after every other lesson's sign, so that it is plain whose turn it is.
        own.seen_at = latest.seen_at + timedelta(microseconds=1)
    db.session.flush()
    today = _today(person, at)
    limited = today is not None and today.seconds >= rules.daily_limit.total_seconds()
    return Studied(own.seconds, current=True, limited=limited)


def sign_of_life(*, person: Person, lesson: Lesson, at: datetime, rules: StudyRules) -> Studied:
    """Credit the time since the last sign; nothing for a page that another one has taken over."""
    completing.lock_person(person.id)
    return _credit(person, lesson, at, rules)


def complete(*, person: Person, lesson: Lesson, at: datetime, rules: StudyRules) -> bool:
    """Complete a lesson; whether that completed the course. Raises TooEarly."""
    completing.lock_person(person.id)
    _credit(person, lesson, at, rules)
    own = _own(person, lesson)
    needed = rules.needed(lesson.minutes) if gates.is_timed(lesson) else 0
    missing = needed - (own.seconds if own else 0)
    if own is None or (own.completed_at is None and missing > 0):
        raise TooEarly(f"学习时间还不够，请再学习 {duration(timedelta(seconds=max(1, missing)))}")
    if own.completed_at is None and (reason := gates.missing(person, lesson)):
        raise TooEarly(reason)
    if own.completed_at is not None:
        return False
    own.completed_at = at
    reading.note(person=person, lesson=lesson, at=at)
    record("lesson.complete", lesson, at=at, seconds=own.seconds)
    return bool(
        completing.record_completions(at=at, person_id=person.id, course_id=lesson.course_id)
    )


def conclude(*, person: Person, lesson: Lesson, at: datetime) -> bool:
    """Complete a lesson that is done by doing its part; whether that completed the course.

    Nothing is credited, and nothing happens while its part is not done or nobody opened it.
    """
    completing.lock_person(person.id)
    own = _own(person, lesson)
    if own is None or own.completed_at is not None or gates.is_timed(lesson):
        return False
    if gates.missing(person, lesson):
        return False
    own.completed_at = at
    reading.note(person=person, lesson=lesson, at=at)
    record("lesson.complete", lesson, at=at, person=person.id, seconds=own.seconds)
    return bool(
        completing.record_completions(at=at, person_id=person.id, course_id=lesson.course_id)
    )


def _credit(person: Person, lesson: Lesson, at: datetime, rules: StudyRules) -> Studied:
    own, latest = _own(person, lesson), _latest(person)
    if own is None or latest is None or latest.id != own.id:
        return Studied(own.seconds if own else 0, current=False)
    today = _today(person, at)
    earned = progress.credit(
        seen_at=own.seen_at, at=at, today=today.seconds if today else 0, rules=rules
    )
    own.seen_at = earned.seen_at
    if earned.seconds:
        if today is None:
            today = StudyDay(person_id=person.id, day=clock.local(at).date(), seconds=0)
            db.session.add(today)
        own.seconds += earned.seconds
        today.seconds += earned.seconds
    db.session.flush()
    return Studied(own.seconds, current=True, limited=earned.limited)


def _own(person: Person, lesson: Lesson) -> LessonProgress | None:
    """As it stands now: a row read before the lock may have moved on."""
    return db.session.scalars(
        select(LessonProgress)
        .where(LessonProgress.person_id == person.id, LessonProgress.lesson_id == lesson.id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _latest(person: Person) -> LessonProgress | None:
    """Where the person's clock stands: the lesson with their last sign of life."""
    return db.session.scalars(
        select(LessonProgress)
        .where(LessonProgress.person_id == person.id)
        .order_by(LessonProgress.seen_at.desc(), LessonProgress.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _today(person: Person, at: datetime) -> StudyDay | None:
    return db.session.scalars(
        select(StudyDay)
        .where(StudyDay.person_id == person.id, StudyDay.day == clock.local(at).date())
        .execution_options(populate_existing=True)
    ).one_or_none()
