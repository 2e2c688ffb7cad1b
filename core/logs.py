"""Structured logs: one JSON object a line on standard error."""

import atexit
import json
import logging
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from random import getrandbits

import structlog
from flask import Flask, Response, g, request

from core import assets, clock, metrics

log = structlog.get_logger()
_encode = json.JSONEncoder(ensure_ascii=False).encode

#: Seconds that lines about what went well may wait for others in a serving process.
GATHERED = 0.2
#: Lines that wait at most, should nobody take them off standard error.
KEPT = 100_000
_waiting: deque[str] = deque(maxlen=KEPT)
_writing = threading.Lock()
_gathers = threading.Event()
#: Whether the level lets lines about what went well through.
_tells = threading.Event()


class Lines:
    """Writes lines to standard error; a log that cannot be written stops nothing else."""

    def msg(self, line: str) -> None:
        _waiting.append(line)
        write()

    def info(self, line: str) -> None:
        _waiting.append(line)
        if not _gathers.is_set():
            write()

    log = debug = warning = warn = error = critical = exception = fatal = failure = msg


def write() -> None:
    """Write the lines that wait, in the order in which they came."""
    with _writing, suppress(OSError, ValueError):
        lines = [_waiting.popleft() for _ in range(len(_waiting))]
        if lines:
            print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - the log itself


def gather() -> None:
    """From now on write what went well many lines at a time: each write is a turn that a thread
    gives away and has to wait for again."""
    _gathers.set()
    atexit.register(write)
    threading.Thread(target=_write_on, name="log", daemon=True).start()


def _write_on() -> None:
    while True:
        time.sleep(GATHERED)
        write()


def configure(level: str) -> None:
    number = getattr(logging, level.upper(), logging.INFO)
    (_tells.set if number <= logging.INFO else _tells.clear)()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: Lines(),
        cache_logger_on_first_use=False,
    )


def new_id() -> str:
    """What a request is called in the log, on error pages and in its answer's headers."""
    return f"{getrandbits(48):012x}"


def answered(
    request_id: str,
    *,
    method: str,
    path: str,
    status: int,
    seconds: float,
    source: str,
    actor: str = "",
) -> None:
    """Log a request that has been answered: a line like all others, written out at once."""
    if not _tells.is_set():
        return
    line = {
        "id": request_id,
        "method": method,
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "actor": actor,
        "source": source,
        "event": "request",
        "level": "info",
        "timestamp": clock.now().isoformat().replace("+00:00", "Z"),
    }
    Lines().info(_encode(line))


def init_app(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = new_id()
        g.request_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("request_began")
        if began is not None and request.endpoint not in assets.FILES:
            seconds = time.perf_counter() - began
            metrics.count_answered(seconds, metrics.requests(response.status_code))
            answered(
                g.request_id,
                method=request.method,
                path=request.path,
                status=response.status_code,
                seconds=seconds,
                actor=str(g.get("actor", "")),
                source=request.remote_addr or "",
            )
        response.headers.add("X-Request-Id", g.get("request_id", "-"))
        return response
