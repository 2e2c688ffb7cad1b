"""Chapters: lessons in groups. The lessons' own order follows that of the chapters."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from core.audit.trail import record
from core.db import db
from courses.lessons.models import Chapter, LessonSetup
from courses.models import Course, Lesson
from courses.revisions.services import keeping


def chapter(chapter_id: int) -> Chapter:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(Chapter).where(Chapter.id == chapter_id).options(joinedload(Chapter.course))
    ).one()


def add(*, course: Course, title: str, at: datetime) -> Chapter:
    """Raises Published."""
    keeping.must_be_draft(course)
    made = Chapter(course=course, position=len(course.chapters) + 1, title=title.strip())
    db.session.add(made)
    db.session.flush()
    record("course.add_chapter", course, at=at, chapter=title)
    return made


def rename(*, chapter: Chapter, title: str, at: datetime) -> None:
    """Raises Published."""
    keeping.must_be_draft(chapter.course)
    chapter.title = title.strip()
    db.session.flush()
    record("course.rename_chapter", chapter.course, at=at, chapter=title)


def remove(*, chapter: Chapter, at: datetime) -> None:
    """Its lessons stay, outside of the chapters. Raises Published."""
    course = chapter.course
    keeping.must_be_draft(course)
    db.session.execute(
        update(LessonSetup).where(LessonSetup.chapter_id == chapter.id).values(chapter_id=None)
    )
    record("course.remove_chapter", course, at=at, chapter=chapter.title)
    db.session.delete(chapter)
    db.session.flush()
    db.session.expire(course)
    arrange(course)


def arrange(course: Course) -> None:
    """Number the lessons chapter by chapter; those outside of them come last."""
    rows = db.session.execute(
        select(Lesson, Chapter.position)
        .outerjoin(LessonSetup, LessonSetup.lesson_id == Lesson.id)
        .outerjoin(Chapter, Chapter.id == LessonSetup.chapter_id)
        .where(Lesson.course_id == course.id, Lesson.retired_at.is_(None))
        .order_by(Chapter.position.is_(None), Chapter.position, Lesson.position, Lesson.id)
    ).all()
    for position, (lesson, _) in enumerate(rows, 1):
        lesson.position = position
    db.session.flush()
