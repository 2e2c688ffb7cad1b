"""Chapters: lessons in groups. The lessons' own order follows that of the chapters."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from core.audit.trail import record
from core.db import db
from courses.lessons.models import Chapter, LessonSetup
from courses.models import Course, Lesson


def chapter(chapter_id: int) -> Chapter:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(Chapter).where(Chapter.id == chapter_id).options(joinedload(Chapter.course))
    ).one()


def add(*, course: Course, title: str, at: datetime) -> Chapter:
    made = Chapter(course=course, position=len(course.chapters) + 1, title=title.strip())
    db.session.add(made)
    db.session.flush()
    record("course.add_chapter", course, at=at, chapter=title)
    return made


def rename(*, chapter: Chapter, title: str, at: datetime) -> None:
    chapter.title = title.strip()
    db.session.flush()
    record("course.rename_chapter", chapter.course, at=at, chapter=title)


def move(*, chapter: Chapter, up: bool, at: datetime) -> None:
    """One place up or down, with its lessons."""
    order = list(chapter.course.chapters)
    here = order.index(chapter)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, 1):
        each.position = position
    db.session.flush()
    arrange(chapter.course)
    record("course.move_chapter", chapter.course, at=at, chapter=chapter.title)


def remove(*, chapter: Chapter, at: datetime) -> None:
    """Its lessons stay, outside of the chapters."""
    course = chapter.course
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
        .where(Lesson.course_id == course.id)
        .order_by(Chapter.position.is_(None), Chapter.position, Lesson.position, Lesson.id)
    ).all()
    for position, (lesson, _) in enumerate(rows, 1):
        lesson.position = position
    db.session.flush()
