"""What is the same for everybody and may be some seconds old: asked once, told to many."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from core.db import db

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """A question whose answer to the latest key holds for some seconds, in each database.

    The answer must not be tied to a session: figures, texts and tuples of them, never rows.
    """

    def __init__(self, ask: Callable[[K], V], seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._answers: WeakKeyDictionary[Engine, tuple[K, float, V]] = WeakKeyDictionary()

    def __call__(self, key: K) -> V:
        kept = self._answers.get(db.engine)
        if kept is not None and kept[0] == key and time.monotonic() < kept[1]:
            return kept[2]
        found = self._ask(key)
        self._answers[db.engine] = (key, time.monotonic() + self._seconds, found)
        return found

    def forget(self) -> None:
        """Ask anew next time."""
        self._answers.clear()
