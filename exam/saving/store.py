"""Writing batches of answers: one statement an answer, guarded in SQL, many batches a commit.

On SQLite one thread writes for the whole process and drains its queue into each transaction, so
that one fsync acknowledges many batches. On PostgreSQL every request has a transaction of its own.
"""

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, text

from exam.responses import Response
from exam.saving.token import Ticket

log = structlog.get_logger()

BATCH = 256
WAIT_SECONDS = 20

_UPSERT = """
INSERT INTO answer (attempt_id, slot, seq, response, saved_at)
SELECT a.id, :slot, :seq, :response, :at FROM attempt a
 WHERE a.id = :attempt AND a.person_id = :person AND a.epoch = :epoch
   AND a.submitted_at IS NULL AND a.voided_at IS NULL AND a.deadline >= :at {lock}
ON CONFLICT (attempt_id, slot) DO UPDATE
   SET seq = excluded.seq, response = excluded.response, saved_at = excluded.saved_at
 WHERE excluded.seq > answer.seq
"""
_STATE = text("""
SELECT person_id, epoch, deadline, submitted_at, voided_at FROM attempt WHERE id = :attempt
""")
_REFUSED = text("""
INSERT INTO attempt_event (attempt_id, at, kind, detail)
VALUES (:attempt, :at, 'save_refused', :detail)
""")


@dataclass
class Outcome:
    """What became of a batch: saved and stale slots, or why it was refused."""

    deadline: str = ""
    saved: list[int] = field(default_factory=list)
    #: Slots whose stored answer is newer than the one sent.
    stale: list[int] = field(default_factory=list)
    refused: str = ""


class Unavailable(Exception):
    """The batch could not be written; nothing of it is kept and the client sends it again."""


@dataclass
class _Job:
    ticket: Ticket
    responses: Sequence[Response]
    at: datetime
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        # Waits for a submit in progress and then finds it submitted.
        lock = "" if self._sqlite else "FOR KEY SHARE OF a"
        self._upsert = text(_UPSERT.format(lock=lock))
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def save(self, ticket: Ticket, responses: Sequence[Response], at: datetime) -> Outcome:
        """Write a batch and return once it is durable. Raises Unavailable."""
        job = _Job(ticket, responses, at)
        if self._sqlite:
            self._start()
            self._queue.put(job)
            job.done.wait(WAIT_SECONDS)
        else:
            self._commit([job])
        if job.outcome is None:
            raise Unavailable
        return job.outcome

    def _start(self) -> None:
        """The writer begins with the first save, after the server has forked."""
        if self._writer is None:
            with self._lock:
                if self._writer is None:
                    self._writer = threading.Thread(
                        target=self._write, name="answer-writer", daemon=True
                    )
                    self._writer.start()

    def _write(self) -> None:
        while True:
            jobs = [self._queue.get()]
            while len(jobs) < BATCH:
                try:
                    jobs.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._commit(jobs)

    def _commit(self, jobs: list[_Job]) -> None:
        outcomes: list[Outcome] = []
        try:
            with self._engine.connect() as connection:
                outcomes = [self._run(connection, job) for job in jobs]
                connection.commit()
        except Exception:
            log.exception("answers not written", batches=len(jobs))
            outcomes = []
        # Nobody is told before the transaction is durable.
        for index, job in enumerate(jobs):
            job.outcome = outcomes[index] if outcomes else None
            job.done.set()

    def _run(self, connection: Connection, job: _Job) -> Outcome:
        ticket, outcome = job.ticket, Outcome()
        naive = job.at.replace(tzinfo=None)
        moment: Any = naive.isoformat(" ", "microseconds") if self._sqlite else naive
        guard = {"attempt": ticket.attempt_id, "person": ticket.person_id, "epoch": ticket.epoch}
        for each in job.responses:
            done = connection.execute(
                self._upsert,
                {**guard, "slot": each.slot, "seq": each.seq, "response": each.body, "at": moment},
            )
            (outcome.saved if done.rowcount else outcome.stale).append(each.slot)
        state = connection.execute(_STATE, {"attempt": ticket.attempt_id}).one_or_none()
        if state is None or (state.person_id, state.epoch) != (ticket.person_id, ticket.epoch):
            outcome.refused = "作答已在别处继续或已失效，请重新打开考试页面"
            return outcome
        outcome.deadline = str(state.deadline)
        if not outcome.saved:
            outcome.refused = _reason(state, str(naive))
        if outcome.refused:
            connection.execute(
                _REFUSED,
                {"attempt": ticket.attempt_id, "at": moment, "detail": outcome.refused},
            )
        return outcome


def _reason(state: Any, at: str) -> str:
    """Why nothing was saved; empty if all of it was merely stale."""
    if state.voided_at is not None:
        return "本次作答已作废"
    if state.submitted_at is not None:
        return "已经交卷，答案不能再改"
    return "已到截止时间，之前保存的答案有效" if str(state.deadline) < at else ""
