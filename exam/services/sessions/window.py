"""The end of a session's window: later, or now; and the deadlines that hang on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.attempts import timing
from exam.kinds import EventKind, Release
from exam.models import AttemptEvent, Candidate, ExamSession
from exam.queries.sessions import makeups
from exam.queries.sessions import overview as queries

#: So many people are named in a refusal.
NAMED = 5


class Over(Refused):
    message = "场次已结束或已取消，不能再作此操作"


def extend(*, session: ExamSession, closes_at: datetime, at: datetime, by: Account | None) -> None:
    """Let the window end later.

    Attempts that are running and that the old end would have cut short get the new end, within
    their own minutes. A window that has closed opens again only while its answers are still
    secret, and nobody may then sit it and its makeup, or two makeups. Raises Over, Refused.
    """
    hold(session)
    if session.published_at is not None:
        raise Over("成绩已公布，不能再延长")
    if session.marking_closed_at is not None:
        raise Over("主观题已定评，不能再延长；可先撤销定评")
    if session.paused_at is not None:
        raise Refused("考试暂停中，请先恢复再延长；需要多给时间的，可以全体加时")
    open_at_close = {Release.AT_SUBMIT, Release.AFTER_CLOSE}
    if at >= session.closes_at and {session.paper_release, session.key_release} & open_at_close:
        raise Over("场次已结束，答卷或答案已按规定开放查看，不能再延长；可以建补考场次")
    if closes_at <= max(session.closes_at, at):
        raise Refused("新的结束时间应晚于现在和原结束时间", field="closes_at")
    old, session.closes_at = session.closes_at, closes_at
    if both := makeups.on_both_lists(session, at):
        raise Refused(_both(session, both), field="closes_at")
    moved = sum(move_deadline(attempt.candidate, at=at, why="场次延长")
                for attempt in queries.running(session.id, at))  # fmt: skip
    db.session.flush()
    record(
        "session.extend", session, at=at,
        old=old.isoformat(), new=closes_at.isoformat(), attempts_moved=moved,
    )  # fmt: skip


def _both(session: ExamSession, people: Sequence[Candidate]) -> str:
    """Why a window stays closed, and what to do first."""
    makeup = "补考" if session.makeup_of_id is None else "后一场补考"
    names = "、".join(each.entry.name for each in people[:NAMED])
    more = " 等" if len(people) > NAMED else ""
    return (
        f"{makeup}名单上有 {len(people)} 人（{names}{more}）在本场次还可以作答，"
        "延长以后两场都能考。"
        f"请先取消{makeup}，或把他们移出{makeup}名单，再延长；{makeup}已有人作答的，"
        f"请改为延长{makeup}"
    )


def end_early(*, session: ExamSession, reason: str, at: datetime, by: Account | None) -> int:
    """End a window now because nobody sits any more; how many never began.

    They count as absent and can be called to a makeup. Raises Over, Refused while somebody sits,
    before anybody has handed in, in a pause, or without a reason.
    """
    hold(session)
    if not session.opens_at < at < session.closes_at or session.cancelled_at is not None:
        raise Over("只有进行中的场次可以提前结束")
    if session.paused_at is not None:
        raise Refused("考试暂停中，请先恢复")
    if not reason.strip():
        raise Refused("提前结束须写明理由", field="reason")
    if sitting := len(queries.running(session.id, at)):
        raise Refused(f"还有 {sitting} 人正在作答，不能提前结束")
    if not queries.has_attempts(session.id):
        raise Refused("还没有人作答，不能提前结束；不再举行的，请取消场次")
    absent = queries.not_begun(session.id)
    old, session.closes_at = session.closes_at, at
    db.session.flush()
    record(
        "session.end", session, at=at,
        old=old.isoformat(), new=at.isoformat(), not_begun=absent, reason=reason.strip(),
    )  # fmt: skip
    return absent


def move_deadline(candidate: Candidate, *, at: datetime, why: str) -> bool:
    """Bring a running attempt's deadline in line with window, minutes and extra minutes.

    Returns whether it moved. Raises Refused if it would be over at once.
    """
    session = candidate.session
    attempt = queries.running_of(candidate.id, at)
    if attempt is None:
        return False
    deadline = timing.deadline(
        attempt.started_at,
        minutes=session.minutes,
        extra_minutes=candidate.extra_minutes,
        closes_at=session.closes_at,
        added_seconds=attempt.added_seconds,
    )
    if deadline == attempt.deadline:
        return False
    held = timing.HOLD if session.paused_at is not None else timedelta(0)
    if deadline - held <= (session.paused_at or at):
        raise Refused("按此调整，正在进行的作答将立即到时；请保留更多时间或改用代为交卷")
    old, attempt.deadline = attempt.deadline, deadline
    minutes = round((deadline - old) / timedelta(minutes=1))
    db.session.add(
        AttemptEvent(
            attempt_id=attempt.id,
            at=at,
            kind=EventKind.EXTENDED,
            detail=f"{why}，截止时间{'推后' if minutes > 0 else '提前'} {abs(minutes)} 分钟",
        )
    )
    return True


def hold(session: ExamSession) -> None:
    """Raises Over for a cancelled session."""
    lock(session)
    if session.cancelled_at is not None:
        raise Over
