"""Reads about lessons whose law was amended, and about new laws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core import clock, figures
from core.db import db
from courses.models import (
    Assignment,
    Course,
    Lesson,
    LessonArticle,
    LessonCase,
    LessonProgress,
    NewLawEvent,
    RestudyDone,
)
from courses.new_law import LawEventKind, Progress
from courses.queries import listing, requiring
from exam.kinds import ExamKind
from exam.models import Blueprint, Candidate, ExamSession, Form, FormItem, SessionForm
from exam.queries.papers import stopping
from exam.queries.results import passing
from laws.alignment import ChangeKind
from laws.models import Article, ArticleChange, Law, LawVersion
from question_bank.amendment import STOPPED, Stage
from question_bank.models import AmendmentCase, Citation
from question_bank.queries import amending as bank


def cites_version(version_id: int) -> ColumnElement[bool]:
    """SQL: the lesson cites an article of the version."""
    return (
        select(LessonArticle.id)
        .join(Article, Article.id == LessonArticle.article_id)
        .where(LessonArticle.lesson_id == Lesson.id, Article.version_id == version_id)
        .exists()
    )


def outdated() -> ColumnElement[bool]:
    """SQL: the lesson still rests on what the case's version edited or removed, or on the version
    itself where that was repealed."""
    cited = (
        select(LessonArticle.id)
        .join(ArticleChange, ArticleChange.old_article_id == LessonArticle.article_id)
        .where(
            LessonArticle.lesson_id == LessonCase.lesson_id,
            ArticleChange.new_version_id == LessonCase.version_id,
            ArticleChange.kind.in_(STOPPED),
        )
    )
    new = (
        select(LessonArticle.id)
        .join(Article, Article.id == LessonArticle.article_id)
        .where(
            LessonArticle.lesson_id == LessonCase.lesson_id,
            Article.version_id == LessonCase.version_id,
        )
    )
    ended = new.join(LawVersion, LawVersion.id == Article.version_id).where(
        LawVersion.repealed_on.is_not(None)
    )
    return or_(
        and_(LessonCase.repealed.is_(False), cited.exists(), ~new.exists()),
        and_(LessonCase.repealed.is_(True), ended.exists()),
    )


def unsettled() -> ColumnElement[bool]:
    """SQL: the lesson is outdated, or nobody has said whether it is to be studied again."""
    return or_(LessonCase.restudy.is_(None), outdated())


def is_outdated(case: LessonCase) -> bool:
    query = select(LessonCase.id).where(LessonCase.id == case.id, outdated())
    return db.session.scalar(query) is not None


def outdated_lessons(lesson_ids: Sequence[int]) -> dict[int, LessonCase]:
    """Of these lessons those whose articles were amended or repealed, each with the newest case
    for it."""
    cases = db.session.scalars(
        _lesson_cases()
        .where(LessonCase.lesson_id.in_(lesson_ids), outdated())
        .order_by(LessonCase.lesson_id, LessonCase.id)
    )
    return {each.lesson_id: each for each in cases}


def moved(case: LessonCase) -> dict[int, int | None]:
    """What became of each article that the lesson cites of the version before; None: removed."""
    rows = db.session.execute(
        select(ArticleChange.old_article_id, ArticleChange.new_article_id)
        .join(LessonArticle, LessonArticle.article_id == ArticleChange.old_article_id)
        .where(
            LessonArticle.lesson_id == case.lesson_id,
            ArticleChange.new_version_id == case.version_id,
        )
        .order_by(ArticleChange.id)
    )
    return {old: new for old, new in rows if old is not None}


def touches(version_id: int) -> bool:
    """Whether an item or a lesson came under review because of the version."""
    items = select(AmendmentCase.id).where(AmendmentCase.version_id == version_id)
    lessons = select(LessonCase.id).where(LessonCase.version_id == version_id)
    return bool(db.session.scalar(select(or_(items.exists(), lessons.exists()))))


def lesson_case(case_id: int) -> LessonCase:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(_lesson_cases().where(LessonCase.id == case_id)).one()


def lesson_cases(version_id: int) -> Sequence[tuple[LessonCase, bool]]:
    """The lessons that a version touches, and whether each still has to be seen to."""
    rows = db.session.execute(
        _lesson_cases()
        .add_columns(unsettled())
        .where(LessonCase.version_id == version_id, requiring.is_taught())
        .order_by(Lesson.course_id, Lesson.position, Lesson.id)
    )
    return [(row[0], bool(row[1])) for row in rows]


def _lesson_cases() -> Select[LessonCase]:
    return (
        select(LessonCase)
        .join(LessonCase.lesson)
        .options(
            joinedload(LessonCase.lesson).options(
                joinedload(Lesson.course), selectinload(Lesson.articles)
            ),
            joinedload(LessonCase.version).joinedload(LawVersion.law),
        )
    )


def _owed() -> ColumnElement[bool]:
    """SQL: the progress is of before the case, which asks for the lesson to be studied again."""
    done = exists().where(
        RestudyDone.case_id == LessonCase.id, RestudyDone.person_id == LessonProgress.person_id
    )
    return and_(
        LessonCase.restudy.is_(True),
        LessonProgress.completed_at.is_not(None),
        LessonProgress.completed_at < LessonCase.decided_at,
        ~done,
    )


def owes(case_id: int, person_id: int) -> bool:
    """Whether the person still has to study the case's lesson again."""
    query = (
        select(LessonProgress.id)
        .join(LessonCase, LessonCase.lesson_id == LessonProgress.lesson_id)
        .where(LessonCase.id == case_id, LessonProgress.person_id == person_id, _owed())
    )
    return db.session.scalar(query) is not None


_TO_RESTUDY = (
    LessonProgress.person_id == bindparam("person_id"),
    Course.published_at.is_not(None),
    Course.withdrawn_at.is_(None),
    Lesson.retired_at.is_(None),
    _owed(),
)
#: SQL: ``restudies`` finds some.
ANY_RESTUDIES = exists(
    select(LessonCase.id)
    .join(LessonCase.lesson)
    .join(Lesson.course)
    .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
    .where(*_TO_RESTUDY)
)


def restudies(person_id: int, lesson_id: int | None = None) -> Sequence[LessonCase]:
    """What somebody has to study again, the oldest first; of open courses only."""
    query = (
        _lesson_cases()
        .join(Course, Course.id == Lesson.course_id)
        .join(LessonProgress, LessonProgress.lesson_id == Lesson.id)
        .where(*_TO_RESTUDY)
        .order_by(LessonCase.decided_at, LessonCase.id)
    )
    if lesson_id is not None:
        query = query.where(Lesson.id == lesson_id)
    return db.session.scalars(query, {"person_id": person_id}).all()


def events(*, open_only: bool = False, text: str = "") -> Select[NewLawEvent]:
    """New laws, those not decided first and then the newest."""
    query = (
        select(NewLawEvent)
        .join(LawVersion, LawVersion.id == NewLawEvent.version_id)
        .join(Law, Law.id == LawVersion.law_id)
        .options(joinedload(NewLawEvent.version).joinedload(LawVersion.law))
        .order_by(
            NewLawEvent.included.is_not(None),
            LawVersion.promulgated_on.desc(),
            NewLawEvent.id.desc(),
        )
    )
    if open_only:
        query = query.where(or_(NewLawEvent.included.is_(None), _touched()))
    if text:
        query = query.where(Law.title.contains(text, autoescape=True))
    return query


def included() -> Select[NewLawEvent]:
    """The new laws that are studied, the newest first."""
    return (
        select(NewLawEvent)
        .join(LawVersion, LawVersion.id == NewLawEvent.version_id)
        .where(NewLawEvent.included.is_(True), NewLawEvent.kind != LawEventKind.REPEALED)
        .options(joinedload(NewLawEvent.version).joinedload(LawVersion.law))
        .order_by(LawVersion.promulgated_on.desc(), NewLawEvent.id.desc())
    )


def _touched() -> ColumnElement[bool]:
    """SQL: items or lessons are left to be seen to because of the event's version."""
    items = bank.unsettled().where(AmendmentCase.version_id == NewLawEvent.version_id)
    lessons = (
        select(LessonCase.id)
        .join(Lesson, Lesson.id == LessonCase.lesson_id)
        .where(LessonCase.version_id == NewLawEvent.version_id, requiring.is_taught(), unsettled())
    )
    return or_(items.exists(), lessons.exists(), NewLawEvent.included.is_(True))


def event(event_id: int) -> NewLawEvent:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(NewLawEvent)
        .where(NewLawEvent.id == event_id)
        .options(
            joinedload(NewLawEvent.version).joinedload(LawVersion.law).selectinload(Law.versions),
            joinedload(NewLawEvent.decided_by).joinedload(Account.person),
        )
    ).one()


def waiting() -> int:
    """How many events 研究室 has not decided."""
    query = select(func.count()).where(NewLawEvent.included.is_(None))
    return db.session.scalar(query) or 0


def news_of(version_id: int) -> list[int]:
    """The articles of a version that are new or changed; all, if it has no version before it."""
    kinds = db.session.execute(
        select(ArticleChange.new_article_id, ArticleChange.kind)
        .join(Article, Article.id == ArticleChange.new_article_id)
        .where(ArticleChange.new_version_id == version_id)
        .order_by(Article.position, Article.id)
    ).all()
    if kinds:
        new = (ChangeKind.ADDED, ChangeKind.EDITED)
        return [article for article, kind in kinds if kind in new and article is not None]
    return list(
        db.session.scalars(
            select(Article.id)
            .where(Article.version_id == version_id)
            .order_by(Article.position, Article.id)
        )
    )


def courses_on(version_id: int) -> Sequence[Course]:
    """Courses with a lesson on the version, the newest first."""
    teaches = select(Lesson.course_id).where(cites_version(version_id), requiring.is_taught())
    return db.session.scalars(
        select(Course)
        .where(Course.id.in_(teaches), Course.withdrawn_at.is_(None))
        .options(selectinload(Course.assignments))
        .order_by(Course.created_at.desc(), Course.id.desc())
    ).all()


def assigned_on(version_id: int) -> date | None:
    """The day from which a course on the version is required of somebody."""
    teaches = select(Lesson.course_id).where(cites_version(version_id), requiring.is_taught())
    return db.session.scalar(
        select(func.min(Assignment.starts_on)).where(
            Assignment.course_id.in_(teaches), Assignment.ended_at.is_(None)
        )
    )


def tests_on(version_id: int) -> Sequence[ExamSession]:
    """New-law tests that ask about the version, by opening; cancelled ones left out."""
    asks = (
        select(FormItem.id)
        .join(Citation, Citation.revision_id == FormItem.revision_id)
        .join(Article, Article.id == Citation.article_id)
        .where(FormItem.form_id == SessionForm.form_id, Article.version_id == version_id)
    )
    kind = or_(ExamSession.exam_kind == ExamKind.NEW_LAW, Blueprint.exam_kind == ExamKind.NEW_LAW)
    return db.session.scalars(
        select(ExamSession)
        .join(SessionForm, SessionForm.session_id == ExamSession.id)
        .join(Form, Form.id == SessionForm.form_id)
        .join(Blueprint, Blueprint.id == Form.blueprint_id)
        .where(ExamSession.cancelled_at.is_(None), kind, asks.exists())
        .distinct()
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()


@dataclass(frozen=True)
class Awareness:
    """新法知晓率: 新法测试合格 / 应测, each person once over all tests of the law."""

    due: int
    passed: int

    @property
    def rate(self) -> Decimal | None:
        """Percent; None while nobody is due."""
        return figures.rate(self.passed, self.due)


def awareness(sessions: Sequence[ExamSession], at: datetime) -> Awareness:
    """Over the sessions that have opened together; those exempt are not due."""
    sessions = [each for each in sessions if each.opens_at <= at]
    due = set(
        db.session.scalars(
            select(Candidate.person_id)
            .where(
                Candidate.session_id.in_([each.id for each in sessions]),
                Candidate.status != "exempt",
            )
            .order_by(Candidate.person_id)
        )
    )
    passed = {person for each in sessions for person in passing.passed_at(each.id, at)}
    return Awareness(len(due), len(due & passed))


def list_entries(version_id: int, day: date) -> tuple[int, int] | None:
    """(all, left) must-know entries on the version's law, and how many still cite what it
    replaced; None where no list has the law."""
    every, left = listing.entries(db.session.get_one(LawVersion, version_id), day)
    return (len(every), len(left)) if every else None


def progress(version_id: int, at: datetime) -> Progress:
    """How far a version's tasks are, counted from what there is."""
    stages = bank.counts([version_id])[version_id]
    lessons = lesson_cases(version_id)
    tests = tests_on(version_id)
    known = awareness(tests, at)
    entries = list_entries(version_id, clock.local(at).date())
    return Progress(
        assigned_on=assigned_on(version_id),
        tested_on=min((clock.local(each.closes_at).date() for each in tests), default=None),
        items=sum(stages.values()),
        items_left=sum(stages.values()) - stages[Stage.SETTLED],
        lessons=len(lessons),
        lessons_left=sum(left for _, left in lessons),
        papers_left=len(stopping.threatened(at, version_id)),
        entries=entries and entries[0],
        entries_left=entries and entries[1],
        due=known.due,
        passed=known.passed,
    )
