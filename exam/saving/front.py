"""Saves answered on the server's loop: no thread waits while an answer is being made durable.

What is not a save as it should be is left to the middleware, which says what is wrong with it.
"""

import time
from asyncio import AbstractEventLoop

from flask import Flask
from sqlalchemy import Engine

from core import clock, logs, metrics
from core.db import db
from core.serving.environ import PAUSE, length_of, source_of, whole
from core.serving.patience import Patience
from core.serving.rsgi import Exchange, Scope
from exam.attempts import responses
from exam.attempts.responses import BadBatch
from exam.saving import moments, token
from exam.saving.batches import Batch
from exam.saving.middleware import STORE
from exam.saving.on_loop import Awaited, News, writing
from exam.saving.protocol import (
    COUNTED,
    EXTRA,
    MAX_BODY,
    PATH,
    UNAVAILABLE,
    Told,
    headers_of,
    told,
    written,
)
from exam.saving.store import WAIT_SECONDS, Store


class Front:
    """Takes saves; leaves everything else alone."""

    def __init__(
        self, key: bytes, engine: Engine, store: Store, *, tls: bool, proxies: int
    ) -> None:
        self._key, self._engine, self._store, self._proxies = key, engine, store, proxies
        self._headers = headers_of(tls=tls)
        self._for_body, self._for_disk = Patience(PAUSE), Patience(WAIT_SECONDS)

    def start(self, loop: AbstractEventLoop) -> None:
        self._loop, self._news = loop, News(loop)
        self._writing = writing(self._engine, self._store, loop)
        self._for_body.start(loop)
        self._for_disk.start(loop)

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        path = PATH.fullmatch(scope.path)
        if path is None or path[2] != "answers" or scope.method != "PUT":
            return b""
        began, request_id = time.perf_counter(), logs.new_id()
        headers = scope.headers
        ticket = token.unsign(self._key, headers.get("x-attempt-token") or "")
        length = length_of(headers.get("content-length") or "")
        if (
            ticket is None
            or ticket.attempt_id != int(path[1])
            or not length
            or length > MAX_BODY
            or "transfer-encoding" in headers
        ):
            return b""
        data = await whole(exchange, self._for_body)
        # Stamped once the answers are here: who sends them slowly gains nothing, and who waits for
        # the writer loses nothing.
        at = clock.now()
        try:
            batch = Batch(ticket, responses.read(data, ticket.shapes), moments.stored(at))
        except BadBatch:
            return data
        status, body = await self._answer(batch)
        seconds = time.perf_counter() - began
        metrics.count_answered(seconds, *COUNTED[status])
        # A save that succeeds is on record as the answer itself; a log line each would cost as much
        # as saving does.
        if status != 200:
            source = source_of(scope, self._proxies)
            logs.answered(
                request_id, method="PUT", path=scope.path, status=status, seconds=seconds,
                source=source,
            )  # fmt: skip
        content = written(body)
        exchange.response_bytes(
            status,
            [
                *self._headers,
                *EXTRA.get(status, ()),
                ("X-Request-Id", request_id),
                ("Content-Length", str(len(content))),
            ],
            content,
        )
        return None

    async def _answer(self, batch: Batch) -> Told:
        job = Awaited(batch, self._loop.create_future(), self._news)
        self._writing.put(job)
        try:
            await self._for_disk.wait(job.done)
        except TimeoutError:
            self._writing.give_up(job)
        return UNAVAILABLE if job.outcome is None else told(job.outcome, batch.at)


def of(app: Flask) -> Front:
    """The front of an application whose middleware is installed."""
    settings = app.config["XUEFA"]
    with app.app_context():
        engine = db.engine
    return Front(
        token.key_of(app.config["SECRET_KEY"]),
        engine,
        app.extensions[STORE],
        tls=settings.tls,
        proxies=settings.proxies,
    )
