"""GET /exam/attempts/<id>, answered on the server's loop where nothing is out of the ordinary.

Everybody opens their paper in the same minute. Who is signed in, may sit exams and goes on at the
device that holds the attempt gets the page from here, by the same queries, rules and templates as
in exam.views.attempts.taking; everybody else, and every question to be decided, is Flask's.
"""

import json
import re
import time
from asyncio import AbstractEventLoop
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from accounts.guards import lets_pass
from accounts.permissions import Permission
from core import clock, headers, logs, metrics
from core.apart import Away, apart
from core.db import db
from core.serving.environ import source_of
from core.serving.rsgi import Exchange, Scope
from core.serving.turns import Turns
from core.signing import Signing
from exam.queries.attempts import taking as queries
from exam.saving import token
from exam.views.attempts import after, before
from exam.views.attempts.page import TEMPLATE, look_of, page, shared
from exam.views.attempts.taking import is_over, is_to_be_admitted
from exam.views.papers.sheet import TEMPLATE as SHEET
from question_bank.item_types import ItemType

_COUNTED = metrics.requests(200)
PATH = re.compile(r"/exam/attempts/([0-9]{1,9})")


def templates() -> Iterator[str]:
    """What the page of an attempt is made of, whatever is asked on it, and those around it."""
    yield before.TEMPLATE
    yield TEMPLATE
    yield after.TEMPLATE
    yield SHEET
    for each in ItemType:
        yield f"item_types/{each.value}/take.html"


class Front:
    """Gives the page to whom it is due; leaves everything else alone."""

    def __init__(self, app: Flask) -> None:
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
            self._engine = db.engine
        self._turns = Turns()
        self._headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Vary", "Cookie"),
            *headers.of_every_answer(tls=self._settings.tls).items(),
        ]

    def start(self, loop: AbstractEventLoop) -> None:
        self._turns.start(loop)
        self._apart = apart(self._engine, loop)

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        path = PATH.fullmatch(scope.path)
        if path is None or scope.method != "GET":
            return b""
        at, began, request_id = clock.now(), time.perf_counter(), logs.new_id()
        try:
            found = await self._usual(scope, int(path[1]), at)
        except (Away, RuntimeError):
            # Not this reader's, or a database, frame or paper that is not at hand: Flask has them
            # or says what is wrong.
            found = None
        if found is None:
            return b""
        actor, data = found
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, _COUNTED)
        logs.answered(
            request_id, method="GET", path=scope.path, status=200, seconds=seconds, actor=actor,
            source=source_of(scope, self._settings.proxies),
        )  # fmt: skip
        length = ("Content-Length", str(len(data)))
        exchange.response_bytes(200, [*self._headers, ("X-Request-Id", request_id), length], data)
        return None

    async def _usual(self, scope: Scope, attempt_id: int, at: datetime) -> tuple[str, bytes] | None:
        """Who reads, and their page; None where there is anything to be decided."""
        await self._turns.take()
        cookies = parse_cookie("; ".join(scope.headers.get_all("cookie")))
        session = self._session(cookies)
        if "_flashes" in session or not {"_user_id", "csrf_token"} <= session.keys():
            return None
        found = await queries.seated(session["_user_id"], attempt_id, self._apart)
        if found is None:
            return None
        reader, seat = found
        if (
            not lets_pass(reader, Permission.EXAM_TAKE, self._settings, at)
            or is_over(seat, at)
            or is_to_be_admitted(seat, reader.sign_in_id)
        ):
            return None
        kept = await queries.answers_apart(seat, self._apart) if seat.begun else {}
        await self._turns.take()
        return reader.staff_number, page(
            seat,
            reader,
            at,
            kept,
            frame=shared(look_of(seat, cookies, "")),
            csrf=self._csrf.dumps(session["csrf_token"]),
            key=self._key,
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
