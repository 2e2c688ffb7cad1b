"""Requests as the server hands them over, for tests of what answers on its loop."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from accounts.models import Account
from core.apart import Apart, Away
from core.prepared import Prepared
from tests import loops

_NOBODY = Prepared(select(Account.id).where(Account.id == 0))


class Headers(dict[str, str]):
    def get_all(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


@dataclass
class Scope:
    method: str
    path: str
    headers: Headers
    http_version: str = "1.1"
    server: str = "127.0.0.1:80"
    client: str = "10.1.2.3:5000"
    scheme: str = "http"
    query_string: str = ""
    authority: str | None = None


@dataclass
class Exchange:
    """One request's body, read once, and its answer."""

    body: bytes = b""
    reads: int = 0
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    async def __call__(self) -> bytes:
        self.reads += 1
        assert self.reads == 1, "a body is there once"
        return self.body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield await self()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status, "answered twice"
        self.status, self.content = status, body
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def on_the_loop(act: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, None]]) -> None:
    async def all_of_it() -> None:
        await act(asyncio.get_running_loop())

    loops.run(all_of_it())


async def there(apart: Apart) -> None:
    """Wait until the database answers on the loop."""
    for _ in range(1_000):
        try:
            assert await apart.rows(_NOBODY) == []
        except Away:
            await asyncio.sleep(0.01)
        else:
            return
    pytest.fail("it is still away")
