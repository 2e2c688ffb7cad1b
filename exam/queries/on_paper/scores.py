"""Reads of the scores of exams on paper."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import RosterEntry
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Candidate, Form, PaperScore

_WHOLE = (
    joinedload(Candidate.entry),
    joinedload(Candidate.session),
    joinedload(Candidate.form).defer(Form.snapshot),
)


def _newest() -> ColumnElement[bool]:
    """SQL: nothing was entered after it."""
    other = aliased(PaperScore)
    return ~(
        select(other.id)
        .where(other.candidate_id == PaperScore.candidate_id, other.number > PaperScore.number)
        .exists()
    )


def _entered(*, checked: bool | None = None) -> ColumnElement[bool]:
    """SQL, of a candidate: whether there is an entry, whose newest is checked or is not."""
    query = select(PaperScore.id).where(PaperScore.candidate_id == Candidate.id)
    if checked is not None:
        done = PaperScore.checked_at.is_not(None)
        query = query.where(_newest(), done if checked else ~done)
    return query.exists()


def listed(session_id: int, shown: str = "") -> Select[Candidate]:
    """Who owes a session, in the order of the bureau; ``shown`` of them: todo, open or done."""
    query = (
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id == session_id, Candidate.status == CandidateStatus.DUE)
        .options(*_WHOLE)
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )
    narrowed = {
        "todo": ~_entered(),
        "open": _entered(checked=False),
        "done": _entered(checked=True),
    }
    return query.where(narrowed[shown]) if shown in narrowed else query


def counts(session_id: int) -> dict[str, int]:
    """How many owe the session, have no entry, one that waits to be checked, a checked one."""
    return {
        shown or "all": db.session.scalar(
            select(func.count()).select_from(listed(session_id, shown).order_by(None).subquery())
        )
        or 0
        for shown in ("", "todo", "open", "done")
    }


def unfinished(session_id: int) -> int:
    """How many who owe the session have no entry or one that nobody checked."""
    found = counts(session_id)
    return found["todo"] + found["open"]


def latest(candidate_ids: Collection[int]) -> Mapping[int, PaperScore]:
    """The newest entry of each candidate that has one."""
    rows = db.session.scalars(
        select(PaperScore)
        .where(PaperScore.candidate_id.in_(candidate_ids), _newest())
        .options(joinedload(PaperScore.entered_by), joinedload(PaperScore.checked_by))
        .order_by(PaperScore.id)
    )
    return {each.candidate_id: each for each in rows}


def history(candidate_id: int) -> Sequence[PaperScore]:
    """All entries of a candidate, the newest first."""
    return db.session.scalars(
        select(PaperScore)
        .where(PaperScore.candidate_id == candidate_id)
        .order_by(PaperScore.number.desc())
    ).all()


def waiting(session_id: int) -> Select[PaperScore]:
    """Newest entries of a session that wait for a second person, in the order of the bureau."""
    return (
        select(PaperScore)
        .join(Candidate, Candidate.id == PaperScore.candidate_id)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(
            Candidate.session_id == session_id,
            Candidate.status == CandidateStatus.DUE,
            PaperScore.checked_at.is_(None),
            _newest(),
        )
        .options(
            joinedload(PaperScore.candidate).joinedload(Candidate.entry),
            joinedload(PaperScore.entered_by),
        )
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )


def chosen(session_id: int, score_ids: Collection[int]) -> Sequence[PaperScore]:
    """Entries of a session by id, in the order of the bureau."""
    return db.session.scalars(
        select(PaperScore)
        .join(Candidate, Candidate.id == PaperScore.candidate_id)
        .where(Candidate.session_id == session_id, PaperScore.id.in_(score_ids))
        .order_by(PaperScore.candidate_id)
    ).all()


def by_number(session_id: int) -> Mapping[str, Candidate]:
    """Everybody on the list of a session by 考号, which is the number of their staff pass."""
    rows = db.session.scalars(
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id == session_id)
        .options(*_WHOLE)
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )
    return {each.entry.staff_number.upper(): each for each in rows}
