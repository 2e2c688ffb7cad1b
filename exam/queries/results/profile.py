"""Reads for a candidate's result: topics of items, the scores of everybody without names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, exists, select

from core.db import db, table
from core.prepared import Prepared
from exam.kinds import EventKind, ScorePolicy
from exam.models import Attempt, AttemptEvent, Certificate, ExamSession, Final, Recheck, ScoreChange
from exam.queries.marking.marks import settled
from question_bank.models import ItemRevision


@dataclass(frozen=True)
class Aftermath:
    """What there is of an attempt besides its score; asked at once, because usually nothing is."""

    final: bool
    changed: bool
    rechecked: bool
    certified: bool
    #: By somebody else.
    handed_in: bool


_FINAL, _CHANGE, _RECHECK = table(Final), table(ScoreChange), table(Recheck)
_CERTIFICATE, _EVENT = table(Certificate), table(AttemptEvent)
_AFTERMATH = Prepared(
    select(
        exists().where(_FINAL.c.session_id == bindparam("session_id")),
        exists().where(_CHANGE.c.attempt_id == bindparam("attempt_id")),
        exists().where(_RECHECK.c.attempt_id == bindparam("attempt_id")),
        exists().where(_CERTIFICATE.c.candidate_id == bindparam("candidate_id")),
        exists().where(
            _EVENT.c.attempt_id == bindparam("attempt_id"), _EVENT.c.kind == EventKind.HANDED_IN
        ),
    )
)


def aftermath(attempt: Attempt) -> Aftermath:
    [found] = _AFTERMATH.rows(
        attempt_id=attempt.id, candidate_id=attempt.candidate_id, session_id=attempt.session_id
    )
    return Aftermath(*map(bool, found))


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
