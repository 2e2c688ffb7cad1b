"""A few tasks at a time: who waits, in which order, and who does not wait for ever."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from core.serving.workers import Workers
from tests import loops

LONG = 20.0


class Crowd:
    """Tasks that stay at work until they are told to go."""

    def __init__(self, width: int, patience: float) -> None:
        self.workers = Workers(self._work, width, patience)
        self.begun: list[int] = []
        self._gone: dict[int, threading.Event] = {}

    def _work(self, name: int) -> None:
        self.begun.append(name)
        self._gone[name].wait(LONG)

    def come(self, *names: int, first: bool = False) -> None:
        for name in names:
            self._gone[name] = threading.Event()
            self.workers.put(name, first=first)

    def go(self, *names: int) -> None:
        for name in names:
            self._gone[name].set()

    async def until(self, *names: int) -> None:
        """Wait until these, and for a moment no others, have begun, in this order."""
        await soon(lambda: len(self.begun) >= len(names))
        await asyncio.sleep(0.02)
        assert self.begun == list(names)


async def soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.002)


def run(act: Callable[[Crowd], Coroutine[Any, Any, None]], width: int, patience: float) -> None:
    async def all_of_it() -> None:
        crowd = Crowd(width, patience)
        crowd.workers.start(asyncio.get_running_loop())
        try:
            await act(crowd)
        finally:
            crowd.go(*crowd._gone)

    loops.run(all_of_it())


def test_those_who_find_nobody_free_are_served_as_they_came() -> None:
    async def act(crowd: Crowd) -> None:
        crowd.come(1)
        await crowd.until(1)
        crowd.come(2)
        await crowd.until(1, 2)
        crowd.come(3, 4, 5)
        await crowd.until(1, 2)
        crowd.go(2)
        await crowd.until(1, 2, 3)
        crowd.go(1)
        await crowd.until(1, 2, 3, 4)
        crowd.go(3)
        await crowd.until(1, 2, 3, 4, 5)

    run(act, 2, LONG)


def test_some_go_before_those_who_wait() -> None:
    async def act(crowd: Crowd) -> None:
        crowd.come(1)
        await crowd.until(1)
        crowd.come(2, 3)
        crowd.come(4, first=True)
        crowd.go(1, 4)
        await crowd.until(1, 4, 2)

    run(act, 1, LONG)


def test_when_nothing_moves_others_come_and_those_at_work_go_when_they_are_done() -> None:
    async def act(crowd: Crowd) -> None:
        for name in (1, 2):
            crowd.come(name)
            await crowd.until(*range(1, name + 1))
        crowd.come(3)
        await crowd.until(1, 2, 3)
        assert len(crowd.workers._threads) == 4
        crowd.workers._patience = LONG
        crowd.come(4)
        await crowd.until(1, 2, 3, 4)
        crowd.come(5)
        # These have been written off: nobody is served in their place.
        crowd.go(1, 2)
        await soon(lambda: len(crowd.workers._threads) == 2)
        assert crowd.begun == [1, 2, 3, 4]
        crowd.go(3)
        await crowd.until(1, 2, 3, 4, 5)

    # Long enough for threads that are free to begin, however busy the machine is.
    run(act, 2, 0.5)


def test_as_long_as_they_get_on_nobody_comes_besides() -> None:
    async def act(crowd: Crowd) -> None:
        crowd.come(*range(40))
        for name in range(40):
            await soon(lambda name=name: name in crowd.begun)
            await asyncio.sleep(0.01)
            crowd.go(name)
        await soon(lambda: len(crowd.begun) == 40)
        assert len(crowd.workers._threads) == 1

    run(act, 1, 0.2)


def test_there_is_an_end_to_those_who_come(monkeypatch: Any) -> None:
    monkeypatch.setattr("core.serving.workers.MOST", 4)

    async def act(crowd: Crowd) -> None:
        crowd.come(*range(9))
        await soon(lambda: len(crowd.begun) == 4)
        await asyncio.sleep(0.1)
        assert sorted(crowd.begun) == [0, 1, 2, 3]
        crowd.go(*range(9))
        await soon(lambda: len(crowd.begun) == 9)

    run(act, 2, 0.01)
