"""Plans are written, approved and amended."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.plans import queries, services
from courses.plans.forms import (
    AimsForm,
    ItemForm,
    PeriodForm,
    PlanForm,
    ReasonForm,
    TargetForm,
)
from courses.plans.models import PlanItem, TrainingPlan
from courses.plans.services import AimDraft, ItemDraft
from courses.plans.views.base import bp, done, not_done, plan_of


@bp.route("/periods/new", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def new_period() -> ResponseReturnValue:
    form = PeriodForm()
    if form.validate_on_submit():
        value: Any = form.data
        try:
            services.create_period(
                name=value["name"], first_year=value["first_year"], last_year=value["last_year"],
                at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("规划期已建立，可以编制计划。", "success")
            return redirect(url_for(".index"), 303)
    return render_template("courses/plans/period.html", form=form)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def new() -> ResponseReturnValue:
    form = PlanForm(year=clock.today().year)
    form.period_id.choices = {
        str(each.id): f"{each.name}（{each.first_year}—{each.last_year}）"
        for each in queries.periods()
    }
    if form.validate_on_submit():
        year: Any = form.year.data
        try:
            made = services.create_plan(
                period=queries.period(int(form.period_id.data)),
                year=year,
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done(made.id, "草稿已建立，请填写目标和班次。")
    return render_template("courses/plans/new.html", form=form)


@bp.route("/<int:plan_id>/aims", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def aims(plan_id: int) -> ResponseReturnValue:
    found = plan_of(plan_id)
    form = AimsForm(obj=found)
    if form.validate_on_submit():
        value: Any = form.data
        draft = AimDraft(
            about=value["about"] or "",
            constitution_share=value["constitution_share"],
            law_share=value["law_share"],
            party_share=value["party_share"],
        )
        try:
            services.set_aims(plan=found, draft=draft, at=clock.now())
        except services.NotADraft as refusal:
            return not_done(plan_id, refusal)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = plan_of(plan_id)
        else:
            return done(plan_id, "总体要求已保存。")
    return render_template("courses/plans/aims.html", form=form, plan=found)


@bp.route("/<int:plan_id>/items/new", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def new_item(plan_id: int) -> ResponseReturnValue:
    return _edit_item(plan_of(plan_id), None)


@bp.route("/<int:plan_id>/items/<int:item_id>/edit", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def edit_item(plan_id: int, item_id: int) -> ResponseReturnValue:
    found = plan_of(plan_id)
    return _edit_item(found, _item_of(found, item_id))


def _item_of(plan: TrainingPlan, item_id: int) -> PlanItem:
    return queries.item(next((each.id for each in plan.items if each.id == item_id), 0))


def _edit_item(plan: TrainingPlan, item: PlanItem | None) -> ResponseReturnValue:
    form = ItemForm(data=_item_data(item) if item else None)
    plan_id, editing = plan.id, item is not None
    if form.validate_on_submit():
        draft = ItemDraft(**form.planned())
        try:
            if item is None:
                services.add_item(plan=plan, draft=draft, at=clock.now())
            else:
                services.edit_item(item=item, draft=draft, at=clock.now())
        except Refused as refusal:
            return not_done(plan_id, refusal)
        return done(plan_id, "班次已保存。", "items")
    return render_template("courses/plans/item_edit.html", form=form, plan=plan, editing=editing)


def _item_data(item: PlanItem) -> dict[str, Any]:
    data = {name: getattr(item, name) for name in ItemDraft.__dataclass_fields__}
    for name in ("class_kind", "training_kind", "category", "rank_group", "staff_category"):
        data[name] = data[name].value if data[name] else ""
    return data | {"month": str(item.month or "")}


@bp.post("/<int:plan_id>/items/<int:item_id>/remove")
@requires(Permission.TRAINING_PLAN)
def remove_item(plan_id: int, item_id: int) -> ResponseReturnValue:
    found = plan_of(plan_id)
    item = _item_of(found, item_id)
    try:
        services.remove_item(item=item, at=clock.now())
    except Refused as refusal:
        return not_done(plan_id, refusal)
    return done(plan_id, "班次已删除。", "items")


@bp.route("/<int:plan_id>/targets/new", methods=["GET", "POST"])
@requires(Permission.TRAINING_PLAN)
def new_target(plan_id: int) -> ResponseReturnValue:
    found, form = plan_of(plan_id), TargetForm()
    if form.validate_on_submit():
        value: Any = form.data
        try:
            services.add_target(
                plan=found, hours=value["hours"], percent=value["percent"], at=clock.now(),
                **form.aimed(),
            )  # fmt: skip
        except services.NotADraft as refusal:
            return not_done(plan_id, refusal)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = plan_of(plan_id)
        else:
            return done(plan_id, "目标已添加。", "targets")
    return render_template("courses/plans/target_edit.html", form=form, plan=found)


@bp.post("/<int:plan_id>/targets/<int:target_id>/remove")
@requires(Permission.TRAINING_PLAN)
def remove_target(plan_id: int, target_id: int) -> ResponseReturnValue:
    found = plan_of(plan_id)
    target = queries.target(target_id, plan_id)
    try:
        services.remove_target(plan=found, target=target, at=clock.now())
    except Refused as refusal:
        return not_done(plan_id, refusal)
    return done(plan_id, "目标已删除。", "targets")


@bp.post("/<int:plan_id>/approve")
@requires(Permission.TRAINING_APPROVE)
def approve(plan_id: int) -> ResponseReturnValue:
    try:
        services.approve(plan=plan_of(plan_id), at=clock.now(), by=account())
    except Refused as refusal:
        return not_done(plan_id, refusal)
    return done(plan_id, "计划已批准。")


@bp.post("/<int:plan_id>/amend")
@requires(Permission.TRAINING_PLAN)
def amend(plan_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate_on_submit():
        return not_done(plan_id, form.first_error())
    try:
        made = services.amend(
            plan=plan_of(plan_id), reason=form.reason.data or "", at=clock.now(), by=account()
        )
    except Refused as refusal:
        return not_done(plan_id, refusal)
    return done(made.id, f"已立{made.edition}的草稿，修改后报批。")


@bp.post("/<int:plan_id>/discard")
@requires(Permission.TRAINING_PLAN)
def discard(plan_id: int) -> ResponseReturnValue:
    try:
        services.discard(plan=plan_of(plan_id), at=clock.now())
    except Refused as refusal:
        return not_done(plan_id, refusal)
    db.session.commit()
    flash("草稿已删除。", "success")
    return redirect(url_for(".index"), 303)
