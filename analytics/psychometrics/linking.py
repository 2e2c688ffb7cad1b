"""Bringing two calibrations onto one scale through the items they share. Pure.

t(old) = A t(new) + B, so a(new) / A and A b(new) + B are the new items on the old scale
(Kolen and Brennan). Stocking-Lord and Haebara weigh abilities by a standard normal.
"""

import importlib
from dataclasses import dataclass

import numpy as np

from analytics.psychometrics.irt import Calibration, Unsuitable, quadrature
from analytics.psychometrics.responses import Floats
from core.labels import Labelled

#: Fewer common items than this link nothing.
ENOUGH = 3


class Method(Labelled):
    MEAN_MEAN = "mean_mean", "均值／均值"
    MEAN_SIGMA = "mean_sigma", "均值／标准差"
    HAEBARA = "haebara", "Haebara"
    STOCKING_LORD = "stocking_lord", "Stocking–Lord"


@dataclass(frozen=True)
class Link:
    method: Method
    slope: float
    shift: float
    common: int

    def move(self, a: Floats, b: Floats) -> tuple[Floats, Floats]:
        """Parameters of the new form on the scale of the old one."""
        return a / self.slope, self.slope * b + self.shift


def link(old: Calibration, new: Calibration, method: Method = Method.STOCKING_LORD) -> Link:
    """Raises Unsuitable with fewer than three common items."""
    places = {item: place for place, item in enumerate(old.items)}
    shared = [(places[item], place) for place, item in enumerate(new.items) if item in places]
    if len(shared) < ENOUGH:
        raise Unsuitable(f"共同题只有 {len(shared)} 道，少于 {ENOUGH} 道，不能等值")
    ours, theirs = (list(each) for each in zip(*shared, strict=True))
    slope, shift = solve(
        (old.a[ours], old.b[ours]), (new.a[theirs], new.b[theirs]), method
    )  # fmt: skip
    return Link(method, slope, shift, len(shared))


def solve(
    old: tuple[Floats, Floats], new: tuple[Floats, Floats], method: Method
) -> tuple[float, float]:
    """Slope and shift from (a, b) of the common items on either form."""
    (a_old, b_old), (a_new, b_new) = old, new
    if method is Method.MEAN_MEAN:
        slope = float(a_new.mean() / a_old.mean())
        return slope, float(b_old.mean() - slope * b_new.mean())
    spread = float(b_new.std())
    slope = float(b_old.std()) / spread if spread > 1e-9 else 1.0
    shift = float(b_old.mean() - slope * b_new.mean())
    if method is Method.MEAN_SIGMA:
        return slope, shift
    nodes, weights = quadrature(len(a_old))
    goal = _chances(a_old, b_old, nodes)

    def cost(x: Floats) -> float:
        there = _chances(a_new / x[0], x[0] * b_new + x[1], nodes)
        if method is Method.HAEBARA:
            gaps = ((goal - there) ** 2).sum(axis=1)
        else:
            gaps = (goal.sum(axis=1) - there.sum(axis=1)) ** 2
        return float(weights @ gaps)

    optimise = importlib.import_module("scipy.optimize")
    found = optimise.minimize(
        cost, np.array([slope, shift]), method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000},
    )  # fmt: skip
    return float(found.x[0]), float(found.x[1])


def _chances(a: Floats, b: Floats, at: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-a * (at[:, None] - b))))
