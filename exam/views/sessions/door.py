"""The door of a session: what is asked of those who come in, its code, its papers opened."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, device, me, requires
from accounts.permissions import Permission
from core import clock
from core.db import db, lock, may_write
from core.errors import Refused
from exam.forms.hall import CHANGING, FIXED, NONE, GateForm
from exam.forms.sessions import ReasonForm
from exam.models import Attempt, Candidate, ExamSession
from exam.queries.assembling import building as building_queries
from exam.queries.sessions import hall as queries
from exam.queries.sessions import overview as session_queries
from exam.services.papers import unsealing
from exam.services.sessions import access
from exam.services.sessions.access import NotAdmitted
from exam.sessions.access import Shown
from exam.views.base import bp


def shown() -> Shown:
    """What the request shows of itself; behind proxies as docs/operations.md says."""
    return Shown(
        address=request.remote_addr or "",
        url=request.url,
        code=request.form.get("code", ""),
        config_hash=request.headers.get("X-SafeExamBrowser-ConfigKeyHash", ""),
        exam_hash=request.headers.get("X-SafeExamBrowser-RequestHash", ""),
    )


def asks_for_code(candidate: Candidate) -> bool:
    """Whether to begin, or to go on at this device, takes a code."""
    gate = candidate.session.gate
    if gate is None or not gate.code_secret:
        return False
    running = [each for each in candidate.attempts if each.submitted_at is None]
    return not running or running[-1].holder_id != device()


def entry_in_words(session: ExamSession) -> str:
    """From where and with what one has to come in; "" for anywhere with anything."""
    gate = session.gate
    if gate is None:
        return ""
    asked = [
        "须在考场网络内" if gate.networks else "",
        "须用考试浏览器（Safe Exam Browser）打开本场次的配置"
        if gate.seb_config_keys or gate.seb_exam_keys
        else "",
    ]
    return "；".join(filter(None, asked))


def objection_to_start(candidate: Candidate, at: datetime) -> NotAdmitted | None:
    """Why the reader may not start here and now; put on record."""
    session = candidate.session
    if session.gate is None:
        return None
    lock(candidate)
    found = access.objection(
        session=session, person=me(), shown=shown(), with_code=asks_for_code(candidate), at=at
    )
    if found is not None:
        _put_on_record(session, found, at)
    return found


def objection_to_open(attempt: Attempt, at: datetime) -> NotAdmitted | None:
    """Why the reader may not open the page of their attempt here; put on record."""
    session = attempt.session
    if session.gate is None:
        return None
    found = access.objection(session=session, person=me(), shown=shown(), with_code=False, at=at)
    if found is not None:
        may_write()
        _put_on_record(session, found, at)
    return found


def _put_on_record(session: ExamSession, found: NotAdmitted, at: datetime) -> None:
    access.note_refusal(session=session, person=me(), found=found, at=at)
    db.session.commit()


@bp.route("/sessions/<int:session_id>/gate", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def gate(session_id: int) -> ResponseReturnValue:
    found = session_queries.session(session_id)
    form = _filled(found)
    if form.validate_on_submit():
        try:
            access.arrange(
                session=found,
                code_minutes=form.minutes(),
                networks=form.networks.data or "",
                seb_config_keys=form.seb_config_keys.data or "",
                seb_exam_keys=form.seb_exam_keys.data or "",
                second_opening=form.second_opening.data,
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash(
                "进入条件已保存，从现在起生效；正在作答的人不受影响，重新打开作答页面时按新的条件核对。",
                "success",
            )
            return redirect(url_for(".session", session_id=session_id))
    return render_template("exam/sessions/gate.html", form=form, session=found)


def _filled(session: ExamSession) -> GateForm:
    gate = session.gate
    if gate is None:
        return GateForm(code=NONE)
    kind = (CHANGING if gate.code_minutes else FIXED) if gate.code_secret else NONE
    return GateForm(
        code=kind,
        code_minutes=gate.code_minutes or 10,
        networks=gate.networks,
        seb_config_keys=gate.seb_config_keys,
        seb_exam_keys=gate.seb_exam_keys,
        second_opening=gate.second_opening,
    )


@bp.post("/sessions/<int:session_id>/code")
@requires(Permission.SESSION_MANAGE)
def renew_code(session_id: int) -> ResponseReturnValue:
    access.renew_code(session=session_queries.session(session_id), at=clock.now(), by=account())
    db.session.commit()
    flash("口令已更换，原来的口令不能再用。", "success")
    return redirect(url_for(".monitor", session_id=session_id))


@bp.get("/sessions/<int:session_id>/opening")
@requires(Permission.SESSION_MANAGE, Permission.FORM_SEAL)
def opening(session_id: int) -> str:
    """Where the second person opens the papers; who may seal papers sees no more of a session."""
    found = session_queries.session(session_id)
    waiting = queries.unopened(found)
    return render_template(
        "exam/sessions/opening.html",
        session=found,
        waiting=waiting,
        openings=queries.openings(session_id),
        own=[each.id for each in waiting if each.sealed_by and each.sealed_by.person_id == me().id],
    )


@bp.post("/sessions/<int:session_id>/opening")
@requires(Permission.SESSION_MANAGE, Permission.FORM_SEAL)
def open_forms(session_id: int) -> ResponseReturnValue:
    found = session_queries.session(session_id)
    access.open_forms(session=found, at=clock.now(), by=account())
    db.session.commit()
    access.must_be_intact(found)
    flash("校验通过，试卷已启封，到开考时间即可作答。", "success")
    return redirect(url_for(".opening", session_id=session_id))


@bp.post("/forms/<int:form_id>/unseal")
@requires(Permission.FORM_SEAL)
def unseal_form(form_id: int) -> ResponseReturnValue:
    found, form = building_queries.form(form_id), ReasonForm()
    unsealing.unseal(form=found, reason=form.reason.data or "", at=clock.now(), by=account())
    db.session.commit()
    flash("试卷已启封，可以换题；使用前须重新封存。", "success")
    return redirect(url_for(".form", form_id=form_id))
