"""Batches of answers made durable, many a commit.

Batches wait together, and a thread kept for it writes them group after group for as long as any are
left: so two statements and one flush to disk acknowledge many batches, and while people answer by
the thousand the turn to write passes from nobody to nobody. A group holds one batch of an attempt;
another of the same attempt waits for the next. A thread that would wait for its own batch writes it
itself, if it comes alone.
"""

from _thread import allocate_lock
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exam.attempts.responses import Response
from exam.saving.batches import Batch, Outcome, Writer
from exam.saving.groups import Job, next_group
from exam.saving.on_postgresql import PostgresWriter
from exam.saving.on_sqlite import SqliteWriter
from exam.saving.token import Ticket

log = structlog.get_logger()

WAIT_SECONDS = 20


class Unavailable(Exception):
    """The batch is not known to be written; the client sends it again, which does no harm."""


class _OfThread(Job):
    """Of a thread that waits for it."""

    __slots__ = ("done",)

    def __init__(self, batch: Batch) -> None:
        super().__init__(batch)
        #: Held until the job is done with; several times cheaper than an Event.
        self.done = allocate_lock()
        self.done.acquire()

    def tell(self) -> None:
        self.done.release()


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        embedded = engine.dialect.name == "sqlite"
        self._writer: Writer = SqliteWriter(engine) if embedded else PostgresWriter(engine)
        self._waiting: deque[Job] = deque()
        #: Held by whoever writes; it alone takes jobs from those that wait.
        self._turn = allocate_lock()
        #: Gives the turn to the thread that writes those who wait, which starts at the first ring.
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._thread: Thread | None = None

    def save(self, ticket: Ticket, responses: Sequence[Response], at: str) -> Outcome:
        """Write a batch and return once it is durable. Raises Unavailable.

        ``at``: when it arrived, a stored moment.
        """
        job = _OfThread(Batch(ticket, responses, at))
        self._waiting.append(job)
        if self._turn.acquire(blocking=False):
            self._write_next()
        if not job.done.acquire(timeout=WAIT_SECONDS):
            self.give_up(job)
        if job.outcome is None:
            raise Unavailable
        return job.outcome

    def put(self, job: Job) -> None:
        """Have a job written, without waiting for it."""
        self._waiting.append(job)
        if self._turn.acquire(blocking=False):
            self._ring()

    def is_idle(self) -> bool:
        """Whether nobody is written nor waits."""
        return not self._waiting and not self._turn.locked()

    def give_up(self, job: Job) -> None:
        """Nobody waits for it any more; unless it is being written already, it comes again."""
        with suppress(ValueError):
            self._waiting.remove(job)

    def _write_next(self) -> None:
        """Write the next group, as the holder of the turn, and pass the turn on."""
        group: list[Job] = []
        try:
            group = next_group(self._waiting)
            if group:
                self._write(group)
        finally:
            self._turn.release()
            # Whoever comes now takes the turn; whoever came before is waiting.
            if self._waiting and self._turn.acquire(blocking=False):
                self._ring()
            for job in group:
                job.tell()

    def _ring(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._write_on, name="answers", daemon=True)
            self._thread.start()
        self._bell.put(None)

    def _write_on(self) -> None:
        while True:
            self._bell.get()
            # Whatever happens to a group, the next ones are written.
            with suppress(BaseException):
                self._write_next()

    def _write(self, jobs: Sequence[Job]) -> None:
        """Write jobs of different attempts; those not written have no outcome."""
        try:
            self._commit(jobs)
        except Exception as error:
            self._rescue(jobs, error)

    def _rescue(self, jobs: Sequence[Job], error: Exception) -> None:
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

    def _commit(self, jobs: Sequence[Job]) -> None:
        # Nobody is told before the transaction is durable.
        outcomes = self._writer.write([job.batch for job in jobs])
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


def _is_down(error: Exception, engine: Engine) -> bool:
    """Whether the database, and not the batch, is to blame."""
    return isinstance(error, (engine.dialect.loaded_dbapi.OperationalError, PoolTimeout))
