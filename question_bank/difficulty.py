"""How hard an item is: its level 1–5, and what a calibration says of it. Pure.

P(right | ability t) = 1 / (1 + exp(-a (t - b))), abilities standard normal on the scale that
accepted calibrations share.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

#: What share of the marks an item of each level brings in, in percent, before anybody sat it.
PRIOR: Mapping[int, int] = {1: 90, 2: 80, 3: 70, 4: 55, 5: 40}
#: Abilities at which forms are made equally informative, unless somebody chooses others of LEVELS.
POINTS = (-1.0, 0.0, 1.0)
LEVELS = (-2.0, -1.0, 0.0, 1.0, 2.0)
#: How many standard errors make the interval of a difficulty.
SURE = 1.96


@lru_cache(maxsize=1)
def _abilities() -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    return nodes, weights / weights.sum()


def share(a: float, b: float) -> float:
    """The share of people, 0–1, that is expected to be right."""
    nodes, weights = _abilities()
    return float(weights @ (1 / (1 + np.exp(-a * (nodes - b)))))


def information(a: float, b: float, points: Sequence[float] = POINTS) -> tuple[float, ...]:
    """What an item tells at each of some abilities."""
    chance = 1 / (1 + np.exp(-a * (np.array(points) - b)))
    return tuple(float(each) for each in a**2 * chance * (1 - chance))


def level_of(share: float) -> int:
    """The level whose usual share is nearest; of two as near the easier one."""
    return min(PRIOR, key=lambda level: (abs(PRIOR[level] - 100 * share), level))


def suggested(a: float, b: float, b_error: float, level: int) -> int | None:
    """Another level than the writer's, if the difficulty is known well enough to say so."""
    low, high = (level_of(share(a, b + sign * SURE * b_error)) for sign in (-1, 1))
    return None if low <= level <= high else level_of(share(a, b))
