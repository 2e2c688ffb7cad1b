"""Did somebody answer faster than answering takes? Pure.

The lognormal model of van der Linden, Journal of Educational and Behavioral Statistics 31 (2006)
181-204: log t = β(item) - τ(person) + error, the error normal with a spread of the item's own. Two
indices, either of which looks at the fast side only, because a pause is nobody's fault:

* pace: τ against that of everybody else, by their mean and spread (a t test);
* pattern: the sum of squares of the standardised errors below zero; the one-sided form of the
  person fit l^t of Marianti, Fox, Avetisyan, Veldkamp and Tijmstra, JEBS 39 (2014) 426-451. Each of
  k errors is below zero with chance 1/2, so that the sum is χ² with j degrees of freedom, j being
  binomial (k, 1/2).

Either is corrected for the number of people by the method of Holm.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.psychometrics.responses import Floats

#: The chance that a session in which nobody hurried names anybody at all; of either index.
ALPHA = 0.05
LEAST = 30
#: Items of known time, below which a person is not judged.
ITEMS = 10
#: An item took this little of what it usually takes that person: counted as evidence.
_RUSHED = -1.96
_ROUNDS = 20


@dataclass(frozen=True)
class Hasty:
    """A row of the times."""

    person: int
    items: int
    #: How long this person took for an item, by how long others took for the same ones, 0–1.
    ratio: float
    #: Items that were answered much faster than the rest of this person's.
    rushed: int
    p_value: float


@dataclass(frozen=True)
class Found:
    pace: Sequence[Hasty]
    pattern: Sequence[Hasty]
    #: How many people were looked at.
    looked_at: int


@dataclass(frozen=True)
class _Fit:
    speed: Floats
    #: Standardised errors, NaN where no time is known.
    errors: Floats


def examine(seconds: Floats, alpha: float = ALPHA) -> Found:
    """``seconds``: people × items, NaN where no time is known."""
    counts = (~np.isnan(seconds)).sum(axis=1)
    judged = np.flatnonzero(counts >= ITEMS)
    if len(judged) < LEAST:
        return Found([], [], len(judged))
    special = importlib.import_module("scipy.special")
    fitted = _fit(np.log(seconds[judged]))
    centre = float(np.median(fitted.speed))
    by_pace = special.stdtr(len(judged) - 2, -_apart(fitted.speed))
    below = np.nan_to_num(np.minimum(fitted.errors, 0.0))
    known = counts[judged]
    by_pattern = _half_squares((below**2).sum(axis=1), known)
    rushed = below < _RUSHED

    def named(p_values: Floats) -> list[Hasty]:
        return [
            Hasty(
                person=int(judged[place]),
                items=int(known[place]),
                ratio=float(np.exp(centre - fitted.speed[place])),
                rushed=int(rushed[place].sum()),
                p_value=float(p_values[place]),
            )
            for place in _holm(p_values, alpha)
        ]

    return Found(named(by_pace), named(by_pattern), len(judged))


def _fit(logs: Floats) -> _Fit:
    """Least squares: means of rows and columns in turn, until they stand."""
    speed = np.zeros(len(logs))
    usual = np.nanmean(logs, axis=0)
    for _ in range(_ROUNDS):
        newer = np.nanmean(usual - logs, axis=1)
        newer -= newer.mean()
        usual = _column_means(logs + newer[:, None])
        moved, speed = np.abs(newer - speed).max(), newer
        if moved < 1e-9:
            break
    errors = logs - usual + speed[:, None]
    here = (~np.isnan(logs)).sum(axis=0)
    # Of each error a share went into the means.
    lost = (1 - 1 / np.maximum(here, 2)) * (1 - 1 / np.isfinite(logs).sum(axis=1).mean())
    own = np.sqrt(_column_means(errors**2) / lost)
    # Of an item that few answered the spread is that of all items.
    own = np.where(here >= LEAST, own, np.sqrt(np.nanmean(errors**2)))
    return _Fit(speed, errors / np.maximum(own, 0.05))


def _column_means(values: Floats) -> Floats:
    """Of what is known; 0 for a column of nothing."""
    known = ~np.isnan(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1))


def _apart(values: Floats) -> Floats:
    """How far each lies above the others, in their spreads: t with n - 2 degrees of freedom."""
    n = len(values)
    rest = (values.sum() - values) / (n - 1)
    squares = (values**2).sum() - values**2 - (n - 1) * rest**2
    spread = np.sqrt(np.maximum(squares / (n - 2), 1e-12) * (1 + 1 / (n - 1)))
    return np.asarray((values - rest) / spread)


def _half_squares(sums: Floats, counts: Floats) -> Floats:
    """P(so much or more) of a sum of k squares of which each counts with chance 1/2."""
    special = importlib.import_module("scipy.special")
    found = np.empty(len(sums))
    for k in np.unique(counts).tolist():
        here = counts == k
        j = np.arange(1, k + 1)
        weights = np.exp(special.gammaln(k + 1) - special.gammaln(j + 1)
                         - special.gammaln(k - j + 1) - k * np.log(2))  # fmt: skip
        found[here] = special.chdtrc(j[None, :], sums[here][:, None]) @ weights
    return found


def _holm(p_values: Floats, alpha: float) -> list[int]:
    """The places that are named, the least likely first."""
    order = np.argsort(p_values, kind="stable").tolist()
    found = []
    for rank, place in enumerate(order):
        if p_values[place] > alpha / (len(order) - rank):
            break
        found.append(place)
    return found
