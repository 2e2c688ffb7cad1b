"""What 人事司 does to the marking of a session: names markers, frees answers, closes it (定评)."""

from datetime import datetime

from sqlalchemy import delete

from accounts.models import Account
from accounts.permissions import Permission, scope_of
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.models import ExamSession, MarkingClaim, SessionMarker
from exam.queries.marking import marks as queries
from exam.queries.marking import progress
from exam.queries.sessions import overview as session_queries
from exam.services.marking import marks


class Closed(Refused):
    message = "主观题已定评或成绩已公布；要改动，请先撤销定评"


class StillWaiting(Refused):
    """Papers are still being sat or marked; the message says how many."""


class NoMarker(Refused):
    message = "此账号没有阅卷人角色或已停用，请先由安全管理员授权"


def name_marker(
    *, session: ExamSession, account: Account, at: datetime, by: Account | None
) -> None:
    """Let the account mark the session; from the first one named on only those named may.

    A second time changes nothing. Raises Closed, NoMarker.
    """
    _lock_open(session)
    if scope_of(account.roles, Permission.ANSWER_MARK) is None or account.disabled_at is not None:
        raise NoMarker(field="account_id")
    if any(each.account_id == account.id for each in progress.named(session.id)):
        return
    db.session.add(
        SessionMarker(
            session_id=session.id,
            account_id=account.id,
            named_at=at,
            named_by_id=by.id if by else None,
        )
    )
    db.session.flush()
    record("marker.add", session, at=at, title=session.title, name=account.person.name)


def drop_marker(
    *, session: ExamSession, account: Account, at: datetime, by: Account | None
) -> None:
    """Take the account off the list, with the answers in its hands; what it marked stays."""
    _lock_open(session)
    rows = [each for each in progress.named(session.id) if each.account_id == account.id]
    if not rows:
        return
    for each in rows:
        db.session.delete(each)
    _free(session, account)
    db.session.flush()
    record("marker.remove", session, at=at, title=session.title, name=account.person.name)


def release(*, session: ExamSession, account: Account, at: datetime, by: Account | None) -> int:
    """Give the answers that somebody took up and did not mark to the others; how many."""
    _lock_open(session)
    freed = _free(session, account)
    if freed:
        record(
            "marker.release", session, at=at,
            title=session.title, name=account.person.name, records=freed,
        )  # fmt: skip
    return freed


def _free(session: ExamSession, account: Account) -> int:
    """How many there were; one that is marked meanwhile stays its marker's."""
    claims = [each.id for each in progress.unfinished(session.id, account.id)]
    freed = db.session.execute(
        delete(MarkingClaim)
        .where(MarkingClaim.id.in_(claims), MarkingClaim.done_at.is_(None))
        .returning(MarkingClaim.id)
    )
    return len(freed.all())


def close(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    """Declare the marking final and score every paper from it; a second time changes nothing.

    Raises StillWaiting, Refused for a cancelled session.
    """
    lock(session)
    if session.cancelled_at is not None:
        raise Refused("场次已取消，不能定评")
    if session.marking_closed_at is not None or session.published_at is not None:
        return
    if at < session.closes_at:
        raise StillWaiting("场次尚未结束，不能定评")
    if sitting := session_queries.not_handed_in(session.id):
        raise StillWaiting(f"还有 {sitting} 份答卷没有交卷或正在收卷，请稍候再定评")
    session.marking_closed_at = at
    records = _rescore(session, at)
    if waiting := session_queries.unmarked(session.id):
        session.marking_closed_at = None
        raise StillWaiting(f"还有 {waiting} 份答卷待评或待仲裁，请评完后定评")
    db.session.flush()
    record("marking.close", session, at=at, title=session.title, records=records)


def reopen(*, session: ExamSession, reason: str, at: datetime, by: Account | None) -> None:
    """Take the closing back, as long as nothing is published. Raises Refused."""
    lock(session)
    if session.published_at is not None or session.cancelled_at is not None:
        raise Refused("成绩已公布或场次已取消，不能撤销定评")
    if session.marking_closed_at is None:
        raise Refused("主观题还没有定评")
    if not reason.strip():
        raise Refused("撤销定评须写明理由", field="reason")
    session.marking_closed_at = None
    _rescore(session, at)
    db.session.flush()
    record("marking.reopen", session, at=at, title=session.title, reason=reason.strip())


def _rescore(session: ExamSession, at: datetime) -> int:
    """Score every paper from what was marked; how many there are."""
    attempts = queries.attempts_with_markings(session.id)
    for attempt in attempts:
        lock(attempt)
        marks.rescore(attempt=attempt, at=at)
    return len(attempts)


def _lock_open(session: ExamSession) -> None:
    lock(session)
    ended = (session.published_at, session.cancelled_at, session.marking_closed_at)
    if any(each is not None for each in ended):
        raise Closed
