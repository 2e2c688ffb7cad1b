"""What the server hands over with a request: the part of its interface (RSGI 1) that we use."""

from collections.abc import AsyncIterator
from typing import Protocol


class Headers(Protocol):
    """Names in lower case; a header whose value is not ASCII is left out."""

    def __contains__(self, name: str) -> bool: ...

    def get(self, name: str) -> str | None: ...

    def get_all(self, name: str) -> list[str]: ...

    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    http_version: str
    #: ``address:port``, of both ends.
    server: str
    client: str
    scheme: str
    method: str
    #: Decoded, what is not UTF-8 replaced.
    path: str
    query_string: str
    #: What HTTP/2 has for the header Host.
    authority: str | None

    @property
    def headers(self) -> Headers: ...


class Exchange(Protocol):
    """A request's body, to be read once, and the way to answer it, once."""

    async def __call__(self) -> bytes: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...

    def response_file_range(
        self, status: int, headers: list[tuple[str, str]], file: str, start: int, end: int
    ) -> None: ...
