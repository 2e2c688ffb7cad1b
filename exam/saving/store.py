"""Batches of answers made durable, many a commit.

One thread writes for the whole process and drains its queue into each transaction, so that two
statements and one flush to disk acknowledge many batches. A group holds one batch of an attempt;
another of the same attempt waits for the next.
"""

import queue
import threading
from _thread import allocate_lock
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from exam.responses import Response
from exam.saving.statements import Batch, Outcome, Statements
from exam.saving.token import Ticket

log = structlog.get_logger()

BATCH = 256
WAIT_SECONDS = 20


class Unavailable(Exception):
    """The batch is not known to be written; the client sends it again, which does no harm."""


@dataclass(eq=False, slots=True)
class _Job:
    batch: Batch
    #: Held until the job is done with; several times cheaper than an Event.
    done: Lock = field(default_factory=allocate_lock)
    outcome: Outcome | None = None
    #: Nobody waits for it any more; it comes again by itself.
    abandoned: bool = False

    def __post_init__(self) -> None:
        self.done.acquire()


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect.name)
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def save(self, ticket: Ticket, responses: Sequence[Response], at: datetime) -> Outcome:
        """Write a batch that arrived ``at`` and return once it is durable. Raises Unavailable."""
        job = _Job(Batch(ticket, responses, at))
        self._queue.put(job)
        self._see_to_the_writer()
        job.abandoned = not job.done.acquire(timeout=WAIT_SECONDS)
        if job.outcome is None:
            raise Unavailable
        return job.outcome

    def _see_to_the_writer(self) -> None:
        """It begins with the first save, after the server has forked, and again should it die."""
        if self._writer is None or not self._writer.is_alive():
            with self._lock:
                if self._writer is None or not self._writer.is_alive():
                    self._writer = threading.Thread(
                        target=self._drain, name="answer-writer", daemon=True
                    )
                    self._writer.start()

    def _drain(self) -> None:
        waiting: list[_Job] = []
        while True:
            if not waiting:
                waiting = [self._queue.get()]
            with suppress(queue.Empty):
                while len(waiting) < BATCH:
                    waiting.append(self._queue.get_nowait())
            group: dict[int, _Job] = {}
            for job in waiting:
                group.setdefault(job.batch.ticket.attempt_id, job)
            waiting = [job for job in waiting if group[job.batch.ticket.attempt_id] is not job]
            self._write([job for job in group.values() if not job.abandoned])

    def _write(self, jobs: list[_Job]) -> None:
        """Write the jobs and wake who waits for them; those not written have no outcome."""
        try:
            self._commit(jobs)
        except Exception as error:
            self._rescue(jobs, error)
        finally:
            for job in jobs:
                if job.done.locked():
                    job.done.release()

    def _rescue(self, jobs: list[_Job], error: Exception) -> None:
        """What can still be done for jobs whose transaction failed.

        A database that is locked, full or gone refuses them all. Anything else is the fault of one
        batch, which must not take the others with it.
        """
        if _is_down(error, self._engine):
            log.error("answers not written", batches=len(jobs), error=str(error).splitlines()[0])
            return
        log.error("batch of answers not written", batches=len(jobs), exc_info=error)
        if len(jobs) > 1:
            for job in jobs:
                self._write([job])

    def _commit(self, jobs: list[_Job]) -> None:
        with self._engine.begin() as connection:
            cursor = connection.connection.cursor()
            outcomes = self._statements.run(cursor, [job.batch for job in jobs])
        # Nobody is told before the transaction is durable.
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


def _is_down(error: Exception, engine: Engine) -> bool:
    """Whether the database, and not the batch, is to blame."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(original, engine.dialect.loaded_dbapi.OperationalError)
