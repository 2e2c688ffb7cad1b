"""A few requests at a time, in the order in which they came; the others wait without working.

Pages are made by the interpreter, which runs one thread at a time: dozens that fight for it take
up to twice the processor time for each. Saving answers does not come this way; it wants all the
server's threads, because those that wait together are written together.

Nobody waits for long behind requests that take long themselves (a large import, a slow disk): when
nothing has moved for ``PATIENCE`` seconds, those at work are written off and others get as many
places again. However many come, as long as they get on, each waits for its turn.
"""

import time
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

#: Requests that are worked on at a time: one while another waits for the database or the disk.
WIDTH = 2
#: Seconds for which nobody comes to work or ends, before those at work no longer count.
PATIENCE = 0.5


class _Turn:
    """Somebody who waits: until the lock is released, then with the term of their place."""

    __slots__ = ("lock", "term")

    def __init__(self) -> None:
        self.lock = allocate_lock()
        self.lock.acquire()
        self.term = 0


class Places:
    """``width`` at a time, besides those that were written off."""

    def __init__(self, width: int, patience: float) -> None:
        self._width, self._patience = width, patience
        self._lock = allocate_lock()
        self._free = width
        #: Goes up as those at work are written off: their places are not given back.
        self._term = 0
        #: When somebody came to work, or ended, last; on the monotonic clock.
        self._moved = time.monotonic()
        #: Nobody, as long as a place is free.
        self._waiting: deque[_Turn] = deque()

    def take(self) -> int:
        """Wait for a place; the term to give it back with."""
        with self._lock:
            if self._free:
                self._free -= 1
                self._moved = time.monotonic()
                return self._term
            turn = _Turn()
            self._waiting.append(turn)
        while not turn.lock.acquire(timeout=max(0.0, self._left())):
            self._write_off()
        return turn.term

    def give_back(self, term: int) -> None:
        with self._lock:
            if term == self._term:
                self._free += 1
                self._hand_on()

    def _left(self) -> float:
        """Seconds until those at work are written off, if nothing moves meanwhile."""
        return self._moved + self._patience - time.monotonic()

    def _write_off(self) -> None:
        with self._lock:
            if self._left() <= 0:
                self._term += 1
                self._free = self._width
                self._hand_on()

    def _hand_on(self) -> None:
        """Give those who wait, in the order in which they came, the places that are free."""
        self._moved = time.monotonic()
        while self._free and self._waiting:
            self._free -= 1
            turn = self._waiting.popleft()
            turn.term = self._term
            turn.lock.release()


class InPlaces:
    """An application that takes requests as there are places."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], places: Places) -> None:
        self._wsgi, self._places = wsgi, places

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        term = self._places.take()
        try:
            return self._wsgi(env, start)
        finally:
            self._places.give_back(term)


def install(app: Flask) -> None:
    app.wsgi_app = InPlaces(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, Places(WIDTH, PATIENCE)
    )
