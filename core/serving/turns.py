"""Has those who wait on the loop go on one at each round of it, so that nobody else waits for long.

What hundreds ask for in the same second takes each a fraction of a millisecond; done in one go, it
would keep everything else – a save, the next request – waiting for all of them.
"""

from asyncio import AbstractEventLoop, Future
from collections import deque


class Turns:
    def start(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        #: In the order in which they came.
        self._waiting: deque[Future[None]] = deque()

    async def take(self) -> None:
        """Go on when it is one's turn."""
        turn: Future[None] = self._loop.create_future()
        self._waiting.append(turn)
        if len(self._waiting) == 1:
            self._loop.call_soon(self._next)
        await turn

    def _next(self) -> None:
        turn = self._waiting.popleft()
        if not turn.done():
            turn.set_result(None)
        if self._waiting:
            self._loop.call_soon(self._next)
