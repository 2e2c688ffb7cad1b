"""Pages of those who run sessions: the list, live progress, statuses, scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires, scope, unit_limit
from accounts.permissions import Permission
from core import clock, paging, spreadsheets
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from core.spreadsheets import Column, Table
from exam.forms.sessions import ExtendForm, SessionForm, StatusForm
from exam.models import Candidate, ExamSession
from exam.outcomes import Outcome, Sitting, outcome
from exam.queries import building as building_queries
from exam.queries import sessions as queries
from exam.services import sessions as services
from exam.services import taking
from exam.views.base import bp
from exam.views.taking import state_of

SCORES = (
    Column("序号", "number", 6),
    Column("部门", "unit", 16),
    Column("姓名", "name", 12),
    Column("职务", "post", 18),
    Column("次数", "attempts", 8),
    Column("成绩", "score", 10, "0.00"),
    Column("等次", "level", 10),
    Column("是否合格", "passed", 10),
    Column("状态", "status", 12),
    Column("备注", "reason", 28),
)


@dataclass(frozen=True)
class Row:
    """A candidate as lists show them."""

    candidate: Candidate
    outcome: Outcome
    status: str

    @property
    def record(self) -> dict[str, Any]:
        entry = self.candidate.entry
        return {
            "unit": entry.unit_name,
            "name": entry.name,
            "post": entry.post_title,
            "attempts": len(self.candidate.attempts),
            "score": self.outcome.score,
            "level": self.outcome.level.label if self.outcome.level else None,
            "passed": self.outcome.passed if self.outcome.level else None,
            "status": self.status,
            "reason": self.candidate.reason,
        }


def rows_of(session: ExamSession, unit_id: int | None, at: datetime) -> list[Row]:
    return [_row(session, each, at) for each in queries.candidates(session.id, unit_id)]


def _row(session: ExamSession, candidate: Candidate, at: datetime) -> Row:
    found = outcome(
        [
            Sitting(each.number, each.earned, each.voided_at is not None)
            for each in candidate.attempts
            if each.earned is not None
        ],
        policy=session.score_policy,
        pass_score=session.pass_score,
        excellent_score=session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )
    return Row(candidate, found, _status(session, candidate, found, at))


def _status(session: ExamSession, candidate: Candidate, found: Outcome, at: datetime) -> str:
    if found.voided:
        return "成绩无效"
    if found.score is not None:
        return "正常"
    if candidate.status.value != "due":
        return candidate.status.label
    if candidate.attempts:
        return "正在作答"
    return "缺考" if at >= session.closes_at else "未开始"


@bp.get("/sessions")
@requires(Permission.SESSION_READ)
def sessions() -> str:
    number, size = paging.asked()
    query = queries.sessions(unit_limit(Permission.SESSION_READ))
    page = paging.select_page(query, number=number, per_page=size)
    at = clock.now()
    return render_template(
        "exam/sessions.html", page=page, states={each.id: state_of(each, at) for each in page.items}
    )


@bp.get("/sessions/<int:session_id>/manage")
@requires(Permission.SESSION_READ)
def session(session_id: int) -> str:
    unit_id = unit_limit(Permission.SESSION_READ)
    found, at = queries.session(session_id, unit_id), clock.now()
    rows = rows_of(found, unit_id, at)
    number, size = paging.asked()
    wanted = request.args.get("status", "")
    statuses = sorted({row.status for row in rows})
    units = list(dict.fromkeys(row.candidate.entry.unit_name for row in rows))
    shown = [row for row in rows if wanted in ("", row.status)]
    if unit := request.args.get("unit", ""):
        shown = [row for row in shown if row.candidate.entry.unit_name == unit]
    return render_template(
        "exam/session.html",
        session=found,
        state=state_of(found, at),
        page=paging.of(shown, number=number, per_page=size),
        counts=progress_of(rows),
        statuses=statuses,
        units=units,
        scores_shown=scope(Permission.RESULT_READ) is not None,
        status_form=StatusForm(),
        extend_form=ExtendForm(),
    )


def progress_of(rows: Sequence[Row]) -> dict[str, int]:
    return {
        "total": len(rows),
        "submitted": sum(row.outcome.score is not None for row in rows),
        "running": sum(row.status == "正在作答" for row in rows),
        "waiting": sum(row.status in ("未开始", "缺考") for row in rows),
        "excused": sum(row.status in ("免考", "缓考") for row in rows),
    }


@bp.get("/sessions/<int:session_id>/progress")
@requires(Permission.SESSION_READ)
def progress(session_id: int) -> Response:
    """The numbers of the live board, asked for every few seconds."""
    unit_id = unit_limit(Permission.SESSION_READ)
    found = queries.session(session_id, unit_id)
    return jsonify(progress_of(rows_of(found, unit_id, clock.now())))


@bp.get("/sessions/<int:session_id>/scores.xlsx")
@requires(Permission.RESULT_READ)
def export_scores(session_id: int) -> Response:
    unit_id = unit_limit(Permission.RESULT_READ)
    found = queries.session(session_id, unit_id)
    rows = [
        {"number": number, **row.record}
        for number, row in enumerate(rows_of(found, unit_id, clock.now()), 1)
    ]
    data = spreadsheets.write_workbook(
        Table("成绩表", SCORES, rows, title=f"{found.title}成绩表", notes=["填报人：　　　日期："])
    )
    record("scores.export", found, rows=len(rows))
    db.session.commit()
    answer = Response(data, content_type=spreadsheets.XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"scores-{found.id}.xlsx")
    return answer


@bp.route("/sessions/new", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def new_session() -> ResponseReturnValue:
    form = SessionForm()
    forms = building_queries.sealed_forms()
    form.form_id.choices = {str(each.id): each.title for each in forms}
    form.unit_ids.choices = {str(each.id): each.name for each in queries.units()}
    if form.validate_on_submit():
        at = clock.now()
        try:
            made = services.open_session(
                plan=form.plan(),
                form=building_queries.form(int(form.form_id.data)),
                at=at,
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("场次已建立，名单已按当前名册冻结。", "success")
            return redirect(url_for(".session", session_id=made.id))
    return render_template("exam/session_new.html", form=form, forms=forms)


@bp.post("/candidates/<int:candidate_id>/status")
@requires(Permission.CANDIDATE_STATUS)
def candidate_status(candidate_id: int) -> ResponseReturnValue:
    candidate = queries.candidate(candidate_id, unit_limit(Permission.CANDIDATE_STATUS))
    form = StatusForm()
    if form.validate_on_submit():
        services.set_candidate_status(
            candidate=candidate,
            status=form.chosen(),
            reason=form.reason.data or "",
            at=clock.now(),
            by=account(),
        )
        db.session.commit()
        flash(f"{candidate.entry.name}已登记为{candidate.status.label}。", "success")
    return redirect(url_for(".session", session_id=candidate.session_id))


@bp.post("/sessions/<int:session_id>/extend")
@requires(Permission.SESSION_MANAGE)
def extend(session_id: int) -> ResponseReturnValue:
    found, form = queries.session(session_id), ExtendForm()
    if form.validate_on_submit():
        services.extend(session=found, closes_at=form.moment(), at=clock.now(), by=account())
        db.session.commit()
        flash("结束时间已延长。", "success")
    else:
        flash("请填写新的结束时间。", "error")
    return redirect(url_for(".session", session_id=session_id))


@bp.post("/sessions/<int:session_id>/cancel")
@requires(Permission.SESSION_MANAGE)
def cancel(session_id: int) -> ResponseReturnValue:
    services.cancel(session=queries.session(session_id), at=clock.now(), by=account())
    db.session.commit()
    flash("场次已取消。", "success")
    return redirect(url_for(".sessions"))


@bp.post("/sessions/<int:session_id>/publish")
@requires(Permission.RESULT_PUBLISH)
def publish(session_id: int) -> ResponseReturnValue:
    at = clock.now()
    taking.close_overdue(at=at)
    services.publish_results(session=queries.session(session_id), at=at, by=account())
    db.session.commit()
    flash("成绩已公布。", "success")
    return redirect(url_for(".session", session_id=session_id))
