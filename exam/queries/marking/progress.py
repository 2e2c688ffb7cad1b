"""Reads for those who run the marking of a session. Markers are named, candidates are not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.models import Account, Person
from accounts.permissions import Permission
from accounts.queries import accounts
from core.db import db
from exam.marking.double_marking import Reader
from exam.models import (
    Answer,
    Attempt,
    ExamSession,
    Form,
    Marking,
    MarkingClaim,
    SessionMarker,
)
from exam.queries.marking.marks import Pile, for_persons, handed_in, in_dispute
from question_bank.models import Item, ItemRevision


@dataclass(frozen=True)
class Left:
    """How many answers of a pile are there, are scored, and wait for an arbiter."""

    total: int
    done: int
    arbitration: int

    @property
    def waiting(self) -> int:
        return self.total - self.done - self.arbitration


@dataclass(frozen=True)
class Judgement:
    """A marker's newest word on an answer."""

    pile: Pile
    answer_id: int
    reader: Reader
    marker_id: int | None
    points: dict[str, list[int]]
    #: The answer waits for an arbiter.
    disputed: bool


def piles(session_id: int) -> dict[Pile, Left]:
    rows = db.session.execute(
        select(
            Attempt.form_id,
            Answer.slot,
            func.count(),
            func.count().filter(Answer.earned.is_not(None)),
            func.count().filter(in_dispute()),
        )
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(Attempt.session_id == session_id, *handed_in(), for_persons())
        .group_by(Attempt.form_id, Answer.slot)
        .order_by(Attempt.form_id, Answer.slot)
    )
    return {Pile(session_id, row[0], row[1]): Left(row[2], row[3], row[4]) for row in rows}


def judgements(session_id: int) -> list[Judgement]:
    """The newest of each reader, by answer; rechecks after publication are no part of it."""
    rows = db.session.execute(
        select(
            Attempt.form_id,
            Answer.slot,
            Answer.id,
            Marking.reader,
            Marking.marked_by_id,
            Marking.points,
            in_dispute(),
        )
        .join(Answer, Answer.id == Marking.answer_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(Attempt.session_id == session_id, *handed_in(), Marking.reader != Reader.RECHECK)
        .order_by(Marking.id)
    )
    newest = {
        (answer_id, reader): Judgement(
            Pile(session_id, form_id, slot), answer_id, reader, marker_id, points, disputed
        )
        for form_id, slot, answer_id, reader, marker_id, points, disputed in rows
    }
    return [newest[key] for key in sorted(newest)]


def named(session_id: int) -> Sequence[SessionMarker]:
    return db.session.scalars(
        select(SessionMarker)
        .where(SessionMarker.session_id == session_id)
        .options(joinedload(SessionMarker.account).joinedload(Account.person))
        .order_by(SessionMarker.id)
    ).all()


def unfinished(session_id: int, account_id: int | None = None) -> Sequence[MarkingClaim]:
    """Answers that somebody took up and did not mark, passed over or not."""
    query = (
        select(MarkingClaim)
        .join(Answer, Answer.id == MarkingClaim.answer_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.session_id == session_id, MarkingClaim.done_at.is_(None))
        .order_by(MarkingClaim.claimed_at, MarkingClaim.id)
    )
    if account_id is not None:
        query = query.where(MarkingClaim.account_id == account_id)
    return db.session.scalars(query).all()


def names(account_ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Account.id, Person.name)
        .join(Person, Person.id == Account.person_id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
    )
    return {row.id: row.name for row in rows}


def markers() -> Sequence[Account]:
    """Open accounts that may mark at all."""
    return accounts.able_to(Permission.ANSWER_MARK)


def able(forms: Sequence[Form], revision_ids: Collection[int]) -> list[Account]:
    """Markers who may mark the items on the papers: who drew or sealed one, or wrote one of the
    items, does not."""
    barred = {number for each in forms for number in (each.created_by_id, each.sealed_by_id)}
    rows = db.session.execute(
        select(Item.writer_id, ItemRevision.created_by_id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .where(ItemRevision.id.in_(revision_ids))
        .order_by(ItemRevision.id)
    )
    barred |= {number for row in rows for number in row}
    return [each for each in markers() if each.id not in barred]
