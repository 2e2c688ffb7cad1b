"""What a bank lacks, read from forms that were left incomplete. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from exam.assembling.assembly import SCENES, Gap
from exam.assembling.sheets import Lack, Sheet
from exam.assembling.stems import Bank


def gaps_of(sheets: Sequence[Sheet], lacks: Sequence[Lack], values: Sequence[float]) -> list[Gap]:
    """In the order of the sections, what concerns the whole form first."""
    bank = sheets[0].bank

    def short(name: str, key: int) -> int:
        return sum(round(float(values[getattr(each, name)[key]])) for each in lacks)

    gaps = [_unplaced(each) for each in bank.homeless]
    gaps += [_unplaced(each) for each in sorted(lacks[0].must) if short("must", each)]
    if bank.rules.scenes and short("scenes", 0):
        gaps.append(Gap(SCENES, short("scenes", 0), 0, within=_within(lacks, values)))
    for section, plan in enumerate(bank.plans):
        if count := short("places", section):
            rivals = tuple(each + 1 for each in _rivals(sheets, values, section))
            gaps.append(Gap(plan.cell, count, section + 1, rivals))
    return gaps or _beside_mean(bank, lacks, values)


def _within(lacks: Sequence[Lack], values: Sequence[float]) -> int:
    """How many scenes are lacking in forms that have empty places for them."""
    return sum(
        min(
            round(float(values[each.scenes[0]])),
            sum(round(float(values[column])) for column in each.places.values()),
        )
        for each in lacks
    )


def _unplaced(item_id: int) -> Gap:
    said = (f"必选题 {item_id} 放不进：它在考试日不可用，或不符合各行的条件，"
            "或与其他必选题互斥、争同一题位")  # fmt: skip
    return Gap(f"必选题 {item_id}", 1, 0, said=said)


def _rivals(sheets: Sequence[Sheet], values: Sequence[float], short: int) -> list[int]:
    """The sections that hold what the short one could use, and those that could pass it on."""
    held: dict[int, set[int]] = {}
    for sheet in sheets:
        for pile, columns in zip(sheet.piles, sheet.taken, strict=True):
            for section, column in columns.items():
                if values[column] > 0.5:
                    held.setdefault(section, set()).update(pile.like.sections)
    found, waiting = {short}, [short]
    while waiting:
        section = waiting.pop()
        more = {each for each, serves in held.items() if section in serves} - found
        found |= more
        waiting += sorted(more)
    return sorted(found - {short})


def _beside_mean(bank: Bank, lacks: Sequence[Lack], values: Sequence[float]) -> list[Gap]:
    if bank.rules.mean is None:
        return []
    low, high = bank.rules.mean
    below = max(float(values[each.below[0]]) for each in lacks)
    above = max(float(values[each.above[0]]) for each in lacks)
    if max(below, above) < 0.005:
        return []
    reached = low - Decimal(below) if below > above else high + Decimal(above)
    way = "最高" if below > above else "最低"
    said = f"预估平均分{way}只能到 {reached:.1f} 分，达不到 {low:.1f}–{high:.1f} 分"
    return [Gap("预估平均分", -int(-max(below, above) // 1), 0, said=said)]
