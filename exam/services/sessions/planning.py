"""Sessions: planned, changed before they open, extended, cancelled, published."""

from collections.abc import Collection, Sequence
from datetime import datetime
from random import Random, SystemRandom

from accounts.models import Account, RosterEntry, RosterSnapshot
from accounts.services import rosters
from core import meanwhile
from core.audit.trail import record
from core.db import db
from core.errors import Refused, must_be_none
from exam.kinds import CandidateStatus, ExamKind
from exam.models import Candidate, ExamSession, Form
from exam.queries.marking import marks as marking_queries
from exam.queries.on_paper import scores as paper_queries
from exam.queries.sessions import makeups
from exam.queries.sessions import overview as queries
from exam.services.sessions import checking
from exam.services.sessions import dealing as dealt
from exam.services.sessions.carrying import carry_conditions, carry_help
from exam.services.sessions.dealing import PaperOf
from exam.services.sessions.window import Over, hold
from exam.services.turns import take_turn
from exam.sessions.planning import SessionPlan

CHANCE = SystemRandom()
#: What a plan and a session have in common.
PLANNED = (
    "title", "exam_kind", "opens_at", "closes_at", "minutes", "max_attempts", "score_policy",
    "pass_score", "excellent_score", "score_release", "paper_release", "key_release",
    "recheck_days", "shuffle_options", "shuffle_items", "avoid_exams", "on_paper", "notice",
    "makeup_from",
    "makeup_until", "remind_hours", "double_marking", "mark_tolerance", "tolerance_unit",
    "mark_combining", "single_reason",
)  # fmt: skip


class NobodyToSit(Refused):
    message = "参考范围内没有应考人员"


class NotOver(Refused):
    message = "原场次结束后才能建补考"


class OneMakeupOnly(Refused):
    message = "任前法律知识考试只补考一次，不再安排第二次补考；仍不合格的，请报干部管理部门"


class Begun(Refused):
    """What people have begun to sit does not change under them."""

    message = "场次已经开始，只能延长结束时间；其他安排不能再改"


def create_session(
    *,
    plan: SessionPlan,
    form: Form | None = None,
    papers: Sequence[PaperOf] = (),
    roster: RosterSnapshot,
    at: datetime,
    by: Account | None,
    makeup_of: ExamSession | None = None,
    rng: Random = CHANCE,
) -> ExamSession:
    """A session whose list is everybody on the roster whom the plan calls, each with a paper.

    One form for everybody, or ``papers``. People who propose a deferral start as deferred; in a
    makeup everybody keeps the help that they were granted, and needs what was asked for at first.
    Raises NotSealed, LawChanged, BadPlan, NobodyToSit, OneMakeupOnly, and what papers.must_match
    raises.
    """
    papers = papers or [PaperOf(form)] if form else papers
    entries = called(plan, roster.entries)
    checking.check(plan, papers, entries, at)
    if makeup_of is not None:
        must_be_first_makeup(makeup_of, plan.person_ids or ())
    session = ExamSession(
        papers=dealt.rows_of(papers),
        roster=roster,
        makeup_of_id=makeup_of.id if makeup_of else None,
        created_at=at,
        created_by_id=by.id if by else None,
        candidates=[candidate_of(entry) for entry in entries],
        **{name: getattr(plan, name) for name in PLANNED},
    )
    if not session.candidates:
        raise NobodyToSit(field="unit_ids")
    if makeup_of is not None:
        carry_help(makeup_of, session.candidates)
    db.session.add(session)
    db.session.flush()
    dealt.deal(session, _as_listed(session.candidates), rng=rng)
    record(
        "session.create", session, at=at, title=plan.title, people=len(session.candidates),
        forms=[each.id for each in session.forms],
    )  # fmt: skip
    if makeup_of is not None:
        carry_conditions(makeup_of, session, at=at, by=by)
    return session


def must_be_first_makeup(session: ExamSession, person_ids: Collection[int]) -> None:
    """Raises OneMakeupOnly if a makeup of a 任前考试 called somebody who has had one.

    Who was deferred sits for the first time in one makeup and may have another; who was deferred in
    a makeup has not had it.
    """
    root = session if session.makeup_of_id is None else queries.session(session.makeup_of_id)
    if root.exam_kind is not ExamKind.PRE_APPOINTMENT:
        return
    if root is not session:
        raise OneMakeupOnly
    had = makeups.makeups_by_person(root.id)
    deferred = {
        each.person_id for each in root.candidates if each.status is CandidateStatus.DEFERRED
    }
    if any(had[each] > (each in deferred) for each in person_ids):
        raise OneMakeupOnly


def open_session(
    *,
    plan: SessionPlan,
    papers: Sequence[PaperOf],
    at: datetime,
    by: Account | None,
    makeup_of: ExamSession | None = None,
) -> ExamSession:
    """Freeze the roster as it stands and create the session on it; sent twice, made once."""
    take_turn(by)
    if makeup_of is not None:
        _must_be_over(makeup_of, at)
    for other in queries.sessions_titled(plan.title):
        given = {(each.form_id, each.rank_group) for each in other.papers}
        same = ({(each.form.id, each.rank_group) for each in papers}, plan.opens_at, plan.closes_at)
        if (given, other.opens_at, other.closes_at) == same:
            return other
    roster = rosters.take_snapshot(title=f"{plan.title}名单", at=at, by=by)
    return create_session(
        plan=plan, papers=papers, roster=roster, at=at, by=by, makeup_of=makeup_of
    )


def _must_be_over(session: ExamSession, at: datetime) -> None:
    """Raises Over, NotOver; it is not extended meanwhile."""
    hold(session)
    if at < session.closes_at:
        raise NotOver


def called(plan: SessionPlan, entries: Sequence[RosterEntry]) -> list[RosterEntry]:
    """The people of a roster whom the plan calls, in its order."""
    return [
        entry
        for entry in entries
        if plan.calls(
            person_id=entry.person_id,
            unit_id=entry.unit_id,
            rank_group=entry.rank_group,
            line=entry.line,
        )
    ]


def candidate_of(entry: RosterEntry) -> Candidate:
    """Somebody's place on a list; deferred if that is how they stand on the roster."""
    if entry.proposes_deferral:
        return Candidate(
            person_id=entry.person_id,
            entry=entry,
            status=CandidateStatus.DEFERRED,
            reason=entry.reason or entry.duty_status.label,
        )
    return Candidate(person_id=entry.person_id, entry=entry)


def _as_listed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In the order of the bureau, in which neighbours stand together."""
    return sorted(candidates, key=lambda each: (each.entry.unit_position, each.entry.id))


def mark_of(session: ExamSession) -> str:
    """Of what the page of changing the arrangements shows."""
    return meanwhile.mark([str(getattr(session, name)) for name in PLANNED])


def revise_session(
    *, session: ExamSession, plan: SessionPlan, at: datetime, by: Account | None, seen: str = ""
) -> None:
    """Change the arrangements before the window opens; form and list stay.

    ``seen``: the mark of what was shown. Raises Over, Begun, ChangedMeanwhile, NotSealed,
    LawChanged, BadPlan.
    """
    hold(session)
    meanwhile.must_be_as_seen(mark_of(session), seen)
    if at >= session.opens_at or queries.has_attempts(session.id):
        raise Begun
    must_be_none(checking.of_arrangement(plan, session.forms, at))
    changes = {}
    for name in PLANNED:
        old, new = getattr(session, name), getattr(plan, name)
        if old != new:
            changes[name] = [str(old), str(new)]
            setattr(session, name, new)
    db.session.flush()
    record("session.revise", session, at=at, changes=changes)


def cancel(*, session: ExamSession, reason: str, at: datetime, by: Account | None) -> None:
    """Call a session off; what was answered is kept, but nothing more is saved.

    Raises Over, Refused without a reason.
    """
    hold(session)
    if session.published_at is not None:
        raise Over("成绩已公布的场次不能取消")
    if not reason.strip():
        raise Refused("取消场次须写明理由", field="reason")
    session.cancelled_at = at
    for attempt in queries.running(session.id, at):
        attempt.epoch += 1
    db.session.flush()
    record("session.cancel", session, at=at, title=session.title, reason=reason.strip())


def publish_results(*, session: ExamSession, at: datetime, by: Account | None) -> None:
    """Announce the scores; a second time changes nothing.

    Raises Over, Refused while people may still be sitting, papers wait to be marked or what
    persons marked is not declared final.
    """
    hold(session)
    if at < session.closes_at:
        raise Refused("场次尚未结束，不能公布成绩")
    if session.published_at is not None:
        return
    if sitting := len(queries.running(session.id, at)):
        raise Refused(f"还有 {sitting} 人在加时作答，请待其交卷后公布")
    if waiting := queries.not_handed_in(session.id):
        raise Refused(f"还有 {waiting} 份答卷正在收卷，请稍候再公布")
    if unmarked := queries.unmarked(session.id):
        raise Refused(f"还有 {unmarked} 份答卷待阅卷，请待主观题评完后公布")
    if session.on_paper and (waiting := paper_queries.unfinished(session.id)):
        raise Refused(f"还有 {waiting} 人的线下成绩没有录入或没有复核，请先在“线下成绩”页办完")
    if session.marking_closed_at is None and marking_queries.has_markings(session.id):
        raise Refused("主观题已评完但还没有定评，请先在“阅卷进度”定评")
    session.published_at = at
    db.session.flush()
    record("session.publish", session, at=at, title=session.title)
