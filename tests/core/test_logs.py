"""The log: one JSON object a line."""

import json
from collections.abc import Iterator

import pytest
import structlog

from core import logs

ANSWERED = {
    "method": "GET", "path": '/exam/"字"\n', "status": 200, "actor": "T0001", "source": "::1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    yield
    logs.configure("error")


def test_a_request_is_told_in_the_form_of_every_other_line(capsys) -> None:
    logs.configure("info")
    logs.answered("4a5b", seconds=0.01234, **ANSWERED)
    structlog.get_logger().info("request", id="4a5b", ms=12.3, **ANSWERED)
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert len(ours.pop("timestamp")) == len(theirs.pop("timestamp"))
    assert ours == theirs


def test_a_log_of_warnings_tells_of_no_request_that_went_well(capsys) -> None:
    logs.configure("warning")
    logs.answered("4a5b", seconds=0.01234, **ANSWERED)
    assert capsys.readouterr().err == ""
