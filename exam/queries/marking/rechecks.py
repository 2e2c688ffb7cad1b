"""Reads for rechecks: one's own, those that wait, who may answer; and the calendar."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from accounts.models import Account
from accounts.queries.accounts import Identity
from core import clock
from core.db import db
from exam.marking import rechecks
from exam.models import (
    Answer,
    Attempt,
    CalendarDay,
    Candidate,
    ExamSession,
    Final,
    Form,
    Marking,
    Recheck,
)


def calendar() -> Mapping[date, bool]:
    rows = db.session.execute(
        select(CalendarDay.day, CalendarDay.working).order_by(CalendarDay.day)
    )
    return {row.day: row.working for row in rows}


def calendar_days() -> Select[CalendarDay]:
    """The newest first."""
    return select(CalendarDay).order_by(CalendarDay.day.desc(), CalendarDay.id)


def calendar_day(day: date) -> CalendarDay | None:
    return db.session.scalars(select(CalendarDay).where(CalendarDay.day == day)).one_or_none()


def calendar_row(day_id: int) -> CalendarDay:
    return db.session.scalars(select(CalendarDay).where(CalendarDay.id == day_id)).one()


def asked_until(session: ExamSession) -> datetime | None:
    """Until when a recheck may be asked for; None before publication and without rechecks."""
    if session.published_at is None or not session.recheck_days:
        return None
    return rechecks.ends(session.published_at, session.recheck_days, calendar(), clock.LOCAL)


def of_attempt(attempt_id: int) -> Sequence[Recheck]:
    return db.session.scalars(
        select(Recheck).where(Recheck.attempt_id == attempt_id).order_by(Recheck.id)
    ).all()


_OWN = (
    Attempt.person_id == bindparam("person_id"),
    or_(Recheck.answered_at.is_(None), Recheck.answered_at >= bindparam("since")),
)
#: SQL: ``own`` finds some.
ANY_OWN = exists(select(Recheck.id).join(Recheck.attempt).where(*_OWN))


def own(person_id: int, since: datetime) -> Sequence[Recheck]:
    """Somebody's rechecks that wait, or were answered since a moment; the newest first."""
    return db.session.scalars(
        _with_paper().where(*_OWN).order_by(Recheck.id.desc()),
        {"person_id": person_id, "since": since},
    ).all()


def _with_paper() -> Select[Recheck]:
    return (
        select(Recheck)
        .join(Attempt, Attempt.id == Recheck.attempt_id)
        .options(
            joinedload(Recheck.attempt).options(
                joinedload(Attempt.session),
                joinedload(Attempt.form).options(defer(Form.snapshot)),
                joinedload(Attempt.candidate).joinedload(Candidate.entry),
            ),
            joinedload(Recheck.answered_by).joinedload(Account.person),
        )
    )


def rechecks_of(*, answered: bool) -> Select[Recheck]:
    """Those that wait, the most urgent first; or those that were answered, the newest first."""
    query = _with_paper()
    if answered:
        return query.where(Recheck.answered_at.is_not(None)).order_by(
            Recheck.answered_at.desc(), Recheck.id.desc()
        )
    return query.where(Recheck.answered_at.is_(None)).order_by(Recheck.due_at, Recheck.id)


def waiting(at: datetime, by: Identity | None = None) -> tuple[int, int]:
    """How many wait, and how many of them are overdue; ``by``: of those that it may answer now.

    Nobody answers what was asked of results that are final by now.
    """
    query = select(func.count(), func.count().filter(Recheck.due_at <= at)).where(
        Recheck.answered_at.is_(None)
    )
    if by is not None:
        final = exists().where(Final.session_id == Attempt.session_id)
        query = query.join(Recheck.attempt).where(_answerable(by.account_id, by.person_id), ~final)
    row = db.session.execute(query).one()
    return row[0], row[1]


def answerable(recheck_ids: Sequence[int], *, account_id: int, person_id: int) -> set[int]:
    """Those of the rechecks that an account may answer: neither the candidate may, nor who marked
    what is in question, nor who made the paper."""
    query = (
        select(Recheck.id)
        .join(Recheck.attempt)
        .where(Recheck.id.in_(recheck_ids), _answerable(account_id, person_id))
        .order_by(Recheck.id)
    )
    return set(db.session.scalars(query))


def _answerable(account_id: int, person_id: int) -> ColumnElement[bool]:
    """SQL, of rechecks with their attempts."""
    made = exists().where(
        Form.id == Attempt.form_id,
        or_(Form.created_by_id == account_id, Form.sealed_by_id == account_id),
    )
    marked = exists().where(
        Answer.attempt_id == Recheck.attempt_id,
        Marking.answer_id == Answer.id,
        Marking.marked_by_id == account_id,
        or_(Recheck.slot == 0, Recheck.slot == Answer.slot),
    )
    return and_(Attempt.person_id != person_id, ~made, ~marked)


def recheck(recheck_id: int) -> Recheck:
    return db.session.scalars(_with_paper().where(Recheck.id == recheck_id)).one()


def answers(attempt_id: int) -> Mapping[int, Answer]:
    """The answers of an attempt with all that was marked, by slot."""
    rows = db.session.scalars(
        select(Answer)
        .where(Answer.attempt_id == attempt_id)
        .options(selectinload(Answer.markings).joinedload(Marking.marked_by))
        .order_by(Answer.slot)
    )
    return {each.slot: each for each in rows}
