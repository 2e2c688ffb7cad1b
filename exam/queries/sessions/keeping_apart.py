"""Whose papers are looked at again for contacts, and where."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Attempt, Candidate, ExamSession


def between_attempts(session_id: int) -> Sequence[Candidate]:
    """Who has a paper of a session that they may yet begin, for the first time or once more."""
    begun = select(Attempt.candidate_id).where(
        Attempt.session_id == session_id,
        or_(Attempt.submitted_at.is_(None), Attempt.voided_at.is_not(None)),
    )
    had = (
        select(func.count())
        .where(Attempt.candidate_id == Candidate.id)
        .correlate(Candidate)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.session_id == session_id,
            Candidate.status == CandidateStatus.DUE,
            Candidate.form_id.is_not(None),
            Candidate.id.not_in(begun),
            had < ExamSession.max_attempts,
        )
        .options(joinedload(Candidate.entry))
        .order_by(Candidate.id)
    ).all()


def at_hand(at: datetime) -> Sequence[int]:
    """Sessions that go on, or open within two days; on paper only until they open."""
    return db.session.scalars(
        select(ExamSession.id)
        .where(
            ExamSession.cancelled_at.is_(None),
            ExamSession.closes_at > at,
            ExamSession.opens_at <= at + timedelta(days=2),
            or_(~ExamSession.on_paper, ExamSession.opens_at > at),
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
