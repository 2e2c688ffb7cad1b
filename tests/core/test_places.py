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
        term = self.places.take()
        with self._came:
            self.working.append(name)
            self._came.notify_all()
        self._gone[name].wait(LONG)
        self.places.give_back(term)


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


def test_those_who_stay_are_written_off_and_their_places_come_back_once() -> None:
    with crowd(2, patience=0.05) as hall:
        for name in (1, 2, 3):
            hall.come(name)
            hall.until(*range(1, name + 1))
        # Both stayed and were written off: there are two places besides, of which one is taken.
        hall.places._patience = LONG
        hall.come(4)
        hall.until(1, 2, 3, 4)
        hall.queue(5)
        hall.go(1)
        hall.go(2)
        hall.queue(6)
        assert hall.working == [1, 2, 3, 4]
        hall.go(3)
        hall.until(1, 2, 3, 4, 5)
        hall.go(4)
        hall.until(1, 2, 3, 4, 5, 6)


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


def test_thousands_who_are_written_off_at_the_last_moment_leave_every_place() -> None:
    places, passed = Places(3, 0.0002), []

    def come() -> None:
        for _ in range(300):
            term = places.take()
            passed.append(1)
            places.give_back(term)

    threads = [threading.Thread(target=come) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(LONG)
    assert len(passed) == 3_600
    assert places._free == 3
    assert not places._waiting


def test_as_long_as_they_get_on_nobody_is_written_off(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("core.places.time.monotonic", lambda: now[0])
    places = Places(1, 10.0)
    term = places.take()
    now[0] = 109.0
    places._write_off()
    places.give_back(term)
    now[0] = 118.0
    assert places.take() == term
    now[0] = 128.0
    places._write_off()
    assert places.take() == term + 1
