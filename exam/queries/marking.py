"""Reads for marking: what waits, the next answer, what was marked. Nobody is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from accounts.models import Account
from core.db import db
from exam.models import Answer, Attempt, AttemptVector, ExamSession, Form, Marking, SessionForm
from exam.rubric import Judged


@dataclass(frozen=True)
class Progress:
    """How far the marking of one item of a session has come."""

    marked: int
    waiting: int

    @property
    def total(self) -> int:
        return self.marked + self.waiting


_NOTHING = Progress(0, 0)


def _handed_in() -> tuple[ColumnElement[bool], ...]:
    """Of attempts: handed in, not voided, in a session that was not cancelled."""
    return (
        Attempt.submitted_at.is_not(None),
        Attempt.voided_at.is_(None),
        ExamSession.cancelled_at.is_(None),
    )


def _marked() -> ColumnElement[bool]:
    return select(Marking.id).where(Marking.answer_id == Answer.id).exists()


def sessions(open_only: bool = True) -> Select[ExamSession]:
    """Sessions with answers that persons mark, those that end first at the top.

    ``open_only``: only those in which something still waits.
    """
    wanted = Answer.earned.is_(None) if open_only else (Answer.earned.is_(None) | _marked())
    return (
        select(ExamSession)
        .where(
            select(Attempt.id)
            .join(Answer, Answer.attempt_id == Attempt.id)
            .where(Attempt.session_id == ExamSession.id, *_handed_in(), wanted)
            .exists()
        )
        .options(selectinload(ExamSession.papers).joinedload(SessionForm.form).defer(Form.snapshot))
        .order_by(ExamSession.closes_at, ExamSession.id)
    )


def session(session_id: int) -> ExamSession:
    """NoResultFound, shown as 404, for one in which nothing is for persons to mark."""
    return db.session.scalars(sessions(open_only=False).where(ExamSession.id == session_id)).one()


def progress(session_ids: Sequence[int], by: Account) -> Mapping[tuple[int, int, int], Progress]:
    """By session, form and slot; answers of the marker's own are not counted."""
    waits, marked = Answer.earned.is_(None), _marked()
    rows = db.session.execute(
        select(
            Attempt.session_id,
            Attempt.form_id,
            Answer.slot,
            func.count().filter(marked),
            func.count().filter(waits),
        )
        .join(Answer, Answer.attempt_id == Attempt.id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(
            Attempt.session_id.in_(session_ids),
            Attempt.person_id != by.person_id,
            *_handed_in(),
            waits | marked,
        )
        .group_by(Attempt.session_id, Attempt.form_id, Answer.slot)
        .order_by(Attempt.session_id, Attempt.form_id, Answer.slot)
    )
    return {(row[0], row[1], row[2]): Progress(row[3], row[4]) for row in rows}


def progress_of(session_id: int, form_id: int, slot: int, by: Account) -> Progress:
    return progress([session_id], by).get((session_id, form_id, slot), _NOTHING)


def _answers(session_id: int, form_id: int, slot: int, by: Account) -> Select[Answer]:
    return (
        select(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(ExamSession, ExamSession.id == Attempt.session_id)
        .where(
            Attempt.session_id == session_id,
            Attempt.form_id == form_id,
            Answer.slot == slot,
            Attempt.person_id != by.person_id,
            *_handed_in(),
        )
    )


def next_waiting(
    session_id: int, form_id: int, slot: int, by: Account, after: int | None = None
) -> Answer | None:
    """The next answer that waits, beyond ``after`` if there is one, else from the beginning.

    Half of the accounts go through the answers backwards, so that two people who mark the same
    item at once seldom meet.
    """
    query = _answers(session_id, form_id, slot, by).where(Answer.earned.is_(None)).limit(1)
    backwards = by.id % 2 == 1
    query = query.order_by(Answer.id.desc() if backwards else Answer.id)
    if after is not None:
        beyond = Answer.id < after if backwards else Answer.id > after
        if (found := db.session.scalars(query.where(beyond)).one_or_none()) is not None:
            return found
    return db.session.scalars(query).one_or_none()


def answer(session_id: int, form_id: int, slot: int, answer_id: int, by: Account) -> Answer:
    """An answer for persons to mark; NoResultFound for any other, and for the marker's own."""
    return db.session.scalars(
        _answers(session_id, form_id, slot, by)
        .where(Answer.id == answer_id, Answer.earned.is_(None) | _marked())
        .options(selectinload(Answer.markings).joinedload(Marking.marked_by))
    ).one()


def marked(session_id: int, form_id: int, slot: int, by: Account) -> Select[Answer]:
    """The answers that were marked, with every judgement."""
    return (
        _answers(session_id, form_id, slot, by)
        .where(_marked())
        .options(
            selectinload(Answer.markings).joinedload(Marking.marked_by).joinedload(Account.person)
        )
        .order_by(Answer.id)
    )


def judged_of(attempt_id: int) -> dict[int, Judged]:
    """By slot, what persons found in an attempt's answers; the newest judgement of each counts."""
    rows = db.session.execute(
        select(Answer.slot, Marking.points)
        .join(Marking, Marking.answer_id == Answer.id)
        .where(Answer.attempt_id == attempt_id)
        .order_by(Marking.id)
    )
    return {row.slot: row.points for row in rows}


def vector_of(attempt_id: int) -> AttemptVector:
    return db.session.scalars(
        select(AttemptVector).where(AttemptVector.attempt_id == attempt_id)
    ).one()
