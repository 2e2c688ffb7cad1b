"""Who does not mark yet: people who are still to sit the paper, or are sitting it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession, SessionForm
from exam.queries.sessions.overview import sits_yet


def to_sit(form_ids: Collection[int], by: Account, at: datetime) -> frozenset[int]:
    """Those of the papers that the account's person may yet be given to sit, or sits."""
    rows = db.session.execute(
        select(SessionForm.form_id, Candidate)
        .join(Candidate, Candidate.session_id == SessionForm.session_id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            SessionForm.form_id.in_(form_ids),
            Candidate.person_id == by.person_id,
            Candidate.status == CandidateStatus.DUE,
            ExamSession.cancelled_at.is_(None),
        )
        .options(selectinload(Candidate.attempts), joinedload(Candidate.session))
        .order_by(SessionForm.id)
    )
    return frozenset(form_id for form_id, candidate in rows if sits_yet(candidate, at))
