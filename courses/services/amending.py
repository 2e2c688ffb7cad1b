"""What a new version of a law does to lessons, and the event that it opens."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, insert, literal, select

from accounts.models import Account, Person
from core import clock
from core.audit.trail import record
from core.db import UTCDateTime, db, lock
from core.errors import Refused
from courses import new_law
from courses.lessons.services import reading
from courses.models import (
    Course,
    CourseCategory,
    Lesson,
    LessonArticle,
    LessonCase,
    LessonKind,
    NewLawEvent,
    RestudyDone,
)
from courses.new_law import LawEventKind
from courses.queries import amending as queries
from courses.revisions import queries as revisions
from courses.revisions.services import keeping
from courses.services import editing
from courses.services.editing import CourseDraft, LessonDraft
from laws.categories import Category
from laws.following import Event
from laws.models import ArticleChange, LawVersion
from question_bank.amendment import STOPPED
from question_bank.queries.amending import ends_on

#: Articles that a lesson made of a new law quotes.
PER_LESSON = 20


class Decided(Refused):
    message = "已有处理结果，请刷新后再看"


class WithoutReason(Refused):
    message = "请写明理由"


class NothingToTeach(Refused):
    message = "这个版本没有新增或修改的条文"


class LawEnded(Refused):
    """The lesson cites a law that was repealed: no article took the place of what it cites."""

    message = "所引法律已经废止，请打开课时改引现行法律的条文，再确定是否需要重新学习"


class NothingLeft(Refused):
    """Every article that the lesson cites was removed."""

    message = "这个课时所引条文在新版本中都已删去，请打开课时修改内容和引用条文"


def follow(event: Event, *, window: timedelta) -> None:
    """Flag lessons and open the event of a new law; a second time changes nothing.

    ``window``: a law promulgated longer ago is no news, unless a version before it is known.
    """
    for old_id, new_id in event.pairs:
        _flag_lessons(old_id, new_id, event.at)
    version = db.session.get_one(LawVersion, event.version_id)
    if event.repealed:
        _flag_ended(version.id, event.at)
        ended = ends_on(version, repealed=True)
        recent = clock.local(event.at).date() - ended <= window
        if recent or queries.touches(version.id):
            _open(version, LawEventKind.REPEALED, event.at)
    elif _is_news(version, event, window):
        before = any(new == version.id for _, new in event.pairs)
        _open(version, new_law.kind_of(version.label, has_predecessor=before), event.at)


def _is_news(version: LawVersion, event: Event, window: timedelta) -> bool:
    return new_law.is_news(
        version.promulgated_on,
        today=clock.local(event.at).date(),
        window=window,
        newest=all(old != version.id for old, _ in event.pairs),
        has_predecessor=any(new == version.id for _, new in event.pairs),
        touches=queries.touches(version.id),
    )


def _open(version: LawVersion, kind: LawEventKind, at: datetime) -> None:
    known = select(NewLawEvent.id).where(NewLawEvent.version_id == version.id)
    if kind is LawEventKind.REPEALED:
        known = known.where(NewLawEvent.kind == kind)
    else:
        # A version that is completed later is still the same event, whatever its label says now.
        known = known.where(NewLawEvent.kind != LawEventKind.REPEALED)
    if db.session.scalar(known.limit(1)) is not None:
        return
    event = NewLawEvent(version_id=version.id, kind=kind, opened_at=at)
    db.session.add(event)
    db.session.flush()
    record("new_law.open", event, at=at, law=version.law.title, version=version.label)


def _flag_lessons(old_id: int, new_id: int, at: datetime) -> None:
    """Open a case for each lesson that cites an article edited or removed between the two."""
    rests_on_new = queries.cites_version(new_id)
    cited = (
        select(LessonArticle.id)
        .join(ArticleChange, ArticleChange.old_article_id == LessonArticle.article_id)
        .where(
            LessonArticle.lesson_id == Lesson.id,
            ArticleChange.old_version_id == old_id,
            ArticleChange.new_version_id == new_id,
            ArticleChange.kind.in_(STOPPED),
        )
    )
    _flag(and_(cited.exists(), ~rests_on_new), new_id, at, repealed=False)


def _flag_ended(version_id: int, at: datetime) -> None:
    """Open a case for each lesson that cites a version with which its law ended."""
    _flag(queries.cites_version(version_id), version_id, at, repealed=True)


def _flag(which: ColumnElement[bool], version_id: int, at: datetime, *, repealed: bool) -> None:
    has_case = exists().where(
        LessonCase.lesson_id == Lesson.id,
        LessonCase.version_id == version_id,
        LessonCase.repealed.is_(repealed),
    )
    rows = (
        select(
            Lesson.id,
            literal(version_id),
            literal(repealed),
            literal(at, UTCDateTime),
            literal(""),
        )
        .where(which, Lesson.retired_at.is_(None), ~has_case)
        .order_by(Lesson.id)
    )
    columns = ["lesson_id", "version_id", "repealed", "opened_at", "reason"]
    db.session.execute(insert(LessonCase).from_select(columns, rows))


def include(*, event: NewLawEvent, at: datetime, by: Account | None) -> None:
    """研究室 confirms that the law is studied and tested. Raises Decided."""
    _decide(event, included=True, reason="", at=at, by=by)


def decline(*, event: NewLawEvent, reason: str, at: datetime, by: Account | None) -> None:
    """研究室 says why it is not. Raises Decided, WithoutReason."""
    if not reason.strip():
        raise WithoutReason(field="reason")
    _decide(event, included=False, reason=reason.strip(), at=at, by=by)


def _decide(
    event: NewLawEvent, *, included: bool, reason: str, at: datetime, by: Account | None
) -> None:
    lock(event)
    if event.included is not None:
        raise Decided
    event.included, event.reason, event.decided_at = included, reason, at
    event.decided_by_id = by.id if by else None
    db.session.flush()
    action = "new_law.include" if included else "new_law.decline"
    record(action, event, at=at, law=event.version.law.title, version=event.version.label,
           reason=reason)  # fmt: skip


def reconsider(*, event: NewLawEvent, at: datetime) -> None:
    """Take the decision on an event back; what was assigned or tested since stays."""
    lock(event)
    if event.included is not None:
        event.included = event.decided_at = event.decided_by_id = None
        event.reason = ""
        db.session.flush()
        record("new_law.reconsider", event, at=at, law=event.version.law.title)


def prepare_course(*, event: NewLawEvent, at: datetime, by: Account | None) -> Course:
    """A course draft whose lessons quote what is new or changed; of a new law all articles.

    It is for its editor to look through and publish. Raises NothingToTeach.
    """
    version = event.version
    articles = queries.news_of(version.id)
    if not articles:
        raise NothingToTeach
    name = version.law.short_title
    draft = CourseDraft(
        title=course_title(version),
        category=category_of({each.category for each in version.law.categories}),
        credit_hours=Decimal(1),
        summary=f"《{name}》{version.promulgated_on:%Y年%-m月%-d日}公布的新增和修改条文。",
    )
    course = editing.create_course(draft=draft, at=at, by=by)
    parts = [articles[n : n + PER_LESSON] for n in range(0, len(articles), PER_LESSON)]
    for number, part in enumerate(parts, 1):
        title = "新增和修改的条文" + (f"（{number}）" if len(parts) > 1 else "")
        lesson = LessonDraft(
            title=title,
            kind=LessonKind.ARTICLES,
            minutes=max(5, len(part)),
            article_ids=part,
        )
        editing.add_lesson(course=course, draft=lesson, at=at)
    record("new_law.prepare", event, at=at, course=course.title, articles=len(articles))
    return course


def course_title(version: LawVersion) -> str:
    """What the course made of a new law is called."""
    return f"《{version.law.short_title}》新法学习（{version.label}）"[:100]


def category_of(categories: Collection[Category]) -> CourseCategory:
    """Where a course on a law of these categories stands in the catalogue."""
    known = {
        Category.CONSTITUTION: CourseCategory.CONSTITUTION,
        Category.PARTY_REGULATION: CourseCategory.PARTY_REGULATION,
        Category.ADMIN_REGULATION: CourseCategory.ADMIN_REGULATION,
    }
    return next((to for of, to in known.items() if of in categories), CourseCategory.LAW)


def renew(
    *, case: LessonCase, restudy: bool, reason: str, at: datetime, by: Account | None
) -> None:
    """Let a lesson cite the new version, and say whether it has to be studied again.

    Articles are replaced by those that they became; removed ones are dropped. A lesson that its
    author has changed by hand keeps what it cites. Raises Decided, WithoutReason, NothingLeft,
    LawEnded.
    """
    lock(case)
    if case.restudy is not None:
        raise Decided
    if restudy and not reason.strip():
        raise WithoutReason("请写明需要重新学习什么，学过的人会看到", field="reason")
    if queries.is_outdated(case):
        if case.repealed:
            raise LawEnded
        _cite_anew(case, at, by)
    case.restudy, case.reason, case.decided_at = restudy, reason.strip(), at
    case.decided_by_id = by.id if by else None
    db.session.flush()
    record("lesson.renew", case.lesson, at=at, version=_version(case).label, restudy=restudy,
           reason=case.reason)  # fmt: skip


def _version(case: LessonCase) -> LawVersion:
    if case.version is None:
        raise Decided  # a revision of its course asked for it, and that is settled
    return case.version


def _cite_anew(case: LessonCase, at: datetime, by: Account | None) -> None:
    """In the lesson, in the working copy of it if there is one, and in the course's history."""
    lesson, version, moved = case.lesson, _version(case), queries.moved(case)
    lock(lesson.course)
    keeping.keep_first(lesson.course)
    if not _cite_new(lesson, moved):
        raise NothingLeft
    if (copy := revisions.draft_lesson(lesson.id)) is not None:
        _cite_new(copy, moved)
    if lesson.course.published_at is not None:
        note = f"“{lesson.title}”改引《{version.law.short_title}》{version.label}的条文"
        keeping.keep(course=lesson.course, note=note, at=at, by=by)


def _cite_new(lesson: Lesson, moved: Mapping[int, int | None]) -> bool:
    """Whether anything is left to cite; else the lesson stays as it is."""
    after: list[int] = []
    for each in lesson.articles:
        article = moved.get(each.article_id, each.article_id)
        if article is not None and article not in after:
            after.append(article)
    if not after:
        return False
    kept = {each.article_id: each for each in lesson.articles}
    rows = [kept.get(each) or LessonArticle(article_id=each) for each in after]
    for position, row in enumerate(rows, 1):
        row.position = position
    lesson.articles = rows
    db.session.flush()
    return True


def restudied(*, case: LessonCase, person: Person, at: datetime) -> None:
    """The person has read what was amended; a second time changes nothing."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if queries.owes(case.id, person.id):
        db.session.add(RestudyDone(case_id=case.id, person_id=person.id, done_at=at))
        reading.note(person=person, lesson=case.lesson, at=at)
        record("lesson.restudy", case.lesson, at=at, title=case.lesson.title)
