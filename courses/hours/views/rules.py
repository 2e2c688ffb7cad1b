"""Conversion rules and duties: every version, and the next one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.standing import DutyStatus
from core import clock
from core.db import db
from core.errors import Refused
from courses.hours import conversion, duties, factors, queries, services
from courses.hours.forms import ConversionForm, DutyForm, FactorForm
from courses.hours.kinds import Activity
from courses.hours.views.base import bp


@bp.get("/rules")
@requires(Permission.COURSE_EDIT)
def rules() -> str:
    return _page(ConversionForm(), DutyForm(), FactorForm())


def _page(conversion_form: ConversionForm, duty_form: DutyForm, factor_form: FactorForm) -> str:
    today = clock.today()
    factors_set = queries.factors_set()
    if request.method == "GET":
        conversion_form.valid_from.data = today
        duty_form.from_year.data = today.year + 1
        factor_form.month.data = today.replace(day=1)
    known, set_duties = queries.conversions(), queries.duties_set()
    return render_template(
        "courses/hours_rules.html",
        conversion_form=conversion_form,
        duty_form=duty_form,
        conversions=[conversion.in_force(known, each, today) for each in Activity],
        conversion_rows=queries.conversion_rows(),
        duties=[
            found
            for group in duties.PRESET
            if (found := duties.in_force(set_duties, group, today.year))
        ],
        duty_rows=queries.duty_rows(),
        factor_form=factor_form,
        factors=[
            each
            for status in factors.SETTABLE
            if (each := factors.in_force(factors_set, status, today)).factor != 1 or each.id
        ],
        factor_rows=queries.factor_rows(),
    )


@bp.post("/rules/conversion")
@requires(Permission.COURSE_EDIT)
def set_conversion() -> ResponseReturnValue:
    form = ConversionForm()
    if form.validate_on_submit():
        try:
            services.set_conversion(
                rule=form.rule(), basis=form.basis.data or "", at=clock.now(), by=account()
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return _done("折算规则已保存；生效之前开始的培训仍按原规则。")
    return _page(form, DutyForm(formdata=None), FactorForm(formdata=None))


@bp.post("/rules/duty")
@requires(Permission.COURSE_EDIT)
def set_duty() -> ResponseReturnValue:
    form = DutyForm()
    if form.validate_on_submit():
        try:
            services.set_duty(draft=form.draft(), at=clock.now(), by=account())
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return _done("学时要求已保存；以前年度的判定不变。")
    return _page(ConversionForm(formdata=None), form, FactorForm(formdata=None))


@bp.post("/rules/factor")
@requires(Permission.COURSE_EDIT)
def set_factor() -> ResponseReturnValue:
    form = FactorForm()
    if form.validate_on_submit():
        value: Any = form.data
        try:
            services.set_factor(
                status=DutyStatus.of(value["status"]),
                month=value["month"],
                factor=value["factor"],
                basis=value["ground"] or "",
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return _done("状态系数已保存；以前各月的折算不变。")
    return _page(ConversionForm(formdata=None), DutyForm(formdata=None), form)


def _done(message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".rules"), 303)
