"""监考看板: who is where, live; and what invigilators do for everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, figures, paging
from core.db import db
from core.paging import Page
from exam.attempts import contact
from exam.attempts.timing import state_of
from exam.forms.hall import AddTimeForm
from exam.forms.sessions import ReasonForm
from exam.models import ExamSession
from exam.queries.sessions import board as queries
from exam.queries.sessions import hall, overview
from exam.services.attempts import taking
from exam.services.sessions import pausing
from exam.sessions import access, board
from exam.sessions.board import Line, Mark, Presence
from exam.views.base import bp
from exam.views.sessions.acting import acted

#: How many of the latest events the board shows.
LATEST = 12


@bp.get("/sessions/<int:session_id>/monitor")
@requires(Permission.SESSION_MANAGE)
def monitor(session_id: int) -> str:
    found, at = overview.session(session_id), clock.now()
    lines = queries.lines(found, at)
    page = _shown(lines)
    return render_template(
        "exam/sessions/monitor.html",
        session=found,
        state=state_of(found, at),
        page=page,
        told=_told(page.items, at),
        counts=board.counts(lines),
        total=len(lines),
        units=list(dict.fromkeys(each.place.unit for each in lines)),
        presences=Presence,
        marks=Mark.choices(),
        events=db.session.scalars(hall.events(session_id).limit(LATEST)).all(),
        code=_code(found, at),
        questions=len(taking.sealed(found.form).slots) if found.form.hash else 0,
        lost_after=int(contact.LOST_AFTER.total_seconds()),
        reason_form=ReasonForm(),
        time_form=AddTimeForm(),
        end_mark=pausing.end_mark(found),
    )


@bp.get("/sessions/<int:session_id>/monitor/board")
@requires(Permission.SESSION_MANAGE)
def monitor_board(session_id: int) -> ResponseReturnValue:
    """The live board, asked for every two seconds with the address of the list shown."""
    found, at = overview.session(session_id), clock.now()
    lines = queries.lines(found, at)
    return jsonify(
        counts=board.counts(lines),
        rows={str(key): each for key, each in _told(_shown(lines).items, at).items()},
        state=state_of(found, at).value,
        paused=found.paused_at is not None,
        code=_code(found, at),
    )


def _shown(lines: Sequence[Line]) -> Page[Line]:
    number, size = paging.asked()
    asked = request.args.get
    found = board.wanted(
        lines,
        text=asked("q", "").strip(),
        unit=asked("unit", ""),
        where=asked("where", ""),
        mark=asked("mark", ""),
    )
    return paging.of(found, number=number, per_page=size)


def _told(lines: Sequence[Line], at: datetime) -> dict[int, dict[str, Any]]:
    """What the board says of each candidate shown, by id."""
    answered = overview.answered([each.place.attempt_id for each in lines if each.place.attempt_id])
    return {each.place.candidate_id: _line(each, answered, at) for each in lines}


def _clocked(moment: datetime, at: datetime) -> str:
    """The time of day; of an earlier day with its date, since a window may be open for days."""
    here = clock.local(moment)
    today = here.date() == clock.local(at).date()
    return f"{here:%H:%M:%S}" if today else f"{here:%m-%d %H:%M}"


def _line(line: Line, answered: dict[int, tuple[int, datetime]], at: datetime) -> dict[str, Any]:
    place = line.place
    count, saved = answered.get(place.attempt_id or 0, (0, None))
    lost = line.presence is Presence.LOST and place.started_at is not None
    seen = max(filter(None, (place.seen_at, saved, place.started_at)), default=at)
    return {
        "presence": line.presence.value,
        "label": line.presence.label,
        "quiet": figures.duration(at - seen) if lost else "",
        "answered": count if place.attempt_id else None,
        "saved": _clocked(saved, at) if saved else None,
        "losses": line.losses or None,
        "leaves": line.leaves or None,
        "devices": line.devices or None,
        "refusals": line.refusals or None,
    }


def _code(session: ExamSession, at: datetime) -> dict[str, str] | None:
    """The code of now and until when it is the newest."""
    gate = session.gate
    if gate is None or not gate.code_secret:
        return None
    until = access.code_until(gate.code_minutes, at)
    return {
        "digits": access.code_at(gate.code_secret, gate.code_minutes, at),
        "until": f"{clock.local(until):%H:%M:%S} 更换" if until else "固定口令",
    }


@bp.post("/sessions/<int:session_id>/pause")
@requires(Permission.SESSION_MANAGE)
def pause(session_id: int) -> ResponseReturnValue:
    found = overview.session(session_id)
    pausing.pause(
        session=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account()
    )
    db.session.commit()
    flash("考试已暂停，计时停止；考生页面在半分钟内显示“考试暂停”。", "success")
    return _back(session_id)


@bp.post("/sessions/<int:session_id>/unpause")
@requires(Permission.SESSION_MANAGE)
def unpause(session_id: int) -> ResponseReturnValue:
    found = overview.session(session_id)
    lasted = pausing.unpause(
        session=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account()
    )
    db.session.commit()
    flash(f"考试已恢复，所有截止时间推后 {figures.duration(lasted)}。", "success")
    return _back(session_id)


@bp.post("/sessions/<int:session_id>/add-time")
@requires(Permission.SESSION_MANAGE)
def add_time(session_id: int) -> ResponseReturnValue:
    found, form = overview.session(session_id), AddTimeForm()

    def act() -> str:
        count = pausing.add_time(
            session=found, minutes=form.amount(), reason=form.reason.data or "",
            at=clock.now(), by=account(), seen=request.form.get("seen", ""),
        )  # fmt: skip
        return f"已给正在作答的 {count} 人加时 {form.amount()} 分钟，结束时间同时推后。"

    acted(form, act)
    return _back(session_id)


def _back(session_id: int) -> ResponseReturnValue:
    return redirect(url_for(".monitor", session_id=session_id))
