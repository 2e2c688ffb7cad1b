"""A few requests at a time, in the order in which they came; the others wait without a thread.

Pages are made by the interpreter, which runs one thread at a time: dozens that fight for it take
up to twice the processor time for each.

Nobody waits for long behind requests that take long themselves (a large import, a slow disk): when
somebody waits and nothing has moved for ``PATIENCE`` seconds, those at work no longer count, and as
many threads come besides them. However many requests come, as long as they get on, each waits for
its turn.
"""

import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from threading import Thread, current_thread
from typing import Any

import structlog

from core.serving.lanes import Lanes

log = structlog.get_logger()

#: Requests that are worked on at a time: one while another waits for the database or the disk.
WIDTH = 2
#: Seconds for which nobody begins or ends, before those at work no longer count.
PATIENCE = 0.5
#: Threads at most, those that no longer count included.
MOST = 64


class Workers:
    """``width`` threads that work, besides those that no longer count.

    ``work`` does a task and raises nothing. All but the work itself happens on the loop.
    """

    def __init__(
        self, work: Callable[[Any], None], width: int = WIDTH, patience: float = PATIENCE
    ) -> None:
        self._work, self._width, self._patience = work, width, patience
        self._tasks = Lanes()
        #: Goes up when those at work no longer count: they go when they are done.
        self._term = 0
        self._threads: set[Thread] = set()
        #: When somebody began or ended last, on the monotonic clock.
        self._moved = 0.0
        self._watched = False

    def start(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._hire()

    def put(self, task: Any, *, first: bool = False) -> None:
        """Have a task done by whoever is free first; ``first``: before most that wait already."""
        self._tasks.put(task, first=first)
        if not self._watched:
            self._watched = True
            self._loop.call_later(self._patience, self._watch)

    def _watch(self) -> None:
        """See to it that those who wait get on, for as long as anybody waits."""
        self._watched = not self._tasks.empty()
        if not self._watched:
            return
        left = self._moved + self._patience - time.monotonic()
        if left <= 0:
            left = self._patience
            if len(self._threads) < MOST:
                self._term += 1
                self._hire()
                log.warning("requests that do not end", threads=len(self._threads))
        self._loop.call_later(left, self._watch)

    def _hire(self) -> None:
        self._moved = time.monotonic()
        for _ in range(self._width):
            thread = Thread(target=self._run, args=(self._term,), name="requests", daemon=True)
            self._threads.add(thread)
            thread.start()

    def _run(self, term: int) -> None:
        while term == self._term:
            task = self._tasks.get()
            self._moved = time.monotonic()
            self._work(task)
            self._moved = time.monotonic()
        self._threads.discard(current_thread())
