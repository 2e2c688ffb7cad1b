"""How long the duplicate finder takes on 50,000 items: one item at entry, and the whole bank.

``python tests/bench/bench_duplicates.py [items]`` makes items of a few common and many rare words,
a tenth of them rewrites of others, and prints seconds.
"""

import sys
import time
from collections.abc import Sequence
from random import Random

from question_bank.duplicates import judging, sketching
from question_bank.duplicates.judging import Compared
from tests.question_bank.planting import WAYS, Worded, rewritten

#: Words of a bank: a few in every item, most of them rare, as in real wording.
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
ASKING = (
    "根据有关法律规定，",
    "关于",
    "下列说法正确的是：",
    "应当自收到之日起",
    "日内办结",
    "由谁决定：",
)


def item(rng: Random, words: Sequence[str]) -> Worded:
    def some(count: int) -> str:
        return "".join(words[int(len(words) * rng.random() ** 2)] for _ in range(count))

    stem = f"{rng.choice(ASKING)}{some(6)}，{some(5)}{rng.randint(2, 90)}{rng.choice(ASKING)}"
    options = tuple(some(4) for _ in range(4))
    return Worded(stem, options, options[:1])


def main(many: int) -> None:
    rng = Random(1)
    words = ["".join(rng.sample(CHARACTERS, 2)) for _ in range(4_000)]
    bank = [item(rng, words) for _ in range(many - many // 10)]
    bank += [rewritten(bank[n], list(WAYS)[n % len(WAYS)], rng) for n in range(many // 10)]
    start = time.perf_counter()
    sketches = [sketching.sketch(each.stem, each.options) for each in bank]
    print(f"sketches of {many} items: {time.perf_counter() - start:.1f} s")
    array = sketching.read(sketches)
    compared = [Compared(each.stem, each.options, each.right) for each in bank]
    start = time.perf_counter()
    for n in range(100):
        mine = sketching.sketch(bank[n * 7].stem + "吗", bank[n * 7].options)
        for row, _ in sketching.closest(mine, array, at_least=0.2, most=40):
            judging.judge(compared[n * 7], compared[row])
    print(f"one item at entry: {(time.perf_counter() - start) * 10:.1f} ms")
    start = time.perf_counter()
    pairs = sketching.alike(array, at_least=0.2)
    found = time.perf_counter()
    kinds = [judging.judge(compared[each.first], compared[each.second]) for each in pairs]
    print(f"whole bank: {found - start:.1f} s for {len(pairs)} candidates, "
          f"{time.perf_counter() - found:.1f} s to judge them, "
          f"{sum(each is not None for each in kinds)} pairs")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
