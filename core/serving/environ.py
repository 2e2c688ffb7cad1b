"""A request of the server as WSGI has it (PEP 3333)."""

import io
import sys
import time
from asyncio import AbstractEventLoop, run_coroutine_threadsafe
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from core.serving.files import ServedFile
from core.serving.patience import Patience
from core.serving.rsgi import Exchange, Scope

#: Seconds for which the next piece of a body, or the whole of a small one, is waited for.
PAUSE = 30.0
#: Bytes a second in which a large body comes at least, once it is later than that.
PACE = 4 * 1024
#: Bytes of a body that are read before anybody works on the request: every form without a file.
SMALL = 64 * 1024

#: Methods of requests that carry nothing unless they say so.
_WITHOUT = {"GET", "HEAD", "OPTIONS", "DELETE"}

_ALWAYS: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.file_wrapper": ServedFile,
    # The server ends every body where it ends.
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
}


def environ(scope: Scope) -> dict[str, Any]:
    """The environment of a request, without its body (``wsgi.input``)."""
    server, _, port = scope.server.rpartition(":")
    env = _ALWAYS | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client),
        "wsgi.url_scheme": scope.scheme,
    }
    if scope.authority:
        env["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        variable = _variable(name)
        if variable == "HTTP_HOST" and scope.authority:
            continue
        if variable in env:
            env[variable] += f"{'; ' if name == 'cookie' else ','}{value}"
        elif variable:
            env[variable] = value
    return env


def _as_bytes(text: str) -> str:
    """Text as WSGI has it: a character for each byte."""
    return text if text.isascii() else text.encode().decode("latin-1")


@lru_cache(maxsize=512)
def _variable(name: str) -> str:
    """ "" for a name that would pass for another: x_forwarded_for is not x-forwarded-for."""
    if "_" in name:
        return ""
    variable = name.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"


def source_of(scope: Scope, proxies: int) -> str:
    """The address that a request came from, behind as many proxies of our own."""
    if not proxies:
        return _address(scope.client)
    env = environ(scope)
    ProxyFix(lambda *_: [], x_for=proxies)(env, lambda *_: print)
    return str(env["REMOTE_ADDR"])


def _address(client: str) -> str:
    return client.rpartition(":")[0].strip("[]")


def length_of(text: str) -> int | None:
    """A Content-Length; None where it is none that a body has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None


async def whole(exchange: Exchange, patience: Patience) -> bytes:
    """A small body. Raises ConnectionError if it breaks off or does not come."""
    try:
        return await patience.wait(exchange())
    except (RuntimeError, TimeoutError) as error:
        raise ConnectionError("the body broke off") from error


async def body(
    scope: Scope, exchange: Exchange, loop: AbstractEventLoop, patience: Patience
) -> io.BufferedIOBase:
    """What the request carries: a small body as a whole, a large one as it is read.

    Raises ConnectionError if a small one breaks off or does not come.
    """
    headers = scope.headers
    length = length_of(headers.get("content-length") or "")
    # HTTP/2 need not say that there is a body.
    unstated = scope.http_version == "2" and length is None and scope.method not in _WITHOUT
    if unstated or "transfer-encoding" in headers:
        return io.BufferedReader(Incoming(exchange, loop), SMALL)
    if length and length > SMALL:
        return io.BufferedReader(Incoming(exchange, loop, length), SMALL)
    return io.BytesIO(await whole(exchange, patience) if length else b"")


class Incoming(io.RawIOBase):
    """A body that is still coming: read by a thread that works, from the loop that receives it."""

    def __init__(
        self, exchange: Exchange, loop: AbstractEventLoop, length: int | None = None
    ) -> None:
        self._chunks: AsyncIterator[bytes] = aiter(exchange)
        self._loop, self._length = loop, length
        self._left = b""
        self._received = 0
        #: Seconds for which it has been waited for.
        self._waited = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises ConnectionError if it breaks off, stands still or creeps."""
        if not self._left:
            self._left = self._next()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def _next(self) -> bytes:
        began = time.monotonic()
        late = self._waited - self._received / PACE
        coming = run_coroutine_threadsafe(self._receive(), self._loop)
        try:
            return coming.result(min(PAUSE, PAUSE - late))
        except (RuntimeError, TimeoutError) as error:
            coming.cancel()
            raise ConnectionError("the body broke off") from error
        finally:
            self._waited += time.monotonic() - began

    async def _receive(self) -> bytes:
        """The next piece; empty at the end. Raises ConnectionError if that is not the end."""
        if chunk := await self._chunk():
            self._received += len(chunk)
            return chunk
        # The server ends a body that breaks off as it ends every other, after one more empty piece.
        more = await self._chunk() is not None
        if self._received != self._length if self._length is not None else more:
            raise ConnectionError("the body broke off")
        return b""

    async def _chunk(self) -> bytes | None:
        """None once there are no more."""
        try:
            return bytes(await self._chunks.__anext__())
        except StopAsyncIteration:
            return None
