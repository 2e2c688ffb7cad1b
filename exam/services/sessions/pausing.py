"""Time for everybody in a session: the clock stopped, started again, more of it for all.

During a pause nothing that arrives is lost: pages lock themselves as soon as they hear of it, and
what was answered until then is saved as always. Who goes on answering shows in the record.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from accounts.models import Account
from core import figures, meanwhile
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from core.meanwhile import ChangedMeanwhile
from exam.attempts import timing
from exam.kinds import EventKind, HallEventKind
from exam.models import Attempt, AttemptEvent, ExamSession
from exam.queries.sessions import hall as queries
from exam.services.sessions import access

#: Saves within this time of a pause were on their way when it began.
ON_THE_WAY = timedelta(seconds=60)
MAX_ADDED = 300


class NotRunning(Refused):
    message = "场次不在进行中，不能作此操作"


class EndMoved(ChangedMeanwhile):
    message = "场次的结束时间在您打开本页以后改过，可能已经有人加时；请刷新监考看板，核对后再定"


def pause(*, session: ExamSession, reason: str, at: datetime, by: Account | None) -> None:
    """Stop the clock of everybody in a session. Raises NotRunning, Refused without a reason."""
    why = _reason(reason, "暂停考试须写明理由")
    _lock_open(session, at)
    if session.paused_at is not None:
        raise Refused("考试已经暂停")
    running = queries.unfinished(session.id, at)
    session.paused_at = at
    session.closes_at += timing.HOLD
    _move(running, timing.HOLD)
    _note_all(running, EventKind.PAUSED, at, why)
    access.note(session, HallEventKind.PAUSED, at, why, by=by)
    record("session.pause", session, at=at, title=session.title, reason=why, running=len(running))


def unpause(*, session: ExamSession, reason: str, at: datetime, by: Account | None) -> timedelta:
    """Let the clock go on: every end is later by what the pause lasted, which is returned.

    Raises NotRunning, Refused without a reason.
    """
    why = _reason(reason, "恢复考试须写明理由")
    lock(session)
    if session.cancelled_at is not None or session.paused_at is None:
        raise NotRunning("考试没有暂停")
    since = session.paused_at
    lasted = _pause(since, at)
    held = queries.unfinished(session.id, since + timing.HOLD)
    went_on = queries.saved_since(session.id, since + ON_THE_WAY)
    session.paused_at = None
    session.closes_at -= timing.HOLD - lasted
    _move(held, lasted - timing.HOLD)
    for attempt in queries.handed_in_during(session.id, since):
        _move([attempt], _pause(since, min(attempt.submitted_at or at, at)) - timing.HOLD)
    words = f"{why}（暂停 {figures.duration(lasted)}，截止时间相应推后）"
    _note_all(held, EventKind.UNPAUSED, at, words)
    for attempt in held:
        if count := went_on.get(attempt.id):
            detail = f"暂停一分钟后仍保存了 {count} 题，请核查"
            _note_all([attempt], EventKind.UNPAUSED, at, detail)
    access.note(session, HallEventKind.UNPAUSED, at, words, by=by)
    record(
        "session.unpause", session, at=at,
        title=session.title, reason=why, seconds=int(lasted.total_seconds()), running=len(held),
    )  # fmt: skip
    return lasted


def _pause(since: datetime, until: datetime) -> timedelta:
    """How long a pause is, in whole seconds, which is what attempts keep; rounded up."""
    return min(timedelta(seconds=-(-(until - since) // timedelta(seconds=1))), timing.HOLD)


def add_time(
    *,
    session: ExamSession,
    minutes: int,
    reason: str,
    at: datetime,
    by: Account | None,
    seen: str = "",
) -> int:
    """So many minutes more for everybody who is sitting, and as much for the window.

    ``seen`` is the mark of the end that was shown with the question (end_mark), "" for none: who
    asks twice, or after somebody else did, does not give twice as much. Returns how many were
    sitting. Raises NotRunning, EndMoved, Refused.
    """
    why = _reason(reason, "全体加时须写明理由")
    if not 1 <= minutes <= MAX_ADDED:
        raise Refused(f"加时应为 1 至 {MAX_ADDED} 分钟", field="minutes")
    _lock_open(session, at)
    if seen and seen != end_mark(session):
        raise EndMoved
    more = timedelta(minutes=minutes)
    running = queries.unfinished(session.id, at)
    session.closes_at += more
    _move(running, more)
    _note_all(running, EventKind.EXTENDED, at, f"全体加时 {minutes} 分钟（{why}）")
    access.note(session, HallEventKind.TIME_ADDED, at, f"{minutes} 分钟：{why}", by=by)
    record(
        "session.add_time", session, at=at,
        title=session.title, reason=why, minutes=minutes, attempts_moved=len(running),
    )  # fmt: skip
    return len(running)


def end_mark(session: ExamSession) -> str:
    """A short word for when a session ends."""
    return meanwhile.mark(session.closes_at)


def _lock_open(session: ExamSession, at: datetime) -> None:
    lock(session)
    if session.cancelled_at is not None or not session.opens_at <= at < session.closes_at:
        raise NotRunning


def _reason(text: str, missing: str) -> str:
    if not text.strip():
        raise Refused(missing, field="reason")
    return text.strip()


def _move(attempts: Iterable[Attempt], by: timedelta) -> None:
    seconds = round(by.total_seconds())
    moved = [
        {
            "id": each.id,
            "deadline": each.deadline + by,
            "added_seconds": each.added_seconds + seconds,
        }
        for each in attempts
    ]
    if moved:
        db.session.execute(update(Attempt), moved)
    db.session.flush()


def _note_all(attempts: Iterable[Attempt], kind: EventKind, at: datetime, detail: str) -> None:
    rows = [{"attempt_id": each.id, "at": at, "kind": kind, "detail": detail} for each in attempts]
    if rows:
        db.session.execute(insert(AttemptEvent), rows)
