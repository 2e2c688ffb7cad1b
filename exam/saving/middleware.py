"""PUT /exam/attempts/<id>/answers and GET …/pulse, answered in front of Flask."""

import json
import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import structlog
from flask import Flask

from core import clock, headers, logs, metrics
from core.db import db
from exam.attempts import responses
from exam.attempts.responses import BadBatch
from exam.saving import moments, token
from exam.saving.batches import Outcome
from exam.saving.pulses import EXTENSION, Pulses
from exam.saving.store import Store, Unavailable

log = structlog.get_logger()

PATH = re.compile(r"/exam/attempts/([0-9]{1,18})/(answers|pulse)")
#: The longest answer that a paper can ask for, a case with ten texts of 4,000 characters, fits.
MAX_BODY = 192 * 1024
_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    411: "411 Length Required",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}
#: The counters that go up with each save, by its status.
_COUNTED = {
    each: (("xuefa_saves_total", f'status="{each}"'), metrics.requests(each)) for each in _STATUS
}
#: Headers that some answers carry besides those of every answer.
_EXTRA = {405: [("Allow", "PUT")], 503: [("Retry-After", "2")]}
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
        self._headers = [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Cache-Control", "no-store"),
            *headers.of_every_answer(tls=tls).items(),
        ]

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = PATH.fullmatch(env["PATH_INFO"])
        if path is None:
            return self._wsgi(env, start)
        # Stamped at entry: time spent waiting for the writer is not the candidate's.
        at, began, request_id = clock.now(), time.perf_counter(), logs.new_id()
        if path[2] == "pulse":
            return self._pulse(env, start, int(path[1]), at)
        try:
            status, body = self._answer(env, int(path[1]), moments.stored(at))
        except Exception:
            log.exception("save failed", id=request_id)
            status, body = 503, {"error": "暂时无法保存，请稍后自动重试"}
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, *_COUNTED[status])
        # A save that succeeds is on record as the answer itself; a log line each would cost as much
        # as saving does.
        if status != 200:
            _log(env, request_id, status, seconds)
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        start(
            _STATUS[status],
            [
                *self._headers,
                *_EXTRA.get(status, ()),
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
        metrics.count("xuefa_pulses_total", f'status="{status}"')
        data = json.dumps(body).encode()
        extra = _PULSE_EXTRA.get(status, ())
        start(_STATUS[status], [*self._headers, *extra, ("Content-Length", str(len(data)))])
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
        return 200, {
            "state": news.state.value,
            "deadline": moments.told(moments.stored(news.deadline)),
            "server_time": moments.told(moments.stored(at)),
        }

    def _answer(
        self, env: dict[str, Any], attempt_id: int, at: str
    ) -> tuple[int, dict[str, Any] | bytes]:
        if env["REQUEST_METHOD"] != "PUT":
            return 405, {"error": "保存答案请使用 PUT"}
        ticket = token.unsign(self._key, env.get("HTTP_X_ATTEMPT_TOKEN", ""))
        if ticket is None or ticket.attempt_id != attempt_id:
            return 403, {"error": "作答凭证无效，请重新打开考试页面"}
        length = env.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in env or not (length.isascii() and length.isdecimal()):
            return 411, {"error": "请求应说明正文长度（Content-Length）"}
        if int(length) > MAX_BODY:
            return 413, {"error": "一次提交的答案过多"}
        try:
            batch = responses.read(env["wsgi.input"].read(int(length)), ticket.shapes)
            outcome = self._store.save(ticket, batch, at)
        except BadBatch as bad:
            return 400, {"error": str(bad)}
        except Unavailable:
            return 503, {"error": "暂时无法保存，请稍后自动重试"}
        return _told(outcome, at)


def _log(env: dict[str, Any], request_id: str, status: int, seconds: float) -> None:
    logs.answered(
        request_id,
        method=env["REQUEST_METHOD"],
        path=env["PATH_INFO"],
        status=status,
        seconds=seconds,
        source=env.get("REMOTE_ADDR", ""),
    )


def _told(outcome: Outcome, at: str) -> tuple[int, dict[str, Any] | bytes]:
    """An outcome as the client reads it: JSON, written out where it is figures alone."""
    deadline = moments.told(outcome.deadline) if outcome.deadline else ""
    if outcome.refused is None and not outcome.stale:
        told = f'{{"saved": {outcome.saved}, "stale": [], "server_time": "{moments.told(at)}", '
        return 200, f'{told}"deadline": "{deadline}"}}'.encode()
    body: dict[str, Any] = {
        "saved": list(outcome.saved),
        "stale": [each.slot for each in outcome.stale],
        "server_time": moments.told(at),
        "deadline": deadline,
    }
    if outcome.stale:
        body["newer"] = [
            {"slot": each.slot, "seq": each.seq, **responses.of(each.response)}
            for each in outcome.stale
        ]
    if outcome.refused:
        return 409, {"error": outcome.refused.message, "reason": outcome.refused.value, **body}
    return 200, body


def install(app: Flask) -> None:
    with app.app_context():
        store, pulses = Store(db.engine), Pulses(db.engine)
    app.extensions[EXTENSION] = pulses
    key = token.key_of(app.config["SECRET_KEY"])
    app.wsgi_app = SavePath(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, key, store, pulses, tls=app.config["XUEFA"].tls
    )
