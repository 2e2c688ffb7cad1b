"""Reads for the invigilators' board: light enough to be asked every two seconds by several."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from accounts.models import RosterEntry
from core.db import db
from exam.attempts import contact
from exam.kinds import EventKind, HallEventKind
from exam.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptPulse,
    Candidate,
    ExamSession,
    HallEvent,
)
from exam.sessions import board
from exam.sessions.board import Line, Place

_COUNTED = (EventKind.LEFT_PAGE, EventKind.LOST_CONTACT, EventKind.TAKEN_OVER)
_REFUSALS = (
    HallEventKind.CODE_WRONG,
    HallEventKind.CODE_LOCKED,
    HallEventKind.NETWORK_REFUSED,
    HallEventKind.SEB_REFUSED,
)


def lines(session: ExamSession, at: datetime) -> list[Line]:
    """The whole board of a session, in the order of the bureau."""
    return board.lines(
        _seen_by_answers(_places(session.id), at),
        _events(session.id),
        _refusals(session.id),
        paused=session.paused_at is not None,
        at=at,
    )


def _places(session_id: int) -> list[Place]:
    rows = db.session.execute(
        select(
            Candidate.id, Candidate.person_id, RosterEntry.name, RosterEntry.staff_number,
            RosterEntry.unit_name, Candidate.status, Candidate.extra_minutes,
            Attempt.id, Attempt.started_at, Attempt.deadline, Attempt.submitted_at,
            Attempt.voided_at, AttemptPulse.seen_at,
        )
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .outerjoin(Attempt, Attempt.candidate_id == Candidate.id)
        .outerjoin(AttemptPulse, AttemptPulse.attempt_id == Attempt.id)
        .where(Candidate.session_id == session_id)
        .order_by(RosterEntry.unit_position, RosterEntry.id, Attempt.number)
    )  # fmt: skip
    # The last attempt of each counts.
    return list({row[0]: Place(*row) for row in rows}.values())


def _seen_by_answers(places: list[Place], at: datetime) -> list[Place]:
    """A saved answer is a sign of life, too; only those are asked about who seem to be lost."""
    quiet = [
        each.attempt_id
        for each in places
        if each.attempt_id and each.submitted_at is None and (each.deadline or at) > at
        and (each.seen_at is None or contact.is_lost(each.seen_at, at))
    ]  # fmt: skip
    if not quiet:
        return places
    rows = db.session.execute(
        select(Answer.attempt_id, func.max(Answer.saved_at))
        .where(Answer.attempt_id.in_(quiet))
        .group_by(Answer.attempt_id)
    )
    saved = dict(rows.all())
    return [
        replace(each, seen_at=max(filter(None, (each.seen_at, saved[each.attempt_id]))))
        if each.attempt_id in saved
        else each
        for each in places
    ]


def _events(session_id: int) -> dict[tuple[int, EventKind], int]:
    rows = db.session.execute(
        select(AttemptEvent.attempt_id, AttemptEvent.kind, func.count())
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(Attempt.session_id == session_id, AttemptEvent.kind.in_(_COUNTED))
        .group_by(AttemptEvent.attempt_id, AttemptEvent.kind)
    )
    return {(attempt_id, kind): count for attempt_id, kind, count in rows}


def _refusals(session_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(HallEvent.person_id, func.count())
        .where(HallEvent.session_id == session_id, HallEvent.kind.in_(_REFUSALS))
        .group_by(HallEvent.person_id)
    )
    return {person_id: count for person_id, count in rows if person_id is not None}
