"""Articles that were split up, and articles that were put together. Pure."""

from collections.abc import Mapping, Sequence

import numpy as np

from laws import similarity
from laws.similarity import Matrix, Weight

#: So much of an article, or of one of its paragraphs, must be found in another to be a part of it.
_PART = 0.55
#: Paragraphs that weigh less than this are too short to tell where they come from.
_SHORTEST = 16


def sources(
    wanted: Sequence[int],
    whole: Mapping[int, int],
    texts: Sequence[str],
    others: Sequence[str],
    weight: Weight,
) -> dict[int, int]:
    """Of each of the ``wanted`` texts, the one among ``others`` of which it is a part, if any.

    ``whole`` names the candidates: their places among ``others``, and the text each of them
    mainly became. A wanted text is a part where it is mostly found in the other, or where a
    paragraph of the other is found in it, and not as well in what the other mainly became.
    """
    if not wanted or not whole:
        return {}
    keys = sorted(whole)
    found = similarity.found_in([texts[n] for n in wanted], [others[n] for n in keys], weight)
    moved = _moved([texts[n] for n in wanted], keys, whole, texts, others, weight)
    share = np.maximum(found, moved)
    best = share.argmax(axis=1)
    return {n: keys[at] for n, at, row in zip(wanted, best, share, strict=True) if row[at] >= _PART}


def _moved(
    wanted: Sequence[str],
    keys: Sequence[int],
    whole: Mapping[int, int],
    texts: Sequence[str],
    others: Sequence[str],
    weight: Weight,
) -> Matrix:
    owners, paragraphs = [], []
    for column, key in enumerate(keys):
        pieces = [each for each in others[key].split("\n") if len(each) >= _SHORTEST]
        if len(pieces) > 1:
            owners += [column] * len(pieces)
            paragraphs += pieces
    share = np.zeros((len(wanted), len(keys)))
    there = similarity.found_in(paragraphs, wanted, weight)
    for n in np.flatnonzero((there >= _PART).any(axis=1)).tolist():
        main = texts[whole[keys[owners[n]]]]
        stayed = similarity.found_in([paragraphs[n]], [main], weight)[0, 0]
        moved = np.where(there[n] > stayed, there[n], 0)
        share[:, owners[n]] = np.maximum(share[:, owners[n]], moved)
    return share
