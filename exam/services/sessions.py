"""Sessions: planned, their lists kept, extended, cancelled, published."""

from datetime import datetime

from accounts.models import Account, RosterEntry, RosterSnapshot
from accounts.services import rosters
from accounts.standing import Line
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam import planning, snapshot
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession, Form
from exam.planning import SessionPlan
from exam.services.building import intact


class NotSealed(Refused):
    message = "只有已封存且校验无误的试卷才能用于场次"


class BadPlan(Refused):
    """The plan does not hold together; the message says where."""


class NobodyToSit(Refused):
    message = "参考范围内没有应考人员"


class Over(Refused):
    message = "场次已结束或已取消，不能再作此操作"


def create_session(
    *, plan: SessionPlan, form: Form, roster: RosterSnapshot, at: datetime, by: Account | None
) -> ExamSession:
    """A session whose list is everybody counted on the roster (of the chosen units).

    People who propose a deferral start as deferred. Raises NotSealed, BadPlan, NobodyToSit.
    """
    if not intact(form):
        raise NotSealed(field="form")
    total = snapshot.load(form.snapshot or "").total
    for fault in planning.faults(plan, total=total):
        raise BadPlan(fault.message, field=fault.field)
    session = ExamSession(
        form=form,
        roster=roster,
        created_at=at,
        created_by_id=by.id if by else None,
        title=plan.title,
        exam_kind=plan.exam_kind,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        minutes=plan.minutes,
        max_attempts=plan.max_attempts,
        score_policy=plan.score_policy,
        pass_score=plan.pass_score,
        excellent_score=plan.excellent_score,
        score_release=plan.score_release,
        paper_release=plan.paper_release,
        key_release=plan.key_release,
        shuffle_options=plan.shuffle_options,
        notice=plan.notice,
        candidates=[
            _candidate(entry)
            for entry in roster.entries
            if entry.line is not Line.EXCLUDED
            and (not plan.unit_ids or entry.unit_id in plan.unit_ids)
        ],
    )
    if not session.candidates:
        raise NobodyToSit(field="unit_ids")
    db.session.add(session)
    db.session.flush()
    record("session.create", session, at=at, title=plan.title, people=len(session.candidates))
    return session


def open_session(*, plan: SessionPlan, form: Form, at: datetime, by: Account | None) -> ExamSession:
    """Freeze the roster as it stands and create the session on it."""
    roster = rosters.take_snapshot(title=f"{plan.title}名单", at=at, by=by)
    return create_session(plan=plan, form=form, roster=roster, at=at, by=by)


def _candidate(entry: RosterEntry) -> Candidate:
    if entry.proposes_deferral:
        return Candidate(
            person_id=entry.person_id,
            entry=entry,
            status=CandidateStatus.DEFERRED,
            reason=entry.reason or entry.duty_status.label,
        )
    return Candidate(person_id=entry.person_id, entry=entry)


def set_candidate_status(
    *, candidate: Candidate, status: CandidateStatus, reason: str, at: datetime, by: Account | None
) -> None:
    """Exempt or defer somebody, or put them back. Raises Refused without a reason or too late."""
    if status is not CandidateStatus.DUE and not reason.strip():
        raise Refused("免考、缓考须写明理由", field="reason")
    if candidate.attempts and status is not CandidateStatus.DUE:
        raise Refused(f"{candidate.entry.name}已经开始作答，不能再登记{status.label}")
    if candidate.session.cancelled_at is not None:
        raise Over
    before = candidate.status
    candidate.status = status
    candidate.reason = "" if status is CandidateStatus.DUE else reason.strip()
    db.session.flush()
    record("candidate.status", candidate, at=at, old=before.value, new=status.value, reason=reason)


def extend(*, session: ExamSession, closes_at: datetime, at: datetime, by: Account | None) -> None:
    """Let the window end later; attempts already running keep their own deadline."""
    if session.cancelled_at is not None:
        raise Over
    if closes_at <= max(session.closes_at, at):
        raise Refused("新的结束时间应晚于现在和原结束时间", field="closes_at")
    old, session.closes_at = session.closes_at, closes_at
    db.session.flush()
    record("session.extend", session, at=at, old=old.isoformat(), new=closes_at.isoformat())


def cancel(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    if session.published_at is not None:
        raise Over("成绩已公布的场次不能取消")
    session.cancelled_at = at
    db.session.flush()
    record("session.cancel", session, at=at, title=session.title)


def publish_results(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    """Announce the scores. Raises Refused while people may still be sitting."""
    if at < session.closes_at:
        raise Refused("场次尚未结束，不能公布成绩")
    if session.cancelled_at is not None:
        raise Over
    session.published_at = session.published_at or at
    db.session.flush()
    record("session.publish", session, at=at, title=session.title)
