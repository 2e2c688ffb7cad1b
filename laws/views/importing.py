"""Texts are uploaded, previewed, and registered."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, uploads
from core.db import db
from laws import queries
from laws.forms import ConfirmForm, ImportForm, errors_to
from laws.parsing import reading
from laws.services import registering
from laws.views.base import bp

#: Files of one upload.
MAX_FILES = 1_000


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.LAW_EDIT)
def import_() -> ResponseReturnValue:
    """Upload texts; they are read and previewed, and nothing is registered yet."""
    form = ImportForm()
    if form.validate_on_submit():
        files = [
            (each.filename, each.read()) for each in request.files.getlist("files") if each.filename
        ]
        if 0 < len(files) <= MAX_FILES:
            token = uploads.keep(files, owner=account().id)
            return redirect(url_for(".preview", token=token))
        errors_to(form, "files", "请选择文件" if not files else f"一次最多导入 {MAX_FILES} 个文件")
    return render_template("laws/import.html", form=form)


@bp.get("/import/<token>")
@requires(Permission.LAW_EDIT)
def preview(token: str) -> ResponseReturnValue:
    """What the uploaded files hold, and what confirming would do."""
    batch = reading.read_all(uploads.fetch(token, owner=account().id))
    return render_template(
        "laws/preview.html",
        token=token,
        form=ConfirmForm(),
        batch=batch,
        rows=[(each, queries.standing(each)) for each in batch.laws],
        articles=sum(len(each.articles) for each in batch.laws),
        flawed=sum(bool(each.problems) for each in batch.laws),
    )


@bp.post("/import/<token>")
@requires(Permission.LAW_EDIT)
def confirm(token: str) -> ResponseReturnValue:
    """Register what was previewed."""
    owner = account().id
    batch = reading.read_all(uploads.fetch(token, owner=owner))
    try:
        report = registering.register_batch(batch, at=clock.now(), by=account())
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        flash("同时有人在登记同一部法律，请重新确认一次。", "error")
        return redirect(url_for(".preview", token=token))
    uploads.forget(token, owner=owner)
    flash(
        f"已登记 {report.laws} 部法律法规、{report.versions} 个版本，"
        f"其中新登记 {report.new} 个版本；共 {report.articles} 条。",
        "success",
    )
    return redirect(url_for(".index"))


@bp.post("/import/<token>/cancel")
@requires(Permission.LAW_EDIT)
def cancel(token: str) -> ResponseReturnValue:
    """Throw the uploaded files away."""
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有登记任何文本。", "info")
    return redirect(url_for(".import_"))
