"""Batches of answers made durable, many a commit.

Whoever comes first writes, for itself and for all who came by then; who comes meanwhile waits, and
one of them writes for those next. So two statements and one flush to disk acknowledge many batches,
and a batch that comes alone is written where it is, without waking another thread. A group holds
one batch of an attempt; another of the same attempt waits for the next.

Those whose batches are written wake one another in turn: woken all at once, they would do nothing
but fight for the interpreter.
"""

from _thread import allocate_lock
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exam.attempts.responses import Response
from exam.saving.batches import Batch, Outcome, Writer
from exam.saving.on_postgresql import PostgresWriter
from exam.saving.on_sqlite import SqliteWriter
from exam.saving.token import Ticket

log = structlog.get_logger()

BATCH = 256
WAIT_SECONDS = 20


class Unavailable(Exception):
    """The batch is not known to be written; the client sends it again, which does no harm."""


class _Job:
    __slots__ = ("abandoned", "after", "batch", "done", "leads", "outcome")

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        #: Held until the job is written, or told to write; several times cheaper than an Event.
        self.done = allocate_lock()
        self.done.acquire()
        self.outcome: Outcome | None = None
        #: It is its turn to write, for itself and others.
        self.leads = False
        #: Whom to wake next.
        self.after: _Job | None = None
        #: Nobody waits for it any more; it comes again by itself.
        self.abandoned = False


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        embedded = engine.dialect.name == "sqlite"
        self._writer: Writer = SqliteWriter(engine) if embedded else PostgresWriter(engine)
        #: Guards who waits and whether somebody leads; held for moments only.
        self._lock = allocate_lock()
        self._waiting: deque[_Job] = deque()
        self._led = False

    def save(self, ticket: Ticket, responses: Sequence[Response], at: str) -> Outcome:
        """Write a batch and return once it is durable. Raises Unavailable.

        ``at``: when it arrived, a stored moment.
        """
        job = _Job(Batch(ticket, responses, at))
        with self._lock:
            self._waiting.append(job)
            job.leads, self._led = not self._led, True
        if not job.leads and not job.done.acquire(timeout=WAIT_SECONDS):
            self._give_up(job)
        if job.leads:
            self._lead()
        elif not job.abandoned:
            self._wake(job.after)
        if job.outcome is None:
            raise Unavailable
        return job.outcome

    def _give_up(self, job: _Job) -> None:
        with self._lock:
            # Unless it was woken in this very moment.
            job.abandoned = not job.done.acquire(blocking=False)
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)

    def _wake(self, job: _Job | None) -> None:
        """Wake a job, or who comes after it if nobody waits for it."""
        while job is not None:
            with self._lock:
                if not job.abandoned:
                    job.done.release()
                    return
            job = job.after

    def _lead(self) -> None:
        """Write all who wait, oneself the first of them; then whoever came meanwhile leads."""
        with self._lock:
            group = self._next_group()
        for job, after in pairwise(group):
            job.after = after
        try:
            self._write(group)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
                if following is not None:
                    following.leads = True
                    following.done.release()
            self._wake(group[0].after)

    def _next_group(self) -> list[_Job]:
        """At most one job of an attempt, in the order in which they came; the others stay."""
        group: dict[int, _Job] = {}
        later: deque[_Job] = deque()
        for job in self._waiting:
            attempt_id = job.batch.ticket.attempt_id
            if attempt_id in group or len(group) == BATCH:
                later.append(job)
            else:
                group[attempt_id] = job
        self._waiting = later
        return list(group.values())

    def _write(self, jobs: Sequence[_Job]) -> None:
        """Write jobs of different attempts; those not written have no outcome."""
        try:
            self._commit(jobs)
        except Exception as error:
            self._rescue(jobs, error)

    def _rescue(self, jobs: Sequence[_Job], error: Exception) -> None:
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

    def _commit(self, jobs: Sequence[_Job]) -> None:
        # Nobody is told before the transaction is durable.
        outcomes = self._writer.write([job.batch for job in jobs])
        for job, outcome in zip(jobs, outcomes, strict=True):
            job.outcome = outcome


def _is_down(error: Exception, engine: Engine) -> bool:
    """Whether the database, and not the batch, is to blame."""
    return isinstance(error, (engine.dialect.loaded_dbapi.OperationalError, PoolTimeout))
