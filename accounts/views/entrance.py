"""GET /login, answered on the server's loop for whoever is not signed in.

Everybody signs in in the minute before an exam begins, and what they are shown is the same for all
but the token of its form. Once Flask has rendered it (core.alike), nothing is left to be asked.
"""

import time
from asyncio import AbstractEventLoop
from typing import Any

from flask import Flask
from werkzeug.http import parse_cookie

from accounts.guards import TOKEN
from core import alike, forgery, headers, logs, metrics
from core.cookie import Sessions
from core.serving.environ import source_of
from core.serving.rsgi import Exchange, Scope

PATH, TEMPLATE = "/login", "accounts/sign_in.html"
_COUNTED = metrics.requests(200)


class Front:
    """Gives the page to who is not signed in and has nothing to be told; leaves others alone."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._settings = app.config["XUEFA"]
        sessions: Any = app.session_interface
        self._sessions: Sessions = sessions
        self._headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Vary", "Cookie"),
            *headers.of_every_answer(tls=self._settings.tls).items(),
        ]

    def start(self, loop: AbstractEventLoop) -> None:
        """There is nothing to wait for."""

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        if scope.path != PATH or scope.method != "GET":
            return b""
        began, request_id = time.perf_counter(), logs.new_id()
        if "cookie" in scope.headers and scope.headers.get("cookie") is None:
            return b""
        cookies = parse_cookie("; ".join(scope.headers.get_all("cookie")))
        session = self._sessions.held(self._app, cookies)
        if TOKEN in session or "_flashes" in session:
            return b""
        own = [*self._headers, ("X-Request-Id", request_id)]
        if forgery.TOKEN not in session:
            session = {**session, forgery.TOKEN: forgery.drawn()}
            own.append(("Set-Cookie", self._sessions.set_cookie(self._app, session)))
        token = forgery.signed(self._app, session[forgery.TOKEN])
        page = alike.rendered(self._app, TEMPLATE, cookies, token)
        if page is None:
            return b""
        data = page.encode()
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, _COUNTED)
        logs.answered(
            request_id, method="GET", path=PATH, status=200, seconds=seconds,
            source=source_of(scope, self._settings.proxies),
        )  # fmt: skip
        exchange.response_bytes(200, [*own, ("Content-Length", str(len(data)))], data)
        return None
