"""Which articles of two texts are the same article, edited. Pure.

Pairs are accepted in rounds, the most alike first. From round to round what is already paired
speaks for or against the rest: articles that lie between the same neighbours, and articles that
mention the same other articles, are rather the same; so are two that resemble nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from laws.similarity import Common, Matrix

Pairs = dict[int, int]
#: The places of the articles that each article mentions.
Mentions = Sequence[frozenset[int]]

#: The least score of each round.
_ROUNDS = (0.60, 0.50, 0.42, 0.33)
#: What lying behind, and before, the same matched neighbours adds to the score.
_NEIGHBOUR = 0.06
#: What mentioning the same articles adds, and mentioning only others takes away.
_SAME_MENTIONS, _OTHER_MENTIONS = 0.06, -0.12
#: What resembling nothing else even by half adds.
_ALONE = 0.06
#: Whatever speaks for them, two articles less alike than this are not the same.
_FLOOR = 0.20


@dataclass(frozen=True)
class Side:
    """One of the two texts: how many articles it has, those still open, what each mentions."""

    count: int
    open: Sequence[int]
    mentions: Mentions


def score(common: Common) -> Matrix:
    """How much speaks for two articles being one, whatever lies around them.

    An article that was much enlarged or cut is still found whole in its other form; the lead
    tells the part that keeps the subject from a part that was only moved.
    """
    whole = 0.4 * common.likeness + 0.15 * np.maximum(common.kept, common.drawn)
    return whole + 0.2 * common.paragraph + 0.25 * common.lead


def match(pairs: Pairs, old: Side, new: Side, scores: Matrix) -> Pairs:
    """The pairs given and those found among the open articles, whose scores are given."""
    pairs = dict(pairs)
    taken = set(pairs.values())
    candidates = _candidates(old, new, scores)
    for least in _ROUNDS:
        candidates = [each for each in candidates if each[0] not in pairs and each[1] not in taken]
        support = _support(pairs, old, new, candidates)
        ranked = sorted(
            (-round(total, 6), abs(i / old.count - j / new.count), i + j, i, j)
            for i, j, raw in candidates
            if (total := raw + support(i, j)) >= least
        )
        for _, _, _, i, j in ranked:
            if i not in pairs and j not in taken:
                pairs[i] = j
                taken.add(j)
    return pairs


Candidate = tuple[int, int, float]


def _candidates(old: Side, new: Side, scores: Matrix) -> list[Candidate]:
    rows, columns = np.nonzero(scores >= _FLOOR)
    return [
        (old.open[r], new.open[c], float(scores[r, c]))
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True)
    ]


def _support(
    pairs: Pairs, old: Side, new: Side, candidates: Sequence[Candidate]
) -> Callable[[int, int], float]:
    """What the pairs so far, and the other candidates, say about a candidate."""
    partner = {j: i for i, j in pairs.items()}
    neighbours = (
        (_nearest(range(old.count), pairs), _nearest(range(new.count), partner)),
        (_nearest(range(old.count)[::-1], pairs), _nearest(range(new.count)[::-1], partner)),
    )
    rivals = _rivals(candidates)

    def support(i: int, j: int) -> float:
        beside = sum(pairs.get(olds[i], -1) == news[j] for olds, news in neighbours)
        alone = _ALONE if (i, j) in rivals else 0.0
        named = _mentions(pairs, partner, old.mentions[i], new.mentions[j])
        return _NEIGHBOUR * beside + alone + named

    return support


def _nearest(order: Sequence[int], matched: Iterable[int]) -> list[int]:
    """For each place the last matched one passed on the way there; -1 for none."""
    known, found, last = set(matched), [-1] * len(order), -1
    for n in order:
        found[n] = last
        if n in known:
            last = n
    return found


def _mentions(pairs: Pairs, partner: Pairs, olds: frozenset[int], news: frozenset[int]) -> float:
    """Whether what the two articles mention is the same, as far as it is paired."""
    if not any(n in pairs for n in olds) or not any(n in partner for n in news):
        return 0.0
    same = any(pairs.get(n) in news for n in olds)
    return _SAME_MENTIONS if same else _OTHER_MENTIONS


def _rivals(candidates: Sequence[Candidate]) -> set[tuple[int, int]]:
    """Candidates whose two articles resemble no other open one even half as much."""
    rows: dict[int, list[float]] = {}
    columns: dict[int, list[float]] = {}
    for i, j, raw in candidates:
        rows.setdefault(i, []).append(raw)
        columns.setdefault(j, []).append(raw)
    return {
        (i, j)
        for i, j, raw in candidates
        if sum(other > raw / 2 for other in rows[i]) == 1
        and sum(other > raw / 2 for other in columns[j]) == 1
    }
