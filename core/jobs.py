"""Work that recurs while the server runs, in a thread of the serving process.

On SQLite one process writes, so there is no worker beside it. On PostgreSQL every serving process
has such a thread; jobs are safe to run twice and at the same time.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from flask import Flask

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """A named act that commits for itself and is safe to run twice."""

    name: str
    every_seconds: float
    run: Callable[[], object]
    #: Also when the server starts, without waiting for the first time.
    at_once: bool = False


def start(app: Flask, jobs: Iterable[Job]) -> None:
    for job in jobs:
        threading.Thread(target=_loop, args=(app, job), name=job.name, daemon=True).start()


def _loop(app: Flask, job: Job) -> None:
    pause = threading.Event()
    if job.at_once:
        _do(app, job)
    while not pause.wait(job.every_seconds):
        _do(app, job)


def _do(app: Flask, job: Job) -> None:
    try:
        with app.app_context():
            job.run()
    except Exception:
        log.exception("job failed", job=job.name)
