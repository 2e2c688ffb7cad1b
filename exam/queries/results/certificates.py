"""Reads for certificates. Holders get their own and nothing else; anybody may ask by number."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts.models import Person, RosterEntry
from core.db import db
from exam.models import Attempt, Candidate, Certificate


def by_number(number: str) -> Certificate | None:
    return db.session.scalars(select(Certificate).where(Certificate.number == number)).one_or_none()


def _whole() -> Select[Certificate]:
    return (
        select(Certificate)
        .join(Certificate.candidate)
        .join(Candidate.entry)
        .options(
            contains_eager(Certificate.candidate).options(
                contains_eager(Candidate.entry), joinedload(Candidate.session)
            )
        )
    )


def certificate(certificate_id: int) -> Certificate:
    return db.session.scalars(_whole().where(Certificate.id == certificate_id)).one()


def own(person: Person, certificate_id: int) -> Certificate:
    """The person's own; NoResultFound, shown as 404, for anyone else's."""
    return db.session.scalars(
        _whole().where(Certificate.id == certificate_id, Candidate.person_id == person.id)
    ).one()


def of_session(session_id: int, *, live_only: bool = False) -> Select[Certificate]:
    """The certificates of a session in the order of the bureau, the newest of each person first."""
    query = (
        _whole()
        .where(Candidate.session_id == session_id)
        .order_by(RosterEntry.unit_position, RosterEntry.id, Certificate.id.desc())
    )
    return query.where(Certificate.revoked_at.is_(None)) if live_only else query


def live(candidate_ids: Sequence[int]) -> Sequence[Certificate]:
    """Certificates that were not revoked, of some candidates."""
    found: list[Certificate] = []
    for start in range(0, len(candidate_ids), 500):
        found += db.session.scalars(
            select(Certificate)
            .where(
                Certificate.candidate_id.in_(candidate_ids[start : start + 500]),
                Certificate.revoked_at.is_(None),
            )
            .options(
                joinedload(Certificate.candidate).options(
                    joinedload(Candidate.session), selectinload(Candidate.attempts)
                )
            )
            .order_by(Certificate.id)
        )
    return found


def in_force(session_id: int) -> int:
    """How many certificates of a session were not revoked."""
    query = (
        select(func.count())
        .select_from(Certificate)
        .join(Candidate, Candidate.id == Certificate.candidate_id)
        .where(Candidate.session_id == session_id, Certificate.revoked_at.is_(None))
    )
    return db.session.scalar(query) or 0


def printed_until(session_id: int) -> date | None:
    """The last day on which any certificate of a session in force may be printed by its holder;
    None where there is no such day."""
    query = (
        select(func.max(Certificate.print_until))
        .join(Candidate, Candidate.id == Certificate.candidate_id)
        .where(Candidate.session_id == session_id, Certificate.revoked_at.is_(None))
    )
    return db.session.scalar(query)


def revoked_in(session_ids: Sequence[int]) -> set[int]:
    """Those of the sessions of which some certificate was revoked."""
    query = (
        select(Candidate.session_id)
        .join(Certificate, Certificate.candidate_id == Candidate.id)
        .where(Candidate.session_id.in_(session_ids), Certificate.revoked_at.is_not(None))
    )
    return set(db.session.scalars(query))


def of_candidate(candidate_id: int) -> Sequence[Certificate]:
    """The newest first."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.candidate_id == candidate_id)
        .order_by(Certificate.id.desc())
    ).all()


def of_attempt(attempt: Attempt) -> Sequence[Certificate]:
    return of_candidate(attempt.candidate_id)
