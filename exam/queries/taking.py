"""Reads for taking an exam. Loading is authorising: everybody gets their own and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Person
from core.db import db
from exam.models import Attempt, Candidate, ExamSession


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
            joinedload(Candidate.session).joinedload(ExamSession.form),
            selectinload(Candidate.attempts),
        )
    ).one()


def attempt_of(person: Person, attempt_id: int) -> Attempt:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person.id)
        .options(
            joinedload(Attempt.session),
            joinedload(Attempt.form),
            joinedload(Attempt.candidate),
            selectinload(Attempt.answers),
        )
    ).one()


def overdue(at: datetime, limit: int = 200) -> Sequence[Attempt]:
    """Attempts past their deadline that nobody handed in."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline <= at)
        .order_by(Attempt.deadline, Attempt.id)
        .limit(limit)
    ).all()
