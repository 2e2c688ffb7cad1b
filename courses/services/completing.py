"""Completing courses: derived from lessons done and the closing test passed, and recorded once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, func, select

from accounts.models import Person
from core.audit.trail import record
from core.db import db
from courses.models import Course, CourseCompletion, Lesson, LessonProgress
from courses.services import crediting
from exam.queries.results import passing


def record_completions(
    *, at: datetime, person_id: int | None = None, course_id: int | None = None
) -> int:
    """Record every completion that is due, with its credit hours, and say how many there were.

    A course is completed when its last lesson was, or its closing test was passed, whichever
    came later. Done twice, it records nothing the second time.
    """
    found = _due(at, person_id, course_id)
    if found and person_id is None:
        _lock(person for person, _ in found)
        found = _due(at, person_id, course_id)
    courses = {each.id: each for each in db.session.scalars(
        select(Course).where(Course.id.in_({course for _, course in found})).order_by(Course.id)
    )}  # fmt: skip
    for (person, course), moment in found.items():
        completion = CourseCompletion(person_id=person, course_id=course, completed_at=moment)
        db.session.add(completion)
        crediting.credit_course(person_id=person, course=courses[course], earned_at=moment, at=at)
        record("course.complete", object_type="Course", object_id=course, at=at, person=person)
    db.session.flush()
    return len(found)


def is_any_due(*, at: datetime) -> bool:
    return bool(_due(at, None, None))


def lock_person(person_id: int) -> None:
    """Hold the person's clock and ledger until the transaction ends."""
    _lock([person_id])


def _lock(person_ids: Iterable[int]) -> None:
    db.session.execute(
        select(Person.id)
        .where(Person.id.in_(set(person_ids)))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()


def _due(
    at: datetime, person_id: int | None, course_id: int | None
) -> dict[tuple[int, int], datetime]:
    """(person, course) whose completion is to be recorded, with its moment."""
    finished = _finished(person_id, course_id)
    by_session: defaultdict[int, dict[int, datetime]] = defaultdict(dict)
    for session in {each for *_, each in finished if each is not None}:
        by_session[session] = passing.passed_at(session, at, person_id)
    due = {}
    for person, course, last_lesson, session_id in finished:
        if session_id is None:
            due[person, course] = last_lesson
        elif (passed := by_session[session_id].get(person)) is not None:
            due[person, course] = max(last_lesson, passed)
    return due


def _finished(
    person_id: int | None, course_id: int | None
) -> list[tuple[int, int, datetime, int | None]]:
    """(person, course, when the last lesson was done, closing session): all lessons done and the
    completion not recorded."""
    size = (
        select(func.count())
        .select_from(Lesson)
        .where(Lesson.course_id == Course.id, Lesson.retired_at.is_(None))
        .correlate(Course)
        .scalar_subquery()
    )
    last = func.max(LessonProgress.completed_at)
    query = (
        select(LessonProgress.person_id, Course.id, last, Course.final_session_id)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            LessonProgress.completed_at.is_not(None),
            Lesson.retired_at.is_(None),
            Course.published_at.is_not(None),
            Course.withdrawn_at.is_(None),
            ~exists().where(
                CourseCompletion.person_id == LessonProgress.person_id,
                CourseCompletion.course_id == Course.id,
            ),
        )
        .group_by(LessonProgress.person_id, Course.id, Course.final_session_id)
        .having(func.count() == size)
        .order_by(last, LessonProgress.person_id, Course.id)
    )
    if person_id is not None:
        query = query.where(LessonProgress.person_id == person_id)
    if course_id is not None:
        query = query.where(Course.id == course_id)
    rows = db.session.execute(query)
    return [(row[0], row[1], row[2], row[3]) for row in rows if row[2] is not None]
