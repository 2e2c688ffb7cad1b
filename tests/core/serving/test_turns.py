"""Turns on the loop: in order, one a round, and nobody else waits for all of them."""

import asyncio

from core.serving.turns import Turns
from tests import loops


def test_one_goes_on_at_each_round_in_the_order_of_coming() -> None:
    async def act() -> None:
        loop, turns, seen = asyncio.get_running_loop(), Turns(), list[str]()
        turns.start(loop)

        async def go(name: str) -> None:
            await turns.take()
            seen.append(name)

        def other() -> None:
            seen.append("-")
            if len(seen) < 12:
                loop.call_soon(other)

        tasks = [loop.create_task(go(name)) for name in "abcd"]
        other()
        await asyncio.gather(*tasks)
        await go("e")
        told = "".join(seen)
        assert told.replace("-", "") == "abcde"
        assert not any(f"{one}{next_}" in told for one, next_ in zip("abc", "bcd", strict=True))

    loops.run(act())


def test_who_has_gone_keeps_nobody_from_their_turn() -> None:
    async def act() -> None:
        turns = Turns()
        turns.start(asyncio.get_running_loop())
        tasks = [asyncio.ensure_future(turns.take()) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[1].cancel()
        await asyncio.wait_for(tasks[2], 5)
        await asyncio.wait_for(turns.take(), 5)

    loops.run(act())
