"""Lines of the log that are written many at a time."""

import threading
from collections import deque

import pytest

from core import logs


@pytest.fixture
def gathering(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a serving process, whose thread never comes to write."""
    gathers = threading.Event()
    gathers.set()
    monkeypatch.setattr(logs, "_gathers", gathers)
    monkeypatch.setattr(logs, "_waiting", deque(maxlen=3))


def test_what_went_well_waits_and_what_did_not_takes_it_along(
    gathering: None, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = logs.Lines()
    lines.info("one")
    lines.info("two")
    assert capsys.readouterr().err == ""
    lines.error("three")
    assert capsys.readouterr().err == "one\ntwo\nthree\n"


def test_what_waits_is_written_once_and_the_oldest_goes_first(
    gathering: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        logs.Lines().info(str(number))
    logs.write()
    logs.write()
    assert capsys.readouterr().err == "2\n3\n4\n"
