"""Pages of those who write lessons."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.db import reading as only_reading
from core.errors import Refused
from core.files import bare_name
from courses import files
from courses.citing import Unclear
from courses.forms import MOST, LessonForm
from courses.lessons.kinds import kinds
from courses.lessons.queries import page, reading
from courses.lessons.services import assets
from courses.models import Course, Lesson, LessonKind
from courses.queries import managing as queries
from courses.services import editing
from courses.services.editing import LessonDraft
from courses.views.base import bp, handed_out, revise_first, saved, study_rules
from courses.views.learning import neighbours
from laws.models import Article


@bp.route("/manage/<int:course_id>/lessons/new", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def new_lesson(course_id: int) -> ResponseReturnValue:
    course = queries.course(course_id)
    if request.method == "GET" and course.published_at is not None:
        return revise_first(course)
    chapter = request.args.get("chapter", "")
    form = LessonForm(data={"chapter_id": chapter}) if request.method == "GET" else LessonForm()
    return _edit_lesson(form, course, None)


@bp.route("/manage/lessons/<int:lesson_id>/edit", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def edit_lesson(lesson_id: int) -> ResponseReturnValue:
    found = queries.lesson(lesson_id)
    if request.method == "GET" and found.course.published_at is not None:
        return revise_first(found.course, found)
    return _edit_lesson(LessonForm(data=_written(found)), found.course, found)


def _edit_lesson(form: LessonForm, course: Course, found: Lesson | None) -> ResponseReturnValue:
    _offer_chapters(form, course)
    previews = request.form.get("act") == "preview"
    if not previews and form.validate_on_submit():
        try:
            _save_lesson(form, course, found)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            course = queries.course(course.id)
        else:
            return saved(course, "课时已保存。")
    return render_template(
        "courses/lesson_edit.html",
        form=form,
        course=course,
        lesson=found,
        accept=files.ACCEPT,
        kinds=kinds(),
        beside=_beside(form, unkept=previews and any(each.filename for each in _chosen())),
    )


def _chosen() -> Iterable[FileStorage]:
    """The files that came with the form."""
    return request.files.values()


@bp.post("/manage/lessons/beside")
@requires(Permission.COURSE_EDIT)
def lesson_beside() -> Response:
    """What the lesson being written will look like; nothing is kept."""
    with only_reading():
        return jsonify(html=_beside(LessonForm()))


def _beside(form: LessonForm, *, unkept: bool = False) -> Markup:
    """The text and the articles as those who study will see them, with what is wrong in them.

    ``unkept``: files were chosen, which a browser does not send twice.
    """
    articles: Sequence[Article] = []
    problem = ""
    try:
        articles = queries.articles(form.cited(), clock.today())
    except (Unclear, Refused) as fault:
        problem = str(fault)
    return Markup(  # noqa: S704 - a template of our own, which escapes
        render_template(
            "courses/lesson_beside.html",
            body=(form.body.data or "")[:MOST],
            articles=articles,
            problem=problem,
            unkept=unkept,
        )
    )


def _offer_chapters(form: LessonForm, course: Course) -> None:
    chapters = {str(each.id): each.title for each in course.chapters}
    form.chapter_id.choices = {"": "不分章节", **chapters}


def _save_lesson(form: LessonForm, course: Course, found: Lesson | None) -> None:
    """Raises Refused."""
    at = clock.now()
    draft = _lesson_draft(form)
    if found is None:
        editing.add_lesson(course=course, draft=draft, at=at)
    else:
        editing.edit_lesson(lesson=found, draft=draft, at=at)


def _lesson_draft(form: LessonForm) -> LessonDraft:
    try:
        cited = form.cited()
    except Unclear as unclear:
        raise Refused(str(unclear), field="articles") from None
    try:
        articles = queries.articles(cited, clock.today())
    except Refused as refusal:
        raise Refused(str(refusal), field="articles") from None
    value: Any = form.data
    recording, asset = form.recording(), None
    if recording is not None:
        asset = assets.take_in(
            name=bare_name(recording.filename),
            stream=recording.stream,
            most=current_app.config["XUEFA"].max_media,
            at=clock.now(),
            by=account(),
        )
    return LessonDraft(
        title=value["title"],
        kind=LessonKind.of(value["kind"]),
        minutes=value["minutes"],
        body=value["body"] or "",
        article_ids=[each.id for each in articles],
        upload=form.upload(),
        asset=asset,
        settings=form.own_settings(value["kind"]),
        chapter_id=int(value["chapter_id"]) if value["chapter_id"] else None,
    )


def _written(lesson: Lesson) -> dict[str, Any]:
    """The lesson as the form's fields."""
    by_law: dict[str, list[str]] = {}
    for each in lesson.articles:
        by_law.setdefault(each.article.version.law.short_title, []).append(each.article.number)
    return {
        "title": lesson.title,
        "kind": lesson.kind.value,
        "minutes": lesson.minutes,
        "body": lesson.body,
        "articles": "\n".join(f"{law} {'、'.join(numbers)}" for law, numbers in by_law.items()),
        "chapter_id": str(lesson.setup.chapter_id or "") if lesson.setup else "",
        **page.settings(lesson),
    }


@bp.get("/manage/lessons/<int:lesson_id>")
@requires(Permission.COURSE_EDIT)
def preview(lesson_id: int) -> str:
    """The lesson as those who study it will see it; no time is counted."""
    found = queries.lesson(lesson_id)
    before, after = neighbours(found)
    return render_template(
        "courses/preview.html",
        lesson=found,
        course=found.course,
        needed=study_rules().needed(found.minutes),
        before=before,
        after=after,
        part=page.part(None, found),
        articles=reading.shown(None, found, clock.today()),
    )


@bp.get("/manage/lessons/<int:lesson_id>/file")
@requires(Permission.COURSE_EDIT)
def preview_file(lesson_id: int) -> Response:
    return handed_out(queries.file_of(lesson_id))


@bp.post("/manage/lessons/<int:lesson_id>/remove")
@requires(Permission.COURSE_EDIT)
def remove_lesson(lesson_id: int) -> ResponseReturnValue:
    found = queries.lesson(lesson_id)
    course = found.course
    editing.remove_lesson(lesson=found, at=clock.now())
    return saved(course, "课时已删除。")
