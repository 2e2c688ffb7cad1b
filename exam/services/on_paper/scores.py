"""Scores of exams on paper: entered by one, checked by another, corrected with a reason.

Only what was checked makes an attempt; rates, lists and results read attempts and know no paper.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock, share
from core.errors import Refused
from exam.kinds import CandidateStatus, EventKind, PaperState
from exam.marking import corrections, scoring
from exam.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptVector,
    Candidate,
    ExamSession,
    Form,
    PaperScore,
)
from exam.on_paper import paper_scores as rules
from exam.on_paper.paper_scores import Entry
from exam.queries.marking import corrections as correction_queries
from exam.queries.on_paper import scores as queries
from exam.services.attempts import taking
from exam.services.results import certificates, finals
from question_bank.types import encoded


class NotOnPaper(Refused):
    message = "本场次不是线下纸笔考试，成绩由系统评分，不能录入"


class NotYet(Refused):
    message = "考试结束后才能录入成绩"


class Wrong(Refused):
    """The marks cannot be; the message says which and why."""


class OwnScore(Refused):
    message = "不能录入或复核本人的成绩，请由其他考务人员办理"


class SamePerson(Refused):
    message = "复核人不能是录入人，请由另一人复核"


class Changed(Refused):
    """Somebody entered something else meanwhile."""

    message = "成绩刚有改动，请按现在的内容重新核对"


class OtherPaper(Refused):
    message = "录入以后改过试卷，成绩须按现在的试卷重新录入"


class NotDue(Refused):
    """Somebody does not owe the exam any more; the message says what they are."""


class NoPaper(Refused):
    """Which paper somebody sat has not been decided."""


class InUse(Refused):
    """A correction to absent of what has had consequences; the message says whose."""


def enter(
    *, candidate: Candidate, entry: Entry, at: datetime, by: Account | None, file: str = ""
) -> PaperScore:
    """Enter what somebody's script came to; the same once more changes nothing.

    Whoever changes what another entered, or what was checked, says why. Raises NotOnPaper, NotYet,
    OwnScore, NoPaper, Wrong, Refused.
    """
    lock(candidate)
    session = candidate.session
    must_take_scores(session, at)
    not_ones_own(candidate, by)
    if candidate.status is not CandidateStatus.DUE:
        raise Refused(f"{candidate.entry.name}为{candidate.status.label}，不录入成绩")
    form = form_of(candidate)
    if found := rules.faults(entry, taking.sealed(form)):
        raise Wrong("；".join(found), field="total")
    before = queries.latest([candidate.id]).get(candidate.id)
    if before is not None and says(before, entry):
        return before
    if before is not None and needs_reason(before, by) and not entry.reason.strip():
        raise Refused("更正他人录入或已复核的成绩，须写明理由", field="reason")
    score = PaperScore(
        candidate_id=candidate.id,
        number=before.number + 1 if before else 1,
        form_id=form.id,
        state=entry.state,
        total=entry.total,
        sections=[str(each) for each in entry.sections],
        items=rules.dump(entry.items),
        reason=entry.reason.strip(),
        file=file,
        entered_at=at,
        entered_by_id=by.id if by else None,
    )
    db.session.add(score)
    try:
        db.session.flush()
    except IntegrityError:
        raise Changed from None
    record(
        "paper_score.correct" if before else "paper_score.enter",
        score,
        at=at,
        staff_number=candidate.entry.staff_number,
        session=session.id,
        **_told("old", before),
        **_told("new", score),
        **({"reason": score.reason} if score.reason else {}),
    )
    return score


def form_of(candidate: Candidate) -> Form:
    """The paper that somebody sat. Raises NoPaper while none was dealt to them."""
    if candidate.form is None:
        raise NoPaper(not_dealt(candidate))
    return candidate.form


def not_dealt(candidate: Candidate) -> str:
    """What to say of somebody for whom no paper was decided."""
    return f"{candidate.entry.name}还没有安排试卷，请先在“试卷分配与命题回避”页安排"


def needs_reason(before: PaperScore, by: Account | None) -> bool:
    """Whether a change of the entry has to be explained."""
    return before.checked_at is not None or before.entered_by_id != (by.id if by else None)


def says(score: PaperScore, entry: Entry) -> bool:
    """Whether an entry is what a row already holds, of the paper that the list has now."""
    if score.form_id != score.candidate.form_id:
        return False
    mine: tuple[Any, ...] = (
        entry.state,
        entry.total,
        list(entry.sections),
        rules.dump(entry.items),
    )
    theirs = (score.state, score.total, [Decimal(each) for each in score.sections], score.items)
    return mine == theirs


def check(*, score: PaperScore, at: datetime, by: Account) -> None:
    """A second person has compared an entry with the script: from here on it counts.

    Two persons having changed it, a final session gets its next final. Checked before, nothing
    changes. Raises SamePerson, OwnScore, Changed, OtherPaper, NotDue, InUse,
    Refused.
    """
    candidate = score.candidate
    # A correction of the paper waits for this one, or this one for it (correcting.approve).
    share(Form, score.form_id)
    lock(candidate.session)
    lock(candidate)
    db.session.refresh(score)
    if score.checked_at is not None:
        return
    must_take_scores(candidate.session, at)
    not_ones_own(candidate, by)
    if score.entered_by_id == by.id:
        raise SamePerson
    if queries.latest([candidate.id])[candidate.id].id != score.id:
        raise Changed
    if score.form_id != candidate.form_id:
        raise OtherPaper
    if candidate.status is not CandidateStatus.DUE:
        raise NotDue(f"{candidate.entry.name}已登记为{candidate.status.label}，成绩不计入")
    score.checked_at, score.checked_by_id = at, by.id
    _apply(score, at)
    db.session.flush()
    record(
        "paper_score.check", score, at=at,
        staff_number=candidate.entry.staff_number, session=candidate.session_id,
        **_told("new", score),
    )  # fmt: skip
    db.session.expire(candidate, ["attempts"])
    certificates.revoke_untrue([candidate.id], why="线下成绩更正后有变化", at=at, by=by)
    why = f"冲正：{candidate.entry.name}线下成绩更正，{score.reason}"[:300]
    finals.renew(session=candidate.session, reason=why, at=at, by=by)


#: Why one of several stays as it is; each is raised before anything is written.
_LEFT = (SamePerson, OwnScore, Changed, OtherPaper, NotDue)


def check_each(
    *, scores: Sequence[PaperScore], at: datetime, by: Account
) -> Sequence[tuple[PaperScore, str]]:
    """Check those that can be; the others, each with the reason. Raises InUse, Refused."""
    left = []
    for score in scores:
        try:
            check(score=score, at=at, by=by)
        except _LEFT as refusal:
            left.append((score, str(refusal)))
    return left


def _told(name: str, score: PaperScore | None) -> dict[str, str]:
    if score is None:
        return {}
    return {name: score.state.label if score.total is None else f"{score.total:f}"}


def must_take_scores(session: ExamSession, at: datetime) -> None:
    """Raises NotOnPaper, NotYet, Refused."""
    if not session.on_paper:
        raise NotOnPaper
    if session.cancelled_at is not None:
        raise Refused("场次已取消，不能再录入成绩")
    if at < session.closes_at:
        raise NotYet


def not_ones_own(candidate: Candidate, by: Account | None) -> None:
    """Raises OwnScore."""
    if by is not None and by.person_id == candidate.person_id:
        raise OwnScore


def _apply(score: PaperScore, at: datetime) -> None:
    """Bring the candidate's attempt in line with a checked entry."""
    candidate = score.candidate
    attempt = next(iter(candidate.attempts), None)
    if score.state is PaperState.ABSENT:
        if attempt is not None:
            _withdraw(attempt)
        return
    session = candidate.session
    if attempt is None:
        attempt = Attempt(
            candidate=candidate,
            number=1,
            person_id=candidate.person_id,
            session=session,
            form_id=score.form_id,
            started_at=session.opens_at,
            deadline=session.closes_at,
            submitted_at=session.closes_at,
            seed=0,
            earned=score.total,
        )
        db.session.add(attempt)
    attempt.form_id, attempt.earned = score.form_id, score.total
    voided = score.state is PaperState.VOIDED
    attempt.voided_at = at if voided else None
    attempt.void_reason = score.reason if voided else ""
    db.session.flush()
    detail = f"复核后登记：{score.state.label}，{score.total:f} 分"
    db.session.add(
        AttemptEvent(attempt_id=attempt.id, at=at, kind=EventKind.PAPER_SCORED, detail=detail)
    )
    _itemise(attempt, score, at)


def _itemise(attempt: Attempt, score: PaperScore, at: datetime) -> None:
    """The answers of a script and their vector; none of them where only the total is known."""
    for table in (AttemptVector, Answer):
        db.session.execute(delete(table).where(table.attempt_id == attempt.id))
    db.session.expire(attempt, ["answers"])
    if not score.items:
        return
    paper, items = taking.sealed(attempt.form), rules.load(score.items)
    rulings = correction_queries.rulings(attempt.form_id)
    found = rules.scored(paper, items, corrections.ruled(paper, rulings))
    attempt.earned = found.earned
    db.session.add_all(
        Answer(
            attempt_id=attempt.id,
            slot=slot,
            seq=0,
            response=encoded(each.response or rules.NOTHING),
            saved_at=at,
            earned=found.by_slot[slot],
        )
        for slot, each in items.items()
        if each != rules.Item()
    )
    db.session.add(
        AttemptVector(
            attempt_id=attempt.id,
            session_id=attempt.session_id,
            form_id=attempt.form_id,
            person_id=attempt.person_id,
            unit_id=attempt.candidate.entry.unit_id,
            **scoring.vector(paper.slots, found),
        )
    )


def _withdraw(attempt: Attempt) -> None:
    """Nobody sat it after all. Raises InUse."""
    for table in (AttemptVector, Answer, AttemptEvent):
        db.session.execute(delete(table).where(table.attempt_id == attempt.id))
    try:
        with db.session.begin_nested():
            db.session.execute(delete(Attempt).where(Attempt.id == attempt.id))
    except IntegrityError:
        raise InUse(
            f"{attempt.candidate.entry.name}的成绩已有复核申请或证书等后续手续，"
            "不能改为缺考；违纪的请登记成绩无效"
        ) from None
    db.session.expire(attempt.candidate, ["attempts"])
