"""Papers with alternatives: several items for each place, of which each attempt draws one. Pure.

Whatever is drawn satisfies the blueprint: the alternatives of a place come from one row of it, and
as many places as it asks scenes for hold nothing but scenes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from random import Random

from exam import assembly, plans
from exam.assembly import PoolItem, SectionPlan
from exam.drawing import places

#: Ways of leaving out one of two items that must not meet, before a shortage is believed.
TRIES = 5


def stock(
    pool: Iterable[PoolItem],
    rows: Sequence[SectionPlan],
    *,
    alternatives: int,
    rng: Random,
    scene_percent: int = 0,
    enemies: Collection[tuple[int, int]] = (),
) -> list[list[Sequence[PoolItem]]]:
    """By row of the blueprint its places, each with so many items; no item and no stem twice.

    Of two items that are ``enemies`` (by item id) at most one is on the paper. Alternatives of a
    place are about equally hard. Raises assembly.Shortage.
    """
    items = list(pool)
    for last in range(TRIES):
        try:
            return _stock(_at_peace(items, enemies, rng), rows, alternatives, rng, scene_percent)
        except assembly.Shortage:
            if last == TRIES - 1 or not enemies:
                raise
    raise AssertionError("unreachable")


def _stock(
    pool: Sequence[PoolItem],
    rows: Sequence[SectionPlan],
    alternatives: int,
    rng: Random,
    scene_percent: int,
) -> list[list[Sequence[PoolItem]]]:
    needed = plans.scenes(scene_percent, plans.total_items(rows))
    many = [replace(row, count=row.count * alternatives) for row in rows]
    # A row's scenes make whole places only; what is over in each asks for a few scenes more.
    spare = range((alternatives - 1) * len(rows) + 1) if needed else (0,)
    for more in spare:
        drawn = assembly.draw(pool, many, rng=rng, scenes=needed * alternatives + more)
        found = [_into_places(items, alternatives, rng) for items in drawn]
        if sum(is_scene(place) for row in found for place in row) >= needed:
            return found
    raise AssertionError("enough scenes fill enough places")


def _into_places(
    items: Sequence[PoolItem], alternatives: int, rng: Random
) -> list[Sequence[PoolItem]]:
    scenes = sorted((each for each in items if each.is_scene), key=_hard)
    whole = len(scenes) // alternatives * alternatives
    rest = sorted([*(each for each in items if not each.is_scene), *scenes[whole:]], key=_hard)
    found = [*places(scenes[:whole], alternatives), *places(rest, alternatives)]
    rng.shuffle(found)
    return found


def _hard(item: PoolItem) -> int:
    return item.difficulty


def is_scene(place: Sequence[PoolItem]) -> bool:
    """Whether there is a scene in the place whatever is drawn."""
    return all(item.is_scene for item in place)


def _at_peace(
    items: Sequence[PoolItem], enemies: Collection[tuple[int, int]], rng: Random
) -> list[PoolItem]:
    """The items without one of each two enemies that are both among them, by chance."""
    against: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in enemies:
        against[one].add(other)
        against[other].add(one)
    order = list(items)
    rng.shuffle(order)
    kept: set[int] = set()
    for each in order:
        if kept.isdisjoint(against.get(each.item_id, ())):
            kept.add(each.item_id)
    return [each for each in items if each.item_id in kept]
