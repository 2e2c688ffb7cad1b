"""Answers of a pile that say the same as the one at hand: what one judgement may be said of."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from accounts.models import Account
from core.db import db
from exam.attempts import responses
from exam.marking import alike
from exam.marking.double_marking import Reader
from exam.models import Answer, MarkingClaim
from exam.papers.snapshot import Slot
from exam.queries.marking import marks
from exam.queries.marking.marks import READERS, Pile

#: Equal answers differ in spaces and punctuation, so by few bytes of what was sent.
_NEAR = 40
_CHUNK = 500


def waiting(pile: Pile, item: Slot, claim: MarkingClaim, by: Account, at: datetime) -> list[int]:
    """Answers equal to that of a claim which its holder could take up next, by id."""
    if claim.reader is Reader.ARBITER or claim.done_at is not None:
        return []
    free = marks.takeable(pile, by, at, arbitration=False)
    ids = sorted(each.answer_id for each in free if each.answer_id != claim.answer_id)
    return _equal(ids, item, claim.answer)


def marked(pile: Pile, item: Slot, claim: MarkingClaim, by: Account) -> list[MarkingClaim]:
    """Claims of answers equal to that of a claim which its holder marked, too."""
    if claim.reader is Reader.ARBITER:
        return []
    own = {
        each.answer_id: each
        for each in db.session.scalars(
            marks.marked(pile, by).where(
                MarkingClaim.reader.in_(READERS), MarkingClaim.id != claim.id
            )
        )
    }
    return [own[each] for each in _equal(sorted(own), item, claim.answer)]


def _equal(answer_ids: list[int], item: Slot, answer: Answer) -> list[int]:
    said = alike.saying(item, responses.of(answer.response))
    if not said:
        return []
    found = (
        answer_id
        for answer_id, response in _near(answer_ids, len(answer.response))
        if alike.saying(item, responses.of(response)) == said
    )
    return [answer_id for answer_id, _ in zip(found, range(alike.MOST), strict=False)]


def _near(answer_ids: list[int], length: int) -> Iterable[tuple[int, str]]:
    for start in range(0, len(answer_ids), _CHUNK):
        rows = db.session.execute(
            select(Answer.id, Answer.response)
            .where(
                Answer.id.in_(answer_ids[start : start + _CHUNK]),
                func.length(Answer.response).between(length - _NEAR, length + _NEAR),
            )
            .order_by(Answer.id)
        )
        yield from ((row.id, row.response) for row in rows)
