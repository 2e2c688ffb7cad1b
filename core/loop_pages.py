"""Pages that are given from the server's loop, before Flask: to whom, and how they are sent.

Headers, the line in the log and the count are those of the pages that Flask gives.
"""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.http import parse_cookie

from core import forgery, headers, logs, metrics
from core.cookie import Sessions
from core.serving.environ import source_of
from core.serving.rsgi import Exchange, Scope

_COUNTED = metrics.requests(200)


class PageRequest(NamedTuple):
    """A request for a page: since when it is answered, and what it is called in the log."""

    scope: Scope
    exchange: Exchange
    began: float
    request_id: str

    @classmethod
    def now(cls, scope: Scope, exchange: Exchange) -> "PageRequest":
        return cls(scope, exchange, time.perf_counter(), logs.new_id())


class LoopPages:
    def __init__(self, app: Flask) -> None:
        self._app, self._settings = app, app.config["XUEFA"]
        sessions: Any = app.session_interface
        self._sessions: Sessions = sessions
        self._headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Vary", "Cookie"),
            *headers.of_every_answer(tls=self._settings.tls).items(),
        ]

    def cookies(self, scope: Scope) -> Mapping[str, str]:
        return parse_cookie("; ".join(scope.headers.get_all("cookie")))

    def session(self, cookies: Mapping[str, str]) -> Mapping[str, Any]:
        """The session in the cookies, as Flask reads it; empty for none and for one not signed."""
        return self._sessions.held(self._app, cookies)

    def kept(self, session: Mapping[str, Any]) -> tuple[str, str]:
        """The header by which a browser keeps a session."""
        return "Set-Cookie", self._sessions.set_cookie(self._app, session)

    def form_token(self, session: Mapping[str, Any]) -> str:
        """What the forms of a page carry."""
        return forgery.signed(self._app, session[forgery.TOKEN])

    def give(
        self, asked: PageRequest, page: bytes, *further: tuple[str, str], actor: str = ""
    ) -> None:
        """Send a page; ``further``: headers besides those of every page."""
        scope, exchange, began, request_id = asked
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, _COUNTED)
        logs.answered(
            request_id, method="GET", path=scope.path, status=200, seconds=seconds, actor=actor,
            source=source_of(scope, self._settings.proxies),
        )  # fmt: skip
        length = ("Content-Length", str(len(page)))
        exchange.response_bytes(
            200, [*self._headers, *further, ("X-Request-Id", request_id), length], page
        )
