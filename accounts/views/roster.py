"""Importing a roster: upload, preview row by row, confirm."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from accounts.forms.people import RosterForm
from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.queries import roster as queries
from accounts.queries import units as unit_queries
from accounts.roster import reading, writing
from accounts.roster.columns import TITLES
from accounts.roster.planning import Kind
from accounts.services import people as services
from accounts.views.base import asked_for, bp, show_refusal
from core import clock, paging, uploads
from core.db import db
from core.downloads import attachment
from core.errors import Refused
from core.spreadsheets import Sheet, write_workbook


class Moved(Refused):
    """The register is no longer as it was previewed."""

    message = "核对之后名册有了变动，请按现在的情况重新核对。"


#: The second of the kept files: the day from which changes hold.
_DAY = "on"


@bp.get("/people/template.xlsx")
@requires(Permission.PEOPLE_EDIT)
def roster_template() -> ResponseReturnValue:
    names = [unit.name for unit in unit_queries.units_now()]
    return attachment(write_workbook(*writing.template_tables(names)), "人员名册模板.xlsx")


@bp.route("/people/import", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def import_roster() -> ResponseReturnValue:
    """Upload a roster; it is read and previewed, and nothing is written yet."""
    form = RosterForm(on=clock.today())
    if form.validate_on_submit() and form.on.data:
        try:
            return redirect(url_for(".preview_roster", token=_kept(form.on.data)))
        except Refused as refusal:
            db.session.rollback()
            show_refusal(form, refusal)
    return render_template("accounts/roster_import.html", form=form)


def _kept(on: date) -> str:
    """Keep the uploaded file if it is a roster; the token. Raises Refused."""
    if on > clock.today():
        raise Refused("生效日期不能晚于今天", field="on")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused("请选择文件", field="file")
    data, owner = upload.read(), account().id
    # Reading a workbook takes a while; nobody waits for this request's transaction meanwhile.
    db.session.rollback()
    reading.read(reading.sheets_of(upload.filename, data), unit_queries.lineage())
    return uploads.keep([(upload.filename, data), (_DAY, on.isoformat().encode())], owner=owner)


def _read(files: Sequence[tuple[str, bytes]]) -> tuple[str, list[Sheet], date]:
    """File name, sheets and day of a kept roster. Raises uploads.Expired for other files."""
    match files:
        case [(file, data), (str() as name, day)] if name == _DAY:
            return file, reading.sheets_of(file, data), date.fromisoformat(day.decode())
    raise uploads.Expired


@bp.get("/people/import/<token>")
@requires(Permission.PEOPLE_EDIT)
def preview_roster(token: str) -> ResponseReturnValue:
    """What the uploaded roster would do, row by row."""
    file, sheets, on = _read(uploads.fetch(token, owner=account().id))
    plan, _ = queries.planned(sheets, on=on, today=clock.today())
    counts = plan.counts
    telling = (Kind.FAULTY, Kind.CHANGED, Kind.NEW, Kind.SAME)
    kind = asked_for(Kind, "kind") or next((each for each in telling if counts[each]), Kind.NEW)
    number, size = paging.asked()
    return render_template(
        "accounts/roster_preview.html",
        token=token,
        file=file,
        plan=plan,
        counts=counts,
        kind=kind,
        kinds=telling,
        titles=TITLES,
        page=paging.of(plan.of(kind), number=number, per_page=max(size, 50)),
    )


@bp.post("/people/import/<token>")
@requires(Permission.PEOPLE_EDIT)
def confirm_roster(token: str) -> ResponseReturnValue:
    """Do what was previewed: exactly that, or else show what it has become."""
    owner = account().id
    # Reading the workbook takes a while; nobody waits for this request's transaction meanwhile.
    db.session.rollback()
    try:
        with uploads.claimed(token, owner=owner) as files:
            counts = _imported(*_read(files), digest=request.form.get("digest", ""))
    except uploads.Expired:
        flash("这份名册已经导入，或已超过两小时；没有再次写入。", "warning")
        return redirect(url_for(".people"))
    except (Moved, IntegrityError):
        db.session.rollback()
        flash(Moved.message, "warning")
        return redirect(url_for(".preview_roster", token=token))
    flash(
        f"已导入：新增 {counts[Kind.NEW]} 人，变更 {counts[Kind.CHANGED]} 人；"
        f"{counts[Kind.FAULTY]} 行有误，没有导入。",
        "success",
    )
    return redirect(url_for(".people"))


def _imported(file: str, sheets: list[Sheet], on: date, *, digest: str) -> Mapping[Kind, int]:
    """Import and commit; how many rows of each kind. Raises Moved."""
    plan, everybody = queries.planned(sheets, on=on, today=clock.today(), lock=True)
    if plan.digest != digest:
        raise Moved
    services.apply_roster(plan=plan, people=everybody, file=file, at=clock.now(), by=account())
    db.session.commit()
    return plan.counts


@bp.post("/people/import/<token>/cancel")
@requires(Permission.PEOPLE_EDIT)
def cancel_roster(token: str) -> ResponseReturnValue:
    uploads.forget(token, owner=account().id)
    flash("已放弃，名册没有任何变动。", "info")
    return redirect(url_for(".import_roster"))
