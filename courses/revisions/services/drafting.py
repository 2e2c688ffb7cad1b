"""The working copy of a published course: begun, given up, made from an earlier revision."""

import json
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select, update

from accounts.models import Account
from accounts.standing import RankGroup, StaffCategory
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.lessons.models import (
    Chapter,
    CourseAudience,
    CourseTag,
    Launch,
    LessonSetup,
    Prerequisite,
)
from courses.models import (
    Course,
    CourseCategory,
    Lesson,
    LessonArticle,
    LessonCase,
    LessonFile,
    LessonKind,
)
from courses.revisions import queries, snapshots
from courses.revisions.models import CourseRevision
from courses.revisions.services import keeping
from courses.revisions.snapshots import LessonState, Snapshot


class NotPublished(Refused):
    message = "课程还没有发布，可以直接修改，不必修订"


class BeingRevised(Refused):
    message = "这门课程已有修订稿，请先发布或放弃它"


class NoDraft(Refused):
    message = "这不是修订稿，或修订稿已经发布、放弃，请刷新后再看"


def begin(*, course: Course, at: datetime, by: Account | None) -> Course:
    """A working copy of what is published; the one that there is, if somebody began before.

    Raises NotPublished.
    """
    _hold(course)
    if (found := queries.draft_of(course.id)) is not None:
        return found
    keeping.keep_first(course)
    return _make(course, queries.snapshot(course), at=at, by=by)


def restore(*, revision: CourseRevision, at: datetime, by: Account | None) -> Course:
    """A working copy with what an earlier revision said. Raises BeingRevised."""
    course = revision.course
    _hold(course)
    if queries.draft_of(course.id) is not None:
        raise BeingRevised
    return _make(course, snapshots.from_json(revision.content), at=at, by=by)


def _hold(course: Course) -> None:
    lock(course)
    if course.published_at is None:
        raise NotPublished


def _make(course: Course, of: Snapshot, *, at: datetime, by: Account | None) -> Course:
    draft = Course(revises_id=course.id, created_at=at, created_by_id=by.id if by else None)
    _describe(draft, of)
    db.session.add(draft)
    db.session.flush()
    chapters = [
        Chapter(course_id=draft.id, position=place, title=title)
        for place, title in enumerate(of.chapters, 1)
    ]
    db.session.add_all(chapters)
    db.session.flush()
    for place, each in enumerate(of.lessons, 1):
        lesson = Lesson(course_id=draft.id, position=place, origin_id=each.lesson_id)
        db.session.add(lesson)
        _fill(lesson, each, chapters)
    db.session.flush()
    db.session.expire(draft)
    record("course.revise", course, at=at, title=course.title)
    return draft


def _describe(draft: Course, of: Snapshot) -> None:
    draft.title, draft.summary = of.title, of.summary
    draft.category = CourseCategory.of(of.category)
    draft.credit_hours, draft.is_law = Decimal(of.credit_hours), of.is_law
    draft.final_session_id = of.final_session_id
    draft.tags = [CourseTag(name=each) for each in of.tags]
    draft.prerequisites = [Prerequisite(needs_id=each) for each, _ in of.needs]
    draft.audience = CourseAudience(
        rank_group=RankGroup.of(of.rank_group) if of.rank_group else None,
        staff_category=StaffCategory.of(of.staff_category) if of.staff_category else None,
        posts=of.posts,
    )


def _fill(lesson: Lesson, of: LessonState, chapters: list[Chapter]) -> None:
    lesson.title, lesson.kind = of.title, LessonKind.of(of.kind)
    lesson.minutes, lesson.body, lesson.file_id = of.minutes, of.body, of.file_id
    lesson.articles = [
        LessonArticle(article_id=each.article_id, position=place)
        for place, each in enumerate(of.articles, 1)
    ]
    lesson.setup = LessonSetup(
        asset_id=of.asset_id,
        settings=json.dumps(dict(of.settings), ensure_ascii=False),
        chapter_id=chapters[of.chapter].id if of.chapter is not None else None,
    )


def discard(*, draft: Course, at: datetime) -> None:
    """Give the working copy up; what is published stays. Raises NoDraft."""
    course = held(draft)
    record("course.discard_revision", course, at=at, title=course.title)
    drop(draft, list(draft.lessons))


def held(draft: Course) -> Course:
    """The course that the working copy is of; both are held. Raises NoDraft."""
    if draft.revises_id is None:
        raise NoDraft
    course = db.session.get_one(Course, draft.revises_id)
    lock(course)
    if queries.draft_of(course.id) is not draft:
        raise NoDraft
    return course


def drop(draft: Course, lessons: list[Lesson]) -> None:
    """The rows of a working copy, with those of its lessons that nothing else took over."""
    ids = [each.id for each in lessons]
    files = {each.file_id for each in lessons if each.file_id is not None}
    db.session.execute(delete(Launch).where(Launch.lesson_id.in_(ids)))
    db.session.execute(delete(LessonCase).where(LessonCase.lesson_id.in_(ids)))
    for each in lessons:
        db.session.delete(each)
    db.session.flush()
    chapters = select(Chapter.id).where(Chapter.course_id == draft.id)
    db.session.execute(
        update(LessonSetup).where(LessonSetup.chapter_id.in_(chapters)).values(chapter_id=None)
    )
    db.session.execute(delete(Chapter).where(Chapter.course_id == draft.id))
    db.session.expire(draft)
    course_id = draft.revises_id
    db.session.delete(draft)
    db.session.flush()
    if course_id is not None:
        forget_files(files, course_id)


def forget_files(file_ids: set[int], course_id: int) -> None:
    """Of these files those that neither a lesson nor a revision of the course has."""
    kept = {
        each["file_id"] for one in queries.contents(course_id) for each in one.content["lessons"]
    }
    for file_id in sorted(file_ids - kept):
        used = select(Lesson.id).where(Lesson.file_id == file_id).limit(1)
        if db.session.scalar(used) is None:
            db.session.execute(delete(LessonFile).where(LessonFile.id == file_id))
