"""Reads for taking an exam. Loading is authorising: everybody gets their own and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core.db import db
from exam import review
from exam.kinds import EventKind
from exam.models import Answer, Attempt, AttemptEvent, Candidate, ExamSession, Form
from exam.review import Shown


@dataclass(frozen=True)
class Kept:
    """A saved answer."""

    id: int
    seq: int
    response: str
    earned: Decimal | None


@dataclass(frozen=True)
class Seat:
    """An attempt as the page to answer on needs it, read with no object behind it."""

    id: int
    session_id: int
    person_id: int
    epoch: int
    holder_id: int | None
    seed: int
    draw_seed: int
    left_out: Sequence[int]
    deadline: datetime
    submitted_at: datetime | None
    voided_at: datetime | None
    form_id: int
    #: The seal of the paper.
    digest: str
    title: str
    #: Whether something has to be shown to come in.
    gated: bool
    large_print: bool


_SEAT = (
    select(
        Attempt.id, Attempt.session_id, Attempt.person_id, Attempt.epoch, Attempt.holder_id,
        Attempt.seed, Attempt.draw_seed, Attempt.left_out, Attempt.deadline,
        Attempt.submitted_at, Attempt.voided_at, Attempt.form_id, Form.hash, ExamSession.title,
        ExamSession.gate_id.is_not(None), Candidate.large_print,
    )
    .join(Form, Form.id == Attempt.form_id)
    .join(ExamSession, ExamSession.id == Attempt.session_id)
    .join(Candidate, Candidate.id == Attempt.candidate_id)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
)  # fmt: skip


def seat(person_id: int, attempt_id: int) -> Seat:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    row = db.session.execute(_SEAT, {"attempt_id": attempt_id, "person_id": person_id}).one()
    facts: Sequence[Any] = row
    return Seat(*facts)


def candidacy(person: Person, session_id: int) -> Candidate:
    """The person's place on a session's list; NoResultFound for a session not theirs."""
    return db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.session_id == session_id,
            Candidate.person_id == person.id,
            ExamSession.cancelled_at.is_(None),
        )
        .options(
            joinedload(Candidate.session),
            joinedload(Candidate.form).defer(Form.snapshot),
            selectinload(Candidate.attempts),
        )
    ).one()


def attempt_of(person: Person, attempt_id: int) -> Attempt:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person.id)
        .options(joinedload(Attempt.session), joinedload(Attempt.form).defer(Form.snapshot))
    ).one()


def overdue(before: datetime, limit: int = 1_000) -> Sequence[int]:
    """Ids of attempts whose deadline lies before a moment and that nobody handed in."""
    return db.session.scalars(
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < before)
        .order_by(Attempt.deadline, Attempt.id)
        .limit(limit)
    ).all()


def snapshot_of(form_id: int) -> str:
    return db.session.scalars(select(Form.snapshot).where(Form.id == form_id)).one() or ""


_ANSWERS = (
    select(Answer.slot, Answer.id, Answer.seq, Answer.response, Answer.earned)
    .where(Answer.attempt_id == bindparam("attempt_id"))
    .order_by(Answer.slot)
)


def answers_of(attempt: Attempt | Seat) -> Mapping[int, Kept]:
    """What is saved of an attempt, by slot, as the database has it now."""
    rows = db.session.execute(_ANSWERS, {"attempt_id": attempt.id})
    return {slot: Kept(id_, seq, response, earned) for slot, id_, seq, response, earned in rows}


def events(attempt: Attempt, kind: EventKind) -> int:
    """How many events of a kind an attempt has."""
    query = select(func.count()).where(
        AttemptEvent.attempt_id == attempt.id, AttemptEvent.kind == kind
    )
    return db.session.scalar(query) or 0


def ends_at(session: ExamSession) -> datetime:
    """When the last one's time is over: the window's end, or later while extra time is used."""
    last = db.session.scalar(
        select(func.max(Attempt.deadline)).where(
            Attempt.session_id == session.id,
            Attempt.submitted_at.is_(None),
            Attempt.voided_at.is_(None),
        )
    )
    return session.closes_at if last is None else max(last, session.closes_at)


def shown_of(attempt: Attempt, at: datetime) -> Shown:
    """What of an attempt its candidate may look at."""
    session = attempt.session
    closes_at = ends_at(session)
    score, paper, key = (
        review.released(
            release,
            submitted=attempt.submitted_at is not None,
            closes_at=closes_at,
            published=session.published_at is not None,
            at=at,
        )
        for release in (session.score_release, session.paper_release, session.key_release)
    )
    return Shown(score=score, paper=paper, key=key)
