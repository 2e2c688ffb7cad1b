"""Differential item functioning by Mantel–Haenszel: is an item harder for one group among people
who did equally well? Pure. As difMH of the R package difR (strata by total, with correction)."""

from dataclasses import dataclass
from math import erfc, log, sqrt

import numpy as np

from analytics.psychometrics.responses import Bools, Floats, Responses
from core.labels import Labelled


class Size(Labelled):
    """Classes of the ETS."""

    NEGLIGIBLE = "A", "可忽略"
    MODERATE = "B", "中等"
    LARGE = "C", "明显"


@dataclass(frozen=True)
class Dif:
    item: str
    #: Odds of a right answer in the reference group by those in the focal group; None without
    #: anybody to compare.
    odds_ratio: float | None
    #: -2.35 ln(odds ratio): below 0 the item is harder for the focal group.
    delta: float | None
    chi_square: float | None
    p_value: float | None
    size: Size | None


def mantel_haenszel(responses: Responses, focal: Bools, *, purify: bool = False) -> list[Dif]:
    """Each item, the focal group against everybody else.

    Strata are the totals on all items; with ``purify`` on those only that showed none (and the item
    itself), until that set no longer changes. Items must be right or wrong; a blank counts wrong.
    """
    scores = np.nan_to_num(responses.scores)
    k = scores.shape[1]
    clean = np.ones(k, dtype=bool)
    found = [_one(responses.items[j], scores, j, focal, clean) for j in range(k)]
    for _ in range(10 if purify else 0):
        now = np.array([each.size in (None, Size.NEGLIGIBLE) for each in found])
        if (now == clean).all():
            break
        clean = now
        found = [_one(responses.items[j], scores, j, focal, clean) for j in range(k)]
    return found


def _one(title: str, scores: Floats, item: int, focal: Bools, clean: Bools) -> Dif:
    matched = clean.copy()
    matched[item] = True
    totals = scores[:, matched].sum(axis=1).astype(int)
    right = scores[:, item] > 0
    strata = totals.max(initial=0) + 1

    def count(which: Bools) -> Floats:
        return np.bincount(totals[which], minlength=strata).astype(float)

    a, b = count(~focal & right), count(~focal & ~right)
    c, d = count(focal & right), count(focal & ~right)
    n = a + b + c + d
    use = n > 1
    a, b, c, d, n = a[use], b[use], c[use], d[use], n[use]
    over, under = (a * d / n).sum(), (b * c / n).sum()
    expected = ((a + b) * (a + c) / n).sum()
    variance = ((a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))).sum()
    if not over or not under or not variance:
        return Dif(title, None, None, None, None, None)
    ratio = float(over / under)
    delta = -2.35 * log(ratio)
    chi_square = float(max(abs(a.sum() - expected) - 0.5, 0.0) ** 2 / variance)
    return Dif(
        title, ratio, delta, chi_square, _tail(chi_square), _size(delta, chi_square,
        _delta_error(a, b, c, d, n, float(over), float(under))),
    )  # fmt: skip


def _tail(chi_square: float) -> float:
    """P(χ² with one degree of freedom exceeds it)."""
    return erfc(sqrt(chi_square / 2))


def _delta_error(
    a: Floats, b: Floats, c: Floats, d: Floats, n: Floats, over: float, under: float
) -> float:
    """Standard error of delta (Robins, Breslow and Greenland 1986)."""
    p, q = (a + d) / n, (b + c) / n
    r, s = a * d / n, b * c / n
    variance = (
        (p * r).sum() / (2 * over**2)
        + (p * s + q * r).sum() / (2 * over * under)
        + (q * s).sum() / (2 * under**2)
    )
    return 2.35 * sqrt(float(variance))


def _size(delta: float, chi_square: float, error: float) -> Size:
    """C: beyond 1.5 and surely beyond 1; A: below 1 or not surely different from 0; else B."""
    if abs(delta) < 1 or _tail(chi_square) >= 0.05:
        return Size.NEGLIGIBLE
    return Size.LARGE if abs(delta) >= 1.5 and abs(delta) - 1.645 * error > 1 else Size.MODERATE
