"""The catalogue: courses and their lessons, written, published, withdrawn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select

from accounts.models import Account
from core.attachments import Upload
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses import files
from courses.lessons.kinds import Kind, kind_of
from courses.lessons.models import Asset, Launch, LessonSetup
from courses.lessons.services import chapters
from courses.models import (
    Course,
    CourseCategory,
    Lesson,
    LessonArticle,
    LessonCase,
    LessonFile,
    LessonKind,
)
from courses.revisions.services import drafting, keeping
from courses.services import indexing


class NothingToStudy(Refused):
    """A course without lessons is not published."""

    message = "课程还没有课时，请先添加课时再发布"


class WorkingCopy(Refused):
    message = "这是修订稿：请“发布修订”或放弃它；课程的发布、撤回在课程页办理"


class Incomplete(Refused):
    """A lesson lacks what its kind consists of; ``field`` says what."""


@dataclass(frozen=True)
class CourseDraft:
    title: str
    category: CourseCategory
    credit_hours: Decimal
    summary: str = ""
    is_law: bool = True
    final_session_id: int | None = None


@dataclass(frozen=True)
class LessonDraft:
    title: str
    kind: LessonKind
    minutes: int
    #: Markdown.
    body: str = ""
    #: In the order in which they are quoted.
    article_ids: Sequence[int] = ()
    #: None keeps the file that is there.
    upload: Upload | None = None
    #: A recording or a package, stored before; None keeps the one that is there.
    asset: Asset | None = None
    #: What is the kind's own (courses/lessons/kinds).
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: None: outside of the chapters.
    chapter_id: int | None = None


def create_course(*, draft: CourseDraft, at: datetime, by: Account | None) -> Course:
    """A new course, not yet published."""
    course = Course(created_at=at, created_by_id=by.id if by else None)
    _write(course, draft)
    db.session.add(course)
    db.session.flush()
    indexing.put_course(course)
    record("course.create", course, at=at, title=draft.title)
    return course


def edit_course(*, course: Course, draft: CourseDraft, at: datetime) -> None:
    """Change what the catalogue says, before it is published. Raises Published."""
    keeping.must_be_draft(course)
    _write(course, draft)
    db.session.flush()
    indexing.put_course(course)
    record("course.edit", course, at=at, title=draft.title, hours=str(draft.credit_hours))


def _write(course: Course, draft: CourseDraft) -> None:
    course.title = draft.title
    course.category = draft.category
    course.summary = draft.summary
    course.credit_hours = draft.credit_hours
    course.is_law = draft.is_law
    course.final_session_id = draft.final_session_id


def add_lesson(*, course: Course, draft: LessonDraft, at: datetime) -> Lesson:
    """A new last lesson. Raises Published, Incomplete."""
    keeping.must_be_draft(course)
    last = db.session.scalar(select(func.max(Lesson.position)).where(Lesson.course_id == course.id))
    lesson = Lesson(course=course, position=(last or 0) + 1)
    _fill(lesson, draft, at)
    db.session.add(lesson)
    db.session.flush()
    chapters.arrange(course)
    indexing.put_course(course)
    record("lesson.add", lesson, at=at, course=course.id, title=draft.title)
    return lesson


def edit_lesson(*, lesson: Lesson, draft: LessonDraft, at: datetime) -> None:
    """Raises Published, Incomplete."""
    keeping.must_be_draft(lesson.course)
    _fill(lesson, draft, at)
    db.session.flush()
    chapters.arrange(lesson.course)
    indexing.put_course(lesson.course)
    record("lesson.edit", lesson, at=at, title=draft.title, minutes=draft.minutes)


def _fill(lesson: Lesson, draft: LessonDraft, at: datetime) -> None:
    kind = kind_of(draft.kind.value)
    setup = lesson.setup or LessonSetup(settings="{}")
    asset = draft.asset or setup.asset
    _must_be_whole(draft, kind, has_file=lesson.file_id is not None, asset=asset)
    lesson.title = draft.title
    lesson.kind = draft.kind
    lesson.minutes = draft.minutes
    if asset is not None and asset.seconds is not None and kind.asset:
        lesson.minutes = max(1, -(-asset.seconds // 60))
    lesson.body = draft.body
    setup.asset = asset if kind.asset else None
    setup.settings = json.dumps(dict(draft.settings), ensure_ascii=False)
    setup.chapter_id = draft.chapter_id
    lesson.setup = setup
    cited = {each.article_id: each for each in lesson.articles}
    kept = []
    for position, article_id in enumerate(dict.fromkeys(draft.article_ids), 1):
        row = cited.get(article_id) or LessonArticle(article_id=article_id)
        row.position = position
        kept.append(row)
    lesson.articles = kept
    if draft.upload is not None:
        lesson.file = LessonFile(
            name=draft.upload.name,
            content_type=draft.upload.content_type,
            data=draft.upload.data,
            uploaded_at=at,
        )


def _must_be_whole(draft: LessonDraft, kind: Kind, *, has_file: bool, asset: Asset | None) -> None:
    if draft.upload is not None and (fault := files.fault(draft.upload)):
        raise Incomplete(fault, field="file")
    if found := kind.fault(draft):
        raise Incomplete(found[1], field=found[0])
    if kind.file and draft.upload is None and not has_file:
        raise Incomplete("文件课时须上传文件", field="file")
    if kind.asset and (asset is None or (asset.standard is not None) != (kind.asset == "package")):
        what = "课件包（zip）" if kind.asset == "package" else "视频或音频文件"
        raise Incomplete(f"{draft.kind.label}课时须上传{what}", field="asset")


def remove_lesson(*, lesson: Lesson, at: datetime) -> None:
    """Of a working copy: publishing it takes the lesson out of the course. Raises Published."""
    course = lesson.course
    keeping.must_be_draft(course)
    record("lesson.remove", lesson, at=at, course=course.id, title=lesson.title)
    indexing.remove_lesson(lesson)
    file_id = lesson.file_id
    # Previews of a package; nobody studied it.
    db.session.execute(delete(Launch).where(Launch.lesson_id == lesson.id))
    db.session.execute(delete(LessonCase).where(LessonCase.lesson_id == lesson.id))
    db.session.delete(lesson)
    db.session.flush()
    if file_id is not None:
        drafting.forget_files({file_id}, course.revises_id or course.id)
    db.session.expire(course, ["lessons"])


def publish(*, course: Course, at: datetime, by: Account | None = None) -> None:
    """Open a course to everybody; later it is revised or withdrawn. Raises NothingToStudy."""
    if course.revises_id is not None:
        raise WorkingCopy
    if not course.lessons:
        raise NothingToStudy
    lock(course)
    if course.published_at is None:
        course.published_at = at
        db.session.flush()
        keeping.keep(course=course, note=keeping.FIRST, at=at, by=by)
        record("course.publish", course, at=at, title=course.title)


def withdraw(*, course: Course, at: datetime) -> None:
    """Close a course to everybody; what people did in it stays. Raises WorkingCopy."""
    if course.revises_id is not None:
        raise WorkingCopy
    if course.withdrawn_at is None:
        course.withdrawn_at = at
        db.session.flush()
        record("course.withdraw", course, at=at, title=course.title)


def restore(*, course: Course, at: datetime) -> None:
    """Open a withdrawn course again."""
    if course.withdrawn_at is not None:
        course.withdrawn_at = None
        db.session.flush()
        record("course.restore", course, at=at, title=course.title)
