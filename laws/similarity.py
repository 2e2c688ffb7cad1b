"""How much articles have in common: their pairs of characters, the rare ones counting most. Pure.

Rare is judged over the two texts at hand: in a law on 行政复议 the pair 复议 says nothing about
which article it stands in, in another law it says nearly everything.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from laws.numerals import NUMERAL
from laws.parsing.comparing import bare

Matrix = NDArray[np.float64]
Bag = Mapping[str, int]
Weight = Mapping[str, float]

#: Numbers of articles change with every amendment and say nothing about what an article is about.
_REFERENCE = re.compile(rf"第[{NUMERAL}]+条(之[{NUMERAL}]+)?")
_WORDS = re.compile(r"[\w§]+")
#: The lead of an article says what it is about: up to the first of these.
_END_OF_LEAD = re.compile(r"[。：:；;\n]")
#: Columns of the table of pairs that are multiplied at a time: bounds memory, not the result.
_BLOCK = 1024
#: What a pair, and a cell that it touches, cost when added by themselves, measured in cells of a
#: multiplication of whole columns.
_BY_ITSELF, _CELL = 15_000, 10
#: What a pair that stands in every article still weighs.
_LEAST = 0.1


@dataclass(frozen=True)
class Common:
    """Rows are old articles, columns new ones; every figure lies between 0 and 1."""

    #: Likeness of the whole texts, of their two most alike paragraphs, and of their leads.
    likeness: Matrix
    paragraph: Matrix
    lead: Matrix
    #: How much of the old article is found in the new one, and how much of the new in the old.
    kept: Matrix
    drawn: Matrix


def weights(texts: Iterable[str]) -> Weight:
    """What each pair of characters weighs, seen how many of the texts hold it."""
    bags = [_pairs(text) for text in texts]
    found = Counter(pair for bag in bags for pair in bag)
    return {pair: _LEAST + math.log(len(bags) / count) for pair, count in found.items()}


def measure(left: Sequence[str], right: Sequence[str], weight: Weight) -> Common:
    """Compare every text on the left with every one on the right.

    Texts hold their paragraphs separated by line feeds.
    """
    likeness, kept, drawn = _compare(left, right, weight)
    lead, _, _ = _compare([_lead(text) for text in left], [_lead(text) for text in right], weight)
    return Common(likeness, _paragraphs(left, right, weight), lead, kept, drawn)


def found_in(parts: Sequence[str], texts: Sequence[str], weight: Weight) -> Matrix:
    """How much of each part (rows) is found in each text (columns)."""
    return _compare(parts, texts, weight)[1]


def _lead(text: str) -> str:
    return _END_OF_LEAD.split(text, maxsplit=1)[0]


def _paragraphs(left: Sequence[str], right: Sequence[str], weight: Weight) -> Matrix:
    """Of every two texts the likeness of those of their paragraphs that are most alike."""
    sides = [[text.split("\n") for text in side] for side in (left, right)]
    alike, _, _ = _compare(
        [each for text in sides[0] for each in text],
        [each for text in sides[1] for each in text],
        weight,
    )
    starts = [np.cumsum([0, *map(len, side)])[:-1] for side in sides]
    if not alike.size:
        return np.zeros((len(left), len(right)))
    by_row = np.maximum.reduceat(alike, starts[0], axis=0)
    return np.asarray(np.maximum.reduceat(by_row, starts[1], axis=1), float)


def _pairs(text: str) -> Counter[str]:
    """Two characters next to each other, within a run of characters without punctuation."""
    runs = _WORDS.findall(_REFERENCE.sub("§", bare(text)))
    pairs = (map(add, run, run[1:]) if len(run) > 1 else (run,) for run in runs)
    return Counter(chain.from_iterable(pairs))


def _compare(
    left: Sequence[str], right: Sequence[str], weight: Weight
) -> tuple[Matrix, Matrix, Matrix]:
    """The cosine of every two texts, and how much of the one is found in the other."""
    bags = [[_weighted(_pairs(text), weight) for text in side] for side in (left, right)]
    product = _product(bags[0], bags[1])
    rows, columns = (
        np.array([max(math.fsum(v * v for v in bag.values()), 1e-9) for bag in side])
        for side in bags
    )
    return (
        _tidy(product / np.sqrt(np.outer(rows, columns))),
        _tidy(product / rows[:, None]),
        _tidy(product / columns[None, :]),
    )


def _weighted(bag: Bag, weight: Weight) -> dict[str, float]:
    return {pair: math.sqrt(count) * weight.get(pair, _LEAST) for pair, count in bag.items()}


Column = tuple[list[int], list[float]]


def _product(left: Sequence[Weight], right: Sequence[Weight]) -> Matrix:
    """The sum of products of every two texts, pair of characters by pair of characters.

    Most pairs stand in few texts and touch few cells; the frequent ones are multiplied at once.
    """
    total = np.zeros((len(left), len(right)))
    rows, columns = _postings(left), _postings(right)
    frequent: list[str] = []
    for pair in sorted(rows.keys() & columns.keys()):
        (at, values), (other, others) = rows[pair], columns[pair]
        if _BY_ITSELF + len(at) * len(other) * _CELL > total.size:
            frequent.append(pair)
        else:
            total[np.ix_(at, other)] += np.outer(values, others)
    for start in range(0, len(frequent), _BLOCK):
        block = frequent[start : start + _BLOCK]
        total += _table(rows, block, len(left)) @ _table(columns, block, len(right)).T
    return total


def _postings(bags: Sequence[Weight]) -> dict[str, Column]:
    """Where each pair stands, and what it weighs there."""
    found: dict[str, Column] = {}
    for place, bag in enumerate(bags):
        for pair, value in bag.items():
            places, values = found.setdefault(pair, ([], []))
            places.append(place)
            values.append(value)
    return found


def _table(postings: Mapping[str, Column], pairs: Sequence[str], count: int) -> Matrix:
    table = np.zeros((count, len(pairs)))
    for column, pair in enumerate(pairs):
        places, values = postings[pair]
        table[places, column] = values
    return table


def _tidy(figures: Matrix) -> Matrix:
    """Between 0 and 1, rounded: comparing new with old gives exactly the mirror image."""
    return np.asarray(np.round(np.minimum(figures, 1), 6), np.float64)
