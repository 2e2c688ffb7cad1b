"""What the text itself did not say is set by hand."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from laws import queries
from laws.forms import VersionForm, errors_to
from laws.models import Law
from laws.services import correcting
from laws.views.base import bp


@bp.route("/versions/<int:version_id>/edit", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def edit(version_id: int) -> ResponseReturnValue:
    """Correct what the text itself did not say: dates, label, categories."""
    found = queries.version(version_id)
    ended = next(
        (each for each in queries.successions(found.law)
         if each.repealed_title == found.law.short_title), None
    )  # fmt: skip
    form = VersionForm(
        obj=found,
        data={
            "categories": [each.category for each in found.law.categories],
            "successor": ended.successor_title if ended else "",
            "basis": ended.basis if ended else "",
        },
    )
    if form.validate_on_submit():
        try:
            correcting.correct(
                version=found,
                label=form.label.data or "",
                effective_on=form.effective_on.data,
                repealed_on=form.repealed_on.data,
                categories=form.categories.data or [],
                successor=_successor(form.successor.data or ""),
                basis=form.basis.data or "",
                by=account(),
                at=clock.now(),
            )
        except Refused as refused:
            db.session.rollback()
            errors_to(form, refused.field, str(refused))
        else:
            db.session.commit()
            flash("已保存。", "success")
            return redirect(url_for(".version", version_id=version_id))
    return render_template("laws/edit.html", form=form, version=found, law=found.law)


def _successor(name: str) -> Law | None:
    """The law that somebody typed. Raises Refused at its field."""
    if not name.strip():
        return None
    try:
        return queries.law_named(name)
    except Refused as refused:
        refused.field = "successor"
        raise
