"""Papers with alternatives: several items for each place, of which each attempt draws one. Pure.

Whatever is drawn satisfies the blueprint: the alternatives of a place come from one row of it, no
two items of the whole paper are enemies, and as many places as it asks scenes for hold nothing but
scenes.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from exam import solving
from exam.assembly import PoolItem, Rules, SectionPlan
from exam.drawing import places


def stock(
    pool: Sequence[PoolItem],
    rows: Sequence[SectionPlan],
    rules: Rules,
    *,
    alternatives: int,
    seed: int,
) -> list[list[Sequence[PoolItem]]]:
    """By row of the blueprint its places, each with so many items; no item and no stem twice.

    ``rules`` are those of a paper as a candidate sees it; there must be nothing that has to be on
    each. Alternatives of a place are about equally hard. Raises assembly.Shortage, Undecided.
    """
    if rules.must and alternatives > 1:
        raise ValueError("what must be on every paper leaves nothing to draw")
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    many = [replace(row, count=row.count * alternatives) for row in rows]
    mean = rules.mean and (rules.mean[0] * alternatives, rules.mean[1] * alternatives)
    # A row's scenes make whole places only; what is over in each asks for a few scenes more.
    spare = range((alternatives - 1) * len(rows) + 1) if rules.scenes else range(1)
    for more in spare:
        asked = replace(
            rules, scenes=rules.scenes and rules.scenes * alternatives + more, mean=mean
        )
        [drawn] = solving.assemble(pool, many, asked, seed=seed)
        found = [_into_places(items, alternatives, rng) for items in drawn]
        if sum(is_scene(place) for row in found for place in row) >= rules.scenes:
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
    return -item.ease


def is_scene(place: Sequence[PoolItem]) -> bool:
    """Whether there is a scene in the place whatever is drawn."""
    return all(item.is_scene for item in place)
