"""How able each person is, on the scale of a calibration. Pure.

EAP: the mean of what the ability may be, given the answers and a standard normal distribution of
abilities; its error is the standard deviation. WLE: Warm's weighted likelihood (1989), which knows
no distribution and is there for nothing right and for everything right, too; its error is one by
the root of the information. ML: the likelihood's maximum, which those two do not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.psychometrics.irt import Calibration, IrtModel
from analytics.psychometrics.responses import Floats, Responses

#: Abilities that an EAP is summed over: close enough for tests of hundreds of items.
GRID: Floats = np.linspace(-6.0, 6.0, 121)
#: An estimate goes no further in one step, is no further from 0, and has come to rest by then.
STRIDE, FARTHEST, STILL = 1.0, 20.0, 1e-9
MOST_STEPS = 60


@dataclass(frozen=True)
class Abilities:
    """Of each person, in the order of the responses. Who was asked nothing has an EAP of 0 ± 1,
    and NaN for a WLE."""

    eap: Floats
    eap_error: Floats
    wle: Floats
    wle_error: Floats

    @property
    def reliability(self) -> float | None:
        """Of the EAP: the part of its and its error's variance that is its own."""
        if len(self.eap) < 2:
            return None
        own = float(self.eap.var(ddof=1))
        whole = own + float((self.eap_error**2).mean())
        return own / whole if whole > 0 else None


@dataclass(frozen=True)
class Level:
    """A number of right answers, and what it says; EAP None where no distribution was assumed, ML
    None for nothing and for everything right."""

    score: int
    people: int
    eap: float | None
    eap_error: float | None
    wle: float
    wle_error: float
    ml: float | None
    ml_error: float | None


def abilities(calibration: Calibration, responses: Responses) -> Abilities:
    own = responses.of(calibration.columns)
    a, b = calibration.a, calibration.b
    right = np.where(own.asked, own.scores, 0.0)
    asked = None if own.complete else own.asked.astype(float)
    if asked is None and calibration.model is not IrtModel.TWO_PARAMETER:
        # The number of right answers says everything.
        totals = right.sum(axis=1).astype(int)
        scores = _scores(a)
        return Abilities(
            *(each[totals] for each in (*_eap(a, b, scores, None), *_wle(a, b, scores, None)))
        )
    return Abilities(*_eap(a, b, right @ a, asked), *_wle(a, b, right @ a, asked))


def levels(calibration: Calibration, responses: Responses) -> list[Level]:
    """By number of right answers; none where it does not say everything (slopes differ, or people
    were asked different items)."""
    own = responses.of(calibration.columns)
    if calibration.model is IrtModel.TWO_PARAMETER or not own.complete:
        return []
    eap = _eap(calibration.a, calibration.b, _scores(calibration.a), None)
    return _levels(calibration.a, calibration.b, own, eap)


def levels_of(b: Floats, responses: Responses) -> list[Level]:
    """The same of difficulties alone, slopes being 1; ``responses``: of those items, complete."""
    return _levels(np.ones(len(b)), b, responses, None)


def _levels(a: Floats, b: Floats, own: Responses, eap: tuple[Floats, Floats] | None) -> list[Level]:
    k = len(b)
    people = np.bincount(own.scores.sum(axis=1).astype(int), minlength=k + 1)
    scores = _scores(a)
    wle, ml = _wle(a, b, scores, None), _root(a, b, scores[1:k], None, weighted=False)
    inside = [None, *range(k - 1), None]
    return [
        Level(
            score,
            int(people[score]),
            None if eap is None else float(eap[0][score]),
            None if eap is None else float(eap[1][score]),
            float(wle[0][score]),
            float(wle[1][score]),
            None if place is None else float(ml[0][place]),
            None if place is None else float(ml[1][place]),
        )
        for score, place in enumerate(inside)
    ]


def _scores(a: Floats) -> Floats:
    """What each number of right answers weighs where all slopes are alike."""
    return np.asarray(np.arange(len(a) + 1, dtype=np.float64) * a[0])


def _eap(a: Floats, b: Floats, score: Floats, asked: Floats | None) -> tuple[Floats, Floats]:
    """``score``: of each person the sum of the slopes of what they got right."""
    softplus = np.logaddexp(0.0, a * (GRID[:, None] - b))
    log_odds = score[:, None] * GRID - GRID**2 / 2
    log_odds -= softplus.sum(axis=1) if asked is None else asked @ softplus.T
    posterior = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    mean = posterior @ GRID
    return mean, np.sqrt(np.clip(posterior @ GRID**2 - mean**2, 0.0, None))


def _wle(a: Floats, b: Floats, score: Floats, asked: Floats | None) -> tuple[Floats, Floats]:
    return _root(a, b, score, asked, weighted=True)


def _root(
    a: Floats, b: Floats, score: Floats, asked: Floats | None, *, weighted: bool
) -> tuple[Floats, Floats]:
    """Where score - Σ a P (+ Σ a³ P Q (Q - P) / 2 I) is 0, by Fisher scoring; and 1 / √I there."""
    found = np.zeros(len(score))
    error = np.full(len(score), np.nan)
    moving = np.arange(len(score)) if asked is None else np.flatnonzero(asked.any(axis=1))
    found[np.setdiff1d(np.arange(len(score)), moving)] = np.nan
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(-a * (found[moving, None] - b)))
        if asked is not None:
            chance *= asked[moving]
        spread = chance * (1 - chance)
        information = np.maximum(spread @ a**2, 1e-12)
        surplus = score[moving] - chance @ a
        if weighted:
            surplus += (spread * (1 - 2 * chance)) @ a**3 / (2 * information)
        step = np.clip(surplus / information, -STRIDE, STRIDE)
        error[moving] = 1 / np.sqrt(information)
        found[moving] = np.clip(found[moving] + step, -FARTHEST, FARTHEST)
        moving = moving[np.abs(step) > STILL]
        if not len(moving):
            break
    return found, error


def spread(values: Floats, width: float = 0.5) -> Sequence[tuple[float, float, int]]:
    """(from, below, people) of abilities in steps of ``width``, from the lowest to the highest."""
    known = values[~np.isnan(values)]
    if not len(known):
        return []
    places = np.floor(known / width).astype(int)
    low = int(places.min())
    counts = np.bincount(places - low).tolist()
    return [(width * (low + n), width * (low + n + 1), count) for n, count in enumerate(counts)]
