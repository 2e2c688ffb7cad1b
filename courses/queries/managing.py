"""Reads of those who edit courses."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import OrgUnit, Person
from core.db import db
from core.errors import Refused
from core.labels import Labelled
from courses.citing import Cited
from courses.models import (
    Assignment,
    Course,
    CourseCategory,
    CourseCompletion,
    CreditEntry,
    Lesson,
    LessonFile,
    LessonProgress,
)
from courses.queries.studying import quoting
from exam.models import ExamSession
from laws import force
from laws import queries as law_queries
from laws.models import Article
from laws.numerals import article_number


class Stage(Labelled):
    """Where a course stands in the catalogue."""

    DRAFT = "draft", "未发布"
    OPEN = "open", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


def stage(course: Course) -> Stage:
    if course.withdrawn_at is not None:
        return Stage.WITHDRAWN
    return Stage.DRAFT if course.published_at is None else Stage.OPEN


_STAGES: dict[Stage, ColumnElement[bool]] = {
    Stage.DRAFT: Course.published_at.is_(None),
    Stage.OPEN: and_(Course.published_at.is_not(None), Course.withdrawn_at.is_(None)),
    Stage.WITHDRAWN: Course.withdrawn_at.is_not(None),
}


def courses(text: str, category: CourseCategory | None, wanted: Stage | None) -> Select[Course]:
    """All courses, newest first; working copies are found from their courses."""
    query = (
        select(Course)
        .where(Course.revises_id.is_(None))
        .options(selectinload(Course.lessons), selectinload(Course.assignments))
        .order_by(Course.created_at.desc(), Course.id.desc())
    )
    if text:
        query = query.where(Course.title.contains(text, autoescape=True))
    if category is not None:
        query = query.where(Course.category == category)
    if wanted is not None:
        query = query.where(_STAGES[wanted])
    return query


def course(course_id: int) -> Course:
    return db.session.scalars(
        select(Course)
        .where(Course.id == course_id)
        .options(
            selectinload(Course.lessons).options(
                selectinload(Lesson.articles), joinedload(Lesson.setup)
            ),
            selectinload(Course.chapters),
            joinedload(Course.revises),
            selectinload(Course.assignments).options(
                joinedload(Assignment.unit), joinedload(Assignment.rule)
            ),
            joinedload(Course.final_session),
        )
    ).one()


def lesson(lesson_id: int) -> Lesson:
    return db.session.scalars(
        select(Lesson)
        .where(Lesson.id == lesson_id, Lesson.retired_at.is_(None))
        .options(*quoting())
    ).one()


def file_of(lesson_id: int) -> LessonFile:
    return db.session.scalars(
        select(LessonFile)
        .join(Lesson, Lesson.file_id == LessonFile.id)
        .where(Lesson.id == lesson_id)
    ).one()


def assignment(assignment_id: int) -> Assignment:
    return db.session.scalars(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(joinedload(Assignment.course))
    ).one()


def started(course_ids: Sequence[int]) -> dict[int, int]:
    """How many people opened a lesson of each course."""
    rows = db.session.execute(
        select(Lesson.course_id, func.count(func.distinct(LessonProgress.person_id)))
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(Lesson.course_id.in_(course_ids))
        .group_by(Lesson.course_id)
        .order_by(Lesson.course_id)
    )
    return {row[0]: row[1] for row in rows}


def completed(course_ids: Sequence[int]) -> dict[int, int]:
    """How many people completed each course."""
    rows = db.session.execute(
        select(CourseCompletion.course_id, func.count())
        .where(CourseCompletion.course_id.in_(course_ids))
        .group_by(CourseCompletion.course_id)
        .order_by(CourseCompletion.course_id)
    )
    return {row[0]: row[1] for row in rows}


def closing_sessions() -> Sequence[ExamSession]:
    """Sessions that may close a course, newest first."""
    return db.session.scalars(
        select(ExamSession)
        .where(ExamSession.cancelled_at.is_(None), ExamSession.makeup_of_id.is_(None))
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    ).all()


def credit_entries(course_id: int) -> Select[CreditEntry]:
    """What the course was credited, newest first, with who earned it."""
    return (
        select(CreditEntry)
        .join(CreditEntry.person)
        .where(CreditEntry.course_id == course_id)
        .options(joinedload(CreditEntry.person).joinedload(Person.stat_unit))
        .order_by(CreditEntry.recorded_at.desc(), CreditEntry.id.desc())
    )


def reversed_entries(course_id: int) -> set[int]:
    """The entries of a course that another one reverses."""
    rows = db.session.scalars(
        select(CreditEntry.reverses_id)
        .where(CreditEntry.course_id == course_id, CreditEntry.reverses_id.is_not(None))
        .order_by(CreditEntry.reverses_id)
    )
    return {each for each in rows if each is not None}


def credit_entry(entry_id: int) -> CreditEntry:
    return db.session.scalars(
        select(CreditEntry)
        .where(CreditEntry.id == entry_id)
        .options(joinedload(CreditEntry.person))
    ).one()


def units() -> Sequence[OrgUnit]:
    """The units that exist now, in the order of the bureau."""
    return db.session.scalars(
        select(OrgUnit).where(OrgUnit.valid_to.is_(None)).order_by(OrgUnit.position, OrgUnit.id)
    ).all()


def articles(cited: Sequence[Cited], day: date) -> list[Article]:
    """The articles meant, of the version in force on the day or else the newest.

    Raises Refused for a law or an article that is not on the register.
    """
    found = []
    for each in cited:
        law = law_queries.law_named(each.law)
        version = force.current(law.versions, day) or law.versions[-1]
        missing = []
        for key in each.keys:
            article = law_queries.article_of(version.id, key)
            if article is None:
                missing.append(article_number(key))
            else:
                found.append(article)
        if missing:
            raise Refused(
                f"法律库中的《{law.title}》（{version.label}）没有{'、'.join(missing)}，请核对条号",
                field="articles",
            )
    return found
