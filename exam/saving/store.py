"""Batches of answers made durable: many a commit on SQLite, one a commit on PostgreSQL.

On SQLite one thread writes for the whole process and drains its queue into each transaction, so
that one fsync acknowledges many batches. On PostgreSQL every request has a transaction of its own.
"""

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from exam.responses import Response
from exam.saving.statements import Outcome, Statements
from exam.saving.token import Ticket

log = structlog.get_logger()

BATCH = 256
WAIT_SECONDS = 20


class Unavailable(Exception):
    """The batch is not known to be written; the client sends it again, which does no harm."""


@dataclass
class _Job:
    ticket: Ticket
    responses: Sequence[Response]
    at: datetime
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Outcome | None = None
    #: Nobody waits for it any more; it comes again by itself.
    abandoned: bool = False


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statements = Statements(engine.dialect.name)
        self._together = engine.dialect.name == "sqlite"
        self._queue: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def save(self, ticket: Ticket, responses: Sequence[Response], at: datetime) -> Outcome:
        """Write a batch that arrived ``at`` and return once it is durable. Raises Unavailable."""
        job = _Job(ticket, responses, at)
        if self._together:
            self._queue.put(job)
            self._see_to_the_writer()
            job.abandoned = not job.done.wait(WAIT_SECONDS)
        else:
            self._write([job])
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
        while True:
            jobs = [self._queue.get()]
            while len(jobs) < BATCH:
                try:
                    jobs.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            self._write([job for job in jobs if not job.abandoned])

    def _write(self, jobs: list[_Job]) -> None:
        """Write the jobs and wake who waits for them; those not written have no outcome."""
        try:
            self._commit(jobs)
        except Exception as error:
            self._rescue(jobs, error)
        finally:
            for job in jobs:
                job.done.set()

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
            outcomes = [
                self._statements.run(cursor, job.ticket, job.responses, job.at) for job in jobs
            ]
        # Nobody is told before the transaction is durable.
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


def _is_down(error: Exception, engine: Engine) -> bool:
    """Whether the database, and not the batch, is to blame."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(original, engine.dialect.loaded_dbapi.OperationalError)
