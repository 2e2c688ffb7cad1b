"""Which items of a sealed paper an attempt holds, and in which order. Pure; rebuilt from the seed.

A paper may hold several alternatives for each place: of one row of the blueprint, worth the same
marks, all of them scenes or none. Whatever is drawn, one alternative a place, satisfies the
blueprint, and no place can be without an item.

Chance is SHA-256 of the seed and a number, not a generator of the language: anybody can draw the
paper again, in any version of anything, from the seed and the sealed paper.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from exam.papers.snapshot import Paper

T = TypeVar("T")


def drawn(paper: Paper, seed: int, left_out: Collection[int] = ()) -> Paper:
    """The paper as an attempt of the seed holds it; slots keep the numbers that they are sealed by.

    ``seed`` 0 is the order as sealed, and the first alternative of each place. Slots in
    ``left_out`` are not drawn where their place has another one.
    """
    if not seed and paper.alternatives == 1:
        return paper
    slots = [*paper.slots]
    if paper.alternatives > 1:
        by_number = {each.slot: each for each in slots}
        numbers = chosen(places([*by_number], paper.alternatives), seed, left_out)
        slots = [by_number[each] for each in numbers]
    if seed:
        chance = _Chance(seed, "place")
        slots.sort(key=lambda each: (each.section, chance.of(each.slot)))
    return replace(paper, slots=slots, alternatives=1)


def places(slots: Sequence[T], alternatives: int) -> list[Sequence[T]]:
    """The alternatives of each place, of what stands in the order of the slots."""
    return [slots[n : n + alternatives] for n in range(0, len(slots), alternatives)]


def chosen(stock: Sequence[Sequence[int]], seed: int, left_out: Collection[int] = ()) -> list[int]:
    """The slot drawn for each place, in the order of the places."""
    chance = _Chance(seed, "item")

    def one(place: Sequence[int]) -> int:
        free = [each for each in place if each not in left_out] or place
        return min(free, key=chance.of) if seed and len(free) > 1 else free[0]

    return [one(place) for place in stock]


class _Chance:
    """What a seed has in store for each slot."""

    def __init__(self, seed: int, what: str) -> None:
        self._begun = hashlib.sha256(f"{seed}/{what}/".encode())

    def of(self, slot: int) -> bytes:
        found = self._begun.copy()
        found.update(b"%d" % slot)
        return found.digest()


def to_leave_out(
    paper: Sequence[Sequence[int]], touched: Collection[int], met: Collection[int]
) -> list[int]:
    """The slots of a paper to leave out for somebody: what they touched, and what they met before
    where their place has yet another item.

    ``paper``: the items of each place, in the order of the slots.
    """
    left, slot = [], 0
    for place in paper:
        fresh = any(item not in touched and item not in met for item in place)
        for item in place:
            slot += 1
            if item in touched or (fresh and item in met):
                left.append(slot)
    return left
