"""Saves answered on the server's loop: no thread waits while an answer is being made durable.

What is not a save as it should be is left to the middleware, which says what is wrong with it.
"""

import time
from asyncio import AbstractEventLoop, Future
from collections import deque

from flask import Flask

from core import clock, logs, metrics
from core.serving.environ import PAUSE, length_of, source_of, whole
from core.serving.patience import Patience
from core.serving.rsgi import Exchange, Scope
from exam.attempts import responses
from exam.attempts.responses import BadBatch
from exam.saving import moments, token
from exam.saving.batches import Batch
from exam.saving.middleware import STORE
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
from exam.saving.store import WAIT_SECONDS, Job, Store


class _OfCoroutine(Job):
    """Of a coroutine, which goes on when the loop gets to it."""

    __slots__ = ("done", "news")

    def __init__(self, batch: Batch, done: Future[None], news: "_News") -> None:
        super().__init__(batch)
        self.done, self.news = done, news

    def tell(self) -> None:
        self.news.tell(self)


class _News:
    """Brings to the loop which jobs are done with: those of a group at once."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._jobs: deque[_OfCoroutine] = deque()
        self._under_way = False

    def tell(self, job: _OfCoroutine) -> None:
        """Called by the thread that writes."""
        self._jobs.append(job)
        if not self._under_way:
            self._under_way = True
            self._loop.call_soon_threadsafe(self._bring)

    def _bring(self) -> None:
        # First: what is told from now on is brought now or called for again.
        self._under_way = False
        while self._jobs:
            job = self._jobs.popleft()
            if not job.done.done():
                job.done.set_result(None)


class Front:
    """Takes saves; leaves everything else alone."""

    def __init__(self, key: bytes, store: Store, *, tls: bool, proxies: int) -> None:
        self._key, self._store, self._proxies = key, store, proxies
        self._headers = headers_of(tls=tls)
        self._for_body, self._for_disk = Patience(PAUSE), Patience(WAIT_SECONDS)

    def start(self, loop: AbstractEventLoop) -> None:
        self._loop, self._news = loop, _News(loop)
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
        job = _OfCoroutine(batch, self._loop.create_future(), self._news)
        self._store.put(job)
        try:
            await self._for_disk.wait(job.done)
        except TimeoutError:
            self._store.give_up(job)
        return UNAVAILABLE if job.outcome is None else told(job.outcome, batch.at)


def of(app: Flask) -> Front:
    """The front of an application whose middleware is installed."""
    settings = app.config["XUEFA"]
    return Front(
        token.key_of(app.config["SECRET_KEY"]),
        app.extensions[STORE],
        tls=settings.tls,
        proxies=settings.proxies,
    )
