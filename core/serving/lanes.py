"""Tasks that wait, in the order in which they came; some of them go before the others."""

from collections import deque
from queue import SimpleQueue
from typing import Any

#: One task in so many is one of the others, however many there are that go before them.
SHARE = 8


class Lanes:
    """For one thread that puts and many that get."""

    def __init__(self) -> None:
        #: One for each task, so that a thread sleeps until there is one.
        self._tokens: SimpleQueue[None] = SimpleQueue()
        self._first: deque[Any] = deque()
        self._others: deque[Any] = deque()
        self._taken = 0

    def put(self, task: Any, *, first: bool = False) -> None:
        (self._first if first else self._others).append(task)
        self._tokens.put(None)

    def get(self) -> Any:
        """The next task; waits until there is one."""
        self._tokens.get()
        self._taken += 1
        lanes = self._first, self._others
        if self._taken % SHARE == 0:
            lanes = lanes[::-1]
        while True:
            # There is one for whoever has a token, but another thread may be quicker.
            for lane in lanes:
                try:
                    return lane.popleft()
                except IndexError:
                    continue

    def empty(self) -> bool:
        return self._tokens.empty()
