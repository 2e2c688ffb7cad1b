"""Papers with alternatives: several items for each place, of which each attempt draws one. Pure.

Whatever is drawn satisfies the blueprint: the alternatives of a place come from one row of it, no
two items of the whole paper are enemies, as many places as it asks scenes for hold nothing but
scenes, and the hardest and the easiest draw both have the expected mean that is asked for.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from exam.assembling import solving
from exam.assembling.assembly import PoolItem, Rules, SectionPlan, Shortage, Undecided, Uneven
from exam.papers.drawing import places

#: So often a stock is sought whose every draw has the mean.
_TRIES = 4


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
    each. Alternatives of a place are equally hard where the bank allows it. Raises
    assembly.Shortage, Undecided, Uneven.
    """
    if rules.must and alternatives > 1:
        raise ValueError("what must be on every paper leaves nothing to draw")
    low, high = rules.mean or (Decimal(0), Decimal(0))
    for _ in range(_TRIES):
        mean = rules.mean and (low, high)
        found = _drawn(pool, rows, replace(rules, mean=mean), alternatives, seed)
        if rules.mean is None:
            return found
        under, over = _beside(found, rows, rules.mean)
        if not under and not over:
            return found
        low, high = low + under, high - over
        if low > high:
            break
    raise Uneven


def as_a_whole(
    rows: Sequence[SectionPlan], rules: Rules, alternatives: int
) -> tuple[list[SectionPlan], Rules]:
    """What a paper with so many items for each place takes from the bank, as the rows and the
    rules of a paper with one."""
    mean = rules.mean and (rules.mean[0] * alternatives, rules.mean[1] * alternatives)
    return (
        [replace(row, count=row.count * alternatives) for row in rows],
        replace(rules, scenes=rules.scenes * alternatives, mean=mean),
    )


def _drawn(
    pool: Sequence[PoolItem],
    rows: Sequence[SectionPlan],
    rules: Rules,
    alternatives: int,
    seed: int,
) -> list[list[Sequence[PoolItem]]]:
    """As ``stock``, but that it is the stock as a whole that has the mean."""
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    many, asked = as_a_whole(rows, rules, alternatives)
    try:
        [drawn] = solving.assemble(pool, many, replace(asked, lots=alternatives), seed=seed)
    except (Shortage, Undecided):
        return _unlike(pool, many, asked, rules.scenes, alternatives, seed)
    return [_into_places(items, alternatives, rng) for items in drawn]


def _unlike(
    pool: Sequence[PoolItem],
    many: Sequence[SectionPlan],
    asked: Rules,
    scenes: int,
    alternatives: int,
    seed: int,
) -> list[list[Sequence[PoolItem]]]:
    """Where the bank has no alternatives that are equally hard."""
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    # A row's scenes make whole places only; what is over in each asks for a few scenes more.
    spare = range((alternatives - 1) * len(many) + 1) if scenes else range(1)
    for more in spare:
        wanted = replace(asked, scenes=asked.scenes and asked.scenes + more)
        [drawn] = solving.assemble(pool, many, wanted, seed=seed)
        found = [_into_places(items, alternatives, rng) for items in drawn]
        if sum(is_scene(place) for row in found for place in row) >= scenes:
            return found
    raise AssertionError("enough scenes fill enough places")


def _beside(
    found: Sequence[Sequence[Sequence[PoolItem]]],
    rows: Sequence[SectionPlan],
    mean: tuple[Decimal, Decimal],
) -> tuple[Decimal, Decimal]:
    """By how many marks the hardest draw is below the mean asked for, the easiest one above."""
    worth = [(row.marks, place) for row, places in zip(rows, found, strict=True)
             for place in places]  # fmt: skip
    hardest = sum((marks * min(each.ease for each in place) for marks, place in worth), Decimal(0))
    easiest = sum((marks * max(each.ease for each in place) for marks, place in worth), Decimal(0))
    return max(mean[0] - hardest / 100, Decimal(0)), max(easiest / 100 - mean[1], Decimal(0))


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
