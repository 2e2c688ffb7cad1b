"""Reads for the pages of sessions."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import OrgUnit, Person, RosterEntry
from core.db import db
from exam.models import Answer, Attempt, Candidate, ExamSession


def sessions(unit_id: int | None = None) -> Select[ExamSession]:
    """Sessions, newest first; with a unit only those that some of its people are to sit."""
    query = select(ExamSession).order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    if unit_id is not None:
        query = query.where(
            select(Candidate.id)
            .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
            .where(Candidate.session_id == ExamSession.id, RosterEntry.unit_id == unit_id)
            .exists()
        )
    return query


def session(session_id: int, unit_id: int | None = None) -> ExamSession:
    """A session, for readers limited to a unit only if its people are to sit it."""
    return db.session.scalars(
        sessions(unit_id).where(ExamSession.id == session_id).options(joinedload(ExamSession.form))
    ).one()


def candidates(session_id: int, unit_id: int | None = None) -> Sequence[Candidate]:
    """The list of a session in the order of the bureau, with attempts."""
    query = (
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id == session_id)
        .options(joinedload(Candidate.entry), selectinload(Candidate.attempts))
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalars(query).all()


def candidate(candidate_id: int, unit_id: int | None = None) -> Candidate:
    query = (
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.id == candidate_id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalars(query).one()


def answered(session_id: int) -> dict[int, tuple[int, object]]:
    """How many slots each attempt has answered, and when it was saved last."""
    rows = db.session.execute(
        select(Answer.attempt_id, func.count(), func.max(Answer.saved_at))
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.session_id == session_id)
        .group_by(Answer.attempt_id)
        .order_by(Answer.attempt_id)
    )
    return {attempt: (count, last) for attempt, count, last in rows}


def own_candidacies(person: Person) -> Sequence[Candidate]:
    """The sessions that a person is on the list of, newest first."""
    return db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Candidate.person_id == person.id, ExamSession.cancelled_at.is_(None))
        .options(joinedload(Candidate.session), selectinload(Candidate.attempts))
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    ).all()


def units() -> Sequence[OrgUnit]:
    """The units that exist now, in the order of the bureau."""
    return db.session.scalars(
        select(OrgUnit).where(OrgUnit.valid_to.is_(None)).order_by(OrgUnit.position, OrgUnit.id)
    ).all()
