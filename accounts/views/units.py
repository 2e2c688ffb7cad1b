"""Pages of the departments."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts import queries
from accounts.forms.units import RenameForm
from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.services import units as services
from accounts.views.base import bp
from core import clock
from core.db import db
from core.errors import Refused


@bp.get("/units")
@requires(Permission.PEOPLE_READ, Permission.UNIT_EDIT)
def units() -> str:
    return render_template(
        "accounts/units.html", units=queries.units(), counts=queries.people_by_unit()
    )


@bp.route("/units/<int:unit_id>/rename", methods=["GET", "POST"])
@requires(Permission.UNIT_EDIT)
def rename_unit(unit_id: int) -> ResponseReturnValue:
    unit, form = queries.unit(unit_id), RenameForm()
    if form.validate_on_submit() and form.on.data:
        try:
            services.rename_unit(
                unit=unit,
                name=form.name.data or "",
                short_name=form.short_name.data or "",
                on=form.on.data,
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form[refusal.field or "name"].errors = [str(refusal)]
        else:
            db.session.commit()
            flash("机构已更名，人员随之转入；已出的报表不变。", "success")
            return redirect(url_for(".units"))
    return render_template("accounts/unit_rename.html", form=form, unit=unit)
