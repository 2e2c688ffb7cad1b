"""What 人事司 does to an attempt: hands it in, voids it, takes that back, cuts its device off."""

from datetime import datetime

from accounts.models import Account, SignIn
from core.audit.trail import record
from core.db import db, lock, share
from core.errors import Refused
from exam.kinds import EventKind, Misconduct
from exam.models import Attempt, AttemptEvent, Form
from exam.services.attempts import taking
from exam.services.results import certificates, finals


def hand_in(*, attempt: Attempt, reason: str, at: datetime, by: Account | None) -> None:
    """Hand a running attempt in with what was saved; handed in already, nothing changes.

    Raises Refused without a reason.
    """
    why = _reason(reason, "代为交卷须写明理由")
    # Scoring shares the form, which comes before what hangs on it (taking.submit).
    share(Form, attempt.form_id)
    _lock(attempt)
    if attempt.submitted_at is not None:
        return
    _note(attempt, EventKind.HANDED_IN, at, why)
    record("attempt.hand_in", attempt, at=at, reason=why)
    taking.submit(attempt=attempt, at=at, auto=at >= attempt.deadline)


def void(
    *,
    attempt: Attempt,
    reason: str,
    at: datetime,
    by: Account | None,
    misconduct: Misconduct | None = None,
    reversal: bool = False,
) -> None:
    """Declare an attempt's score void (成绩无效); a running one saves nothing more.

    Raises Refused without a reason, for one voided already, and for a final one unless it is a
    ``reversal``.
    """
    why = _reason(reason, "登记成绩无效须写明理由")
    _lock(attempt, reversal=reversal)
    if attempt.voided_at is not None:
        raise Refused("本次作答已登记为成绩无效")
    attempt.voided_at, attempt.void_reason, attempt.misconduct = at, why, misconduct
    attempt.epoch += 1
    _note(attempt, EventKind.VOIDED, at, f"{misconduct.label}：{why}" if misconduct else why)
    kind = misconduct.value if misconduct else ""
    record("attempt.void", attempt, at=at, reason=why, misconduct=kind)
    certificates.revoke_untrue([attempt.candidate_id], why=f"成绩无效：{why}", at=at, by=by)


def restore(
    *,
    attempt: Attempt,
    reason: str,
    at: datetime,
    by: Account | None,
    reversal: bool = False,
) -> None:
    """Take a voiding back; an attempt whose time is not over can be resumed.

    Raises Refused, for a final one too unless it is a ``reversal``.
    """
    why = _reason(reason, "撤销成绩无效须写明理由")
    _lock(attempt, reversal=reversal)
    if attempt.voided_at is None:
        raise Refused("本次作答未登记为成绩无效")
    attempt.voided_at, attempt.void_reason, attempt.misconduct = None, "", None
    _note(attempt, EventKind.RESTORED, at, why)
    record("attempt.restore", attempt, at=at, reason=why)


def cut_off(*, attempt: Attempt, reason: str, at: datetime, by: Account | None) -> None:
    """End the page that an attempt is open at, and the sign-in behind it; saved answers stay.

    The person can sign in and go on, through the door of the session once more. Raises Refused
    without a reason and for an attempt that is not running.
    """
    why = _reason(reason, "切断设备须写明理由")
    _lock(attempt)
    if attempt.submitted_at is not None or attempt.voided_at is not None or at >= attempt.deadline:
        raise Refused("本次作答已经结束，没有设备可以切断")
    if attempt.holder_id is not None:
        db.session.get_one(SignIn, attempt.holder_id).ended_at = at
    attempt.epoch += 1
    _note(attempt, EventKind.CUT_OFF, at, why)
    record("attempt.cut_off", attempt, at=at, reason=why)


def _reason(text: str, missing: str) -> str:
    if not text.strip():
        raise Refused(missing, field="reason")
    return text.strip()


def _lock(attempt: Attempt, *, reversal: bool = False) -> None:
    if not reversal:
        finals.must_be_open(attempt.session_id)
    lock(attempt)
    if attempt.session.on_paper:
        raise Refused("线下场次的成绩（含成绩无效）请在“线下成绩”页更正，由另一人复核")
    if attempt.session.cancelled_at is not None:
        raise Refused("场次已取消，不能再作此操作")


def _note(attempt: Attempt, kind: EventKind, at: datetime, detail: str) -> None:
    db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind=kind, detail=detail))
    db.session.flush()
