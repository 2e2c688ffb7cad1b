"""Who waits too long on the loop is sent on; who does not, is not, and nobody is remembered."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from core.serving import patience
from core.serving.patience import Patience
from tests import loops


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LOOK", 0.01)


def run(seconds: float, act: Callable[[Patience], Coroutine[Any, Any, None]]) -> None:
    async def all_of_it() -> None:
        waits = Patience(seconds)
        waits.start(asyncio.get_running_loop())
        await act(waits)
        assert not waits._waiting

    loops.run(all_of_it())


def test_what_never_comes_is_given_up_and_what_comes_is_had() -> None:
    async def act(waits: Patience) -> None:
        loop = asyncio.get_running_loop()
        never = [loop.create_future() for _ in range(3)]
        soon = asyncio.sleep(0.02, "had")
        found = await asyncio.gather(
            *(waits.wait(each) for each in (*never, soon)), return_exceptions=True
        )
        assert [type(each) for each in found[:3]] == [TimeoutError] * 3
        assert found[3] == "had"

    run(0.1, act)


def test_what_fails_fails_as_it_would_have() -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    async def act(waits: Patience) -> None:
        with pytest.raises(ZeroDivisionError):
            await waits.wait(fails())

    run(5, act)


def test_waiting_twice_in_a_row_is_waiting_anew() -> None:
    async def act(waits: Patience) -> None:
        for _ in range(5):
            assert await waits.wait(asyncio.sleep(0.05, "had")) == "had"

    run(0.15, act)
