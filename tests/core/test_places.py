"""A few requests at a time: who waits, in which order, and who does not wait for ever."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from core.places import InPlaces, Places

LONG = 30.0


class Crowd:
    """Requests that stay at work until they are told to go."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.working: list[int] = []
        self._came = threading.Condition()
        self._gone: dict[int, threading.Event] = {}
        self._threads: list[threading.Thread] = []

    def come(self, name: int) -> None:
        self._gone[name] = threading.Event()
        thread = threading.Thread(target=self._work, args=(name,))
        thread.start()
        self._threads.append(thread)

    def queue(self, name: int) -> None:
        """Come, where no place is free, and be in the queue before this returns."""
        before = len(self.places._waiting)
        self.come(name)
        while len(self.places._waiting) == before:
            pass

    def go(self, name: int) -> None:
        self._gone[name].set()

    def until(self, *names: int) -> None:
        """Wait until these, and no others, came to work, in this order."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.working) >= len(names), timeout=LONG)
            assert self.working == list(names)

    def end(self) -> None:
        for each in self._gone.values():
            each.set()
        for thread in self._threads:
            thread.join(LONG)

    def _work(self, name: int) -> None:
        with self.places:
            with self._came:
                self.working.append(name)
                self._came.notify_all()
            self._gone[name].wait(LONG)


@contextmanager
def crowd(width: int, patience: float = LONG) -> Iterator[Crowd]:
    found = Crowd(Places(width, patience))
    try:
        yield found
    finally:
        found.end()


def test_those_who_find_no_place_are_let_in_as_they_came() -> None:
    with crowd(2) as hall:
        hall.come(1)
        hall.until(1)
        hall.come(2)
        hall.until(1, 2)
        for name in (3, 4, 5):
            hall.queue(name)
        assert hall.working == [1, 2]
        hall.go(2)
        hall.until(1, 2, 3)
        hall.go(1)
        hall.until(1, 2, 3, 4)
        hall.go(3)
        hall.until(1, 2, 3, 4, 5)


def test_nobody_waits_for_ever_behind_those_who_stay_and_their_places_are_not_lost() -> None:
    with crowd(1, patience=0.01) as hall:
        hall.come(1)
        hall.until(1)
        hall.come(2)
        hall.until(1, 2)
        hall.end()
        # Both went: one place is free again, and one only.
        hall.places._patience = LONG
        hall.come(3)
        hall.until(1, 2, 3)
        hall.queue(4)
        assert hall.working == [1, 2, 3]
        hall.go(3)
        hall.until(1, 2, 3, 4)


def test_a_request_that_fails_gives_its_place_back() -> None:
    def application(env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if env["PATH_INFO"] == "/broken":
            raise ZeroDivisionError
        return [b"done"]

    wsgi = InPlaces(application, Places(1, LONG))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            wsgi({"PATH_INFO": "/broken"}, print)
    assert wsgi({"PATH_INFO": "/"}, print) == [b"done"]


def test_thousands_who_lose_their_patience_at_the_last_moment_leave_every_place() -> None:
    places, passed = Places(3, 0.0002), []

    def come() -> None:
        for _ in range(300):
            with places:
                passed.append(1)

    threads = [threading.Thread(target=come) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(LONG)
    assert len(passed) == 3_600
    assert places._free == 3
    assert not places._waiting


def test_patience_is_counted_from_when_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("core.places.time.monotonic", lambda: now[0])
    places = Places(1, 10.0)
    with places:
        now[0] = 103.0
    now[0] = 107.0
    assert places._left(began=95.0) == 6.0
    assert places._left(began=106.0) == 9.0
    now[0] = 113.0
    assert places._left(began=95.0) == 0.0
