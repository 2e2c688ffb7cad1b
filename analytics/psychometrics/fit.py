"""Does an item behave as the model says? S-X² of Orlando and Thissen (2000). Pure.

Among people with the same total, the share that is right is compared with what the model expects
there; the recursion of Lord and Wingersky gives the distribution of totals.
"""

import importlib
from dataclasses import dataclass

import numpy as np

from analytics.psychometrics.irt import Calibration, IrtModel, quadrature
from analytics.psychometrics.responses import Floats, Responses

#: Totals are put together until each cell expects so many right and so many wrong.
LEAST = 1.0


@dataclass(frozen=True)
class ItemFit:
    item: str
    chi_square: float
    freedom: int
    #: None without a degree of freedom.
    p_value: float | None


def item_fit(calibration: Calibration, responses: Responses) -> list[ItemFit]:
    """Of each calibrated item; none where people were asked different items."""
    own = responses.of(calibration.columns)
    if not own.complete:
        return []
    special = importlib.import_module("scipy.special")
    k = len(calibration.items)
    nodes, weights = quadrature(k)
    chance = 1 / (1 + np.exp(-calibration.a * (nodes[:, None] - calibration.b)))
    whole = weights @ _totals(chance)
    totals = own.scores.sum(axis=1).astype(int)
    people = np.bincount(totals, minlength=k + 1).astype(float)
    estimated = 2 if calibration.model is IrtModel.TWO_PARAMETER else 1
    found = []
    for j, title in enumerate(calibration.items):
        rest = _totals(np.delete(chance, j, axis=1))
        right = (weights * chance[:, j]) @ rest
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.concatenate(([0.0], right)) / whole
        seen = np.bincount(totals, weights=own.scores[:, j], minlength=k + 1).astype(float)
        cells = _cells(people[1:k], seen[1:k], share[1:k])
        chi_square = float(sum((s - e) ** 2 * n / (e * (n - e)) for n, s, e in cells))
        freedom = max(0, len(cells) - estimated)
        tail = float(special.chdtrc(freedom, chi_square)) if freedom else None
        found.append(ItemFit(title, chi_square, freedom, tail))
    return found


def _totals(chance: Floats) -> Floats:
    """Points × totals: how likely each total is at each ability."""
    points, k = chance.shape
    known = np.zeros((points, k + 1))
    known[:, 0] = 1.0
    for j in range(k):
        right = chance[:, j : j + 1]
        known[:, 1:] = known[:, 1:] * (1 - right) + known[:, :-1] * right
        known[:, :1] *= 1 - right
    return known


def _cells(people: Floats, seen: Floats, share: Floats) -> list[tuple[float, float, float]]:
    """People, right, expected right; neighbouring totals together until each cell is large."""
    cells: list[tuple[float, float, float]] = []
    n = s = e = 0.0
    for count, right, chance in zip(people, seen, share, strict=True):
        n, s, e = n + count, s + right, e + count * chance
        if e >= LEAST and n - e >= LEAST:
            cells.append((n, s, e))
            n = s = e = 0.0
    if n and cells:
        last = cells.pop()
        cells.append((last[0] + n, last[1] + s, last[2] + e))
    return cells
