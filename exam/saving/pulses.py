"""Signs of life of open pages: answered at once, written a second later, many together.

``GET /exam/attempts/<id>/pulse`` with the attempt's token is answered from one read, on the
server's loop (exam.saving.presence) or in front of Flask (exam.saving.middleware). When the page
was last heard of is kept in memory and written by a job every second, so that pulses cost saves
nothing; a page that comes back after a gap leaves a note.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Connection, Engine, Select, bindparam, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from core import clock, figures
from core.apart import Apart
from core.db import reads_of, table
from core.prepared import Prepared, Row, Within
from core.sqlite import READS
from exam.attempts import contact
from exam.kinds import EventKind
from exam.models import Answer, Attempt, AttemptEvent, AttemptPulse, ExamSession
from exam.saving import moments
from exam.saving.token import Ticket

#: Under this name the application keeps the pulses of its process.
EXTENSION = "xuefa_pulses"
#: Losses of contact of one attempt that are noted.
NOTED_LOSSES = 200
CHUNK = 500

_ATTEMPT, _SESSION = table(Attempt), table(ExamSession)
_FACTS = Prepared(
    select(
        _ATTEMPT.c.person_id, _ATTEMPT.c.epoch, _ATTEMPT.c.deadline, _ATTEMPT.c.submitted_at,
        _ATTEMPT.c.voided_at, _SESSION.c.paused_at, _SESSION.c.cancelled_at,
    )
    .join_from(_ATTEMPT, _SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
    .where(_ATTEMPT.c.id == bindparam("attempt_id"))
)  # fmt: skip


class _Facts(NamedTuple):
    person_id: int
    epoch: int
    deadline: datetime
    submitted_at: datetime | None
    voided_at: datetime | None
    paused_at: datetime | None
    cancelled_at: datetime | None


def counted(status: int) -> tuple[str, str]:
    """The counter that goes up with each sign of life, by its status, with its labels."""
    return "xuefa_pulses_total", f'status="{status}"'


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

    def told(self, at: datetime) -> dict[str, str]:
        """As the page reads it."""
        return {
            "state": self.state.value,
            "deadline": moments.told(moments.stored(self.deadline)),
            "server_time": moments.told(moments.stored(at)),
        }


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
            rows = _FACTS.rows(Within(connection), attempt_id=ticket.attempt_id)
        return self._heard(ticket, at, rows)

    async def beat_apart(self, ticket: Ticket, at: datetime, apart: Apart) -> News | None:
        """The same on the server's loop. Raises Away."""
        return self._heard(ticket, at, await apart.rows(_FACTS, attempt_id=ticket.attempt_id))

    def _heard(self, ticket: Ticket, at: datetime, rows: Sequence[Row]) -> News | None:
        facts = next((_Facts(*row) for row in rows), None)
        if facts is None or facts.person_id != ticket.person_id:
            return None
        if facts.submitted_at or facts.voided_at or facts.cancelled_at:
            return News(State.ENDED, facts.deadline)
        if facts.epoch != ticket.epoch:
            return News(State.ELSEWHERE, facts.deadline)
        with self._lock:
            self._seen[ticket.attempt_id] = at
        return News(State.PAUSED if facts.paused_at else State.RUNNING, facts.deadline)

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
