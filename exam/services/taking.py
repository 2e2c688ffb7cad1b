"""Taking an exam: started, saved, handed in, scored."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from secrets import randbits

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts.models import Person
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam import ordering, responses, scoring, snapshot, timing
from exam.kinds import CandidateStatus, EventKind
from exam.models import Answer, Attempt, AttemptEvent, AttemptVector, Candidate, ExamSession, Form
from exam.queries import taking as queries
from exam.responses import Response
from exam.services.building import intact
from exam.snapshot import Paper


class NotNow(Refused):
    """The window is not open."""


class NotDue(Refused):
    """The person is exempt or deferred."""


class NoAttemptLeft(Refused):
    message = "本场次的作答次数已用完"


class Broken(Refused):
    message = "试卷校验未通过，已停止开考，请联系人事司考务"


class Closed(Refused):
    """The attempt was handed in or its time is over; answers saved before stay."""

    message = "已交卷或已到截止时间，不能再保存"


@lru_cache(maxsize=64)
def _paper(digest: str, text: str) -> Paper:
    return snapshot.load(text)


def paper_of(attempt: Attempt) -> Paper:
    """The sealed paper of an attempt, read once a process."""
    return sealed(attempt.form)


def sealed(form: Form) -> Paper:
    return _paper(form.hash or "", form.snapshot or "")


def start(*, session: ExamSession, person: Person, at: datetime) -> Attempt:
    """The person's running attempt, begun if there is none.

    Raises NotNow, NotDue, NoAttemptLeft, Broken; NoResultFound for a session not theirs.
    """
    candidate = queries.candidacy(person, session.id)
    db.session.refresh(candidate, with_for_update=True)
    close_overdue_of(candidate, at=at)
    running = next((each for each in candidate.attempts if each.submitted_at is None), None)
    if running is not None:
        _note(running, EventKind.RESUMED, at)
        return running
    _must_be_open(candidate, at)
    if len(candidate.attempts) >= session.max_attempts:
        raise NoAttemptLeft
    attempt = Attempt(
        candidate=candidate,
        number=len(candidate.attempts) + 1,
        person_id=person.id,
        session=session,
        form=session.form,
        started_at=at,
        deadline=timing.deadline(
            at,
            minutes=session.minutes,
            extra_minutes=candidate.extra_minutes,
            closes_at=session.closes_at,
        ),
        seed=randbits(48) | 1 if session.shuffle_options else 0,
    )
    db.session.add(attempt)
    try:
        db.session.flush()
    except IntegrityError:
        # A second click was faster: its attempt is the one.
        db.session.rollback()
        return next(
            each
            for each in queries.candidacy(person, session.id).attempts
            if each.submitted_at is None
        )
    _note(attempt, EventKind.STARTED, at)
    record("attempt.start", attempt, at=at, actor=person.staff_number, session=session.id)
    return attempt


def _must_be_open(candidate: Candidate, at: datetime) -> None:
    session = candidate.session
    if candidate.status is not CandidateStatus.DUE:
        raise NotDue(f"您在本场次为{candidate.status.label}（{candidate.reason}），无需作答")
    if at < session.opens_at:
        raise NotNow("考试尚未开始")
    if at >= session.closes_at:
        raise NotNow("考试已经结束")
    if not intact(session.form):
        raise Broken


def option_counts(paper: Paper) -> list[int]:
    return [len(each.options) for each in paper.slots]


def save_answers(*, attempt: Attempt, answers: Sequence[Response], at: datetime) -> list[int]:
    """Save answers under the same rules as the fast path; the slots that were saved.

    An older sequence number never overwrites a newer one. Raises Closed.
    """
    if attempt.submitted_at is not None or at > attempt.deadline:
        raise Closed
    kept = {each.slot: each for each in attempt.answers}
    saved = []
    for each in answers:
        row = kept.get(each.slot)
        if row is None:
            attempt.answers.append(
                Answer(slot=each.slot, seq=each.seq, response=each.body, saved_at=at)
            )
        elif each.seq > row.seq:
            row.seq, row.response, row.saved_at = each.seq, each.body, at
        else:
            continue
        saved.append(each.slot)
    db.session.flush()
    return saved


def submit(*, attempt: Attempt, at: datetime, auto: bool = False) -> Attempt:
    """Hand an attempt in and score it; a second time changes nothing."""
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is not None:
        return attempt
    paper = paper_of(attempt)
    answers = db.session.scalars(
        select(Answer).where(Answer.attempt_id == attempt.id).order_by(Answer.slot)
    ).all()
    score = scoring.score(paper, {each.slot: chosen(attempt, paper, each) for each in answers})
    for each in answers:
        each.earned = score.by_slot[each.slot]
    attempt.submitted_at = min(at, attempt.deadline)
    attempt.auto_submitted, attempt.earned = auto, score.earned
    db.session.add(
        AttemptVector(
            attempt_id=attempt.id,
            session_id=attempt.session_id,
            form_id=attempt.form_id,
            person_id=attempt.person_id,
            unit_id=attempt.candidate.entry.unit_id,
            right=bytes(each.slot in score.right for each in paper.slots),
        )
    )
    _note(attempt, EventKind.AUTO_SUBMITTED if auto else EventKind.SUBMITTED, at)
    db.session.flush()
    record(
        "attempt.submit",
        attempt,
        at=at,
        actor=attempt.candidate.entry.staff_number,
        earned=str(attempt.earned),
        auto=auto,
    )
    return attempt


def chosen(attempt: Attempt, paper: Paper, answer: Answer) -> set[int]:
    """The written options that an answer's letters stand for in this attempt."""
    slot = paper.slots[answer.slot - 1]
    places = ordering.shown_order(attempt.seed, slot.slot, slot.item_type, len(slot.options))
    return ordering.written(responses.choice(answer.response), places)


def close_overdue(*, at: datetime) -> int:
    """Hand in every attempt whose time is over, with what was saved; how many there were."""
    attempts = queries.overdue(at)
    for attempt in attempts:
        submit(attempt=attempt, at=at, auto=True)
    return len(attempts)


def close_overdue_of(candidate: Candidate, *, at: datetime) -> None:
    for attempt in candidate.attempts:
        if attempt.submitted_at is None and attempt.deadline <= at:
            submit(attempt=attempt, at=at, auto=True)


def _note(attempt: Attempt, kind: EventKind, at: datetime, detail: str = "") -> None:
    db.session.add(AttemptEvent(attempt_id=attempt.id, at=at, kind=kind, detail=detail))
