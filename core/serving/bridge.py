"""What the server calls for every request (RSGI): the WSGI application behind one event loop.

The loop receives requests and sends answers, and never waits; ``Workers`` run the application. Some
requests a ``Front`` answers on the loop itself. Answers are made whole before they are sent; files
are sent by the server.
"""

from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple, Protocol

import structlog

from core.serving.environ import PAUSE, body, environ
from core.serving.files import Headers, Part, part_of
from core.serving.patience import Patience
from core.serving.rsgi import Exchange, Scope
from core.serving.workers import Workers

log = structlog.get_logger()

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Front(Protocol):
    """Answers requests on the loop, without waiting for anything but the loop."""

    def start(self, loop: AbstractEventLoop) -> None: ...

    async def __call__(self, scope: Scope, exchange: Exchange) -> bytes | None:
        """None once the request is answered; otherwise what has been read of its body.

        Raises ConnectionError if the body breaks off.
        """


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes | Part


class Task(NamedTuple):
    """A request for the application, and who waits for its answer."""

    env: dict[str, Any]
    answer: Future[Answer]


#: What is told where the application does not answer.
_FAILED = 500, "服务出错，请稍后再试"
_BROKEN_OFF = 400, "请求没有完整送达，请重试"
#: The server leaves out a header that is not ASCII: nobody could sign in, nor would know why.
_COOKIE = 400, "Cookie 里有无法识别的文字，请清除浏览器中本网站和同一主机上其他系统的 Cookie 后重试"


class Bridge:
    """The application, behind fronts of which the first that wants a request has it.

    ``always``: headers that no answer goes without; the application adds them itself.
    ``first``: whether a request, named by its method and its path, goes before others that wait.
    """

    def __init__(
        self,
        wsgi: Application,
        fronts: Sequence[Front] = (),
        always: Mapping[str, str] | None = None,
        first: Callable[[str, str], bool] = lambda _method, _path: False,
    ) -> None:
        self._wsgi, self._fronts, self._first = wsgi, fronts, first
        kind = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
        self._headers = list((kind | dict(always or {})).items())
        self._patience = Patience(PAUSE)
        self._workers = Workers(self._work)
        #: For those who send a large body, however slowly: pages do not wait for them.
        self._receivers = Workers(self._work)

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._patience.start(loop)
        self._workers.start(loop)
        self._receivers.start(loop)
        for front in self._fronts:
            front.start(loop)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        try:
            answer = await self._answer(scope, exchange)
        except ConnectionError:
            # Mostly, who asked is gone.
            answer = self._short(*_BROKEN_OFF)
        except Exception:
            log.exception("request failed", path=scope.path)
            answer = self._short(*_FAILED)
        if answer is None:
            return
        status, headers, content = answer
        if isinstance(content, Part):
            exchange.response_file_range(status, headers, *content)
        else:
            exchange.response_bytes(status, headers, content)

    async def _answer(self, scope: Scope, exchange: Exchange) -> Answer | None:
        """None if the request is answered already. Raises ConnectionError."""
        read: bytes | None = b""
        for front in self._fronts:
            read = await front(scope, exchange)
            if read is None:
                return None
            if read:
                break
        if "cookie" in scope.headers and scope.headers.get("cookie") is None:
            return self._short(*_COOKIE)
        env = environ(scope)
        coming = BytesIO(read) if read else await body(scope, exchange, self._loop, self._patience)
        env["wsgi.input"] = coming
        task = Task(env, self._loop.create_future())
        if not isinstance(coming, BytesIO):
            self._receivers.put(task)
        else:
            self._workers.put(task, first=self._first(scope.method, scope.path))
        return await task.answer

    def _short(self, status: int, text: str) -> Answer:
        return Answer(status, self._headers, text.encode())

    def _work(self, task: Task) -> None:
        try:
            answer = answered(self._wsgi, task.env)
        except BaseException:
            log.exception("request failed", path=task.env["PATH_INFO"])
            answer = self._short(*_FAILED)
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
