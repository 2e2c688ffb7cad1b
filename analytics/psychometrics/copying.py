"""Did two people answer more alike than people of their standing do? Pure.

The generalized binomial test (GBT) of van der Linden and Sotaridona, "Detecting answer copying when
the regular response process follows a known response model", Journal of Educational and Behavioral
Statistics 31 (2006) 283-304: given their abilities two people answer independently, so that the
number of items on which they chose the same is a sum of independent trials with unequal chances.
The p-value is that sum's upper tail. How likely people of a standing choose each option is taken
from the scripts by kernel smoothing (Ramsay, Psychometrika 56 (1991) 611-630) instead of a
parametric model; a script weighs in its own estimate, which makes the test a little cautious.

All pairs of a session are looked at, so that the p-values are corrected by the method of Holm
(1979): if nobody copied, the chance that even one pair of the session is named is at most α.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.psychometrics.responses import Bools, Floats

Codes = NDArray[np.int64]
#: The chance that a session in which nobody copied names anybody at all.
ALPHA = 0.05
#: Fewer people say too little of how people answer; more pairs are not looked at.
LEAST, MOST_PAIRS = 50, 2_000_000
#: Items that two people both answered, below which they are not compared.
COMMON = 15
#: With more pairs than this only those far out of line are worked out exactly.
_EXACT, _OUT_OF_LINE = 20_000, 3.0
#: How much the shares of all people weigh beside those of the same standing, in people.
_PRIOR = 1.0
_ROWS = 256


@dataclass(frozen=True)
class Pair:
    """Two rows of the codes, the smaller first."""

    first: int
    second: int
    #: Items that both answered; chosen alike; expected to be; alike and wrong.
    items: int
    alike: int
    expected: float
    wrong_alike: int
    p_value: float


@dataclass(frozen=True)
class Found:
    pairs: Sequence[Pair]
    #: How many pairs were looked at.
    looked_at: int


def compare(
    codes: Codes,
    keys: Codes,
    standing: Floats,
    groups: Sequence[object] | None = None,
    alpha: float = ALPHA,
) -> Found:
    """The pairs that are named, the least likely first.

    ``codes``: people × items, what each chose, below 0 for nothing; ``keys``: what is right;
    ``standing``: how well each did. ``groups``: only pairs of one group are looked at.
    """
    chances = [_chances(codes[:, item], standing) for item in range(codes.shape[1])]
    crowds = _crowds(len(codes), groups)
    few = sum(map(_pairs, crowds)) <= _EXACT
    counted, suspects = 0, list[Pair]()
    for crowd in crowds:
        for start in range(0, len(crowd), _ROWS):
            rows = crowd[start : start + _ROWS]
            looked_at, far = _out_of_line(codes, chances, rows, crowd)
            counted += int(looked_at.sum())
            first, second = np.nonzero(looked_at & (far > (0.0 if few else _OUT_OF_LINE)))
            suspects += _worked_out(codes, keys, chances, rows[first], crowd[second])
    return Found(_holm(suspects, counted, alpha), counted)


def pair_count(people: int, groups: Sequence[object] | None = None) -> int:
    """How many pairs there are to look at."""
    return sum(map(_pairs, _crowds(people, groups)))


def _pairs(crowd: Codes) -> int:
    return len(crowd) * (len(crowd) - 1) // 2


def _crowds(people: int, groups: Sequence[object] | None) -> list[Codes]:
    """The rows of each group."""
    if groups is None:
        return [np.arange(people)]
    labels = np.unique([str(each) for each in groups], return_inverse=True)[1]
    return [np.flatnonzero(labels == each) for each in np.unique(labels)]


def _out_of_line(
    codes: Codes, chances: Sequence[Floats], rows: Codes, crowd: Codes
) -> tuple[Bools, Floats]:
    """Rows × crowd: the pairs to look at, and by how many spreads they are more alike than is
    expected, to begin with."""
    shape = (len(rows), len(crowd))
    alike, expected, squares, both = (np.zeros(shape) for _ in range(4))
    for item, chance in enumerate(chances):
        mine, theirs = codes[rows, item], codes[crowd, item]
        match = (chance[rows] * (mine >= 0)[:, None]) @ (chance[crowd] * (theirs >= 0)[:, None]).T
        expected += match
        squares += match**2
        both += np.outer(mine >= 0, theirs >= 0)
        alike += (mine[:, None] == theirs) & (theirs >= 0)
    looked_at = (rows[:, None] < crowd) & (both >= COMMON)
    return looked_at, (alike - expected) / np.sqrt(np.maximum(expected - squares, 1e-9))


def _chances(column: Codes, standing: Floats) -> Floats:
    """People × options: how likely somebody who answers the item chooses each."""
    options = max(int(column.max(initial=0)) + 1, 2)
    answered = column >= 0
    chose = np.zeros((len(column), options))
    chose[answered, column[answered]] = 1.0
    usual = (chose.sum(axis=0) + 0.5) / (answered.sum() + 0.5 * options)
    places = standing.argsort(kind="stable").argsort(kind="stable")
    special = importlib.import_module("scipy.special")
    levels = np.unique(standing, return_inverse=True)[1]
    # Those who stand level are at one place.
    mean_place = np.bincount(levels, weights=places) / np.bincount(levels)
    at = special.ndtri((mean_place[levels] + 0.5) / len(standing))
    width = 1.1 * len(standing) ** -0.2
    spots = np.unique(at)
    weights = np.exp(-0.5 * ((spots[:, None] - at[None, :]) / width) ** 2) * answered
    smooth = (weights @ chose + _PRIOR * usual) / (weights.sum(axis=1, keepdims=True) + _PRIOR)
    return np.asarray(smooth[np.searchsorted(spots, at)])


def _worked_out(
    codes: Codes, keys: Codes, chances: Sequence[Floats], first: Codes, second: Codes
) -> list[Pair]:
    both = (codes[first] >= 0) & (codes[second] >= 0)
    alike = ((codes[first] == codes[second]) & both).sum(axis=1)
    match = np.empty(both.shape)
    for item, chance in enumerate(chances):
        match[:, item] = (chance[first] * chance[second]).sum(axis=1)
    match = np.where(both, match, 0.0)
    found = []
    for place, p_value in enumerate(tail(match, alike).tolist()):
        one, other = int(first[place]), int(second[place])
        same = both[place] & (codes[one] == codes[other])
        found.append(
            Pair(
                first=one,
                second=other,
                items=int(both[place].sum()),
                alike=int(alike[place]),
                expected=float(match[place].sum()),
                wrong_alike=int((same & (codes[one] != keys)).sum()),
                p_value=p_value,
            )
        )
    return found


def tail(chances: Floats, at_least: Codes) -> Floats:
    """P(so many or more successes) of independent trials, row by row."""
    rows, trials = chances.shape
    known = np.zeros((rows, trials + 1))
    known[:, 0] = 1.0
    for trial in range(trials):
        chance = chances[:, trial : trial + 1]
        known[:, 1:] = known[:, 1:] * (1 - chance) + known[:, :-1] * chance
        known[:, :1] *= 1 - chance
    upper = np.cumsum(known[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.minimum(upper[np.arange(rows), at_least], 1.0))


def _holm(suspects: Sequence[Pair], looked_at: int, alpha: float) -> list[Pair]:
    ordered = sorted(suspects, key=lambda each: (each.p_value, each.first, each.second))
    named = []
    for place, each in enumerate(ordered):
        if each.p_value > alpha / (looked_at - place):
            break
        named.append(each)
    return named
