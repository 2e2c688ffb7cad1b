"""The order in which a candidate sees the options of a slot. Pure; rebuilt from the seed.

Chance is SHA-256 of the seed and the slot, as for the draw of the items (exam.papers.drawing).
"""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from math import factorial
from typing import NamedTuple

from question_bank.types import Order, Written, kind_of

#: While so much of a digest is left, what is taken of it is as good as even.
_ENOUGH = 2**64
#: More than any digest.
_NEVER = 2**256
#: Lists up to this length are brought into order by one look-up.
_SHORT = 5


class _Asked:
    """Stands in for chance to see what a type asks of it."""

    def __init__(self) -> None:
        self.lists: list[list[int]] = []

    def shuffle(self, x: list[int], /) -> None:
        x.reverse()
        self.lists.append(list(x))


class _Chance:
    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._rounds = 0
        self._pool = 0

    def shuffle(self, x: list[int], /) -> None:
        """Fisher and Yates, from the end."""
        self._fill()
        ways = factorial(len(x))
        if len(x) <= _SHORT and self._pool >= ways * _ENOUGH:
            # All draws at once: they are the digits of one figure below the number of orders.
            self._pool, drawn = divmod(self._pool, ways)
            x[:] = [x[place] for place in _shuffled(len(x), drawn)]
            return
        for last in range(len(x) - 1, 0, -1):
            at = self._below(last + 1)
            x[last], x[at] = x[at], x[last]

    def _below(self, bound: int) -> int:
        self._fill()
        self._pool, found = divmod(self._pool, bound)
        return found

    def _fill(self) -> None:
        if self._pool < _ENOUGH:
            digest = sha256(b"%s/%d" % (self._name, self._rounds)).digest()
            self._pool, self._rounds = int.from_bytes(digest, "big"), self._rounds + 1


@cache
def _shuffled(length: int, drawn: int) -> Sequence[int]:
    """What the shuffle makes of the first numbers when its draws are the digits of ``drawn``."""
    places = list(range(length))
    for last in range(length - 1, 0, -1):
        drawn, at = divmod(drawn, last + 1)
        places[last], places[at] = places[at], places[last]
    return places


def order_of(seed: int, slot: int, written: Written) -> Order:
    """Which written option stands at each shown place, for an attempt and slot.

    None keeps the order as written: for seed 0, and for types that never shuffle (true/false
    always shows 正确 before 错误). A case has a list of such orders, one a part.
    """
    if not seed:
        return None
    return kind_of(written.item_type).shuffle(written, _Chance(f"{seed}/options/{slot}"))


class Ways(NamedTuple):
    """How the options of a slot that thousands meet may be ordered."""

    #: What its chance is named by, after the seed.
    name: bytes
    #: Every order, as the digits of one figure count them; the one of what is never shuffled.
    orders: Sequence[Order]
    #: From which digest on it is the figure; a longer list is shuffled draw by draw.
    least: int
    #: ``order_of`` the seed, in tuples.
    order: Callable[[int], Order]


def ways_of(slot: int, written: Written) -> Ways:
    def order(seed: int) -> Order:
        found = order_of(seed, slot, written)
        return found and tuple(tuple(e) if isinstance(e, list) else e for e in found)

    asked, name = _Asked(), b"%d/0" % slot
    shuffled = kind_of(written.item_type).shuffle(written, asked)
    if not asked.lists:
        return Ways(name, [None], 0, order)
    length = len(shuffled or ())
    if [shuffled] != asked.lists or length > _SHORT or {*asked.lists[0]} != {*range(length)}:
        return Ways(name, (), _NEVER, order)
    orders = [tuple(_shuffled(length, drawn)) for drawn in range(factorial(length))]
    return Ways(name, orders, len(orders) * _ENOUGH, order)


def picks_of(seed: int, ways: Sequence[Ways]) -> Sequence[int]:
    """Which of its orders ``order_of`` gives each of many slots; -1 where they are not counted, so
    that its ``order`` has to say.
    """
    if not seed:
        return [-1] * len(ways)
    copied, figure, found = sha256(b"%d/options/" % seed).copy, int.from_bytes, []
    for name, orders, least, _ in ways:
        chance = copied()
        chance.update(name)
        pool = figure(chance.digest(), "big")
        found.append(pool % len(orders) if pool >= least else -1)
    return found


def orders_of(seed: int, ways: Sequence[Ways]) -> Sequence[Order]:
    """What ``order_of`` says of many slots, in tuples."""
    return [
        each.orders[pick] if pick >= 0 else each.order(seed)
        for each, pick in zip(ways, picks_of(seed, ways), strict=True)
    ]
