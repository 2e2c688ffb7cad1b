"""学习异常: what a liaison looks into. Nothing is taken from anybody by being listed."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires, unit_limit
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from courses.views.base import study_rules
from study.daily.anomalies import AnomalyKind, Verdict
from study.daily.forms import AnomalyForm
from study.daily.queries import anomalies as queries
from study.daily.queries.anomalies import Row
from study.daily.services import noting
from study.daily.views.base import bp


def _rows() -> list[Row]:
    return queries.of_unit(
        clock.now(),
        unit_id=unit_limit(Permission.COURSE_PROGRESS),
        limit=study_rules().daily_limit,
    )


@bp.get("/anomalies")
@requires(Permission.COURSE_PROGRESS)
def anomalies() -> str:
    """Those of the reader's people; by default the ones nobody has looked into."""
    number, per_page = paging.asked()
    every = request.args.get("all") == "1"
    kind = AnomalyKind.by_label(request.args.get("kind", ""))
    text = request.args.get("q", "").strip()
    found = _rows()
    shown = [
        row
        for row in found
        if (every or not row.notes)
        and kind in (None, row.anomaly.kind)
        and (text in row.person.name or text == row.person.staff_number)
    ]
    return render_template(
        "study/anomalies.html",
        page=paging.of(shown, number=number, per_page=per_page),
        every=every,
        open=sum(not row.notes for row in found),
        kinds=AnomalyKind.choices(),
        days=queries.WINDOW.days,
    )


@bp.get("/anomalies/<kind>/<int:subject_id>")
@requires(Permission.COURSE_PROGRESS)
def anomaly(kind: str, subject_id: int) -> str:
    """One of them, with what was found out."""
    return _page(_row(kind, subject_id), AnomalyForm())


def _row(kind: str, subject_id: int) -> Row:
    known = AnomalyKind.by_label(kind)
    key = (known, subject_id)
    return next((row for row in _rows() if row.anomaly.key == key), None) or abort(404)


def _page(row: Row, form: AnomalyForm) -> str:
    own = row.anomaly.person_id == account().person_id
    return render_template("study/anomaly.html", row=row, form=form, own=own, tones=TONES)


TONES = {Verdict.VERIFIED: "warn", Verdict.EXPLAINED: "good"}


@bp.post("/anomalies/<kind>/<int:subject_id>")
@requires(Permission.COURSE_PROGRESS)
def note(kind: str, subject_id: int) -> ResponseReturnValue:
    """Write down what looking into it has come to."""
    row, form = _row(kind, subject_id), AnomalyForm()
    if not form.validate():
        return _page(row, form)
    noting.note(
        anomaly=row.anomaly,
        verdict=Verdict.of(form.verdict.data),
        text=form.note.data or "",
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash("已记下核实情况。", "success")
    return redirect(url_for(".anomalies"), 303)
