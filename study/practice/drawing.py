"""Which items come first in a drill, and what a drill may ask for. Pure; chance is an argument."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

DAILY = 5
SIZES = (5, 10, 20)
#: Items that one person can be shown in a day, so that nobody copies the bank.
MOST_A_DAY = 300


@dataclass(frozen=True)
class Choice:
    """What a drill is narrowed to; empty fields narrow nothing."""

    law_ids: Sequence[int] = ()
    #: Articles, of a chapter for one; None for whichever.
    article_ids: Sequence[int] | None = None
    list_id: int | None = None
    topic: str = ""
    item_type: str = ""


def in_turn(item_ids: Iterable[int], last: Mapping[int, datetime], rng: Random) -> list[int]:
    """All ids: first those never answered, then those answered the longest ago."""
    ids = sorted(item_ids)
    rng.shuffle(ids)

    def rank(each: int) -> tuple[bool, float]:
        seen = last.get(each)
        return seen is not None, seen.timestamp() if seen else 0

    return sorted(ids, key=rank)
