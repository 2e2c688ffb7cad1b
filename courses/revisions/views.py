"""Pages of revising a published course: its working copy, publication, history."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.models import Course
from courses.queries import managing
from courses.revisions import queries, snapshots
from courses.revisions.forms import ReleaseForm, TakeBackForm
from courses.revisions.services import drafting, publishing
from courses.revisions.snapshots import Snapshot, Turn
from courses.views.base import saved

bp = Blueprint("revisions", __name__, url_prefix="/courses/manage")
TONES = {Turn.ADDED: "good", Turn.REMOVED: "bad", Turn.CHANGED: "warn"}


@bp.post("/<int:course_id>/revise")
@requires(Permission.COURSE_EDIT)
def begin(course_id: int) -> ResponseReturnValue:
    """Open the working copy, at the lesson that was meant if one was."""
    draft = drafting.begin(course=managing.course(course_id), at=clock.now(), by=account())
    lesson_id = request.form.get("lesson", type=int)
    copy = queries.draft_lesson(lesson_id) if lesson_id is not None else None
    if copy is None or copy.course_id != draft.id:
        return saved(draft, "修订稿已建立：改好后“发布修订”，此前学员看到的不变。")
    db.session.commit()
    return redirect(url_for("courses.edit_lesson", lesson_id=copy.id), 303)


@bp.route("/<int:course_id>/release", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def release(course_id: int) -> ResponseReturnValue:
    """What publishing the working copy would change, and publishing it."""
    draft = _draft(course_id)
    course = managing.course(draft.revises_id or 0)
    form = ReleaseForm()
    found = snapshots.differences(queries.snapshot(course), queries.snapshot(draft))
    changed = {
        each.lesson.lesson_id: each.of
        for each in found
        if each.lesson is not None and each.lesson.lesson_id is not None
    }
    done = queries.studied(list(changed))
    form.restudy.choices = [(key, title) for key, title in changed.items() if key in done]
    if form.validate_on_submit():
        try:
            made = publishing.publish(
                draft=draft,
                note=form.reason.data or "",
                restudy=form.restudy.data or (),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            return _release(_draft(course_id), form, found)
        return saved(course, f"修订已发布，现为第 {made.number} 版；已学完的课时和课程照旧。")
    return _release(draft, form, found)


def _release(
    draft: Course, form: ReleaseForm, found: list[snapshots.Difference]
) -> ResponseReturnValue:
    return render_template(
        "courses/release.html", draft=draft, form=form, differences=found, tones=TONES
    )


def _draft(course_id: int) -> Course:
    found = managing.course(course_id)
    if found.revises_id is None:
        raise NotFound
    return found


@bp.post("/<int:course_id>/discard")
@requires(Permission.COURSE_EDIT)
def discard(course_id: int) -> ResponseReturnValue:
    draft = _draft(course_id)
    course = managing.course(draft.revises_id or 0)
    drafting.discard(draft=draft, at=clock.now())
    return saved(course, "修订稿已放弃，学员看到的内容没有变。")


@bp.get("/<int:course_id>/revisions")
@requires(Permission.COURSE_EDIT)
def history(course_id: int) -> str:
    found = managing.course(course_id)
    number, per_page = paging.asked()
    return render_template(
        "courses/revisions.html",
        course=found,
        draft=queries.draft_of(found.id),
        page=paging.select_page(queries.revisions(found.id), number=number, per_page=per_page),
        newest=queries.newest(found.id),
    )


@bp.get("/revisions/<int:revision_id>")
@requires(Permission.COURSE_EDIT)
def revision(revision_id: int) -> str:
    """What a revision changed; with ``?from=`` against another one of the course."""
    found = queries.revision(revision_id)
    asked = request.args.get("from", found.number - 1, type=int)
    other = queries.numbered(found.course_id, asked)
    content = snapshots.from_json(found.content)
    before = snapshots.from_json(other.content) if other else None
    return render_template(
        "courses/revision.html",
        revision=found,
        course=found.course,
        other=other,
        content=content,
        groups=_by_chapter(content),
        differences=snapshots.differences(before, content) if before else [],
        newest=queries.newest(found.course_id),
        draft=queries.draft_of(found.course_id),
        tones=TONES,
    )


def _by_chapter(content: Snapshot) -> list[tuple[str, list[snapshots.LessonState]]]:
    """The lessons under their chapters, in order."""
    places = [*range(len(content.chapters)), None]
    groups = [
        (
            content.chapters[place] if place is not None else "不归入章节",
            [each for each in content.lessons if each.chapter == place],
        )
        for place in places
    ]
    return [each for each in groups if each[1]]


@bp.post("/revisions/<int:revision_id>/restore")
@requires(Permission.COURSE_EDIT)
def restore(revision_id: int) -> ResponseReturnValue:
    found = queries.revision(revision_id)
    draft = drafting.restore(revision=found, at=clock.now(), by=account())
    return saved(draft, f"已按第 {found.number} 版建立修订稿，核对后发布；此前学员看到的不变。")


@bp.post("/revisions/<int:revision_id>/take-back")
@requires(Permission.COURSE_EDIT)
def take_back(revision_id: int) -> ResponseReturnValue:
    found, form = queries.revision(revision_id), TakeBackForm()
    if not form.validate():
        flash(form.first_error(), "error")
        return redirect(url_for(".history", course_id=found.course_id), 303)
    made = publishing.take_back(
        revision=found, reason=form.reason.data or "", at=clock.now(), by=account()
    )
    return saved(found.course, f"第 {found.number} 版已撤回，现为第 {made.number} 版。")
