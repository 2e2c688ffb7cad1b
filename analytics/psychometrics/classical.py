"""Classical test theory: difficulty, discrimination, distractors, reliability. Pure.

Formulas as in the R packages psych, ltm and CTT: sums of squares over n - 1, alpha from the
variances of items and total, the standard error of measurement as sd × √(1 - alpha).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analytics.psychometrics.responses import Bools, Floats, Responses

#: Each of the two extreme groups that the upper-lower index compares.
EXTREME = 0.27


@dataclass(frozen=True)
class Choice:
    """One option of an item."""

    option: str
    #: Share of those asked who chose it, 0–1.
    share: float
    #: Correlation of choosing it with the score on the other items; None if all or nobody chose it.
    r_rest: float | None
    is_key: bool


@dataclass(frozen=True)
class ItemFigures:
    item: str
    #: How many were asked it.
    n: int
    #: Mean share of the marks, 0–1: the higher, the easier.
    p: float
    #: Correlation with the total, and with the total of the other items; None without variance.
    r_total: float | None
    r_rest: float | None
    #: Mean share of the best 27 % less that of the weakest 27 %.
    upper_lower: float | None
    #: Alpha of the other items; None where it cannot be formed.
    alpha_if_deleted: float | None
    choices: Sequence[Choice] = ()


@dataclass(frozen=True)
class TestFigures:
    n: int
    k: int
    mean: float
    #: None for fewer than two people.
    sd: float | None
    #: Cronbach's alpha (KR-20 where items are right or wrong); None where people were asked
    #: different items, there is one item, or nobody differs.
    alpha: float | None
    sem: float | None
    items: Sequence[ItemFigures]
    #: Why there is no alpha, in Chinese; "" where there is one.
    no_alpha: str = ""


def analyse(responses: Responses) -> TestFigures:
    """The figures of a test and of each of its items. Nobody, or one item, is no error."""
    n, k = responses.scores.shape
    marks = np.where(responses.asked, responses.scores, 0.0)
    totals = marks.sum(axis=1)
    sd = float(totals.std(ddof=1)) if n > 1 else None
    alpha, without = _alphas(responses, totals)
    asked = responses.asked.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = marks.sum(axis=0) / (asked * responses.maxima)
    whole, rest = _standings(responses, marks, totals)
    r_total = _columnwise(responses, np.broadcast_to(whole[:, None], (n, k)))
    r_rest = _columnwise(responses, rest)
    upper_lower = _upper_lower(responses, whole)
    items = [
        ItemFigures(
            item=responses.items[j],
            n=int(asked[j]),
            p=float(p[j]),
            r_total=_known(r_total[j]),
            r_rest=_known(r_rest[j]),
            upper_lower=_known(upper_lower[j]),
            alpha_if_deleted=_known(without[j]),
            choices=_choices(responses, j, rest[:, j]),
        )
        for j in range(k)
    ]
    return TestFigures(
        n=n,
        k=k,
        mean=float(totals.mean()) if n else float("nan"),
        sd=sd,
        alpha=alpha,
        sem=sd * float(np.sqrt(1 - alpha)) if sd is not None and alpha is not None else None,
        items=items,
        no_alpha="" if alpha is not None else _why(responses),
    )


def _why(responses: Responses) -> str:
    n, k = responses.scores.shape
    if n < 2:
        return f"只有 {n} 人作答，没有差别可比，不出信度"
    if k < 2:
        return f"只有 {k} 道题，不出信度"
    if not responses.complete:
        return "各人所答的题不同，或有题还没有评完，不出信度"
    return "所有人的总分相同，没有差别可比，不出信度"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _standings(responses: Responses, marks: Floats, totals: Floats) -> tuple[Floats, Floats]:
    """How well each person did (n), and did on all but each item (n × k).

    Marks where all were asked the same; else the share of what each was asked, or those who had
    the longer paper would seem the better ones.
    """
    if responses.complete:
        return totals, totals[:, None] - marks
    possible = np.where(responses.asked, responses.maxima, 0.0)
    every = possible.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = totals / every
        rest = (totals[:, None] - marks) / (every[:, None] - possible)
    return whole, rest


def _columnwise(responses: Responses, standing: Floats) -> Floats:
    """Correlation of each item with a standing, over those asked it (k); NaN without variance."""
    here = responses.asked & ~np.isnan(standing)
    count = here.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.where(here, responses.scores, 0.0)
        y = np.where(here, standing, 0.0)
        x = np.where(here, x - x.sum(axis=0) / count, 0.0)
        y = np.where(here, y - y.sum(axis=0) / count, 0.0)
        sizes = np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
        return np.where(sizes > 1e-12, (x * y).sum(axis=0) / sizes, np.nan)


def _alphas(responses: Responses, totals: Floats) -> tuple[float | None, Floats]:
    """Alpha, and alpha without each item (k; NaN where it cannot be formed)."""
    n, k = responses.scores.shape
    nothing = np.full(k, np.nan)
    if n < 2 or k < 2 or not responses.complete:
        return None, nothing
    variances = responses.scores.var(axis=0, ddof=1)
    total = totals.var(ddof=1)
    if total <= 1e-12:
        return None, nothing
    alpha = float(k / (k - 1) * (1 - variances.sum() / total))
    if k < 3:
        return alpha, nothing
    centred = totals - totals.mean()
    shared = (responses.scores - responses.scores.mean(axis=0)).T @ centred / (n - 1)
    rest = total - 2 * shared + variances
    with np.errstate(invalid="ignore", divide="ignore"):
        without = (k - 1) / (k - 2) * (1 - (variances.sum() - variances) / rest)
    return alpha, np.where(rest > 1e-12, without, np.nan)


def _upper_lower(responses: Responses, standing: Floats) -> Floats:
    """Of each item, over all who were asked it (k).

    Those who stand level at the border of a group belong to it in equal parts, so that the order
    of the rows decides nothing. Where all stand level there are no groups.
    """
    n, k = responses.scores.shape
    known = standing[~np.isnan(standing)]
    if n < 2 or not len(known) or np.ptp(known) <= 1e-12:
        return np.full(k, np.nan)
    size = EXTREME * n
    best, worst = _extreme(standing, size), _extreme(-standing, size)
    scores = np.where(responses.asked, responses.scores, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = (best @ scores) / (best @ responses.asked) - (worst @ scores) / (
            worst @ responses.asked
        )
        return np.asarray(difference / responses.maxima)


def _extreme(standing: Floats, size: float) -> Floats:
    """The part, 0–1, that each person has in the group of the ``size`` highest (n)."""
    known = np.nan_to_num(standing, nan=-np.inf)
    levels, places = np.unique(-known, return_inverse=True)
    counts = np.bincount(places, minlength=len(levels)).astype(float)
    before = np.concatenate(([0.0], np.cumsum(counts)[:-1]))
    parts: Floats = np.clip((size - before) / counts, 0.0, 1.0)
    return parts[places]


def _choices(responses: Responses, item: int, rest: Floats) -> list[Choice]:
    """Each option that somebody chose or that is the key, in order of its letter."""
    if responses.chosen is None:
        return []
    asked = responses.asked[:, item]
    chosen, key = responses.chosen[asked, item], responses.keys[item]
    options = sorted({str(each) for each in chosen if each} | {key})
    ticked = np.stack([chosen == option for option in options], axis=1)
    return choices_of(options, ticked, rest[asked], {key})


def choices_of(
    options: Sequence[str], ticked: Bools, rest: Floats, keys: Collection[str]
) -> list[Choice]:
    """The figures of each option.

    ``ticked``: who chose what (people × options); ``rest``: how each did on the other items.
    """
    known = ~np.isnan(rest)
    standing = rest[known]
    found = []
    for place, option in enumerate(options):
        took = ticked[known, place].astype(float)
        varies = len(took) > 1 and took.std() > 0 and standing.std() > 1e-12
        found.append(
            Choice(
                option=option,
                share=float(took.mean()) if len(took) else 0.0,
                r_rest=float(np.corrcoef(took, standing)[0, 1]) if varies else None,
                is_key=option in keys,
            )
        )
    return found


def rest_of(responses: Responses, item: int) -> Floats:
    """How each person did on all items but one (n); NaN for who was asked nothing else."""
    marks = np.where(responses.asked, responses.scores, 0.0)
    return _standings(responses, marks, marks.sum(axis=1))[1][:, item]


def fifths(ticked: Bools, rest: Floats) -> Floats:
    """Share of each fifth of the people, the weakest first, that chose each option (5 × options).

    Those who stand level are in fifths by equal parts.
    """
    known = ~np.isnan(rest)
    standing, took = rest[known], ticked[known].astype(float)
    bounds = [_extreme(-standing, len(standing) * part / 5) for part in range(6)]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(
            [(upper - lower) @ took / (upper - lower).sum() for lower, upper in pairwise(bounds)]
        )
