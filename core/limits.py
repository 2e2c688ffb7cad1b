"""How often one source may ask for something: in memory, for each process by itself."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from threading import Lock

#: Sources that are remembered; the one that asked longest ago is forgotten first.
REMEMBERED = 10_000


class Limit:
    """So many asks of one source in a span of time."""

    def __init__(self, times: int, span: timedelta) -> None:
        self._times, self._span = times, span
        self._asked: OrderedDict[Hashable, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def passes(self, source: Hashable, at: datetime) -> bool:
        """Count an ask; False when there were too many."""
        with self._lock:
            kept = [each for each in self._asked.pop(source, []) if at - each < self._span]
            passes = len(kept) < self._times
            self._asked[source] = [*kept, at] if passes else kept
            if len(self._asked) > REMEMBERED:
                self._asked.popitem(last=False)
            return passes

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._asked.clear()
