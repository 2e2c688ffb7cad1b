"""Signs of life of open pages: answered at once, written a second later, many together.

``GET /exam/attempts/<id>/pulse`` with the attempt's token is answered in front of Flask from one
read. When the page was last heard of is kept in memory and written by a job every second, so that
pulses cost saves nothing; a page that comes back after a gap leaves a note.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Engine, Select, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, figures
from core.db import READS, reads_of
from exam.attempts import contact
from exam.kinds import EventKind
from exam.models import Answer, Attempt, AttemptEvent, AttemptPulse, ExamSession
from exam.saving.token import Ticket

#: Under this name the application keeps the pulses of its process.
EXTENSION = "xuefa_pulses"
#: Losses of contact of one attempt that are noted.
NOTED_LOSSES = 200
CHUNK = 500

_NEWS = (
    select(
        Attempt.person_id, Attempt.epoch, Attempt.deadline, Attempt.submitted_at,
        Attempt.voided_at, ExamSession.paused_at, ExamSession.cancelled_at,
    )
    .join(ExamSession, ExamSession.id == Attempt.session_id)
)  # fmt: skip


class State(StrEnum):
    """How an attempt stands, as its page is told."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class News:
    state: State
    deadline: datetime


class Pulses:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reads_of(engine)
        self._writing = engine.execution_options(**{READS: False})
        self._seen: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def beat(self, ticket: Ticket, at: datetime) -> News | None:
        """How things stand for the holder of a ticket; noted as a sign of life while it runs."""
        with self._reading.connect() as connection:
            row = connection.execute(_NEWS.where(Attempt.id == ticket.attempt_id)).one_or_none()
        if row is None or row.person_id != ticket.person_id:
            return None
        if row.submitted_at or row.voided_at or row.cancelled_at:
            return News(State.ENDED, row.deadline)
        if row.epoch != ticket.epoch:
            return News(State.ELSEWHERE, row.deadline)
        with self._lock:
            self._seen[ticket.attempt_id] = at
        return News(State.PAUSED if row.paused_at else State.RUNNING, row.deadline)

    def flush(self) -> None:
        """Write who was heard of since the last time; what fails comes with the next pulses."""
        with self._lock:
            seen, self._seen = self._seen, {}
        ids = sorted(seen)
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            with self._writing.begin() as connection:
                self._write(connection, part, seen)

    def _write(
        self, connection: Connection, ids: Sequence[int], seen: Mapping[int, datetime]
    ) -> None:
        before = _pairs(
            connection,
            select(AttemptPulse.attempt_id, AttemptPulse.seen_at).where(
                AttemptPulse.attempt_id.in_(ids)
            ),
        )
        returned = [
            each for each in ids if each in before and contact.is_lost(before[each], seen[each])
        ]
        if returned:
            self._note_losses(connection, returned, before, seen)
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        upsert = dialect.insert(AttemptPulse)
        connection.execute(
            upsert.on_conflict_do_update(
                index_elements=["attempt_id"], set_={"seen_at": upsert.excluded.seen_at}
            ),
            [{"attempt_id": each, "seen_at": seen[each]} for each in ids],
        )

    def _note_losses(
        self,
        connection: Connection,
        ids: Sequence[int],
        before: Mapping[int, datetime],
        seen: Mapping[int, datetime],
    ) -> None:
        saved = _pairs(
            connection,
            select(Answer.attempt_id, func.max(Answer.saved_at))
            .where(Answer.attempt_id.in_(ids))
            .group_by(Answer.attempt_id),
        )
        noted = _pairs(
            connection,
            select(AttemptEvent.attempt_id, func.count())
            .where(AttemptEvent.attempt_id.in_(ids), AttemptEvent.kind == EventKind.LOST_CONTACT)
            .group_by(AttemptEvent.attempt_id),
        )
        rows = [
            {
                "attempt_id": each,
                "at": seen[each],
                "kind": EventKind.LOST_CONTACT,
                "detail": f"{clock.local(seen[each] - lost):%H:%M:%S} 起失去联系 "
                f"{figures.duration(lost)}",
            }
            for each in ids
            if noted.get(each, 0) < NOTED_LOSSES
            and (lost := contact.gap(before[each], saved.get(each), seen[each])) is not None
        ]
        if rows:
            connection.execute(insert(AttemptEvent), rows)


def _pairs(connection: Connection, query: Select[int, Any]) -> dict[int, Any]:
    return dict(connection.execute(query).all())


def flush() -> None:
    """Write the pulses of this process."""
    pulses: Pulses = current_app.extensions[EXTENSION]
    pulses.flush()
