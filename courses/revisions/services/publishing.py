"""Publishing a working copy: lessons keep their identity, and with it what people did in them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update

from accounts.models import Account
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from courses.lessons.models import Chapter, CourseAudience, LessonSetup, SurveyDone
from courses.lessons.services import describing
from courses.models import Course, Lesson, LessonArticle, LessonCase
from courses.queries import amending
from courses.revisions import queries, snapshots
from courses.revisions.models import CourseRevision
from courses.revisions.services import drafting, keeping
from courses.revisions.snapshots import Difference
from courses.services import completing, indexing


class Nothing(Refused):
    message = "修订稿与现行内容相同，没有要发布的修改"


class NoLessons(Refused):
    message = "修订稿没有课时，请至少保留一个课时"


class WithoutNote(Refused):
    message = "请写明改了什么、为什么改"


class Answered(Refused):
    """Answers are kept by the question's number; other questions would get them."""


class SetBack(Refused):
    """The copy cites what a newer version has changed since."""


def publish(
    *,
    draft: Course,
    note: str,
    restudy: Collection[int] = (),
    at: datetime,
    by: Account | None,
) -> CourseRevision:
    """Learners see the working copy from now on; it is the course's newest revision.

    ``restudy`` are the ids of changed lessons that those who completed them study again; they are
    shown ``note``. What the copy no longer has is taught no more; what people did in it stays.
    Raises Refused.
    """
    if not note.strip():
        raise WithoutNote(field="reason")
    course = drafting.held(draft)
    if not draft.lessons:
        raise NoLessons
    keeping.keep_first(course)
    before, after = queries.snapshot(course), queries.snapshot(draft)
    if not (found := snapshots.differences(before, after)):
        raise Nothing
    _must_keep_answers(found)
    outdated = set(amending.outdated_lessons([each.id for each in course.lessons]))
    _move_chapters(course, draft)
    lessons, left = _move_lessons(course, draft, at)
    _take_over(course, draft)
    drafting.drop(draft, left)
    db.session.expire(course)
    _must_not_set_back(course, outdated)
    made = keeping.keep(course=course, note=note.strip(), at=at, by=by)
    changed = {each.lesson.lesson_id for each in found if each.lesson is not None}
    for lesson_id in sorted(set(restudy) & changed & lessons):
        _ask_again(made, lesson_id, at, by)
    indexing.put_course(course)
    completing.record_completions(at=at, course_id=course.id)
    record("course.publish_revision", course, at=at, number=made.number, note=made.note,
           changes=[f"{each.turn.label}：{each.of}" for each in found][:50])  # fmt: skip
    return made


def _must_keep_answers(found: Collection[Difference]) -> None:
    surveys = [
        each
        for each in found
        if each.lesson is not None
        and each.lesson.lesson_id is not None
        and any(change.label in {"问题", "形式"} for change in each.changes)
    ]
    ids = [each.lesson.lesson_id for each in surveys if each.lesson is not None]
    done = select(SurveyDone.lesson_id).where(SurveyDone.lesson_id.in_(ids)).distinct()
    answered = set(db.session.scalars(done.order_by(SurveyDone.lesson_id)))
    for each in surveys:
        if each.lesson is not None and each.lesson.lesson_id in answered:
            raise Answered(
                f"问卷“{each.of}”已有人填写，问题不能再改，否则先后的答案会混在一起；"
                "请移出这个课时，另建一个问卷课时"
            )


def _move_chapters(course: Course, draft: Course) -> None:
    held = select(Chapter.id).where(Chapter.course_id == course.id)
    db.session.execute(
        update(LessonSetup).where(LessonSetup.chapter_id.in_(held)).values(chapter_id=None)
    )
    db.session.execute(delete(Chapter).where(Chapter.course_id == course.id))
    db.session.execute(
        update(Chapter).where(Chapter.course_id == draft.id).values(course_id=course.id)
    )


def _move_lessons(course: Course, draft: Course, at: datetime) -> tuple[set[int], list[Lesson]]:
    """The ids of the lessons that were there before and still are, and the copy's rows that are
    needed no more."""
    kept, left = set(), []
    live = {each.id: each for each in course.lessons}
    for place, each in enumerate(list(draft.lessons), 1):
        if each.origin_id is None:
            each.course_id, each.position = course.id, place
            continue
        origin = live.pop(each.origin_id, None) or db.session.get_one(Lesson, each.origin_id)
        kept.add(origin.id)
        left.append(each)
        origin.retired_at, origin.position = None, place
        _overwrite(origin, each)
    for gone in live.values():
        gone.retired_at = at
        indexing.remove_lesson(gone)
    db.session.flush()
    return kept, left


def _overwrite(origin: Lesson, copy: Lesson) -> None:
    origin.title, origin.kind, origin.body = copy.title, copy.kind, copy.body
    origin.minutes, origin.file_id = copy.minutes, copy.file_id
    cited = {each.article_id: each for each in origin.articles}
    rows = []
    for each in copy.articles:
        row = cited.get(each.article_id) or LessonArticle(article_id=each.article_id)
        row.position = each.position
        rows.append(row)
    origin.articles = rows
    setup, own = copy.setup, origin.setup or LessonSetup(settings="{}")
    own.asset_id = setup.asset_id if setup else None
    own.chapter_id = setup.chapter_id if setup else None
    own.settings = setup.settings if setup else "{}"
    origin.setup = own
    # What the copy alone was flagged for goes along.
    known = select(LessonCase.version_id).where(
        LessonCase.lesson_id == origin.id, LessonCase.version_id.is_not(None)
    )
    db.session.execute(
        update(LessonCase)
        .where(LessonCase.lesson_id == copy.id, LessonCase.version_id.not_in(known))
        .values(lesson_id=origin.id)
    )


def _take_over(course: Course, draft: Course) -> None:
    """What the catalogue says; hours that were credited stay as they are."""
    for name in ("title", "category", "summary", "credit_hours", "is_law", "final_session_id"):
        setattr(course, name, getattr(draft, name))
    tags = {each.name: each for each in course.tags}
    needs = {each.needs_id: each for each in course.prerequisites}
    course.tags = [tags.get(each.name) or type(each)(name=each.name) for each in draft.tags]
    course.prerequisites = [
        needs.get(each.needs_id) or type(each)(needs_id=each.needs_id)
        for each in draft.prerequisites
    ]
    describing.must_end(course, [each.needs_id for each in draft.prerequisites])
    said, audience = draft.audience, course.audience or CourseAudience()
    audience.rank_group = said.rank_group if said else None
    audience.staff_category = said.staff_category if said else None
    audience.posts = said.posts if said else ""
    course.audience = audience
    db.session.flush()


def _must_not_set_back(course: Course, before: set[int]) -> None:
    after = amending.outdated_lessons([each.id for each in course.lessons])
    if worse := [each.lesson.title for key, each in after.items() if key not in before]:
        raise SetBack(
            f"课时“{worse[0]}”引用的条文已经修改或废止，请在修订稿中打开这个课时，改引现行条文后再发布"
        )


def _ask_again(made: CourseRevision, lesson_id: int, at: datetime, by: Account | None) -> None:
    db.session.add(
        LessonCase(
            lesson_id=lesson_id,
            revision_id=made.id,
            opened_at=at,
            restudy=True,
            reason=made.note,
            decided_at=at,
            decided_by_id=by.id if by else None,
        )
    )
    db.session.flush()


def take_back(
    *, revision: CourseRevision, reason: str, at: datetime, by: Account | None
) -> CourseRevision:
    """Undo the newest revision: what the one before said is published again, as the next one.

    Raises Refused.
    """
    newest = queries.newest(revision.course_id)
    before = queries.numbered(revision.course_id, revision.number - 1)
    if newest is None or newest.id != revision.id or before is None:
        raise Refused("只能撤回最近一次修订；更早的内容请用“恢复为修订稿”")
    if not reason.strip():
        raise WithoutNote("请写明撤回的理由", field="reason")
    draft = drafting.restore(revision=before, at=at, by=by)
    note = f"撤回第 {revision.number} 版：{reason.strip()}"
    return publish(draft=draft, note=note, at=at, by=by)
