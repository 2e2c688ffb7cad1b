"""PUT /exam/attempts/<id>/answers, answered in front of Flask."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Flask

from core import clock, metrics
from core.db import db
from core.headers import HEADERS
from exam import responses
from exam.responses import BadBatch
from exam.saving import token
from exam.saving.store import Store, Unavailable

log = structlog.get_logger()

PATH = re.compile(r"/exam/attempts/(\d{1,18})/answers")
MAX_BODY = 64 * 1024
_HEADERS = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store"),
    *HEADERS.items(),
]
_STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    403: "403 Forbidden",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}


class SavePath:
    """Takes saves; passes everything else on."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], key: bytes, store: Store) -> None:
        self._wsgi, self._key, self._store = wsgi, key, store

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = PATH.fullmatch(env["PATH_INFO"])
        if path is None:
            return self._wsgi(env, start)
        # Stamped at entry: time spent waiting for the writer is not the candidate's.
        status, body = self._answer(env, int(path[1]), clock.now())
        metrics.count("xuefa_saves_total", f'status="{status}"')
        data = json.dumps(body, ensure_ascii=False).encode()
        start(_STATUS[status], [*_HEADERS, ("Content-Length", str(len(data)))])
        return [data]

    def _answer(
        self, env: dict[str, Any], attempt_id: int, at: datetime
    ) -> tuple[int, dict[str, Any]]:
        if env["REQUEST_METHOD"] != "PUT":
            return 405, {"error": "保存答案请使用 PUT"}
        ticket = token.unsign(self._key, env.get("HTTP_X_ATTEMPT_TOKEN", ""))
        if ticket is None or ticket.attempt_id != attempt_id:
            return 403, {"error": "作答凭证无效，请重新打开考试页面"}
        length = env.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, {"error": "一次提交的答案过多"}
        try:
            batch = responses.read(env["wsgi.input"].read(int(length)), ticket.option_counts)
            outcome = self._store.save(ticket, batch, at)
        except BadBatch as bad:
            return 400, {"error": str(bad)}
        except Unavailable:
            return 503, {"error": "暂时无法保存，请稍后自动重试"}
        times = {"server_time": _iso(at), "deadline": _utc(outcome.deadline)}
        if outcome.refused:
            return 409, {"error": outcome.refused, "saved": [], **times}
        return 200, {"saved": outcome.saved, "stale": outcome.stale, **times}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _utc(stored: str) -> str:
    """A moment as the database wrote it, as ISO 8601 in UTC."""
    return _iso(datetime.fromisoformat(stored).replace(tzinfo=UTC)) if stored else ""


def install(app: Flask) -> None:
    with app.app_context():
        store = Store(db.engine)
    key = token.key_of(app.config["SECRET_KEY"])
    app.wsgi_app = SavePath(  # type: ignore[method-assign,assignment]  # as Flask documents it
        app.wsgi_app, key, store
    )
