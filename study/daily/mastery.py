"""How far somebody has mastered an article or a law, and how sure that is. Pure.

Every answer is a trial that the person's mastery, the chance of answering right, decides. Before
any answer every mastery is as likely as another; after the answers it follows a Beta distribution,
and the interval holds 95 % of it. Partly right answers count in part.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Self

#: Share of the distribution inside the interval.
CONFIDENCE = 0.95
#: Fewer answers than this say nothing worth showing as a figure.
ENOUGH = 3
#: Of an article only so many answers count, the latest: people learn.
LATEST = 20
#: Below this, and sure enough to say so, an article is weak.
WEAK = 0.6


@dataclass(frozen=True)
class Mastery:
    answers: int
    #: The mean of the distribution and the ends of the interval, between 0 and 1.
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, shares: Iterable[Decimal]) -> Self:
        """From the share of the marks that each answer earned; none at all is a possible one."""
        counted = [float(min(max(each, Decimal(0)), Decimal(1))) for each in shares]
        right = sum(counted)
        a, b = 1 + right, 1 + len(counted) - right
        tail = (1 - CONFIDENCE) / 2
        low, high = quantile(tail, a, b), quantile(1 - tail, a, b)
        return cls(len(counted), a / (a + b), low, high)

    @property
    def is_known(self) -> bool:
        return self.answers >= ENOUGH

    @property
    def is_weak(self) -> bool:
        """Answered twice or more, and less than that is expected of it."""
        return self.answers > 1 and self.mean < WEAK


@lru_cache(maxsize=4096)
def quantile(share: float, a: float, b: float) -> float:
    """The value below which this share of the Beta distribution lies, by bisection."""
    low, high = 0.0, 1.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        if cumulated(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def cumulated(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - cumulated(1 - x, b, a)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d, c = 1 / (1 + term * d), 1 + term / c
            value *= c * d
        if abs(c * d - 1) < 1e-10:
            break
    return front * value
