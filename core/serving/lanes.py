"""Tasks that wait, in the order in which they came; some of them go before the others."""

from _thread import LockType, allocate_lock
from collections import deque
from contextlib import suppress
from typing import Any

#: One task in so many is one of the others, however many there are that go before them.
SHARE = 8


class Lanes:
    """For one thread that puts and many that get.

    A task wakes one thread, the one that went to sleep last: what it worked with is still at hand.
    A queue of Python's wakes them all in turn for each, to find that the task is taken.
    """

    def __init__(self) -> None:
        self._first: deque[Any] = deque()
        self._others: deque[Any] = deque()
        #: What each of the threads that sleep waits for.
        self._asleep: list[LockType] = []
        self._taken = 0

    def put(self, task: Any, *, first: bool = False) -> None:
        (self._first if first else self._others).append(task)
        # Whoever gets up by itself in between finds the task.
        with suppress(IndexError):
            self._asleep.pop().release()

    def get(self) -> Any:
        """The next task; waits until there is one."""
        while True:
            try:
                return self._take()
            except IndexError:
                self._sleep()

    def _take(self) -> Any:
        """Raises IndexError if there is none."""
        lanes = self._first, self._others
        if (self._taken + 1) % SHARE == 0:
            lanes = lanes[::-1]
        for lane in lanes:
            try:
                task = lane.popleft()
            except IndexError:
                continue
            self._taken += 1
            return task
        raise IndexError

    def _sleep(self) -> None:
        """Until there may be a task."""
        woken = allocate_lock()
        woken.acquire()
        self._asleep.append(woken)
        # One that was put before that woke nobody.
        if not self.empty():
            try:
                self._asleep.remove(woken)
            except ValueError:
                pass
            else:
                return
        woken.acquire()

    def empty(self) -> bool:
        return not self._first and not self._others
