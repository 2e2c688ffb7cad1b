"""Pages that make a session's results final, show that they still are, and reverse them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from exam.forms.hall import VoidForm
from exam.queries.results import finals as queries
from exam.queries.sessions import overview as session_queries
from exam.results.finals import PARTS, ReversalAct
from exam.services.results import finals as services
from exam.services.results import reversing
from exam.views.base import bp


@bp.get("/sessions/<int:session_id>/final")
@requires(Permission.RESULT_PUBLISH)
def final(session_id: int) -> str:
    found = session_queries.session(session_id)
    number, size = paging.asked()
    proof = services.verify(found) if request.args.get("verify") == "1" else None
    return render_template(
        "exam/results/final.html",
        session=found,
        finals=queries.finals(session_id),
        obstacles=services.obstacles(found, clock.now()),
        page=paging.select_page(queries.reversals(session_id), number=number, per_page=size),
        corrections=queries.open_corrections(session_id),
        proof=proof,
        parts=PARTS,
        account_id=account().id,
    )


@bp.post("/sessions/<int:session_id>/final")
@requires(Permission.RESULT_PUBLISH)
def finalise(session_id: int) -> ResponseReturnValue:
    made = services.finalise(
        session=session_queries.session(session_id),
        reason=request.form.get("reason", "")[:300],
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash(f"已定版（第 {made.number} 版），此后只能冲正。", "success")
    return redirect(url_for(".final", session_id=session_id))


@bp.post("/attempts/<int:attempt_id>/reversal")
@requires(Permission.RESULT_PUBLISH)
def propose_reversal(attempt_id: int) -> ResponseReturnValue:
    found, form = session_queries.attempt(attempt_id), VoidForm()
    reversing.propose(
        attempt=found,
        act=ReversalAct.VOID if found.voided_at is None else ReversalAct.RESTORE,
        misconduct=form.kind(),
        reason=form.reason.data or "",
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash("已提出冲正，请由另一人批准。", "success")
    return redirect(url_for(".final", session_id=found.session_id))


@bp.post("/reversals/<int:reversal_id>/approve")
@requires(Permission.RESULT_PUBLISH)
def approve_reversal(reversal_id: int) -> ResponseReturnValue:
    return _decide(reversal_id, approved=True, message="冲正已办理，成绩重新定版。")


@bp.post("/reversals/<int:reversal_id>/decline")
@requires(Permission.RESULT_PUBLISH)
def decline_reversal(reversal_id: int) -> ResponseReturnValue:
    return _decide(reversal_id, approved=False, message="未作冲正，成绩没有变化。")


def _decide(reversal_id: int, *, approved: bool, message: str) -> ResponseReturnValue:
    found = queries.reversal(reversal_id)
    session_id = found.attempt.session_id
    reversing.decide(reversal=found, approved=approved, at=clock.now(), by=account())
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".final", session_id=session_id))
