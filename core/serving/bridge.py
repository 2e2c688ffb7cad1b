"""What the server calls for every request (RSGI): the WSGI application behind one event loop.

The loop receives requests and sends answers, and never waits; ``Workers`` run the application. Some
requests a ``Front`` answers on the loop itself. Answers are made whole before they are sent; files
are sent by the server.
"""

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple, Protocol

import structlog

from core.serving.environ import body, environ
from core.serving.files import Headers, Part, part_of
from core.serving.rsgi import Exchange, Scope
from core.serving.workers import Workers

log = structlog.get_logger()

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front(Protocol):
    """Answers requests on the loop, without waiting for anything but the loop."""

    def start(self, loop: AbstractEventLoop) -> None: ...

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        """None once the request is answered; otherwise what has been read of its body."""


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes | Part


class Task(NamedTuple):
    """A request for the application, and who waits for its answer."""

    env: dict[str, Any]
    answer: Future[Answer]


_FAILED = Answer(
    500, [("Content-Type", "text/plain; charset=utf-8")], "服务出错，请稍后再试".encode()
)


class Bridge:
    def __init__(self, wsgi: Application, front: Front | None = None) -> None:
        self._wsgi, self._front = wsgi, front
        self._workers = Workers(self._work)

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._workers.start(loop)
        if self._front is not None:
            self._front.start(loop)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        read: bytes | None = b""
        if self._front is not None:
            read = await self._front(scope, exchange)
            if read is None:
                return
        env = environ(scope)
        env["wsgi.input"] = BytesIO(read) if read else await body(scope, exchange, self._loop)
        task = Task(env, self._loop.create_future())
        self._workers.put(task)
        status, headers, content = await task.answer
        if isinstance(content, Part):
            exchange.response_file_range(status, headers, *content)
        else:
            exchange.response_bytes(status, headers, content)

    def _work(self, task: Task) -> None:
        try:
            answer = answered(self._wsgi, task.env)
        except BaseException:
            log.exception("request failed", path=task.env["PATH_INFO"])
            answer = _FAILED
        # The loop is closed once the server stops; nobody waits any more.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(_settle, task.answer, answer)


def _settle(waited: Future[Answer], answer: Answer) -> None:
    if not waited.done():
        waited.set_result(answer)


class _Start:
    """WSGI's start_response; the application does not write in parts."""

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = int(status[:3]), headers


def answered(wsgi: Application, env: dict[str, Any]) -> Answer:
    """What the application answers, whole."""
    start = _Start()
    content = wsgi(env, start)
    try:
        data = part_of(content, start.headers) or b"".join(content)
    finally:
        if hasattr(content, "close"):
            content.close()
    return Answer(start.status, start.headers, data)
