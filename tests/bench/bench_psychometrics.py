"""How long item statistics take. Not collected by pytest; run it by hand:

    .venv/bin/python -m tests.bench.bench_psychometrics [PEOPLE ITEMS]

10,000 people by 100 items that follow a two-parameter model; seconds of processor time (all
threads) and of the clock, beside one product of two matrices of that size on the same machine.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from analytics.psychometrics import classical, conditional, dif, fit, irt
from analytics.psychometrics.irt import IrtModel
from analytics.psychometrics.responses import Responses


def timed(label: str, act: Callable[[], Any]) -> Any:
    wall, spent = time.perf_counter(), time.process_time()
    found = act()
    print(f"{label}\t{time.process_time() - spent:.2f}\t{time.perf_counter() - wall:.2f}")
    return found


def main(people: int, k: int) -> None:
    rng = np.random.default_rng(1)
    a, b, able = rng.lognormal(0, 0.3, k), rng.normal(size=k), rng.normal(size=people)
    chance = 1 / (1 + np.exp(-a * (able[:, None] - b)))
    right = (rng.random(chance.shape) < chance).astype(float)
    responses = Responses([str(j) for j in range(k)], right, np.ones(k))
    print(f"{people} × {k}\tprocessor s\tclock s")
    timed("reference: X'X", lambda: right.T @ right)
    timed("classical", lambda: classical.analyse(responses))
    timed("DIF", lambda: dif.mantel_haenszel(responses, able > 0))
    timed("Rasch, conditional", lambda: conditional.calibrate(responses))
    timed("Rasch, marginal", lambda: irt.calibrate(responses, IrtModel.RASCH))
    found = timed("2PL", lambda: irt.calibrate(responses, IrtModel.TWO_PARAMETER))
    timed("abilities", lambda: irt.abilities(found, responses))
    timed("S-X²", lambda: fit.item_fit(found, responses))
    print(f"memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3] or (10_000, 100)))
