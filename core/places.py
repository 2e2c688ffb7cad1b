"""A few requests at a time, in the order in which they came; the others wait without working.

Pages are made by the interpreter, which runs one thread at a time: dozens that fight for it take
up to twice the processor time for each. Saving answers does not come this way; it wants all the
server's threads, because those that wait together are written together.

Nobody waits for long behind requests that take long themselves (a large import, a slow disk): when
none has ended for ``PATIENCE`` seconds, those that wait go on beside the others. However many come,
as long as they get on, each waits for its turn.
"""

import time
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from flask import Flask

#: Requests that are worked on at a time: one while another waits for the database or the disk.
WIDTH = 2
#: Seconds for which the requests that wait let none end before they go on.
PATIENCE = 0.5


class Places:
    """Held by ``with``: ``width`` at a time, and those that lost their patience."""

    def __init__(self, width: int, patience: float) -> None:
        self._free, self._patience = width, patience
        self._lock = allocate_lock()
        #: Released when a place is given to who waits with it.
        self._waiting: deque[Lock] = deque()
        #: When the last one ended, on the monotonic clock.
        self._moved = time.monotonic()

    def __enter__(self) -> None:
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return
            given = allocate_lock()
            given.acquire()
            self._waiting.append(given)
        began = time.monotonic()
        while not given.acquire(timeout=self._left(began)):
            if not self._left(began):
                self._go_on_without(given)
                return

    def _left(self, began: float) -> float:
        """For how many seconds who waits since ``began`` still will, if none ends meanwhile."""
        return max(0.0, max(began, self._moved) + self._patience - time.monotonic())

    def _go_on_without(self, given: Lock) -> None:
        with self._lock:
            # Unless it was given a place in this very moment.
            if not given.acquire(blocking=False):
                self._waiting.remove(given)
                self._free -= 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._moved = time.monotonic()
            self._free += 1
            if self._free > 0 and self._waiting:
                self._free -= 1
                self._waiting.popleft().release()


class InPlaces:
    """An application that takes requests as there are places."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], places: Places) -> None:
        self._wsgi, self._places = wsgi, places

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with self._places:
            return self._wsgi(env, start)


def install(app: Flask) -> None:
    app.wsgi_app = InPlaces(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, Places(WIDTH, PATIENCE)
    )
