"""Answers taken up by those who mark: one at a time for each, and by nobody else meanwhile."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.db import db
from exam.marking.double_marking import Reader
from exam.marking.queueing import in_turn
from exam.models import ExamSession, MarkingClaim
from exam.queries.marking import marks as queries
from exam.queries.marking.marks import Pile


def take(
    *, session: ExamSession, pile: Pile, at: datetime, by: Account, arbitration: bool = False
) -> MarkingClaim | None:
    """The answer that the marker has in hand, or else the next; None when nothing waits.

    It is theirs for LEASE; looking at it again begins that anew.
    """
    if session.marking_closed_at is not None or session.published_at is not None:
        return None
    held = queries.in_hand(pile, by, arbitration=arbitration)
    if held is not None and _changed(held, claimed_at=at):
        return held
    waiting = queries.takeable(pile, by, at, arbitration=arbitration)
    readers = [Reader.ARBITER] if arbitration else list(session.scheme.readers)
    for answer_id in in_turn(waiting, by.id):
        if (claim := claimed(answer_id, readers, at, by)) is not None:
            return claim
    return None


def claimed(
    answer_id: int, readers: list[Reader], at: datetime, by: Account
) -> MarkingClaim | None:
    """A claim to the first free of the readers' places; None if somebody else was faster."""
    kept = db.session.scalars(
        queries.claims_at(answer_id).where(queries.held(at), MarkingClaim.account_id != by.id)
    ).all()
    free = [each for each in readers if each not in {claim.reader for claim in kept}]
    if not free:
        return None
    claim = MarkingClaim(answer_id=answer_id, reader=free[0], account_id=by.id, claimed_at=at)
    try:
        with db.session.begin_nested():
            db.session.execute(
                delete(MarkingClaim).where(
                    MarkingClaim.answer_id == answer_id,
                    or_(MarkingClaim.reader == free[0], MarkingClaim.account_id == by.id),
                    ~queries.held(at),
                )
            )
            db.session.add(claim)
    except IntegrityError:
        return None
    return claim


def skip(*, claim: MarkingClaim, at: datetime) -> None:
    """Pass an answer over: others may take it, and its marker meets it again at the end."""
    _changed(claim, skipped_at=at)


def _changed(claim: MarkingClaim, **values: datetime) -> bool:
    """Change a claim unless its answer is marked; whether it was still there to change.

    Somebody else may have taken over a claim that lapsed, and with that deleted it.
    """
    done = db.session.execute(
        update(MarkingClaim)
        .where(MarkingClaim.id == claim.id, MarkingClaim.done_at.is_(None))
        .values(**values)
        .returning(MarkingClaim.id)
    )
    return done.first() is not None
