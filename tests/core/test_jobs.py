"""Recurring jobs: when they run first, and that a failure ends nothing."""

import threading

from flask import Flask, current_app

from core import jobs
from core.jobs import Job

LONG = 20.0


def test_a_job_runs_at_once_only_if_it_says_so(app: Flask) -> None:
    ran, waits = threading.Event(), []

    def first() -> None:
        assert current_app.name == app.name
        ran.set()

    jobs.start(app, [
        Job("first", 3_600, first, at_once=True),
        Job("later", 3_600, lambda: waits.append(1)),
    ])  # fmt: skip
    assert ran.wait(LONG)
    assert waits == []


def test_a_job_that_fails_is_logged_and_ends_nothing(app: Flask, capsys) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    jobs._do(app, Job("fails", 3_600, fail))
    assert '"job": "fails"' in capsys.readouterr().err
