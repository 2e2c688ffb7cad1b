"""Item response theory by marginal maximum likelihood (MML). Pure.

P(right | ability t) = 1 / (1 + exp(-(a t + d))), b = -d / a, abilities standard normal, integrated
by Gauss-Hermite quadrature. The likelihood is maximised with its exact gradient; standard errors
come from the observed information (Louis 1982), b's by the delta method. Who was not asked an item
says nothing about it (missing at random).
"""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.psychometrics.responses import Floats, Responses
from core.labels import Labelled

#: Quadrature points: those of the R package ltm, so that its likelihoods come out (with 13 items
#: they are 0.01 off the limit); a long test pins abilities down more finely than they lie apart.
POINTS, MORE_POINTS = 21, 61
LONG = 40
#: People; a likelihood is a sum over thousands.
NEXT_TO_NOTHING = 1e-9
#: A slope beyond this means that the data do not hold the item at all.
STEEPEST = 10.0
#: Fewer items have fewer patterns than the two-parameter model has parameters.
IDENTIFIED = 3


class IrtModel(Labelled):
    RASCH = "rasch", "Rasch 模型（斜率为 1）"
    ONE_SLOPE = "one_slope", "单参数模型（共同斜率）"
    TWO_PARAMETER = "twopl", "双参数模型"


class Unsuitable(Exception):
    """The responses cannot be calibrated; says why, in Chinese."""


@dataclass(frozen=True)
class Calibration:
    """``items`` are those that could be calibrated; all arrays are in their order."""

    model: IrtModel
    items: Sequence[str]
    columns: Sequence[int]
    people: int
    a: Floats
    b: Floats
    a_error: Floats
    b_error: Floats
    log_likelihood: float
    parameters: int
    converged: bool

    @property
    def aic(self) -> float:
        return 2 * self.parameters - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        return self.parameters * float(np.log(self.people)) - 2 * self.log_likelihood

    @property
    def d(self) -> Floats:
        return -self.a * self.b


@dataclass(frozen=True)
class _Data:
    """Distinct answer patterns, how often each came, and the quadrature."""

    right: Floats
    asked: Floats | None
    times: Floats
    nodes: Floats
    log_weights: Floats


@dataclass(frozen=True)
class _Expected:
    """What the E step says at some parameters."""

    log_likelihood: float
    #: patterns × points, times counted.
    posterior: Floats
    #: points × items: how many at that ability are expected to answer, and of them rightly.
    answers: Floats
    rights: Floats
    #: points × items: P.
    chance: Floats


def quadrature(k: int) -> tuple[Floats, Floats]:
    """Abilities and their weights, summing to 1: a standard normal for a test of k items."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(POINTS if k <= LONG else MORE_POINTS)
    return nodes, weights / weights.sum()


def informative(responses: Responses) -> list[int]:
    """Columns that some answered rightly and some wrongly: of the others nothing can be said."""
    right = np.where(responses.asked, responses.scores, 0.0).sum(axis=0)
    asked = responses.asked.sum(axis=0)
    return [int(each) for each in np.flatnonzero((right > 0) & (right < asked))]


def calibrate(responses: Responses, model: IrtModel) -> Calibration:
    """Raises Unsuitable if an item is neither right nor wrong, or fewer than two items vary."""
    if not responses.dichotomous:
        raise Unsuitable("有的题不是只分对错，不能用这个模型")
    columns = informative(responses)
    if len(columns) < 2:
        raise Unsuitable("既有人答对又有人答错的题不足两道")
    if model is IrtModel.TWO_PARAMETER and len(columns) < IDENTIFIED:
        raise Unsuitable(f"只有 {len(columns)} 道题可以标定，双参数模型至少要 {IDENTIFIED} 道")
    data = _prepare(responses.of(columns))
    k = len(columns)
    spread, start = _parameters(model, data, k)
    found = _maximise(data, spread, start, k)
    slopes, intercepts = spread(found.x)
    information = _information(data, slopes, intercepts)
    jacobian = _jacobian(model, k)
    covariance = np.linalg.pinv(jacobian.T @ information @ jacobian)
    full = jacobian @ covariance @ jacobian.T
    b = -intercepts / slopes
    return Calibration(
        model=model,
        items=[responses.items[each] for each in columns],
        columns=columns,
        people=responses.people,
        a=slopes,
        b=b,
        a_error=np.sqrt(np.clip(np.diag(full)[:k], 0, None)),
        b_error=_b_errors(full, slopes, intercepts),
        log_likelihood=float(-found.fun),
        parameters=len(found.x),
        converged=bool(found.success) and bool(np.abs(slopes).max() < STEEPEST),
    )


Spread = Callable[[Floats], tuple[Floats, Floats]]


def _parameters(model: IrtModel, data: _Data, k: int) -> tuple[Spread, Floats]:
    """How a vector of parameters becomes slopes and intercepts, and where to start."""
    asked = data.times @ data.asked if data.asked is not None else np.full(k, data.times.sum())
    share = np.clip((data.times @ data.right) / asked, 0.005, 0.995)
    intercepts = 1.2 * np.log(share / (1 - share))
    match model:
        case IrtModel.RASCH:
            return (lambda x: (np.ones(k), x)), intercepts
        case IrtModel.ONE_SLOPE:
            return (lambda x: (np.full(k, x[0]), x[1:])), np.concatenate(([1.0], intercepts))
        case _:
            return (lambda x: (x[:k], x[k:])), np.concatenate((np.ones(k), intercepts))


def _jacobian(model: IrtModel, k: int) -> Floats:
    """Derivatives of (slopes, intercepts) with respect to the model's parameters."""
    below = np.eye(k)
    match model:
        case IrtModel.RASCH:
            return np.vstack((np.zeros((k, k)), below))
        case IrtModel.ONE_SLOPE:
            first = np.concatenate((np.ones(k), np.zeros(k)))[:, None]
            return np.hstack((first, np.vstack((np.zeros((k, k)), below))))
        case _:
            return np.eye(2 * k)


def _prepare(responses: Responses) -> _Data:
    coded = np.where(responses.asked, responses.scores, 2.0).astype(np.uint8)
    rows = np.ascontiguousarray(coded).view(np.dtype((np.void, coded.shape[1])))[:, 0]
    _, first, times = np.unique(rows, return_index=True, return_counts=True)
    patterns = coded[first]
    nodes, weights = quadrature(patterns.shape[1])
    return _Data(
        right=(patterns == 1).astype(float),
        asked=None if responses.complete else (patterns != 2).astype(float),
        times=times.astype(float),
        nodes=nodes,
        log_weights=np.log(weights),
    )


def _expect(data: _Data, slopes: Floats, intercepts: Floats) -> _Expected:
    logits = data.nodes[:, None] * slopes + intercepts
    softplus = np.logaddexp(0.0, logits)
    joint = data.right @ logits.T + data.log_weights
    joint -= softplus.sum(axis=1) if data.asked is None else data.asked @ softplus.T
    top = joint.max(axis=1)
    weights = np.exp(joint - top[:, None])
    each = weights.sum(axis=1)
    posterior = weights * (data.times / each)[:, None]
    crowd = posterior.sum(axis=0)[:, None]
    return _Expected(
        log_likelihood=float(data.times @ (top + np.log(each))),
        posterior=posterior,
        answers=(
            np.broadcast_to(crowd, logits.shape) if data.asked is None else posterior.T @ data.asked
        ),
        rights=posterior.T @ data.right,
        chance=np.exp(logits - softplus),
    )


def _maximise(data: _Data, spread: Spread, start: Floats, k: int) -> Any:
    # Loaded at its first use: it costs a process 36 MB.
    optimise = importlib.import_module("scipy.optimize")

    def cost(x: Floats) -> tuple[float, Floats]:
        expected = _expect(data, *spread(x))
        surplus = expected.rights - expected.answers * expected.chance
        whole = np.concatenate((data.nodes @ surplus, surplus.sum(axis=0)))
        if len(x) == k:
            gradient = whole[k:]
        elif len(x) == k + 1:
            gradient = np.concatenate(([whole[:k].sum()], whole[k:]))
        else:
            gradient = whole
        return -expected.log_likelihood, -gradient

    tight = {"maxiter": 2000, "maxfun": 4000, "ftol": 1e-13, "gtol": 1e-5, "maxcor": 20}
    return optimise.minimize(cost, start, jac=True, method="L-BFGS-B", options=tight)


def _information(data: _Data, slopes: Floats, intercepts: Floats) -> Floats:
    """Observed information of (slopes, intercepts): complete less missing (2k × 2k)."""
    k = len(slopes)
    expected = _expect(data, slopes, intercepts)
    variance = expected.answers * expected.chance * (1 - expected.chance)
    complete = np.zeros((2 * k, 2 * k))
    diagonal = np.arange(k)
    complete[diagonal, diagonal] = (data.nodes**2) @ variance
    complete[diagonal, k + diagonal] = complete[k + diagonal, diagonal] = data.nodes @ variance
    complete[k + diagonal, k + diagonal] = variance.sum(axis=0)
    # Spread of the scores that each pattern might have had, were its ability known.
    square = np.zeros((2 * k, 2 * k))
    mean = np.zeros((len(data.times), 2 * k))
    for point, node in enumerate(data.nodes):
        # Of most patterns next to nothing lies at a given ability.
        here = np.flatnonzero(expected.posterior[:, point] > NEXT_TO_NOTHING)
        weight = expected.posterior[here, point]
        asked = 1.0 if data.asked is None else data.asked[here]
        residual = data.right[here] - asked * expected.chance[point]
        weighted = residual * weight[:, None]
        block = residual.T @ weighted
        square[:k, :k] += node**2 * block
        square[:k, k:] += node * block
        square[k:, k:] += block
        mean[here, :k] += node * weighted
        mean[here, k:] += weighted
    square[k:, :k] = square[:k, k:].T
    return complete - square + mean.T @ (mean / data.times[:, None])


def _b_errors(covariance: Floats, slopes: Floats, intercepts: Floats) -> Floats:
    k = len(slopes)
    j = np.arange(k)
    by_a, by_d = intercepts / slopes**2, -1 / slopes
    variance = (
        by_a**2 * covariance[j, j]
        + 2 * by_a * by_d * covariance[j, k + j]
        + by_d**2 * covariance[k + j, k + j]
    )
    return np.sqrt(np.clip(variance, 0, None))


def information(a: Floats, b: Floats, at: Floats) -> Floats:
    """Information of a test at some abilities; its root's inverse is the error there."""
    logits = a * (at[:, None] - b)
    chance = 1 / (1 + np.exp(-logits))
    return np.asarray((a**2 * chance * (1 - chance)).sum(axis=1))
