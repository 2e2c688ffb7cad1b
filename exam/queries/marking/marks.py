"""Reads for those who mark: what waits, what they hold, what they marked. Nobody is named.

Loading is authorising: a marker gets claims of their own, in sessions that they may mark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from accounts.models import Account
from core.db import db
from exam.marking.double_marking import Reader, Reading
from exam.marking.queueing import LEASE, Waiting
from exam.models import (
    Answer,
    Attempt,
    AttemptVector,
    ExamSession,
    Form,
    Marking,
    MarkingClaim,
    SessionMarker,
)
from question_bank.models import Item, ItemRevision

#: Those who mark each answer; the arbiter comes only where they differ.
READERS = (Reader.FIRST, Reader.SECOND)


@dataclass(frozen=True)
class Pile:
    """The answers of a session to one item of a form."""

    session_id: int
    form_id: int
    slot: int


@dataclass(frozen=True)
class Progress:
    """How far the marking of a pile has come, as one marker may know it."""

    #: What they marked themselves.
    marked: int
    #: What waits for them, in whoever's hands it is just now.
    waiting: int
    #: Answers on which two others differ.
    arbitration: int = 0

    @property
    def total(self) -> int:
        return self.marked + self.waiting


_NOTHING = Progress(0, 0)


def handed_in() -> tuple[ColumnElement[bool], ...]:
    """Of attempts: handed in, not voided, in a session that was not cancelled."""
    return (
        Attempt.submitted_at.is_not(None),
        Attempt.voided_at.is_(None),
        ExamSession.cancelled_at.is_(None),
    )


def for_persons() -> ColumnElement[bool]:
    """Of answers: one that persons mark, marked or not."""
    marked = select(Marking.id).where(Marking.answer_id == Answer.id).exists()
    return or_(Answer.earned.is_(None), marked)


def settled() -> ColumnElement[bool]:
    """Of attempts: persons mark nothing of them, or what they marked is final."""
    final = or_(ExamSession.marking_closed_at.is_not(None), ExamSession.published_at.is_not(None))
    return or_(Attempt.by_hand == 0, Attempt.session.has(final))


def score() -> ColumnElement[Decimal | None]:
    """Of attempts: Attempt.score."""
    return case((settled(), Attempt.earned))


def _may_mark(by: Account) -> ColumnElement[bool]:
    """Of sessions: nobody is named for it, or the marker is."""
    named = select(SessionMarker.id).where(SessionMarker.session_id == ExamSession.id)
    return or_(~named.exists(), named.where(SessionMarker.account_id == by.id).exists())


def sessions(by: Account, *, open_only: bool = True) -> Select[ExamSession]:
    """Sessions with answers that persons mark, those that end first at the top.

    ``open_only``: only those in which something still waits.
    """
    wanted = Answer.earned.is_(None) if open_only else for_persons()
    return (
        select(ExamSession)
        .where(
            _may_mark(by),
            select(Attempt.id)
            .join(Answer, Answer.attempt_id == Attempt.id)
            .where(Attempt.session_id == ExamSession.id, *handed_in(), wanted)
            .exists(),
        )
        .order_by(ExamSession.closes_at, ExamSession.id)
    )


def session(session_id: int, by: Account) -> ExamSession:
    """NoResultFound, shown as 404, for one that the marker has nothing to do with."""
    query = sessions(by, open_only=False).where(ExamSession.id == session_id)
    return db.session.scalars(query).one()


def forms_of(session_ids: Sequence[int]) -> Mapping[int, Form]:
    """The forms that people of the sessions handed in, by id."""
    sat = select(Attempt.form_id).where(
        Attempt.session_id.in_(session_ids), Attempt.submitted_at.is_not(None)
    )
    found = db.session.scalars(select(Form).where(Form.id.in_(sat)).order_by(Form.id))
    return {each.id: each for each in found}


def written_by(revision_ids: Sequence[int], by: Account) -> frozenset[int]:
    """Those of the revisions whose item the account wrote, or which it wrote itself."""
    wrote = or_(Item.writer_id == by.id, ItemRevision.created_by_id == by.id)
    return frozenset(
        db.session.scalars(
            select(ItemRevision.id)
            .join(Item, Item.id == ItemRevision.item_id)
            .where(ItemRevision.id.in_(revision_ids), wrote)
        )
    )


def held(at: datetime) -> ColumnElement[bool]:
    """Of claims: it keeps others away, for good or for now."""
    fresh = and_(MarkingClaim.skipped_at.is_(None), MarkingClaim.claimed_at > at - LEASE)
    return or_(MarkingClaim.done_at.is_not(None), fresh)


def _claims(*conditions: ColumnElement[bool]) -> Select[int]:
    """How many claims of an answer fulfil the conditions, for use inside a query of answers."""
    claim = MarkingClaim.answer_id == Answer.id
    return select(func.count(MarkingClaim.id)).where(claim, *conditions).correlate(Answer)


def _by_others(pile: Pile, by: Account) -> tuple[ColumnElement[bool], ...]:
    """Of answers: in the pile and not the marker's own."""
    return (
        Attempt.session_id == pile.session_id,
        Attempt.form_id == pile.form_id,
        Answer.slot == pile.slot,
        Attempt.person_id != by.person_id,
        *handed_in(),
    )


def _seats() -> ColumnElement[int]:
    return case((ExamSession.double_marking, 2), else_=1)


def _done_readings() -> ColumnElement[int]:
    done = _claims(MarkingClaim.reader.in_(READERS), MarkingClaim.done_at.is_not(None))
    return done.scalar_subquery()


def _marked_by(by: Account) -> ColumnElement[bool]:
    mine = (MarkingClaim.account_id == by.id, MarkingClaim.done_at.is_not(None))
    return _claims(*mine).scalar_subquery() > 0


def in_dispute() -> ColumnElement[bool]:
    """Of answers: both markings are there, and no score yet."""
    return and_(Answer.earned.is_(None), ExamSession.double_marking, _done_readings() >= 2)


def progress(session_ids: Sequence[int], by: Account) -> Mapping[Pile, Progress]:
    """By pile; answers of the marker's own are not counted."""
    mine = _marked_by(by)
    waits = and_(Answer.earned.is_(None), ~mine, _done_readings() < _seats())
    rows = db.session.execute(
        select(
            Attempt.session_id,
            Attempt.form_id,
            Answer.slot,
            func.count().filter(mine),
            func.count().filter(waits),
            func.count().filter(and_(in_dispute(), ~mine)),
        )
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(
            Attempt.session_id.in_(session_ids),
            Attempt.person_id != by.person_id,
            *handed_in(),
            for_persons(),
        )
        .group_by(Attempt.session_id, Attempt.form_id, Answer.slot)
        .order_by(Attempt.session_id, Attempt.form_id, Answer.slot)
    )
    return {Pile(row[0], row[1], row[2]): Progress(row[3], row[4], row[5]) for row in rows}


def progress_of(pile: Pile, by: Account) -> Progress:
    return progress([pile.session_id], by).get(pile, _NOTHING)


def takeable(pile: Pile, by: Account, at: datetime, *, arbitration: bool) -> list[Waiting]:
    """The answers that the marker may take up now."""
    own = aliased(MarkingClaim)
    if arbitration:
        taken = _claims(MarkingClaim.reader == Reader.ARBITER, held(at)).scalar_subquery()
        free = and_(in_dispute(), taken == 0)
    else:
        taken = _claims(MarkingClaim.reader.in_(READERS), held(at)).scalar_subquery()
        free = and_(Answer.earned.is_(None), taken < _seats())
    rows = db.session.execute(
        select(Answer.id, own.skipped_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .outerjoin(own, and_(own.answer_id == Answer.id, own.account_id == by.id))
        .where(*_by_others(pile, by), free, or_(own.id.is_(None), own.skipped_at.is_not(None)))
        .order_by(Answer.id)
    )
    return [Waiting(answer_id, skipped_at) for answer_id, skipped_at in rows]


def claims_at(answer_id: int) -> Select[MarkingClaim]:
    return select(MarkingClaim).where(MarkingClaim.answer_id == answer_id).order_by(MarkingClaim.id)


def own_claims(pile: Pile, by: Account) -> Select[MarkingClaim]:
    """What the marker holds or has marked of a pile."""
    return (
        select(MarkingClaim)
        .join(Answer, Answer.id == MarkingClaim.answer_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(MarkingClaim.account_id == by.id, *_by_others(pile, by))
        .options(joinedload(MarkingClaim.answer).selectinload(Answer.markings))
        .order_by(MarkingClaim.id)
    )


def in_hand(pile: Pile, by: Account, *, arbitration: bool) -> MarkingClaim | None:
    """The answer that the marker took up and neither marked nor passed over."""
    as_arbiter = MarkingClaim.reader == Reader.ARBITER
    return db.session.scalars(
        own_claims(pile, by)
        .where(
            MarkingClaim.done_at.is_(None),
            MarkingClaim.skipped_at.is_(None),
            as_arbiter if arbitration else ~as_arbiter,
        )
        .limit(1)
    ).one_or_none()


def claim(pile: Pile, claim_id: int, by: Account) -> MarkingClaim | None:
    """A claim of the marker's own in the pile, passed over or not; None for any other."""
    return db.session.scalars(own_claims(pile, by).where(MarkingClaim.id == claim_id)).one_or_none()


def marked(pile: Pile, by: Account) -> Select[MarkingClaim]:
    """What the marker has marked, in the order in which it was taken up."""
    return own_claims(pile, by).where(MarkingClaim.done_at.is_not(None))


def readings_of(attempt_id: int) -> Mapping[int, Sequence[Reading]]:
    """By slot, what persons found in an attempt's answers, oldest first."""
    return readings([attempt_id]).get(attempt_id, {})


def readings(attempt_ids: Sequence[int]) -> Mapping[int, Mapping[int, Sequence[Reading]]]:
    """The same for many attempts."""
    rows = db.session.execute(
        select(Answer.attempt_id, Answer.slot, Marking.reader, Marking.points)
        .join(Marking, Marking.answer_id == Answer.id)
        .where(Answer.attempt_id.in_(attempt_ids))
        .order_by(Marking.id)
    )
    found: dict[int, dict[int, list[Reading]]] = {}
    for attempt_id, slot, reader, points in rows:
        slots = found.setdefault(attempt_id, {})
        slots.setdefault(slot, []).append(Reading(reader, points))
    return found


def attempts_with_markings(session_id: int) -> Sequence[Attempt]:
    """The valid attempts of a session in which persons marked something."""
    marked = (
        select(Marking.id)
        .join(Answer, Answer.id == Marking.answer_id)
        .where(Answer.attempt_id == Attempt.id)
        .exists()
    )
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.session_id == session_id, Attempt.voided_at.is_(None), marked)
        .options(selectinload(Attempt.answers))
        .order_by(Attempt.id)
    ).all()


def vector_of(attempt_id: int) -> AttemptVector:
    return db.session.scalars(
        select(AttemptVector).where(AttemptVector.attempt_id == attempt_id)
    ).one()


def has_markings(session_id: int) -> bool:
    """Whether persons marked anything in a session."""
    query = (
        select(Marking.id)
        .join(Answer, Answer.id == Marking.answer_id)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.session_id == session_id)
        .limit(1)
    )
    return db.session.scalar(query) is not None
