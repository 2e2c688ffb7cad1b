"""How long forms take to assemble, and how equal they are, beside a draw by chance alone.

Seconds are of the processor: a machine that does other things, too, takes longer by the clock.

.venv/bin/python tests/bench/bench_assembly.py
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from exam.assembling.assembly import (
    Form,
    PoolItem,
    Rules,
    SectionPlan,
    Shortage,
    expected_mean,
    fits,
    information,
    overlap,
)
from exam.assembling.solving import assemble, stock
from question_bank import difficulty
from question_bank.difficulty import PRIOR
from question_bank.item_types import CognitiveLevel, ItemType

TYPES = [ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE]
LEVELS = list(CognitiveLevel)
LAWS = 50
TAKERS = 10_000
#: Fifty items, 100 marks.
FIFTY = [
    SectionPlan(TYPES[0], 15, Decimal(2)),
    SectionPlan(TYPES[0], 10, Decimal(2), difficulty_min=3),
    SectionPlan(TYPES[1], 10, Decimal(2)),
    SectionPlan(TYPES[2], 10, Decimal(2), law_ids=frozenset(range(20))),
    SectionPlan(TYPES[2], 5, Decimal(2), cognitive_level=LEVELS[1]),
]


def pool(size: int, rng: Random) -> list[PoolItem]:
    return [
        PoolItem(
            revision_id=n,
            item_id=n,
            item_type=rng.choice(TYPES),
            difficulty=rng.randint(1, 5),
            cognitive_level=rng.choice(LEVELS),
            law_ids=frozenset(rng.sample(range(LAWS), rng.choice((1, 1, 1, 2)))),
            fingerprint=str(n),
            is_scene=rng.random() < 0.35,
        )
        for n in range(size)
    ]


def plans(cells: int, count: int, rng: Random) -> list[SectionPlan]:
    made = []
    for _ in range(cells):
        low = rng.randint(1, 4)
        made.append(
            SectionPlan(
                item_type=rng.choice(TYPES),
                count=count,
                marks=Decimal(1),
                difficulty_min=low,
                difficulty_max=rng.randint(low, 5),
                cognitive_level=rng.choice([None, *LEVELS]),
                law_ids=frozenset(rng.sample(range(LAWS), rng.randint(0, 12))),
            )
        )
    return made


def by_chance(items: Sequence[PoolItem], rng: Random) -> list[list[PoolItem]]:
    """The reference: each section filled at random, with no eye to anything else."""
    form: list[list[PoolItem]] = []
    taken: set[int] = set()
    for plan in FIFTY:
        open_ = [each for each in items if fits(each, plan) and each.item_id not in taken]
        form.append(rng.sample(open_, plan.count))
        taken |= {each.item_id for each in form[-1]}
    return form


def simulated(forms: Sequence[Form], truth: dict[int, float], rng: np.random.Generator) -> float:
    """The gap between the forms' mean scores when the same people sit each of them (Rasch)."""
    ability = rng.normal(0, 1, TAKERS)
    means = []
    for form in forms:
        hard = np.array([truth[each.item_id] for section in form for each in section])
        marks = np.array([float(plan.marks) for plan, s in zip(FIFTY, form, strict=True)
                          for _ in s])  # fmt: skip
        right = rng.random((TAKERS, len(hard))) < 1 / (1 + np.exp(hard - ability[:, None]))
        means.append(float((right * marks).sum(axis=1).mean()))
    return max(means) - min(means)


def spread(forms: Sequence[Form]) -> float:
    means = [expected_mean(form, FIFTY) for form in forms]
    return float(max(means) - min(means))


def equal_forms() -> float:
    worst = 0.0
    for size in (5_000, 50_000):
        rng = Random(size)
        items = pool(size, rng)
        # An item's true difficulty is what its writer says, give or take.
        truth = {
            each.item_id: rng.gauss(float(-np.log(PRIOR[each.difficulty]
                                                  / (100 - PRIOR[each.difficulty]))), 0.4)
            for each in items
        }  # fmt: skip
        for copies in (4, 10):
            begun = time.process_time()
            forms = assemble(items, FIFTY, Rules(scenes=15), forms=copies, seed=1)
            taken = time.process_time() - begun
            worst = max(worst, taken if copies == 4 else 0)
            chance = [by_chance(items, rng) for _ in range(copies)]
            print(
                f"{size:6} items, {copies:2} forms of 50: {taken:.2f} s, overlap {overlap(forms)},"
                f" expected means within {spread(forms):.2f}"
                f" (by chance {spread(chance):.2f}), means of {TAKERS} takers within"
                f" {simulated(forms, truth, np.random.default_rng(1)):.2f}"
                f" (by chance {simulated(chance, truth, np.random.default_rng(1)):.2f})"
            )
    return worst


def equally_informative() -> None:
    """Forms out of a bank of which all, or half, is calibrated."""
    for calibrated in (1.0, 0.5):
        rng = Random(2_000)
        items = [_calibrated(each, rng) if rng.random() < calibrated else each
                 for each in pool(2_000, rng)]  # fmt: skip
        for copies in (4, 10):
            begun = time.process_time()
            forms = assemble(items, FIFTY, Rules(scenes=15), forms=copies, seed=1)
            taken = time.process_time() - begun
            chance = [by_chance(items, rng) for _ in range(copies)]
            print(
                f"{calibrated:.0%} calibrated, {copies:2} forms of 50: {taken:.2f} s, information"
                f" within {_apart(forms):.1%} at every point (by chance {_apart(chance):.0%})"
            )


def _calibrated(item: PoolItem, rng: Random) -> PoolItem:
    a, b = rng.uniform(0.5, 2.0), rng.gauss((item.difficulty - 3) / 1.5, 0.4)
    share = round(100 * difficulty.share(a, b))
    return replace(item, calibrated=share, information=difficulty.information(a, b))


def _apart(forms: Sequence[Form]) -> float:
    told = np.array([information(form) for form in forms])
    return float(((told.max(axis=0) - told.min(axis=0)) / told.mean(axis=0)).max())


def many_cells() -> float:
    worst = 0.0
    for seed in range(5):
        rng = Random(seed)
        items = pool(5_000, rng)
        # 2, 10, 25 and 60 items a cell: from easy to far beyond what the bank holds.
        for count in (2, 10, 25, 60):
            cells, said = plans(40, count, rng), ""
            begun = time.process_time()
            try:
                assemble(items, cells, seed=1)
            except Shortage as shortage:
                said = f", short of {sum(gap.short for gap in shortage.gaps)} items"
            taken = time.process_time() - begun
            worst = max(worst, taken)
            begun = time.process_time()
            stock(items, cells)
            looked = time.process_time() - begun
            print(f"seed {seed}, 40 cells of {count}: {taken:.2f} s{said}; stock {looked:.2f} s")
    return worst


def main() -> None:
    assemble(pool(500, Random(0)), FIFTY[:1], seed=0)  # loads the solver
    equally_informative()
    four, form = equal_forms(), many_cells()
    print(f"worst four forms: {four:.2f} s, worst form of 40 cells: {form:.2f} s; limit 2 s")
    sys.exit(max(four, form) > 2)


if __name__ == "__main__":
    main()
