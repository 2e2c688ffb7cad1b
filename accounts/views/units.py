"""Pages of the departments: their order and history, adding, renaming, merging, closing."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.forms.units import CloseForm, MergeForm, RenameForm, UnitForm
from accounts.guards import account, can, me, requires, scope
from accounts.models import UnitKind
from accounts.permissions import Permission, Scope
from accounts.queries import units as queries
from accounts.roster import cells
from accounts.services import units as services
from accounts.views.base import bp, show_refusal
from core import clock
from core.db import db
from core.errors import Refused
from core.forms import options


@bp.get("/units")
@requires(Permission.PEOPLE_READ, Permission.UNIT_EDIT)
def units() -> str:
    """The units of today in order, each with what it was before, and those that are no more."""
    every, lineage = queries.units(), queries.lineage()
    now = [unit for unit in every if unit.valid_to is None]
    return render_template(
        "accounts/units.html",
        kinds=[
            (kind, members)
            for kind in UnitKind
            if (members := [unit for unit in now if unit.kind is kind])
        ],
        ended=[(unit, lineage.ending_of(unit.id)) for unit in every if unit.valid_to],
        lineage=lineage,
        counts=queries.people_by_unit(),
    )


@bp.get("/units/<int:unit_id>")
@requires(Permission.PEOPLE_READ, Permission.UNIT_EDIT)
def unit(unit_id: int) -> str:
    found, lineage = queries.unit(unit_id), queries.lineage()
    every = scope(Permission.PEOPLE_READ) is Scope.ALL
    return render_template(
        "accounts/unit.html",
        unit=found,
        history=lineage.history(unit_id),
        successor=lineage.now(unit_id),
        lineage=lineage,
        people=queries.people_by_unit().get(unit_id, 0),
        divisions=queries.divisions(unit_id),
        may_list=can(Permission.PEOPLE_READ) and (every or me().stat_unit_id == unit_id),
    )


@bp.route("/units/new", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def add_unit() -> ResponseReturnValue:
    form = UnitForm(valid_from=clock.today())
    return _edited(
        form,
        "accounts/unit_new.html",
        lambda: services.add_unit(
            name=form.name.data or "",
            short_name=form.short_name.data or "",
            kind=UnitKind.of(form.kind.data),
            position=services.next_position(),
            valid_from=form.valid_from.data or clock.today(),
            at=clock.now(),
            by=account(),
        ),
        "机构已新增，排在最后；可在“调整次序”中移动。",
    )


@bp.route("/units/<int:unit_id>/rename", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def rename_unit(unit_id: int) -> ResponseReturnValue:
    found, form = queries.unit(unit_id), RenameForm(on=clock.today())
    return _edited(
        form,
        "accounts/unit_rename.html",
        lambda: services.rename_unit(
            unit=found,
            name=form.name.data or "",
            short_name=form.short_name.data or "",
            on=form.on.data or clock.today(),
            at=clock.now(),
            by=account(),
        ),
        "机构已更名，人员随之转入；已出的报表不变。",
        unit=found,
    )


@bp.route("/units/<int:unit_id>/merge", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def merge_unit(unit_id: int) -> ResponseReturnValue:
    found, form = queries.unit(unit_id), MergeForm(on=clock.today())
    form.into.choices = options(
        (each.id, each.name) for each in queries.units_now() if each.id != unit_id
    )
    return _edited(
        form,
        "accounts/unit_merge.html",
        lambda: services.merge_unit(
            unit=found,
            into=queries.unit(form.into.data),
            on=form.on.data or clock.today(),
            at=clock.now(),
            by=account(),
        ),
        f"“{found.name}”已并入，人员随之转入；已出的报表不变。",
        unit=found,
        people=queries.people_by_unit().get(unit_id, 0),
    )


@bp.route("/units/<int:unit_id>/close", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def close_unit(unit_id: int) -> ResponseReturnValue:
    found, form = queries.unit(unit_id), CloseForm(on=clock.today())
    return _edited(
        form,
        "accounts/unit_close.html",
        lambda: services.close_unit(
            unit=found, on=form.on.data or clock.today(), at=clock.now(), by=account()
        ),
        f"“{found.name}”已终止。",
        unit=found,
        people=queries.people_by_unit().get(unit_id, 0),
    )


def _edited(
    form: Any, template: str, act: Callable[[], object], done: str, **shown: Any
) -> ResponseReturnValue:
    """The form until it is right; then the act, once, and back to the units."""
    if form.validate_on_submit():
        try:
            act()
        except Refused as refusal:
            db.session.rollback()
            show_refusal(form, refusal)
        else:
            db.session.commit()
            flash(done, "success")
            return redirect(url_for(".units"))
    return render_template(template, form=form, **shown)


@bp.route("/units/order", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def order_units() -> ResponseReturnValue:
    """The order of the bureau, by a number at each unit."""
    now = queries.units_now()
    if request.method == "GET":
        return render_template("accounts/unit_order.html", units=now)
    wanted = {unit.id: request.form.get(f"place-{unit.id}", type=float) for unit in now}
    if not all(place is not None and isfinite(place) for place in wanted.values()):
        flash("每个机构的次序都应填数字，没有改动。", "error")
        return render_template("accounts/unit_order.html", units=now)
    ordered = sorted(now, key=lambda unit: (wanted[unit.id], unit.position, unit.id))
    services.order_units(units=ordered, at=clock.now(), by=account())
    db.session.commit()
    flash("次序已调整；已出的报表不变。", "success")
    return redirect(url_for(".units"))


@bp.route("/units/codes", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def unit_codes() -> ResponseReturnValue:
    """The code of each unit in the personnel system, which exports carry."""
    now = queries.units_now()
    if request.method == "POST":
        given = {unit: cells.compact(request.form.get(f"code-{unit.id}", "")) for unit in now}
        try:
            changed = services.set_codes(codes=given, at=clock.now(), by=account())
        except Refused as refusal:
            db.session.rollback()
            flash(f"{refusal}。没有改动。", "error")
        else:
            db.session.commit()
            flash(f"已保存，{changed} 个机构的编码有变化。", "success")
            return redirect(url_for(".units"))
    return render_template("accounts/unit_codes.html", units=now)
