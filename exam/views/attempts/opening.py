"""GET /exam/attempts/<id>, answered in front of Flask where nothing is out of the ordinary.

Everybody opens their paper in the same minute. Who is signed in, may sit exams and goes on at the
device that holds the attempt gets the page from here, by the same queries, rules and templates as
in exam.views.attempts.taking; everybody else, and every question to be decided, is Flask's.
"""

import json
import re
import time
from _thread import allocate_lock
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from accounts.guards import lets_pass
from accounts.permissions import Permission
from core import clock, headers, logs, metrics
from core.apart import Apart
from core.db import db
from core.signing import Signing
from exam.queries.attempts import taking as queries
from exam.saving import token
from exam.views.attempts.page import TEMPLATE, look_of, page, shared
from exam.views.attempts.taking import is_over, is_to_be_admitted
from exam.views.papers.sheet import TEMPLATE as SHEET
from question_bank.item_types import ItemType

_COUNTED = metrics.requests(200)
PATH = re.compile(r"/exam/attempts/([0-9]{1,9})")


def templates() -> Iterator[str]:
    """What the page of an attempt is made of, whatever is asked on it."""
    yield TEMPLATE
    yield SHEET
    for each in ItemType:
        yield f"item_types/{each.value}/take.html"


def in_turn(method: str, path: str) -> bool:
    """Whether a request is for the page of an attempt, of which one is made at a time."""
    return method == "GET" and PATH.fullmatch(path) is not None


class Opening:
    """Gives the page to whom it is due; passes everything else on."""

    def __init__(self, app: Flask, wsgi: Callable[..., Iterable[bytes]]) -> None:
        self._app, self._wsgi = app, wsgi
        # One at a time: all work is the interpreter's, and threads that fight for it only cost.
        self._turn = allocate_lock()
        self._settings = app.config["XUEFA"]
        self._key = token.key_of(app.config["SECRET_KEY"])
        self._csrf = Signing(
            URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token", serializer=json)
        )
        self._cookie: str = app.config["SESSION_COOKIE_NAME"]
        serializer: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        self._sessions = Signing(serializer)
        self._lifetime = int(app.permanent_session_lifetime.total_seconds())
        with app.app_context():
            self._apart = Apart(db.engine)
        self._headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Vary", "Cookie"),
            *headers.of_every_answer(tls=self._settings.tls).items(),
        ]

    def __call__(self, env: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = PATH.fullmatch(env["PATH_INFO"])
        if path is None or env["REQUEST_METHOD"] != "GET" or self._app.debug:
            return self._wsgi(env, start)
        at, began, request_id = clock.now(), time.perf_counter(), logs.new_id()
        try:
            with self._turn:
                found = self._usual(env, int(path[1]), at)
        except (SQLAlchemyError, RuntimeError):
            # Not this reader's, or a database, frame or paper that is not at hand: Flask has them
            # or says what is wrong.
            found = None
        if found is None:
            return self._wsgi(env, start)
        actor, data = found
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, _COUNTED)
        logs.answered(
            request_id, method="GET", path=env["PATH_INFO"], status=200, seconds=seconds,
            actor=actor, source=env.get("REMOTE_ADDR", ""),
        )  # fmt: skip
        length = ("Content-Length", str(len(data)))
        start("200 OK", [*self._headers, ("X-Request-Id", request_id), length])
        return [data]

    def _usual(
        self, env: dict[str, Any], attempt_id: int, at: datetime
    ) -> tuple[str, bytes] | None:
        """Who reads, and their page; None where there is anything to be decided."""
        cookies = parse_cookie(env)
        session = self._session(cookies)
        if "_flashes" in session or not {"_user_id", "csrf_token"} <= session.keys():
            return None
        found = queries.seated(session["_user_id"], attempt_id, self._apart)
        if found is None:
            return None
        reader, seat = found
        if (
            not lets_pass(reader, Permission.EXAM_TAKE, self._settings, at)
            or is_over(seat, at)
            or is_to_be_admitted(seat, reader.sign_in_id)
        ):
            return None
        return reader.staff_number, page(
            seat,
            reader,
            at,
            frame=shared(look_of(seat, cookies, env.get("SCRIPT_NAME", "").rstrip("/"))),
            csrf=self._csrf.dumps(session["csrf_token"]),
            key=self._key,
            apart=self._apart,
        )

    def _session(self, cookies: Mapping[str, str]) -> Mapping[str, Any]:
        """The session in the cookies, as Flask reads it; empty for none and for one not signed."""
        try:
            found: Mapping[str, Any] = self._sessions.loads(
                cookies.get(self._cookie, ""), max_age=self._lifetime
            )
        except BadSignature:
            return {}
        return found


def install(app: Flask) -> None:
    app.wsgi_app = Opening(app, app.wsgi_app)  # type: ignore[method-assign,assignment]  # as Flask documents it
