"""Reads of those who study. Loading is authorising: nobody gets another's record, and nobody a
course that is not open."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from accounts.models import Person
from core.db import db
from core.labels import Labelled
from courses.lessons.models import CourseTag, LessonSetup
from courses.models import (
    Course,
    CourseCategory,
    CourseCompletion,
    Lesson,
    LessonArticle,
    LessonFile,
    LessonProgress,
)
from courses.queries.requiring import is_open
from courses.standing import Standing, State
from laws.models import Article, LawVersion


class Sort(Labelled):
    """How the catalogue is ordered, where not by what is required."""

    NEWEST = "newest", "最新发布"
    SHORTEST = "shortest", "学时从少到多"
    LONGEST = "longest", "学时从多到少"


@dataclass(frozen=True)
class Filter:
    """What the catalogue is narrowed to; empty fields narrow nothing."""

    text: str = ""
    category: CourseCategory | None = None
    #: True for required courses alone, False for the others.
    required: bool | None = None
    state: State | None = None
    law_id: int | None = None
    tag: str = ""
    #: These courses alone, whatever else they are; None for all.
    among: Collection[int] | None = None
    sort: Sort | None = None


def catalogue(narrow: Filter, person: Person, due: dict[int, date]) -> Select[Course]:
    """Open courses: the required ones first, by due date, then by category; completed ones last."""
    completed = _completed(person)
    places = case(
        {each: place for place, each in enumerate(due, 1)} or {0: 0},
        value=Course.id,
        else_=len(due) + 1,
    )
    orders: dict[Sort, Any] = {
        Sort.NEWEST: Course.published_at.desc(),
        Sort.SHORTEST: Course.credit_hours,
        Sort.LONGEST: Course.credit_hours.desc(),
    }
    query = select(Course).where(is_open(), *_conditions(narrow, person, due))
    if narrow.sort is not None:
        return query.order_by(orders[narrow.sort], Course.title, Course.id)
    return query.order_by(
        case((completed, 1), else_=0), places, Course.category, Course.title, Course.id
    )


def _conditions(
    narrow: Filter, person: Person, due: dict[int, date]
) -> Iterable[ColumnElement[bool]]:
    for word in narrow.text.split():
        yield Course.title.contains(word, autoescape=True) | Course.summary.contains(
            word, autoescape=True
        )
    if narrow.category is not None:
        yield Course.category == narrow.category
    if narrow.required is not None:
        yield Course.id.in_(due) if narrow.required else Course.id.not_in(due)
    if narrow.state is not None:
        yield _in_state(narrow.state, person)
    if narrow.law_id is not None:
        yield teaches(narrow.law_id)
    if narrow.among is not None:
        yield Course.id.in_(narrow.among)
    if narrow.tag:
        yield exists().where(CourseTag.course_id == Course.id, CourseTag.name == narrow.tag)


def teaches(law_id: int) -> ColumnElement[bool]:
    """SQL: some lesson of the course quotes an article of the law, in whatever version."""
    return (
        select(LessonArticle.id)
        .join(Lesson, Lesson.id == LessonArticle.lesson_id)
        .join(Article, Article.id == LessonArticle.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(
            Lesson.course_id == Course.id,
            Lesson.retired_at.is_(None),
            LawVersion.law_id == law_id,
        )
        .exists()
    )


def _completed(person: Person) -> ColumnElement[bool]:
    return exists().where(
        CourseCompletion.course_id == Course.id, CourseCompletion.person_id == person.id
    )


def _in_state(state: State, person: Person) -> ColumnElement[bool]:
    passed = select(LessonProgress.id).where(
        LessonProgress.lesson_id == Lesson.id, LessonProgress.person_id == person.id
    )
    in_course = select(Lesson.id).where(Lesson.course_id == Course.id, Lesson.retired_at.is_(None))
    started = in_course.where(passed.exists()).exists()
    left = in_course.where(
        ~passed.where(LessonProgress.completed_at.is_not(None)).exists()
    ).exists()
    completed = _completed(person)
    return {
        State.NOT_STARTED: and_(~completed, ~started),
        State.IN_PROGRESS: and_(~completed, started, left),
        State.AWAITING_TEST: and_(~completed, started, ~left),
        State.COMPLETED: completed,
    }[state]


def standings(
    person: Person, course_ids: Collection[int], due: Mapping[int, date]
) -> dict[int, Standing]:
    """Where the person stands in each of the courses."""
    return {each.course_id: each.standing for each in studied(person, course_ids, due)}


@dataclass(frozen=True)
class Studied:
    """A course and where somebody stands in it."""

    course_id: int
    title: str
    standing: Standing


_STUDIED = (
    select(
        Course.id, Course.title, CourseCompletion.completed_at,
        Lesson.id, LessonProgress.id, LessonProgress.completed_at,
    )
    .outerjoin(
        CourseCompletion,
        and_(CourseCompletion.course_id == Course.id,
             CourseCompletion.person_id == bindparam("person_id")),
    )
    .outerjoin(Lesson, and_(Lesson.course_id == Course.id, Lesson.retired_at.is_(None)))
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id,
             LessonProgress.person_id == bindparam("person_id")),
    )
    .where(Course.id.in_(bindparam("course_ids", expanding=True)))
    .order_by(Course.id, Lesson.position, Lesson.id)
)  # fmt: skip


def studied(person: Person, course_ids: Collection[int], due: Mapping[int, date]) -> list[Studied]:
    """The courses with where the person stands in each, by id."""
    rows = db.session.execute(_STUDIED, {"person_id": person.id, "course_ids": list(course_ids)})
    found = []
    for (course_id, title, completed_at), passages in groupby(rows, key=lambda row: row[:3]):
        # A course without lessons has one row, of none.
        lessons = [
            (lesson_id, opened is not None, done_at is not None)
            for *_, lesson_id, opened, done_at in passages
            if lesson_id is not None
        ]
        standing = Standing(
            lessons=len(lessons),
            done=sum(done for *_, done in lessons),
            started=any(opened for _, opened, _ in lessons),
            completed_at=completed_at,
            next_lesson_id=next((lesson for lesson, _, done in lessons if not done), None),
            due_on=due.get(course_id),
        )
        found.append(Studied(course_id, title, standing))
    return found


def course(course_id: int) -> Course:
    """An open course with its lessons; NoResultFound for any other."""
    return db.session.scalars(
        select(Course)
        .where(Course.id == course_id, is_open())
        .options(
            selectinload(Course.lessons).joinedload(Lesson.setup),
            selectinload(Course.chapters),
            joinedload(Course.final_session),
        )
    ).one()


def quoting() -> tuple[ExecutableOption, ...]:
    """Loader options of a lesson's page: its articles and its file's name, not the file itself."""
    return (
        selectinload(Lesson.articles)
        .joinedload(LessonArticle.article)
        .joinedload(Article.version)
        .joinedload(LawVersion.law),
        joinedload(Lesson.file).options(defer(LessonFile.data)),
        joinedload(Lesson.course).selectinload(Course.lessons).joinedload(Lesson.setup),
        joinedload(Lesson.course).selectinload(Course.chapters),
        joinedload(Lesson.setup).joinedload(LessonSetup.asset),
    )


def lesson(lesson_id: int) -> Lesson:
    """A lesson of an open course with what its page shows; NoResultFound for any other."""
    return db.session.scalars(
        select(Lesson)
        .join(Lesson.course)
        .where(Lesson.id == lesson_id, Lesson.retired_at.is_(None), is_open())
        .options(*quoting())
    ).one()


def lesson_alone(lesson_id: int) -> Lesson:
    """The same without what its page shows: its page asks twice a minute how time goes by."""
    return db.session.scalars(
        select(Lesson)
        .join(Lesson.course)
        .where(Lesson.id == lesson_id, Lesson.retired_at.is_(None), is_open())
    ).one()


def file_of(lesson_id: int) -> LessonFile:
    """The file of an open course's lesson, with its content."""
    return db.session.scalars(
        select(LessonFile)
        .join(Lesson, Lesson.file_id == LessonFile.id)
        .join(Lesson.course)
        .where(Lesson.id == lesson_id, Lesson.retired_at.is_(None), is_open())
    ).one()


def own_progress(person: Person, course_id: int) -> dict[int, LessonProgress]:
    """The person's passages through the lessons of a course, by lesson."""
    rows = db.session.scalars(
        select(LessonProgress)
        .join(LessonProgress.lesson)
        .where(LessonProgress.person_id == person.id, Lesson.course_id == course_id)
        .order_by(LessonProgress.lesson_id)
    )
    return {each.lesson_id: each for each in rows}
