"""The order in which a candidate sees the options of a slot. Pure; rebuilt from the seed."""

from collections.abc import Collection, Sequence
from random import Random

from question_bank.item_types import LETTERS, ItemType


def order(seed: int, slot: int, count: int) -> list[int]:
    """Which written option stands at each shown place; seed 0 keeps the order as written."""
    places = list(range(count))
    if seed:
        Random(f"{seed}/{slot}").shuffle(places)  # noqa: S311 - fairness, not secrecy
    return places


def shown_order(seed: int, slot: int, item_type: ItemType, count: int) -> list[int]:
    """As ``order``; true/false always shows 正确 before 错误."""
    return order(0 if item_type is ItemType.TRUE_FALSE else seed, slot, count)


def written(letters: Collection[str], places: Sequence[int]) -> set[int]:
    """The written options behind the shown letters. Raises ValueError for an unknown letter."""
    chosen = set()
    for letter in letters:
        place = LETTERS.find(letter) if len(letter) == 1 else -1
        if not 0 <= place < len(places):
            raise ValueError(f"没有选项 {letter}")
        chosen.add(places[place])
    return chosen


def letters_of(indices: Collection[int], places: Sequence[int]) -> list[str]:
    """The shown letters of written options, in alphabetical order."""
    return sorted(LETTERS[places.index(index)] for index in indices)
