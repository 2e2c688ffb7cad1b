"""What 人事司 does to an attempt: hands it in, voids it, takes that back, cuts its device off."""

from datetime import datetime

from accounts.models import Account, SignIn
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.kinds import EventKind, Misconduct
from exam.models import Attempt, AttemptEvent
from exam.services import taking


def hand_in(*, attempt: Attempt, reason: str, at: datetime, by: Account | None) -> None:
    """Hand a running attempt in with what was saved; handed in already, nothing changes.

    Raises Refused without a reason.
    """
    why = _reason(reason, "代为交卷须写明理由")
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
) -> None:
    """Declare an attempt's score void (成绩无效); a running one saves nothing more.

    Raises Refused without a reason and for one voided already.
    """
    why = _reason(reason, "登记成绩无效须写明理由")
    _lock(attempt)
    if attempt.voided_at is not None:
        raise Refused("本次作答已登记为成绩无效")
    attempt.voided_at, attempt.void_reason, attempt.misconduct = at, why, misconduct
    attempt.epoch += 1
    _note(attempt, EventKind.VOIDED, at, f"{misconduct.label}：{why}" if misconduct else why)
    kind = misconduct.value if misconduct else ""
    record("attempt.void", attempt, at=at, reason=why, misconduct=kind)


def restore(*, attempt: Attempt, reason: str, at: datetime, by: Account | None) -> None:
    """Take a voiding back; an attempt whose time is not over can be resumed. Raises Refused."""
    why = _reason(reason, "撤销成绩无效须写明理由")
    _lock(attempt)
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


def _lock(attempt: Attempt) -> None:
    lock(attempt)
    if attempt.session.cancelled_at is not None:
        raise Refused("场次已取消，不能再作此操作")


def _note(attempt: Attempt, kind: EventKind, at: datetime, detail: str) -> None:
    db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind=kind, detail=detail))
    db.session.flush()
