"""Texts are uploaded, previewed, and registered."""

from collections import Counter
from collections.abc import Sequence

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, progress, uploads
from core.db import db, in_short_transactions
from core.db import reading as only_reading
from core.downloads import attachment
from core.progress import Say
from core.spreadsheets import write_workbook
from laws import import_report as report
from laws import queries
from laws.forms import ConfirmForm, ImportForm, errors_to
from laws.parsing import reading
from laws.parsing.files import of_interest
from laws.parsing.reading import Batch
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
        named = [each for each in request.files.getlist("files") if each.filename]
        # Browsers send the files of a folder in no order at all.
        found = sorted(
            (each for each in request.files.getlist("folder")
             if each.filename and of_interest(each.filename)),
            key=lambda each: str(each.filename),
        )  # fmt: skip
        files = [(_path(each.filename), each.read()) for each in (*named, *found)]
        if 0 < len(files) <= MAX_FILES:
            token = uploads.keep(files, owner=account().id)
            return redirect(url_for(".preview", token=token))
        if files:
            wrong = f"一次最多 {MAX_FILES} 个文件，这次有 {len(files)} 个；请分批，或压缩成 .zip"
        elif any(each.filename for each in request.files.getlist("folder")):
            wrong = "这个文件夹里没有 .docx、.txt、.md、.htm 或 .zip 文件"
        else:
            wrong = "请选择文件或文件夹"
        errors_to(form, "files", wrong)
    return render_template("laws/import.html", form=form)


def _path(name: str | None) -> str:
    """The name to report a file by: its path inside the chosen folder."""
    parts = [part for part in (name or "").replace("\\", "/").split("/") if part not in ("", "..")]
    return "/".join(parts)[-300:]


@bp.get("/import/progress", endpoint="import_progress")
@requires(Permission.LAW_EDIT)
def progress_() -> ResponseReturnValue:
    """How far the import has come that the account has going on; empty for none."""
    return jsonify(progress.of(account().id) or {})


def _read(files: Sequence[tuple[str, bytes]], say: Say) -> Batch:
    return reading.read_all(progress.through(files, "读取文本", say, step=1))


@bp.get("/import/<token>")
@requires(Permission.LAW_EDIT)
def preview(token: str) -> ResponseReturnValue:
    """What the uploaded files hold, and what confirming would do."""
    owner = account().id
    with progress.shown(owner) as say:
        batch = _read(uploads.fetch(token, owner=owner), say)
        rows = [
            (each, queries.standing(each))
            for each in progress.through(batch.laws, "与法律库比对", say, step=10)
        ]
    number, size = paging.asked()
    flawed = [row for row in rows if row[0].problems]
    shown = "flawed" if request.args.get("show") == "flawed" else "all"
    return render_template(
        "laws/preview.html",
        token=token,
        form=ConfirmForm(),
        batch=batch,
        rows=rows,
        page=paging.of(flawed if shown == "flawed" else rows, number=number, per_page=size),
        shown=shown,
        articles=sum(len(each.articles) for each in batch.laws),
        flawed=len(flawed),
    )


@bp.post("/import/<token>")
@requires(Permission.LAW_EDIT)
def confirm(token: str) -> ResponseReturnValue:
    """Register what was previewed, once; what became of each file is kept for a while."""
    owner = account().id
    try:
        with uploads.claimed(token, owner=owner) as files, progress.shown(owner) as say:
            with only_reading():
                batch = _read(files, say)
                stood = {each.file: queries.standing(each).label for each in batch.laws}
            done = registering.register_batch(
                batch,
                at=clock.now(),
                by=account(),
                progress=lambda laws: in_short_transactions(
                    progress.through(laws, "登记", say, step=1)
                ),
            )
            db.session.commit()
    except IntegrityError:
        db.session.rollback()
        flash("同时有人在登记同一部法律；已登记的都完整，其余请重新确认一次。", "error")
        return redirect(url_for(".preview", token=token))
    flash(
        f"已登记 {done.laws} 部法律法规、{done.versions} 个版本，"
        f"其中新登记 {done.new} 个版本；共 {done.articles} 条。",
        "success",
    )
    kept = report.written(report.lines(batch, stood, done))
    return redirect(
        url_for(".import_report", token=uploads.keep([(report.NAME, kept)], owner=owner))
    )


@bp.get("/import/report/<token>")
@requires(Permission.LAW_EDIT)
def import_report(token: str) -> str:
    """What became of each file of an import; for as long as uploads are kept."""
    lines = _report(token)
    wanted = request.args.get("show", "")
    number, size = paging.asked()
    shown = [each for each in lines if wanted in ("", each.state)]
    return render_template(
        "laws/report.html",
        token=token,
        counts=Counter(each.state for each in lines),
        show=wanted,
        total=len(lines),
        page=paging.of(shown, number=number, per_page=size),
    )


@bp.get("/import/report/<token>.xlsx")
@requires(Permission.LAW_EDIT)
def import_report_book(token: str) -> ResponseReturnValue:
    data = write_workbook(report.table(_report(token)))
    return attachment(data, f"法律导入结果_{clock.today():%Y%m%d}.xlsx")


def _report(token: str) -> list[report.Line]:
    files = uploads.fetch(token, owner=account().id)
    if [name for name, _ in files] != [report.NAME]:
        raise uploads.Expired
    return report.read(files[0][1])


@bp.post("/import/<token>/cancel")
@requires(Permission.LAW_EDIT)
def cancel(token: str) -> ResponseReturnValue:
    """Throw the uploaded files away."""
    uploads.forget(token, owner=account().id)
    flash("已放弃，没有登记任何文本。", "info")
    return redirect(url_for(".import_"))
