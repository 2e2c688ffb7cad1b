"""How long a form takes to draw: 5,000 items and 40 overlapping cells; the limit is 2 seconds.

.venv/bin/python tests/bench/bench_assembly.py
"""

import sys
import time
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from exam.assembly import PoolItem, SectionPlan, Shortage, draw, draw_parallel
from question_bank.item_types import CognitiveLevel, ItemType

TYPES, LEVELS = list(ItemType), list(CognitiveLevel)
LAWS = 50


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


def seconds(work) -> float:
    begun = time.perf_counter()
    try:
        work()
    except Shortage as shortage:
        print(f"  short: {sum(gap.short for gap in shortage.gaps)} places")
    return time.perf_counter() - begun


def main() -> None:
    worst = 0.0
    for seed in range(5):
        rng = Random(seed)
        items = pool(5000, rng)
        # 2, 10, 25 and 60 items a cell: from easy to far beyond what the bank holds.
        for count in (2, 10, 25, 60):
            cells = plans(40, count, rng)
            taken = seconds(partial(draw, items, cells, rng=Random(1)))
            worst = max(worst, taken)
            print(f"seed {seed}, 40 cells of {count}: {taken:.2f} s")
        cells = plans(40, 2, rng)
        taken = seconds(partial(draw_parallel, items, cells, forms=10, rng=Random(1)))
        print(f"seed {seed}, ten forms of 80 items: {taken:.2f} s")
    print(f"worst form: {worst:.2f} s")
    sys.exit(worst > 2)


if __name__ == "__main__":
    main()
