"""Signs of life of open pages, answered on the server's loop.

Every page gives one three times a minute: they wait for no thread, also while everybody hands in.
What is not a sign of life as it should be, and a database that is away, is left to the middleware.
"""

from asyncio import AbstractEventLoop

from flask import Flask

from core import clock, metrics
from core.apart import Away, apart
from core.db import db
from core.serving.rsgi import Exchange, Scope
from exam.saving import token
from exam.saving.protocol import PATH, headers_of, written
from exam.saving.pulses import EXTENSION, Pulses, counted

_COUNTED = counted(200)


class Front:
    """Takes signs of life; leaves everything else alone."""

    def __init__(self, app: Flask) -> None:
        self._key = token.key_of(app.config["SECRET_KEY"])
        self._pulses: Pulses = app.extensions[EXTENSION]
        self._headers = headers_of(tls=app.config["XUEFA"].tls)
        with app.app_context():
            self._engine = db.engine

    def start(self, loop: AbstractEventLoop) -> None:
        self._apart = apart(self._engine, loop)

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        path = PATH.fullmatch(scope.path)
        if path is None or path[2] != "pulse" or scope.method != "GET":
            return b""
        ticket = token.unsign(self._key, scope.headers.get("x-attempt-token") or "")
        if ticket is None or ticket.attempt_id != int(path[1]):
            return b""
        at = clock.now()
        try:
            news = await self._pulses.beat_apart(ticket, at, self._apart)
        except Away:
            news = None
        if news is None:
            return b""
        metrics.count(*_COUNTED)
        content = written(news.told(at))
        length = ("Content-Length", str(len(content)))
        exchange.response_bytes(200, [*self._headers, length], content)
        return None
