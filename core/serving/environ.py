"""A request of the server as WSGI has it (PEP 3333)."""

import io
import sys
from asyncio import AbstractEventLoop, run_coroutine_threadsafe
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from core.serving.files import ServedFile
from core.serving.rsgi import Exchange, Scope

#: Seconds for which a thread that reads a body waits for its next piece.
PAUSE = 30.0
#: Bytes of a body that are read before anybody works on the request: every form without a file.
SMALL = 64 * 1024

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
        # Bytes, written as WSGI writes them.
        "PATH_INFO": scope.path if scope.path.isascii() else scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
    }
    if scope.authority:
        env["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        variable = _variable(name)
        if variable in env:
            env[variable] += f"{'; ' if name == 'cookie' else ','}{value}"
        elif variable:
            env[variable] = value
    return env


@lru_cache(maxsize=512)
def _variable(name: str) -> str:
    """ "" for a name that would pass for another: x_forwarded_for is not x-forwarded-for."""
    if "_" in name:
        return ""
    variable = name.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"


def source_of(scope: Scope, proxies: int) -> str:
    """The address that a request came from, behind as many proxies of our own."""
    env = environ(scope)
    if proxies:
        ProxyFix(lambda *_: [], x_for=proxies)(env, lambda *_: print)
    return str(env["REMOTE_ADDR"])


async def body(scope: Scope, exchange: Exchange, loop: AbstractEventLoop) -> io.BufferedIOBase:
    """What the request carries: a small body as a whole, a large one as it is read."""
    headers = scope.headers
    length = headers.get("content-length") or ""
    if "transfer-encoding" in headers or (length.isdecimal() and int(length) > SMALL):
        return io.BufferedReader(Incoming(exchange, loop), SMALL)
    return io.BytesIO(await exchange() if length.strip("0") else b"")


class Incoming(io.RawIOBase):
    """A body that is still coming: read by a thread that works, from the loop that receives it."""

    def __init__(self, exchange: Exchange, loop: AbstractEventLoop) -> None:
        self._chunks: AsyncIterator[bytes] = aiter(exchange)
        self._loop = loop
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises ConnectionError if it breaks off or stands still."""
        if not self._left:
            self._left = self._next()
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    def _next(self) -> bytes:
        coming = run_coroutine_threadsafe(self._receive(), self._loop)
        try:
            return coming.result(PAUSE)
        except (RuntimeError, TimeoutError) as error:
            coming.cancel()
            raise ConnectionError("the body broke off") from error

    async def _receive(self) -> bytes:
        """The next piece that is not empty; empty at the end."""
        chunk = b""
        while not chunk:
            try:
                chunk = bytes(await self._chunks.__anext__())
            except StopAsyncIteration:
                break
        return chunk
