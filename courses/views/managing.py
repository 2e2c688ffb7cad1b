"""Pages of those who edit the catalogue and assign courses."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.queries.units import unit as unit_of
from accounts.standing import RankGroup, StaffCategory
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.forms import AssignForm, CourseForm
from courses.lessons.queries import describing as described
from courses.lessons.services import describing, ordering
from courses.lessons.services.describing import Description
from courses.models import Course, CourseCategory
from courses.queries import amending
from courses.queries import managing as queries
from courses.queries.managing import Stage, stage
from courses.revisions import queries as revisions
from courses.services import assigning, editing
from courses.services.editing import CourseDraft
from courses.views.base import bp, revise_first, saved, take_back_hours

STAGE_TONES = {Stage.DRAFT: "info", Stage.OPEN: "good", Stage.WITHDRAWN: "calm"}


@bp.get("/manage")
@requires(Permission.COURSE_EDIT)
def manage() -> str:
    number, per_page = paging.asked()
    text = request.args.get("q", "").strip()
    category = CourseCategory.by_label(request.args.get("category", ""))
    wanted = Stage.by_label(request.args.get("stage", ""))
    page = paging.select_page(
        queries.courses(text, category, wanted), number=number, per_page=per_page
    )
    ids = [each.id for each in page.items]
    return render_template(
        "courses/manage.html",
        page=page,
        stage=stage,
        tones=STAGE_TONES,
        revised=revisions.being_revised(ids),
        started=queries.started(ids),
        completed=queries.completed(ids),
        categories=CourseCategory.choices(),
        stages=Stage.choices(),
        filtered=bool(text or category or wanted),
    )


@bp.route("/manage/new", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def new() -> ResponseReturnValue:
    form = _course_form(CourseForm(), None)
    if form.validate_on_submit():
        try:
            made = editing.create_course(draft=_course_draft(form), at=clock.now(), by=account())
            describing.describe(course=made, said=_description(form), at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return saved(made, "课程已建立，请添加课时。")
    return render_template("courses/edit.html", form=form, course=None)


@bp.route("/manage/<int:course_id>/edit", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def edit(course_id: int) -> ResponseReturnValue:
    found = queries.course(course_id)
    if request.method == "GET" and found.published_at is not None:
        return revise_first(found)
    form = _course_form(CourseForm(data=_as_written(found)), found)
    if request.method == "GET":
        form.category.data = found.category.value
        form.final_session_id.data = str(found.final_session_id or "")
    if form.validate_on_submit():
        try:
            editing.edit_course(course=found, draft=_course_draft(form), at=clock.now())
            describing.describe(course=found, said=_description(form), at=clock.now())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = queries.course(course_id)
        else:
            return saved(found, "课程已保存。")
    return render_template("courses/edit.html", form=form, course=found)


def _as_written(found: Course) -> dict[str, Any]:
    """The course as the form's fields."""
    audience = found.audience
    return {
        **{name: getattr(found, name) for name in ("title", "summary", "credit_hours", "is_law")},
        "tags": "、".join(each.name for each in found.tags),
        "needs": [each.needs_id for each in found.prerequisites],
        "rank_group": audience.rank_group or "" if audience else "",
        "staff_category": audience.staff_category or "" if audience else "",
        "posts": audience.posts if audience else "",
    }


def _description(form: CourseForm) -> Description:
    value: Any = form.data
    return Description(
        tags=value["tags"] or "",
        rank_group=RankGroup.of(value["rank_group"]) if value["rank_group"] else None,
        staff_category=(
            StaffCategory.of(value["staff_category"]) if value["staff_category"] else None
        ),
        posts=value["posts"] or "",
        needs=value["needs"] or (),
    )


def _course_form(form: CourseForm, found: Course | None) -> CourseForm:
    form.needs.choices = [(each.id, each.title) for each in described.others(found)]
    sessions = {str(each.id): each.title for each in queries.closing_sessions()}
    form.final_session_id.choices = {"": "不设结业测试", **sessions}
    return form


def _course_draft(form: CourseForm) -> CourseDraft:
    value: Any = form.data
    return CourseDraft(
        title=value["title"],
        category=CourseCategory.of(value["category"]),
        credit_hours=value["credit_hours"],
        summary=value["summary"] or "",
        is_law=value["is_law"],
        final_session_id=int(value["final_session_id"]) if value["final_session_id"] else None,
    )


@bp.get("/manage/<int:course_id>")
@requires(Permission.COURSE_EDIT)
def managed(course_id: int) -> str:
    """One course with everything that can be done to it."""
    return _managed(queries.course(course_id), AssignForm())


def _managed(found: Course, form: AssignForm) -> str:
    form.unit_id.choices = _unit_choices()
    return render_template(
        "courses/managed.html",
        course=found,
        stage=stage(found),
        tones=STAGE_TONES,
        started=queries.started([found.id]).get(found.id, 0),
        completed=queries.completed([found.id]).get(found.id, 0),
        outline=ordering.outline(found),
        revision=revisions.newest(found.id),
        draft=revisions.draft_of(found.id),
        outdated=amending.outdated_lessons([each.id for each in found.lessons]),
        form=form,
    )


def _unit_choices() -> dict[str, str]:
    return {"": "全局", **{str(each.id): each.name for each in queries.units()}}


@bp.post("/manage/<int:course_id>/publish")
@requires(Permission.COURSE_EDIT)
def publish(course_id: int) -> ResponseReturnValue:
    return _act(course_id, partial(editing.publish, by=account()), "课程已发布。")


@bp.post("/manage/<int:course_id>/withdraw")
@requires(Permission.COURSE_EDIT)
def withdraw(course_id: int) -> ResponseReturnValue:
    return _act(course_id, editing.withdraw, "课程已撤回，学习记录保留。")


@bp.post("/manage/<int:course_id>/restore")
@requires(Permission.COURSE_EDIT)
def restore(course_id: int) -> ResponseReturnValue:
    return _act(course_id, editing.restore, "课程已恢复。")


def _act(course_id: int, act: Callable[..., None], message: str) -> ResponseReturnValue:
    found = queries.course(course_id)
    act(course=found, at=clock.now())
    return saved(found, message)


@bp.post("/manage/<int:course_id>/assign")
@requires(Permission.COURSE_EDIT)
def assign(course_id: int) -> ResponseReturnValue:
    found, form = queries.course(course_id), AssignForm()
    form.unit_id.choices = _unit_choices()
    if form.validate_on_submit():
        value: Any = form.data
        try:
            assigning.assign(
                course=found,
                unit=unit_of(int(value["unit_id"])) if value["unit_id"] else None,
                starts_on=value["starts_on"],
                due_on=value["due_on"],
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = queries.course(course_id)
        else:
            return saved(found, "已布置，相关人员的首页会出现这门课程。")
    return _managed(found, form)


@bp.post("/manage/assignments/<int:assignment_id>/end")
@requires(Permission.COURSE_EDIT)
def end_assignment(assignment_id: int) -> ResponseReturnValue:
    found = queries.assignment(assignment_id)
    assigning.end(assignment=found, at=clock.now())
    return saved(found.course, "安排已结束；已完成的记录保留。")


@bp.get("/manage/<int:course_id>/credits")
@requires(Permission.COURSE_EDIT)
def credit_list(course_id: int) -> str:
    """Who completed the course and what was entered for it."""
    found = queries.course(course_id)
    number, per_page = paging.asked()
    return render_template(
        "courses/credits.html",
        course=found,
        page=paging.select_page(queries.credit_entries(found.id), number=number, per_page=per_page),
        undone=queries.reversed_entries(found.id),
    )


@bp.post("/manage/credits/<int:entry_id>/reverse")
@requires(Permission.COURSE_EDIT)
def reverse_credit(entry_id: int) -> ResponseReturnValue:
    found = queries.credit_entry(entry_id)
    take_back_hours(found)
    return redirect(url_for(".credit_list", course_id=found.course_id), 303)
