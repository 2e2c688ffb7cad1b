"""The server's processes, and what happens when one of them dies."""

import time
from collections import deque
from typing import Any

from granian import Granian

#: Deaths of each process within ``WINDOW`` seconds that are no accident any more: the server stops,
#: with its error on record, instead of starting processes that cannot work for ever.
TOO_MANY = 6
WINDOW = 60.0


class Server(Granian):  # type: ignore[misc,valid-type]  # another class on other systems
    """Puts another process in the place of each that dies, also of one that was put there just now.

    The library's own server stops at the second death within 5.5 seconds.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, respawn_failed_workers=True, **settings)
        self._most = TOO_MANY * self.workers
        self._deaths: deque[float] = deque(maxlen=self._most)

    def _respawn_workers(self, workers: list[int], *args: Any, **named: Any) -> None:
        now = time.monotonic()
        self._deaths.extend(now for _ in workers)
        super()._respawn_workers(workers, *args, **named)
        if len(self._deaths) < self._most or now - self._deaths[0] > WINDOW:
            # It looks there for those that died too soon.
            self.respawned_wrks.clear()
