"""Reads of working copies, of revisions, and of a course in one piece."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, selectinload

from accounts.models import Account
from core.db import db
from courses.lessons.kinds import kind_of
from courses.lessons.models import Chapter, LessonSetup, Prerequisite
from courses.lessons.queries import page
from courses.models import Course, Lesson, LessonArticle, LessonFile, LessonProgress
from courses.revisions.models import CourseRevision
from courses.revisions.snapshots import LessonState, Quoted, Snapshot
from laws.models import Article, LawVersion


def draft_of(course_id: int) -> Course | None:
    """The working copy of a published course, if somebody is revising it."""
    return db.session.scalars(select(Course).where(Course.revises_id == course_id)).one_or_none()


def being_revised(course_ids: Sequence[int]) -> set[int]:
    """Of these courses those that have a working copy."""
    rows = db.session.scalars(
        select(Course.revises_id).where(Course.revises_id.in_(course_ids)).order_by(Course.id)
    )
    return {each for each in rows if each is not None}


def draft_lesson(lesson_id: int) -> Lesson | None:
    """What the working copy has in the place of a lesson."""
    return db.session.scalars(select(Lesson).where(Lesson.origin_id == lesson_id)).one_or_none()


def revisions(course_id: int) -> Select[CourseRevision]:
    """The newest first."""
    return (
        select(CourseRevision)
        .where(CourseRevision.course_id == course_id)
        .options(
            defer(CourseRevision.content),
            joinedload(CourseRevision.published_by).joinedload(Account.person),
        )
        .order_by(CourseRevision.number.desc())
    )


def revision(revision_id: int) -> CourseRevision:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(CourseRevision)
        .where(CourseRevision.id == revision_id)
        .options(
            joinedload(CourseRevision.course),
            joinedload(CourseRevision.published_by).joinedload(Account.person),
        )
    ).one()


def numbered(course_id: int, number: int) -> CourseRevision | None:
    return db.session.scalars(
        select(CourseRevision).where(
            CourseRevision.course_id == course_id, CourseRevision.number == number
        )
    ).one_or_none()


def newest(course_id: int) -> CourseRevision | None:
    return db.session.scalars(revisions(course_id).limit(1)).one_or_none()


def contents(course_id: int) -> Sequence[CourseRevision]:
    """All revisions with what they hold, the oldest first."""
    return db.session.scalars(
        select(CourseRevision)
        .where(CourseRevision.course_id == course_id)
        .order_by(CourseRevision.number)
    ).all()


def studied(lesson_ids: Sequence[int]) -> set[int]:
    """Of these lessons those that somebody has completed."""
    rows = select(LessonProgress.lesson_id).where(
        LessonProgress.lesson_id.in_(lesson_ids), LessonProgress.completed_at.is_not(None)
    )
    return set(db.session.scalars(rows.distinct().order_by(LessonProgress.lesson_id)))


def snapshot(course: Course) -> Snapshot:
    """The course as it is now; a working copy with the lessons that it stands for."""
    audience = course.audience
    chapters = db.session.scalars(
        select(Chapter).where(Chapter.course_id == course.id)
        .order_by(Chapter.position, Chapter.id)
    ).all()  # fmt: skip
    places = {each.id: place for place, each in enumerate(chapters)}
    needs = db.session.execute(
        select(Course.id, Course.title)
        .join(Prerequisite, Prerequisite.needs_id == Course.id)
        .where(Prerequisite.course_id == course.id)
        .order_by(Prerequisite.id)
    )
    rank = audience.rank_group if audience else None
    category = audience.staff_category if audience else None
    posts = audience.posts if audience else ""
    words = [each.label for each in (rank, category) if each]
    return Snapshot(
        title=course.title,
        category=course.category.value,
        category_label=course.category.label,
        summary=course.summary,
        credit_hours=f"{course.credit_hours.normalize():f}",
        is_law=course.is_law,
        final_session_id=course.final_session_id,
        final_session=course.final_session.title if course.final_session else "",
        tags=[each.name for each in course.tags],
        needs=[(each.id, each.title) for each in needs],
        rank_group=rank.value if rank else "",
        staff_category=category.value if category else "",
        audience="，".join([*words, *([f"岗位含{posts}"] if posts else [])]),
        posts=posts,
        chapters=[each.title for each in chapters],
        lessons=[_state(each, places, bool(course.revises_id)) for each in _lessons(course.id)],
    )


def _lessons(course_id: int) -> Sequence[Lesson]:
    return db.session.scalars(
        select(Lesson)
        .where(Lesson.course_id == course_id, Lesson.retired_at.is_(None))
        .options(
            selectinload(Lesson.articles)
            .joinedload(LessonArticle.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law),
            joinedload(Lesson.file).options(defer(LessonFile.data)),
            joinedload(Lesson.setup).joinedload(LessonSetup.asset),
        )
        .order_by(Lesson.position, Lesson.id)
        .execution_options(populate_existing=True)
    ).all()


def _state(lesson: Lesson, places: dict[int, int], of_draft: bool) -> LessonState:
    setup = lesson.setup
    chapter = setup.chapter_id if setup else None
    asset = setup.asset if setup else None
    return LessonState(
        lesson_id=lesson.origin_id if of_draft else lesson.id,
        title=lesson.title,
        kind=lesson.kind.value,
        kind_label=lesson.kind.label,
        minutes=lesson.minutes,
        body=lesson.body,
        chapter=places.get(chapter) if chapter is not None else None,
        articles=[
            Quoted(
                each.article_id,
                f"《{each.article.version.law.short_title}》（{each.article.version.label}）"
                f"{each.article.number}",
            )
            for each in lesson.articles
        ],
        file_id=lesson.file_id,
        file_name=lesson.file.name if lesson.file else "",
        asset_id=asset.id if asset else None,
        asset_name=asset.name if asset else "",
        settings=_own_settings(lesson),
    )


def _own_settings(lesson: Lesson) -> dict[str, object]:
    kept = page.settings(lesson)
    return {each: kept[each] for each in kind_of(lesson.kind.value).fields if each in kept}
