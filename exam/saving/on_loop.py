"""Batches that come on the server's loop: who waits for them, and who writes them from there.

To PostgreSQL a group goes over the wire as one statement and the loop goes on: no thread is woken
to send it, and none to bring the news. To SQLite a batch that comes alone is written on the spot,
as long as the disk is quick: that takes a fraction of what it takes to wake a thread. A group the
thread of the store writes, because the disk keeps whoever writes waiting. What is not plainly saved
– refused, or older than what is there – and whatever cannot be written so is left to the store,
which says why; what is sent twice is written once.
"""

import time
from asyncio import AbstractEventLoop, Future, Task
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from sqlalchemy import Engine

from core.apart import Away
from core.sqlite import AtOnce, Busy
from core.wire import Wire
from exam.saving.batches import Batch
from exam.saving.groups import Job, next_group
from exam.saving.on_postgresql import Stand, saving, stands
from exam.saving.on_sqlite import NotPlain, write_plainly
from exam.saving.store import Store

log = structlog.get_logger()

#: Seconds for which the loop may wait for the disk at every batch that comes alone. After one that
#: took longer it waits for none until so many times as long have gone by: for a hundredth of the
#: time at most.
QUICK, RARELY = 0.005, 100


class News:
    """Brings to the loop which jobs are done with: those of a group at once."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: deque[Awaited] = deque()
        self._under_way = False

    def tell(self, job: "Awaited") -> None:
        """Called by the thread that writes."""
        self._jobs.append(job)
        if not self._under_way:
            self._under_way = True
            self._loop.call_soon_threadsafe(self._bring)

    def _bring(self) -> None:
        # First: what is told from now on is brought now or called for again.
        self._under_way = False
        while self._jobs:
            self._jobs.popleft().settle()


class Awaited(Job):
    """Of a coroutine, which goes on when the loop gets to it."""

    __slots__ = ("done", "news")

    def __init__(self, batch: Batch, done: Future[None], news: News) -> None:
        super().__init__(batch)
        self.done, self.news = done, news

    def tell(self) -> None:
        self.news.tell(self)

    def settle(self) -> None:
        """The same, said on the loop."""
        if not self.done.done():
            self.done.set_result(None)


class Writing(Protocol):
    """Who has jobs written."""

    def put(self, job: Awaited) -> None:
        """Have a job written, without waiting for it."""

    def give_up(self, job: Awaited) -> None:
        """Nobody waits for it any more."""


def writing(engine: Engine, store: Store, loop: AbstractEventLoop) -> Writing:
    way = OnTheSpot if engine.dialect.name == "sqlite" else OverTheWire
    return way(engine, store, loop)


class OnTheSpot:
    """Writes what comes alone, and has the store write what comes together."""

    def __init__(self, engine: Engine, store: Store, loop: AbstractEventLoop) -> None:
        self._store, self._loop = store, loop
        self._at_once = AtOnce(engine)
        #: What came in this round of the loop.
        self._waiting: list[Awaited] = []
        #: Until when the disk counts as slow, on the monotonic clock.
        self._slow_until = 0.0

    def put(self, job: Awaited) -> None:
        self._waiting.append(job)
        if len(self._waiting) == 1:
            self._loop.call_soon(self._write)

    def give_up(self, job: Awaited) -> None:
        with suppress(ValueError):
            self._waiting.remove(job)
        self._store.give_up(job)

    def _write(self) -> None:
        jobs, self._waiting = self._waiting, []
        if len(jobs) == 1 and self._wrote(jobs[0]):
            jobs[0].settle()
            return
        for job in jobs:
            self._store.put(job)

    def _wrote(self, job: Awaited) -> bool:
        began = time.monotonic()
        if began < self._slow_until or not self._store.is_idle():
            return False
        try:
            with self._at_once.writing() as cursor:
                become = write_plainly(cursor, job.batch)
        except (Busy, NotPlain):
            return False
        except Exception as error:
            # The store tries again, and says all that is wrong.
            log.warning("answers not written on the spot", error=str(error))
            return False
        finally:
            seconds = time.monotonic() - began
            if seconds > QUICK:
                self._slow_until = began + seconds * RARELY
        job.outcome = become
        return True


class OverTheWire:
    """Writes group after group for as long as any job waits; everything happens on the loop."""

    def __init__(self, engine: Engine, store: Store, loop: AbstractEventLoop) -> None:
        self._store, self._loop = store, loop
        # Of its own: a group may have to wait for a hand-in, and pages do not wait for a group.
        self._wire = Wire(engine, loop)
        self._waiting: deque[Awaited] = deque()
        self._at_work: Task[None] | None = None

    def put(self, job: Awaited) -> None:
        self._waiting.append(job)
        if self._at_work is None:
            self._at_work = self._loop.create_task(self._write_on())

    def give_up(self, job: Awaited) -> None:
        with suppress(ValueError):
            self._waiting.remove(job)
        self._store.give_up(job)

    async def _write_on(self) -> None:
        while self._waiting:
            await self._write(next_group(self._waiting))
        self._at_work = None

    async def _write(self, group: Sequence[Awaited]) -> None:
        for job, stand in zip(group, await self._sent(group), strict=True):
            if stand is not None and stand.is_written(job.batch):
                job.outcome = stand.outcome
                job.settle()
            else:
                self._store.put(job)

    async def _sent(self, group: Sequence[Awaited]) -> Sequence[Stand | None]:
        """What became of each, once it is durable; None for all if that is not known."""
        batches = [job.batch for job in group]
        try:
            query = saving(batches)
            rows = await self._wire.rows(query.statement, **query.values)
            return stands(batches, rows)
        except Away:
            pass
        except Exception:
            log.exception("answers not written over the wire", batches=len(group))
        return [None] * len(group)
