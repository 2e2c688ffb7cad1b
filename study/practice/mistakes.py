"""错题本: which items somebody still gets wrong. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: On so many different days an item is answered right before it leaves.
SUCCESSES = 2


@dataclass(frozen=True)
class Answered:
    """One answer to an item, in practice or in an exam whose key is released."""

    item_id: int
    day: date
    fraction: Decimal


@dataclass
class Mistake:
    item_id: int
    #: How often it was not answered fully right, and when last.
    times: int
    last: date
    #: Days since then on which it was answered right.
    days: frozenset[date] = frozenset()


def open_mistakes(answers: Iterable[Answered], successes: int = SUCCESSES) -> dict[int, Mistake]:
    """The items that are still to be learned, by id, from answers in the order of time.

    A new mistake begins the count of successes anew; several on one day are one.
    """
    found: dict[int, Mistake] = {}
    times: dict[int, int] = {}
    for each in answers:
        known = found.get(each.item_id)
        if each.fraction < 1:
            times[each.item_id] = times.get(each.item_id, 0) + 1
            found[each.item_id] = Mistake(each.item_id, times[each.item_id], each.day)
        elif known is not None:
            known.days |= {each.day}
            if len(known.days) >= successes:
                del found[each.item_id]
    return found
