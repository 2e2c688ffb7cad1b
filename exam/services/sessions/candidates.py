"""The list of a session: exempt, deferred, more time, joined late, taken off."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import Account, Person, RosterEntry
from accounts.services import rosters
from accounts.standing import Line
from core import meanwhile
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from core.meanwhile import ChangedMeanwhile
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession
from exam.queries.sessions import dealing as paper_queries
from exam.queries.sessions import makeups
from exam.queries.sessions import overview as queries
from exam.services.sessions import dealing
from exam.services.sessions.carrying import carry_help
from exam.services.sessions.planning import (
    CHANCE,
    candidate_of,
    must_be_first_makeup,
)
from exam.services.sessions.window import Over, move_deadline
from exam.sessions import asking, standing
from exam.sessions.standing import Act

MAX_EXTRA = 300


class Listed(Refused):
    message = "该人员已在名单中"


class Impossible(Refused):
    """How somebody stands does not allow the act (exam.sessions.standing)."""


class OwnCase(Refused):
    message = "不能处理本人的免考、缓考、加时和便利，请由其他考务人员办理"


class StatusMoved(ChangedMeanwhile):
    message = "这位考生的状态在您打开本页以后已由他人登记；请刷新本页，核对后再定"


def status_mark(candidate: Candidate) -> str:
    """A short word for how somebody is listed, and why."""
    return meanwhile.mark((candidate.status.value, candidate.reason))


def set_status(
    *,
    candidate: Candidate,
    status: CandidateStatus,
    reason: str,
    at: datetime,
    by: Account | None,
    seen: str = "",
) -> None:
    """Exempt or defer somebody, or put them back; sent twice, done once.

    ``seen`` is the status_mark that was shown with the question, "" for none. Raises Over, OwnCase,
    Impossible, StatusMoved, Refused without a reason.
    """
    _lock(candidate)
    _not_ones_own(candidate, by)
    if status is not CandidateStatus.DUE and not reason.strip():
        raise Refused("免考、缓考须写明理由", field="reason")
    why = "" if status is CandidateStatus.DUE else reason.strip()
    if (candidate.status, candidate.reason) == (status, why):
        return
    if seen and seen != status_mark(candidate):
        raise StatusMoved
    if candidate.status is not status:
        _must_allow(candidate, standing.TO_STATUS[status], at)
        if status is CandidateStatus.DUE:
            _must_sit_once(candidate.session, candidate.person, at)
    before = candidate.status
    candidate.status, candidate.reason = status, why
    db.session.flush()
    record("candidate.status", candidate, at=at, old=before.value, new=status.value, reason=reason)


def exempt_undecided(
    *,
    session: ExamSession,
    candidate_ids: Collection[int],
    reason: str,
    at: datetime,
    by: Account | None,
) -> int:
    """Exempt those named whom no paper of a session is free for; how many there were.

    Raises what set_status raises, and Refused for nobody.
    """
    chosen = [each for each in paper_queries.undecided(session.id) if each.id in candidate_ids]
    if not chosen:
        raise Refused("没有选定待定人员，或他们已有试卷")
    for each in chosen:
        set_status(candidate=each, status=CandidateStatus.EXEMPT, reason=reason, at=at, by=by)
    return len(chosen)


def grant_minutes(
    *, candidate: Candidate, minutes: int, reason: str, at: datetime, by: Account | None
) -> None:
    """Give somebody so many minutes more in all, now or in an attempt already running.

    Raises Over, OwnCase, Impossible, Refused.
    """
    _lock(candidate)
    must_sit_yet(candidate, at)
    _set_minutes(candidate, minutes, reason, at, by)


def must_sit_yet(candidate: Candidate, at: datetime) -> None:
    """Raises Impossible for who has handed in and has no sitting left: what is granted is lost."""
    if candidate.attempts and not queries.sits_yet(candidate, at):
        _must_allow(candidate, Act.AID, at)
        raise Impossible(f"{candidate.entry.name}在本场次的作答已经结束，不能再加时或给予便利")


def _set_minutes(
    candidate: Candidate, minutes: int, reason: str, at: datetime, by: Account | None
) -> None:
    _not_ones_own(candidate, by)
    if not 0 <= minutes <= MAX_EXTRA:
        raise Refused(f"加时应为 0 至 {MAX_EXTRA} 分钟", field="minutes")
    if not reason.strip():
        raise Refused("调整时间须写明理由", field="reason")
    if at >= candidate.session.closes_at and queries.running_of(candidate.id, at) is None:
        raise Over
    _must_allow(candidate, Act.AID, at)
    old, candidate.extra_minutes = candidate.extra_minutes, minutes
    candidate.extra_reason = reason.strip() if minutes else ""
    moved = move_deadline(candidate, at=at, why=f"加时 {minutes} 分钟（{reason.strip()}）")
    db.session.flush()
    record(
        "candidate.minutes", candidate, at=at,
        old=old, new=minutes, reason=reason.strip(), running_moved=moved,
    )  # fmt: skip


def grant_aid(
    *,
    candidate: Candidate,
    minutes: int,
    large_print: bool,
    aid: str,
    reason: str,
    at: datetime,
    by: Account | None,
) -> None:
    """Set what somebody is helped with, at once, also back to less after they handed in.

    Raises Over, OwnCase, Impossible, Refused.
    """
    _lock(candidate)
    if minutes != candidate.extra_minutes:
        _set_minutes(candidate, minutes, reason, at, by)
    else:
        _not_ones_own(candidate, by)
        if at >= candidate.session.closes_at:
            raise Over
        _must_allow(candidate, Act.AID, at)
    old = candidate.aids
    candidate.large_print, candidate.aid = large_print, aid
    db.session.flush()
    record(
        "candidate.aid", candidate, at=at,
        old=old, large_print=large_print, aid=aid, reason=reason.strip(),
    )  # fmt: skip


def set_aid(
    *,
    candidate: Candidate,
    large_print: bool,
    aid: str,
    reason: str,
    at: datetime,
    by: Account | None,
) -> None:
    """Change what somebody is helped with besides time, or take it back; sent twice, done once.

    Raises Over, OwnCase, Impossible, Refused.
    """
    _lock(candidate)
    if (candidate.large_print, candidate.aid) == (large_print, aid.strip()):
        return
    if not reason.strip():
        raise Refused("调整考试便利须写明理由", field="reason")
    if len(aid.strip()) > asking.LONGEST_AID:
        raise Refused(f"其他便利不超过 {asking.LONGEST_AID} 字", field="aid")
    must_sit_yet(candidate, at)
    grant_aid(
        candidate=candidate, minutes=candidate.extra_minutes, large_print=large_print,
        aid=aid.strip(), reason=reason, at=at, by=by,
    )  # fmt: skip


def add(
    *, session: ExamSession, person: Person, reason: str, at: datetime, by: Account | None
) -> Candidate:
    """Put somebody on the list who was not called, say because they joined later.

    They stand as the session's roster has them; who is not counted there, as they stand now, in a
    supplementary snapshot; on the list of a makeup they keep the help that they were granted.
    Raises Over, Listed, OneMakeupOnly, Refused.
    """
    lock(session)
    _must_go_on(session)
    if at >= session.closes_at:
        raise Over
    if not reason.strip():
        raise Refused("增补人员须写明理由", field="reason")
    if queries.is_listed(session.id, person.id):
        raise Listed(f"{person.name}已在名单中")
    root = None if session.makeup_of_id is None else queries.session(session.makeup_of_id)
    if root is not None:
        must_be_first_makeup(root, [person.id])
    _must_sit_once(session, person, at)
    candidate = candidate_of(_entry(session, person, at, by))
    if root is not None:
        carry_help(root, [candidate])
    candidate.session = session
    db.session.add(candidate)
    db.session.flush()
    dealing.deal(session, [candidate], rng=CHANCE)
    record(
        "candidate.add", candidate, at=at,
        staff_number=person.staff_number, session=session.id, reason=reason.strip(),
    )  # fmt: skip
    return candidate


def _entry(session: ExamSession, person: Person, at: datetime, by: Account | None) -> RosterEntry:
    entry = queries.roster_entry(session.roster_id, person.id)
    if entry is not None and entry.line is not Line.EXCLUDED:
        return entry
    title = f"{session.title}增补名单"
    [entry] = rosters.take_snapshot(title=title, at=at, by=by, only=[person.id]).entries
    if entry.line is Line.EXCLUDED:
        raise Refused(f"{person.name}现为{entry.reason}，不能列入名单")
    return entry


def remove(*, candidate: Candidate, reason: str, at: datetime, by: Account | None) -> None:
    """Take somebody off the list who has not begun. Raises Over, Impossible, Refused."""
    _lock(candidate)
    if at >= candidate.session.closes_at:
        raise Over
    _must_allow(candidate, Act.REMOVE, at)
    if queries.has_papers(candidate.id):
        raise Impossible(
            f"{candidate.entry.name}有申请或任前考试登记，不能移出名单；如不再应考，请登记免考"
        )
    if not reason.strip():
        raise Refused("移出名单须写明理由", field="reason")
    record(
        "candidate.remove", candidate, at=at, staff_number=candidate.entry.staff_number,
        session=candidate.session_id, reason=reason.strip(),
    )  # fmt: skip
    db.session.delete(candidate)
    db.session.flush()


def _must_sit_once(session: ExamSession, person: Person, at: datetime) -> None:
    """Raises Impossible if somebody could sit a session and its makeup, or two makeups of it."""
    for place in makeups.places_beside(session, person.id):
        if session.makeup_of_id is None and at < session.closes_at:
            raise Impossible(
                f"{person.name}已列入补考“{place.session.title}”，不能再参加原场次；"
                "确需参加的，请先移出补考名单"
            )
        if session.makeup_of_id is None or not makeups.may_sit(place, at):
            continue
        if place.session.makeup_of_id is None:
            raise Impossible(
                f"{person.name}在原场次“{place.session.title}”还可以作答，不能列入补考；"
                "请待原场次结束"
            )
        raise Impossible(
            f"{person.name}在另一场补考“{place.session.title}”还可以作答，不能两场都考；"
            "请先移出那一场的名单，或待那一场结束"
        )


def _not_ones_own(candidate: Candidate, by: Account | None) -> None:
    if by is not None and by.person_id == candidate.person_id:
        raise OwnCase


def _must_allow(candidate: Candidate, act: Act, at: datetime) -> None:
    where = queries.standing_of(candidate, at)
    if why := standing.refusal(where, act, candidate.entry.name):
        raise Impossible(why)


def _lock(candidate: Candidate) -> None:
    """Starting takes the same lock, so that nobody begins meanwhile. Raises Over."""
    lock(candidate)
    _must_go_on(candidate.session)


def _must_go_on(session: ExamSession) -> None:
    if session.cancelled_at is not None:
        raise Over
    if session.published_at is not None:
        raise Over("成绩已公布，名单不能再改")
