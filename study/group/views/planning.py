"""The yearly plan and its amendments."""

from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.documents import DOCX
from core.downloads import attachment
from core.errors import Refused
from study.group.forms import IntroForm, ItemForm, ReasonForm
from study.group.kinds import ChangeKind, PlanState, SessionForm
from study.group.models.groups import GroupPlan, GroupPlanItem
from study.group.queries import groups as queries
from study.group.queries import meetings as meeting_queries
from study.group.services import documents
from study.group.services import planning as services
from study.group.services.planning import ItemDraft
from study.group.views.base import (
    ANY,
    bp,
    done,
    must_head,
    reader,
    refused,
    sees_whole,
    year_asked,
)


@bp.get("/<int:group_id>/plan")
@requires(*ANY)
def plan(group_id: int) -> str:
    """A year's plan beside what was done of it."""
    group = queries.group(group_id, reader())
    year, years = year_asked(group_id)
    found, today = queries.plan(group_id, year), clock.today()
    held = db.session.scalars(meeting_queries.meetings(group_id, year, cancelled=False)).all()
    done_by_item = {each.plan_item_id: each for each in held if each.closed_at is not None}
    coming_by_item = {each.plan_item_id: each for each in held if each.closed_at is None}
    head = queries.is_head(group, me().id, today)
    if found is not None and not (reader().reads_all or head) and found.approved_at is None:
        found = None
    return render_template(
        "study/group/plan.html",
        group=group,
        year=year,
        years=years,
        plan=found,
        PlanState=PlanState,
        done=done_by_item,
        coming=coming_by_item,
        late=_late,
        today=today,
        extra=[each for each in held if each.plan_item_id is None],
        is_head=head,
        writes=reader().writes,
        intro=IntroForm(obj=found, formdata=None),
        whole=sees_whole(group),
    )


def _late(item: GroupPlanItem, year: int, today: date) -> bool:
    """Whether the quarter in which it was to be held is over."""
    from_next = date(year + item.quarter // 4, item.quarter % 4 * 3 + 1, 1)
    return today >= from_next


def _plan(group_id: int, year: int) -> GroupPlan:
    queries.group(group_id, reader())
    return queries.plan(group_id, year) or abort(HTTPStatus.NOT_FOUND)


@bp.post("/<int:group_id>/plan/<int:year>")
@requires(Permission.GROUP_EDIT)
def save_plan(group_id: int, year: int) -> ResponseReturnValue:
    """Begin a year's plan, or change the words before its table."""
    group, form = queries.group(group_id, reader()), IntroForm()
    if year not in queries.years(group_id, clock.today()):
        abort(HTTPStatus.NOT_FOUND)
    if not form.validate():
        return refused(Refused(form.first_error()), ".plan", group_id=group_id, year=year)
    found = queries.plan(group_id, year)
    try:
        if found is None:
            services.create_plan(
                group=group, year=year, intro=form.intro.data or "", at=clock.now()
            )
        else:
            services.save_intro(plan=found, intro=form.intro.data or "")
    except Refused as refusal:
        return refused(refusal, ".plan", group_id=group_id, year=year)
    return done("计划已保存。", ".plan", group_id=group_id, year=year)


@bp.route("/<int:group_id>/plan/<int:year>/items/new", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def new_item(group_id: int, year: int) -> ResponseReturnValue:
    return _edit_item(ItemForm(), _plan(group_id, year), None)


@bp.route("/plan/items/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.GROUP_EDIT)
def edit_item(item_id: int) -> ResponseReturnValue:
    item = queries.plan_item(item_id, reader())
    form = ItemForm(data={
        "quarter": str(item.quarter), "form": item.form.value, "theme": item.theme,
        "lead": item.lead, "laws": "\n".join(item.law_titles),
    })  # fmt: skip
    return _edit_item(form, item.plan, item)


def _edit_item(form: ItemForm, plan: GroupPlan, item: GroupPlanItem | None) -> ResponseReturnValue:
    """Before approval the plan itself; afterwards a numbered amendment."""
    approved = plan.state is PlanState.APPROVED
    group_id, year = plan.group_id, plan.year
    if form.validate_on_submit():
        try:
            _save_item(form, plan, item)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            plan = _plan(group_id, year)
        else:
            said = "调整已提出，待组长批准。" if approved else "学习安排已保存。"
            return done(said, ".plan", group_id=group_id, year=year)
    return render_template(
        "study/group/plan_item.html", form=form, plan=plan, item=item, approved=approved,
        group=plan.group,
    )  # fmt: skip


def _save_item(form: ItemForm, plan: GroupPlan, item: GroupPlanItem | None) -> None:
    value: Any = form.data
    try:
        law_ids = services.laws_named(value["laws"] or "")
    except Refused as refusal:
        raise Refused(str(refusal), field="laws") from None
    draft = ItemDraft(
        quarter=int(value["quarter"]),
        form=SessionForm.of(value["form"]),
        theme=value["theme"],
        lead=value["lead"] or "",
        law_ids=law_ids,
    )
    if plan.state is PlanState.APPROVED:
        kind = ChangeKind.EDIT if item else ChangeKind.ADD
        services.propose(
            plan=plan, kind=kind, item=item, draft=draft, reason=value["reason"] or "",
            at=clock.now(),
        )  # fmt: skip
    elif item is None:
        services.add_item(plan=plan, draft=draft)
    else:
        services.edit_item(item=item, draft=draft)


@bp.post("/plan/items/<int:item_id>/remove")
@requires(Permission.GROUP_EDIT)
def remove_item(item_id: int) -> ResponseReturnValue:
    """Take a study out of a draft; of an approved plan, propose to drop it."""
    item = queries.plan_item(item_id, reader())
    plan, group_id, year = item.plan, item.plan.group_id, item.plan.year
    try:
        if plan.state is PlanState.APPROVED:
            services.propose(
                plan=plan, kind=ChangeKind.DROP, item=item, draft=None,
                reason=ReasonForm().reason.data or "", at=clock.now(),
            )  # fmt: skip
            said = "取消这项安排的调整已提出，待组长批准。"
        else:
            services.remove_item(item=item, at=clock.now())
            said = "学习安排已移除。"
    except Refused as refusal:
        return refused(refusal, ".plan", group_id=group_id, year=year)
    return done(said, ".plan", group_id=group_id, year=year)


@bp.post("/<int:group_id>/plan/<int:year>/submit")
@requires(Permission.GROUP_EDIT)
def submit_plan(group_id: int, year: int) -> ResponseReturnValue:
    try:
        services.submit(plan=_plan(group_id, year), at=clock.now())
    except Refused as refusal:
        return refused(refusal, ".plan", group_id=group_id, year=year)
    return done("计划已提交组长批准。", ".plan", group_id=group_id, year=year)


@bp.post("/<int:group_id>/plan/<int:year>/<any(approve, return):word>")
@requires(Permission.GROUP_OWN)
def decide_plan(group_id: int, year: int, word: str) -> ResponseReturnValue:
    """The head approves or returns."""
    group = queries.group(group_id, reader())
    must_head(group)
    try:
        services.decide(
            plan=_plan(group_id, year),
            approve=word == "approve",
            reason=ReasonForm().reason.data or "",
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        return refused(refusal, ".plan", group_id=group_id, year=year)
    said = "计划已批准。" if word == "approve" else "计划已退回。"
    return done(said, ".plan", group_id=group_id, year=year)


@bp.post("/plan/changes/<int:change_id>/<any(approve, decline):word>")
@requires(Permission.GROUP_OWN)
def decide_change(change_id: int, word: str) -> ResponseReturnValue:
    change = queries.plan_change(change_id, reader())
    group_id, year = change.plan.group_id, change.plan.year
    must_head(queries.group(group_id, reader()))
    try:
        services.decide_change(
            change=change,
            approve=word == "approve",
            note=ReasonForm().reason.data or "",
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        return refused(refusal, ".plan", group_id=group_id, year=year)
    said = "调整已批准并生效。" if word == "approve" else "调整未获批准，计划不变。"
    return done(said, ".plan", group_id=group_id, year=year)


@bp.get("/<int:group_id>/plan/<int:year>.docx")
@requires(*ANY)
def plan_docx(group_id: int, year: int) -> Response:
    found = _plan(group_id, year)
    if found.approved_at is None and not sees_whole(queries.group(group_id, reader())):
        abort(HTTPStatus.NOT_FOUND)
    unit = current_app.config["XUEFA"].unit_name
    paper = documents.plan(found, unit)
    return attachment(documents.docx(paper), f"{paper.title}.docx", DOCX)
