"""What is the same for everybody and may be some seconds old: asked once, told to many."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from core.db import db

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """A question whose answers to the latest keys hold for some seconds, in each database.

    The answer must not be tied to a session: figures, texts and tuples of them, never rows.
    ``keep``: to how many keys.
    """

    def __init__(self, ask: Callable[[K], V], seconds: float, keep: int = 1) -> None:
        self._ask, self._seconds, self._keep = ask, seconds, keep
        #: Until when each answer holds, and the answer; the oldest first.
        self._answers: WeakKeyDictionary[Engine, dict[K, tuple[float, V]]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def __call__(self, key: K) -> V:
        kept = self._answers.get(db.engine, {}).get(key)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        found = self._ask(key)
        with self._lock:
            answers = self._answers.setdefault(db.engine, {})
            answers.pop(key, None)
            answers[key] = time.monotonic() + self._seconds, found
            while len(answers) > self._keep:
                del answers[next(iter(answers))]
        return found

    def forget(self) -> None:
        """Ask anew next time."""
        self._answers.clear()
