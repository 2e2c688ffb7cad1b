"""Reads for a candidate's result: topics of items, the scores of everybody without names."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from core.db import db
from exam.kinds import ScorePolicy
from exam.models import Attempt, ExamSession
from exam.queries.marking.marks import settled
from question_bank.models import ItemRevision


def topics(revision_ids: Sequence[int]) -> Mapping[int, str]:
    """By revision, the topic that it is filed under; those without one are left out."""
    rows = db.session.execute(
        select(ItemRevision.id, ItemRevision.topic)
        .where(ItemRevision.id.in_(revision_ids), ItemRevision.topic != "")
        .order_by(ItemRevision.id)
    )
    return {row.id: row.topic for row in rows}


def counted_scores(session: ExamSession) -> list[Decimal]:
    """The score that counts of everybody who has one, by the session's policy."""
    rows = db.session.execute(
        select(Attempt.candidate_id, Attempt.earned)
        .where(
            Attempt.session_id == session.id,
            Attempt.earned.is_not(None),
            settled(),
            Attempt.voided_at.is_(None),
        )
        .order_by(Attempt.candidate_id, Attempt.number)
    )
    found: dict[int, list[Decimal]] = {}
    for candidate_id, earned in rows:
        found.setdefault(candidate_id, []).append(earned or Decimal(0))
    if session.score_policy is ScorePolicy.BEST:
        return [max(each) for each in found.values()]
    place = 0 if session.score_policy is ScorePolicy.FIRST else -1
    return [each[place] for each in found.values()]
