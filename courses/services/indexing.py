"""What of the courses can be found by full text."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.db import db
from core.fulltext import index
from core.fulltext.index import Document, Source
from courses.models import Course, Lesson
from courses.queries.requiring import is_taught
from courses.queries.searching import COURSE, LESSON


def put_course(course: Course) -> None:
    """Index a course and its lessons as they are now."""
    index.put(db.session, documents_of(db.session, course.id))


def remove_lesson(lesson: Lesson) -> None:
    """Take out a lesson that is deleted."""
    index.remove(db.session, LESSON, [lesson.id])


def documents_of(session: Session, course_id: int) -> Iterator[Document]:
    """A course and its lessons."""
    yield from _courses(session, Course.id == course_id)
    yield from _lessons(session, Lesson.course_id == course_id)


def _courses(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    rows = session.execute(
        select(Course.id, Course.title, Course.summary)
        .where(Course.revises_id.is_(None), *conditions)
        .order_by(Course.id)
    )
    for course_id, title, summary in rows:
        yield Document(COURSE, course_id, title=title, body=summary, group_id=course_id)


def _lessons(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    rows = session.execute(
        select(Lesson.id, Lesson.course_id, Lesson.title, Lesson.body)
        .where(is_taught(), *conditions)
        .order_by(Lesson.course_id, Lesson.position, Lesson.id)
    )
    for lesson_id, course_id, title, body in rows:
        yield Document(LESSON, lesson_id, title=title, body=body, group_id=course_id, weight=1)


SOURCES = (Source(COURSE, "课程", _courses), Source(LESSON, "课时", _lessons))
