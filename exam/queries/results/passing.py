"""Who passed a session, for what builds on it (a course that it closes)."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from exam.models import Attempt, Candidate, ExamSession
from exam.queries.attempts import taking
from exam.results import outcomes
from exam.results.outcomes import Sitting


def passed_at(session_id: int, at: datetime, person_id: int | None = None) -> dict[int, datetime]:
    """By person, when they handed in the attempt that passed the session or a makeup of it.

    A result that its candidate may not see yet does not count yet.
    """
    query = (
        select(Candidate)
        .join(Candidate.session)
        .where(
            or_(ExamSession.id == session_id, ExamSession.makeup_of_id == session_id),
            ExamSession.cancelled_at.is_(None),
            select(Attempt.id)
            .where(Attempt.candidate_id == Candidate.id, Attempt.submitted_at.is_not(None))
            .exists(),
        )
        .options(joinedload(Candidate.session), selectinload(Candidate.attempts))
        .order_by(Candidate.id)
    )
    if person_id is not None:
        query = query.where(Candidate.person_id == person_id)
    candidates = db.session.scalars(query).all()
    told = taking.open_among([each.session for each in candidates], at)
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for candidate in candidates:
        moment = _passed(candidate) if candidate.session_id in told else None
        if moment is not None:
            found[candidate.person_id].append(moment)
    return {person: min(moments) for person, moments in found.items()}


def _passed(candidate: Candidate) -> datetime | None:
    session = candidate.session
    handed_in = [each for each in candidate.attempts if each.submitted_at is not None]
    outcome = outcomes.outcome(
        [Sitting(each.number, each.score, each.voided_at is not None) for each in handed_in],
        policy=session.score_policy,
        pass_score=session.pass_score,
        excellent_score=session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )
    if not outcome.passed:
        return None
    return max(each.submitted_at for each in handed_in if each.submitted_at is not None)
