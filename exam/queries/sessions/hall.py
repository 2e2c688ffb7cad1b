"""Reads for the door and the hall of a session."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from exam.attempts.timing import HOLD
from exam.kinds import HallEventKind
from exam.models import Answer, Attempt, ExamSession, Form, FormOpening, HallEvent


def forms_of(session: ExamSession) -> Sequence[Form]:
    """The papers that a session may give out."""
    return session.forms


def openings(session_id: int) -> Sequence[FormOpening]:
    """Who opened which paper of a session, the newest first."""
    return db.session.scalars(
        select(FormOpening)
        .where(FormOpening.session_id == session_id)
        .options(joinedload(FormOpening.form).defer(Form.snapshot))
        .order_by(FormOpening.opened_at.desc(), FormOpening.id.desc())
    ).all()


def unopened(session: ExamSession) -> list[Form]:
    """Papers whose present seal nobody has opened and found intact; none where nobody has to."""
    if session.gate is None or not session.gate.second_opening:
        return []
    opened = {(each.form_id, each.hash) for each in openings(session.id) if each.intact}
    return [each for each in forms_of(session) if (each.id, each.hash) not in opened]


def events(session_id: int) -> Select[HallEvent]:
    """What happened in a session, the newest first."""
    return (
        select(HallEvent)
        .where(HallEvent.session_id == session_id)
        .options(joinedload(HallEvent.person), joinedload(HallEvent.by))
        .order_by(HallEvent.at.desc(), HallEvent.id.desc())
    )


def event_count(
    session_id: int, person_id: int, kinds: Sequence[HallEventKind], since: datetime | None = None
) -> int:
    """How many events of some kinds a person caused in a session."""
    query = select(func.count()).where(
        HallEvent.session_id == session_id,
        HallEvent.person_id == person_id,
        HallEvent.kind.in_(kinds),
    )
    if since is not None:
        query = query.where(HallEvent.at > since)
    return db.session.scalar(query) or 0


def code_renewed_at(session_id: int) -> datetime | None:
    """When somebody last took back the code of a session for another one."""
    return db.session.scalar(
        select(func.max(HallEvent.at)).where(
            HallEvent.session_id == session_id, HallEvent.kind == HallEventKind.CODE_RENEWED
        )
    )


def unfinished(session_id: int, after: datetime) -> Sequence[Attempt]:
    """Attempts not handed in that end after a moment, voided ones too, locked."""
    return db.session.scalars(
        select(Attempt)
        .where(
            Attempt.session_id == session_id,
            Attempt.submitted_at.is_(None),
            Attempt.deadline > after,
        )
        .order_by(Attempt.id)
        .with_for_update()
    ).all()


def handed_in_during(session_id: int, since: datetime) -> Sequence[Attempt]:
    """Attempts handed in during the pause that began then, whose ends are still held."""
    return db.session.scalars(
        select(Attempt)
        .where(
            Attempt.session_id == session_id,
            Attempt.submitted_at >= since,
            Attempt.deadline > since + HOLD,
        )
        .order_by(Attempt.id)
    ).all()


def saved_since(session_id: int, since: datetime) -> dict[int, int]:
    """How many slots of each running attempt were saved after a moment."""
    rows = db.session.execute(
        select(Answer.attempt_id, func.count())
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(
            Attempt.session_id == session_id,
            Attempt.submitted_at.is_(None),
            Answer.saved_at > since,
        )
        .group_by(Answer.attempt_id)
        .order_by(Answer.attempt_id)
    )
    return dict(rows.all())
