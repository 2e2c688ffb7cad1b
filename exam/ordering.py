"""The order in which a candidate sees the options of a slot. Pure; rebuilt from the seed.

Chance is SHA-256 of the seed and the slot, as for the draw of the items (exam.drawing).
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from math import factorial

from question_bank.types import Order, Written, kind_of

#: While so much of a digest is left, what is taken of it is as good as even.
_ENOUGH = 2**64
#: Lists up to this length are brought into order by one look-up.
_SHORT = 5


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
            digest = hashlib.sha256(b"%s/%d" % (self._name, self._rounds)).digest()
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
