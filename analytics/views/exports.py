"""Year-end statistics and the personnel system's file: ordered, made, downloaded."""

from datetime import datetime, time

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from accounts.queries import snapshots
from analytics.exports import cli as making
from analytics.exports import queries, services, sheets
from analytics.exports.forms import OrderForm
from analytics.exports.kinds import ExportKind
from analytics.views.base import bp, sections
from core import clock, figures, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused

#: What a file may be, and in which encoding.
FORMATS = {"xlsx": "", "csv": "utf-8-sig", "gb18030": "gb18030"}
_CSV = "text/csv"


@bp.route("/exports", methods=["GET", "POST"])
@requires(Permission.RESULT_PUBLISH)
def exports() -> ResponseReturnValue:
    form = OrderForm(year=clock.today().year)
    if form.validate_on_submit():
        at, day = clock.now(), form.due_on.data
        due = datetime.combine(day, time(), clock.LOCAL) if day else at
        try:
            ordered = services.order(
                kind=ExportKind.of(form.kind.data),
                year=form.year.data or 0,
                due_at=due,
                at=at,
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            export_id, waits = ordered.id, ordered.due_at > at
            db.session.commit()
            if waits:
                flash("已登记，到时自动生成。", "success")
            else:
                making.make(export_id)
                flash("已生成，可以下载。", "success")
            return redirect(url_for(".exports"), 303)
    number, size = paging.asked()
    return render_template(
        "analytics/exports.html",
        tabs=sections("analytics.exports"),
        form=form,
        page=paging.select_page(queries.exports(), number=number, per_page=size),
    )


@bp.post("/exports/<int:export_id>/cancel")
@requires(Permission.RESULT_PUBLISH)
def cancel_export(export_id: int) -> ResponseReturnValue:
    services.cancel(export=queries.export(export_id), at=clock.now())
    db.session.commit()
    flash("已取消。", "success")
    return redirect(url_for(".exports"), 303)


@bp.get("/exports/<int:export_id>/<kind>")
@requires(Permission.RESULT_PUBLISH)
def export_file(export_id: int, kind: str) -> Response:
    """As a workbook or as CSV, made of what was kept; the same every time."""
    found = queries.export(export_id)
    if found.made_at is None or kind not in FORMATS:
        raise NoResultFound
    content = services.content_of(found)
    made = figures.moment(clock.local(found.made_at))
    roster = [snapshots.said(found.roster)] if found.roster else []
    tables = sheets.unpacked(
        content, [*roster, f"生成于{made}，本表校验值（SHA-256）{found.digest}"]
    )
    name = f"{found.year}年度{found.kind.label}-{found.digest[:8]}"
    may_write()
    record("year_export.export", queries.export(export_id), format=kind, rows=found.row_count)
    db.session.commit()
    if kind == "xlsx":
        return attachment(spreadsheets.write_workbook(*tables), f"{name}.xlsx")
    tables = [each for each in tables if each.name != sheets.NOTES]
    data = spreadsheets.write_csvs(tables, encoding=FORMATS[kind])
    return attachment(data, f"{name}.csv", f"{_CSV}; charset={FORMATS[kind].removesuffix('-sig')}")
