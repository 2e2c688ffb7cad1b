"""Saves and signs of life of open pages, answered in front of Flask (WSGI).

Those that are as they should be are taken before that, on the server's loop (exam.saving.front,
exam.saving.presence); those that are not are refused here.
"""

import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask

from core import clock, logs, metrics
from core.db import db
from core.serving.environ import length_of
from exam.attempts import responses
from exam.attempts.responses import BadBatch
from exam.saving import moments, token
from exam.saving.protocol import (
    COUNTED,
    EXTRA,
    MAX_BODY,
    PATH,
    STATUS,
    UNAVAILABLE,
    Told,
    headers_of,
    told,
    written,
)
from exam.saving.pulses import EXTENSION, Pulses, counted
from exam.saving.store import Store, Unavailable

log = structlog.get_logger()

#: Under this name the application keeps the store of its process.
STORE = "xuefa_answers"
_PULSE_EXTRA = {405: [("Allow", "GET")]}


class SavePath:
    """Takes saves and signs of life; passes everything else on."""

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        key: bytes,
        store: Store,
        pulses: Pulses,
        *,
        tls: bool,
    ) -> None:
        self._wsgi, self._key, self._store, self._pulses = wsgi, key, store, pulses
        self._headers = headers_of(tls=tls)

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = PATH.fullmatch(env["PATH_INFO"])
        if path is None:
            return self._wsgi(env, start)
        if path[2] == "pulse":
            return self._pulse(env, start, int(path[1]), clock.now())
        began, request_id = time.perf_counter(), logs.new_id()
        try:
            status, body = self._answer(env, int(path[1]))
        except Exception:
            log.exception("save failed", id=request_id)
            status, body = UNAVAILABLE
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, *COUNTED[status])
        # A save that succeeds is on record as the answer itself; a log line each would cost as much
        # as saving does.
        if status != 200:
            _log(env, request_id, status, seconds)
        data = written(body)
        start(
            STATUS[status],
            [
                *self._headers,
                *EXTRA.get(status, ()),
                ("X-Request-Id", request_id),
                ("Content-Length", str(len(data))),
            ],
        )
        return [data]

    def _pulse(
        self, env: dict[str, Any], start: Callable[..., Any], attempt_id: int, at: datetime
    ) -> Iterable[bytes]:
        """A sign of life of a page, answered with how its attempt stands."""
        try:
            status, body = self._news(env, attempt_id, at)
        except Exception:
            log.exception("pulse failed", attempt=attempt_id)
            status, body = 503, {"error": "暂时没有回应"}
        metrics.count(*counted(status))
        data = json.dumps(body).encode()
        extra = _PULSE_EXTRA.get(status, ())
        start(STATUS[status], [*self._headers, *extra, ("Content-Length", str(len(data)))])
        return [data]

    def _news(
        self, env: dict[str, Any], attempt_id: int, at: datetime
    ) -> tuple[int, dict[str, Any]]:
        if env["REQUEST_METHOD"] != "GET":
            return 405, {"error": "请使用 GET"}
        ticket = token.unsign(self._key, env.get("HTTP_X_ATTEMPT_TOKEN", ""))
        news = (
            self._pulses.beat(ticket, at)
            if ticket is not None and ticket.attempt_id == attempt_id
            else None
        )
        if news is None:
            return 403, {"error": "作答凭证无效，请重新打开考试页面"}
        return 200, news.told(at)

    def _answer(self, env: dict[str, Any], attempt_id: int) -> Told:
        if env["REQUEST_METHOD"] != "PUT":
            return 405, {"error": "保存答案请使用 PUT"}
        ticket = token.unsign(self._key, env.get("HTTP_X_ATTEMPT_TOKEN", ""))
        if ticket is None or ticket.attempt_id != attempt_id:
            return 403, {"error": "作答凭证无效，请重新打开考试页面"}
        length = length_of(env.get("CONTENT_LENGTH") or "0")
        if "HTTP_TRANSFER_ENCODING" in env or length is None:
            return 411, {"error": "请求应说明正文长度（Content-Length）"}
        if length > MAX_BODY:
            return 413, {"error": "一次提交的答案过多"}
        data = env["wsgi.input"].read(length)
        # Stamped once the answers are here: who sends them slowly gains nothing, and who waits for
        # the writer loses nothing.
        at = moments.stored(clock.now())
        try:
            batch = responses.read(data, ticket.shapes)
            outcome = self._store.save(ticket, batch, at)
        except BadBatch as bad:
            return 400, {"error": str(bad)}
        except Unavailable:
            return UNAVAILABLE
        return told(outcome, at)


def _log(env: dict[str, Any], request_id: str, status: int, seconds: float) -> None:
    logs.answered(
        request_id,
        method=env["REQUEST_METHOD"],
        path=env["PATH_INFO"],
        status=status,
        seconds=seconds,
        source=env.get("REMOTE_ADDR", ""),
    )


def install(app: Flask) -> None:
    with app.app_context():
        store, pulses = Store(db.engine), Pulses(db.engine)
    app.extensions[EXTENSION] = pulses
    app.extensions[STORE] = store
    key = token.key_of(app.config["SECRET_KEY"])
    app.wsgi_app = SavePath(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, key, store, pulses, tls=app.config["XUEFA"].tls
    )
