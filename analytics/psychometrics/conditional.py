"""The Rasch model by conditional maximum likelihood (CML), free of any distribution of abilities.

Given the total, the abilities drop out: P(pattern | total r) = exp(-Σ b x) / γ_r, with γ the
elementary symmetric functions of exp(-b). Pure. As in the R package eRm.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.psychometrics.irt import Unsuitable, informative
from analytics.psychometrics.responses import Floats, Responses


@dataclass(frozen=True)
class Conditional:
    items: Sequence[str]
    #: Difficulties, summing to 0.
    b: Floats
    log_likelihood: float


def calibrate(responses: Responses) -> Conditional:
    """Raises Unsuitable where items are not right or wrong, people were asked different items, or
    fewer than two items vary."""
    if not responses.dichotomous:
        raise Unsuitable("有的题不是只分对错，不能用 Rasch 模型")
    if not responses.complete:
        raise Unsuitable("各人所答的题不同，不能用条件极大似然")
    columns = informative(responses)
    if len(columns) < 2:
        raise Unsuitable("既有人答对又有人答错的题不足两道")
    scores = responses.scores[:, columns]
    k = len(columns)
    totals = np.bincount(scores.sum(axis=1).astype(int), minlength=k + 1).astype(float)
    totals[0] = totals[k] = 0.0
    inside = (scores.sum(axis=1) > 0) & (scores.sum(axis=1) < k)
    rights = scores[inside].sum(axis=0)
    optimise = importlib.import_module("scipy.optimize")

    def cost(free: Floats) -> tuple[float, Floats]:
        b = np.concatenate(([0.0], free))
        log_ease = -b
        whole, without = _symmetric(log_ease)
        value = rights @ log_ease - totals @ whole
        # E[rights] = Σ_r n_r ε_j γ_(r-1) without j / γ_r
        share = np.exp(log_ease[:, None] + without - whole[None, 1:])
        expected = share @ totals[1:]
        return -value, (rights - expected)[1:]

    start = np.log((rights.max() + 1) / np.clip(rights, 0.5, None))
    tight = {"maxiter": 2000, "ftol": 1e-14, "gtol": 1e-7}
    found = optimise.minimize(
        cost, (start - start[0])[1:], jac=True, method="L-BFGS-B", options=tight
    )
    b = np.concatenate(([0.0], found.x))
    return Conditional([responses.items[each] for each in columns], b - b.mean(), -float(found.fun))


def _symmetric(log_ease: Floats) -> tuple[Floats, Floats]:
    """Logarithms of γ_0…γ_k, and of γ_0…γ_(k-1) without each item (k × k)."""
    k = len(log_ease)
    whole = np.full(k + 1, -np.inf)
    whole[0] = 0.0
    without = np.full((k, k), -np.inf)
    without[:, 0] = 0.0
    for j, ease in enumerate(log_ease):
        whole[1:] = np.logaddexp(whole[1:], whole[:-1] + ease)
        others = np.arange(k) != j
        without[others, 1:] = np.logaddexp(without[others, 1:], without[others, :-1] + ease)
    return whole, without
