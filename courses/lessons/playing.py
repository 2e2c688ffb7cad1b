"""How much of a recording somebody has really played. Pure; all times in tenths of a second.

The page reports a stretch that it played from one place to another. It counts as far as the
server's clock allows: no more than the time since the last report, at the fastest speed that is
allowed. What was skipped is no stretch, what is played twice counts once, and a page that plays
faster leaves gaps that are to be played again.
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

#: The fastest speed that the page offers, and what a stretch may be longer than the time that went
#: by; a little more, since reports do not arrive as regularly as they are sent.
FASTEST = Decimal("1.5")
_ALLOWED = Decimal("1.6")
#: A page that was silent for longer is credited this much and no more.
LONGEST_GAP = 600
#: Percent of a recording that is to be played.
SHARE = 90

Stretch = tuple[int, int]


def heard(
    played: Sequence[Stretch], *, start: int, end: int, elapsed: int, length: int
) -> list[Stretch]:
    """What was played with the new stretch, as far as it counts; in order, none touching."""
    start = max(0, start)
    most = int(min(max(0, elapsed), LONGEST_GAP) * _ALLOWED)
    end = min(end, length, start + most)
    return joined([*played, (start, end)] if end > start else played)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def covered(played: Iterable[Stretch]) -> int:
    return sum(end - start for start, end in played)


def needed(length: int) -> int:
    """How much is to be played for the lesson to be done."""
    return -(-length * SHARE // 100)


def percent(played: Iterable[Stretch], length: int) -> int:
    """Rounded down, so that a hundred says all of it."""
    return covered(played) * 100 // length if length else 0


def gaps(played: Sequence[Stretch], length: int) -> list[Stretch]:
    """What is left to play; scraps of less than a second are passed over."""
    edges = [0, *(edge for stretch in played for edge in stretch), length]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(start, end) for start, end in pairs if end - start >= 10]


def read(text: str) -> list[Stretch]:
    return [(start, end) for start, end in json.loads(text)]


def written(played: Sequence[Stretch]) -> str:
    return json.dumps(played, separators=(",", ":"))
