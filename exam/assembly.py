"""Drawing items for a form from a blueprint. Pure; chance is an argument."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from question_bank.item_types import CognitiveLevel, ItemType


@dataclass(frozen=True)
class SectionPlan:
    """A number of items of one type at the same marks, from given laws and difficulties."""

    item_type: ItemType
    count: int
    marks: Decimal
    difficulty_min: int = 1
    difficulty_max: int = 5
    cognitive_level: CognitiveLevel | None = None
    #: Any law if empty.
    law_ids: Collection[int] = ()

    @property
    def cell(self) -> str:
        """The cell of the blueprint in words, for messages."""
        level = f"·{self.cognitive_level.label}" if self.cognitive_level else ""
        laws = f"·限 {len(self.law_ids)} 部法律" if self.law_ids else ""
        return (
            f"{self.item_type.label}·难度 {self.difficulty_min}–{self.difficulty_max}{level}{laws}"
        )


@dataclass(frozen=True)
class PoolItem:
    """An item that may be drawn."""

    revision_id: int
    item_id: int
    item_type: ItemType
    difficulty: int
    cognitive_level: CognitiveLevel
    law_ids: frozenset[int]
    fingerprint: str


@dataclass(frozen=True)
class Gap:
    """A cell for which the bank has too few items."""

    cell: str
    short: int


class Shortage(Exception):
    """The bank cannot fill the blueprint; ``gaps`` names the short cells."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("；".join(f"{gap.cell} 缺 {gap.short} 题" for gap in gaps))
        self.gaps = gaps


def fits(item: PoolItem, plan: SectionPlan) -> bool:
    return (
        item.item_type is plan.item_type
        and plan.difficulty_min <= item.difficulty <= plan.difficulty_max
        and plan.cognitive_level in (None, item.cognitive_level)
        and (not plan.law_ids or not item.law_ids.isdisjoint(plan.law_ids))
    )


def draw(
    pool: Iterable[PoolItem], plans: Sequence[SectionPlan], *, rng: Random
) -> list[list[PoolItem]]:
    """The items of each section, in order; no item and no stem twice. Raises Shortage.

    Sections are filled from the one with the least to spare, so that a wide one does not take
    what a narrow one needs.
    """
    candidates = sorted(pool, key=lambda item: item.revision_id)
    rng.shuffle(candidates)
    spare = {
        index: sum(fits(item, plan) for item in candidates) - plan.count
        for index, plan in enumerate(plans)
    }
    taken: set[str] = set()
    drawn: dict[int, list[PoolItem]] = {}
    gaps = []
    for index in sorted(spare, key=lambda index: (spare[index], index)):
        plan = plans[index]
        picks: list[PoolItem] = []
        for item in candidates:
            if len(picks) == plan.count:
                break
            if item.fingerprint not in taken and fits(item, plan):
                picks.append(item)
                taken.add(item.fingerprint)
        if len(picks) < plan.count:
            gaps.append((index, Gap(plan.cell, plan.count - len(picks))))
        drawn[index] = picks
    if gaps:
        raise Shortage([gap for _, gap in sorted(gaps, key=lambda pair: pair[0])])
    return [drawn[index] for index in range(len(plans))]
