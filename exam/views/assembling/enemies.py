"""The page of pairs of items that are never on one form."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from exam.forms.building import EnemyForm
from exam.queries.assembling import drawing
from exam.services.assembling import enemies as services
from exam.views.base import bp


@bp.route("/blueprints/enemies", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def enemies() -> ResponseReturnValue:
    form = EnemyForm()
    if form.validate_on_submit():
        try:
            services.set_apart(
                first=form.first.data or 0,
                second=form.second.data or 0,
                reason=form.reason.data or "",
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("已登记，两题不会抽进同一套卷。", "success")
            return redirect(url_for(".enemies"))
    number, size = paging.asked()
    page = paging.select_page(drawing.set_apart(), number=number, per_page=size)
    return render_template("exam/assembling/enemies.html", form=form, page=page)


@bp.post("/blueprints/enemies/<int:enemy_id>/delete")
@requires(Permission.FORM_BUILD)
def delete_enemy(enemy_id: int) -> ResponseReturnValue:
    services.let_together(pair=drawing.enemy(enemy_id), at=clock.now(), by=account())
    db.session.commit()
    flash("已解除互斥。", "success")
    return redirect(url_for(".enemies"))
