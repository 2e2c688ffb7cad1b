"""Sketches (MinHash) of items, and the finding of sketches that are alike. Pure.

Two sketches agree in about as large a share of their places as the items share of their
two-character pieces. A bank of 50,000 items is one array of 13 MB; asking it about one item is
one comparison of the array, asking it about many goes by bands that agree.
"""

import zlib
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from question_bank.duplicates.folding import content, folded

#: Places of a sketch: the first half for the stem, the second for stem and options.
HALF = 64
WIDTH = 2 * HALF
#: Bytes of a stored sketch.
SIZE = 2 * WIDTH
#: Places that must agree for two sketches to be looked at when many are compared.
_BAND = 3

Array: TypeAlias = NDArray[np.uint16]

_rng = np.random.RandomState(20260101)
_FACTORS = (_rng.randint(0, 1 << 31, HALF).astype(np.uint32) << np.uint32(1)) | np.uint32(1)
_TERMS = _rng.randint(0, 1 << 31, HALF).astype(np.uint32)


#: Texts whose pieces are kept: an import compares each of its own many times.
_KEPT = 1 << 16


@lru_cache(_KEPT)
def pieces(text: str) -> frozenset[str]:
    """The two-character pieces of a folded text; the text itself where it is shorter."""
    found = frozenset(text[n : n + 2] for n in range(len(text) - 1))
    return found or frozenset({text} if text else ())


def sketch(stem: str, options: Sequence[str]) -> bytes:
    """The sketch of an item, SIZE bytes; the order of options does not matter."""
    return _sketch(stem, tuple(options))


@lru_cache(_KEPT)
def _sketch(stem: str, options: Sequence[str]) -> bytes:
    said = pieces(content(stem))
    whole = pieces(folded(stem)).union(*(pieces(folded(option)) for option in options))
    return np.concatenate([_signature(said), _signature(whole)]).tobytes()


def _signature(found: Collection[str]) -> Array:
    if not found:
        return np.zeros(HALF, np.uint16)
    joined = np.array([zlib.crc32(each.encode()) for each in found], np.uint32)
    hashed = joined[:, None] * _FACTORS + _TERMS
    hashed ^= hashed >> np.uint32(15)
    low = hashed.min(axis=0)
    # The lowest values begin with zeros, so the lower half tells them apart; 0 stands for nothing
    # at all, which is like nothing else.
    return np.asarray(low % np.uint32(65_535) + np.uint32(1), np.uint16)


def read(sketches: Iterable[bytes]) -> Array:
    """Stored sketches as an array with a row each."""
    joined = b"".join(sketches)
    return np.frombuffer(joined, np.uint16).reshape(-1, WIDTH)


class Alike(NamedTuple):
    """Two rows whose sketches agree in at least the share asked for."""

    first: int
    second: int
    share: float


def closest(one: bytes, bank: Array, *, at_least: float, most: int) -> list[tuple[int, float]]:
    """Rows of the bank that are like the sketch, with the share, most alike first."""
    if not len(bank):
        return []
    mine = np.frombuffer(one, np.uint16)
    shares = _share(bank, mine[None, :])
    near = np.flatnonzero(shares >= at_least)
    order = near[np.argsort(-shares[near], kind="stable")][:most]
    return [(int(row), float(shares[row])) for row in order]


def alike(bank: Array, *, since: int = 0, at_least: float, crowd: int = 60) -> list[Alike]:
    """Pairs of rows that are alike, in order, of which the second is at or after ``since``.

    Pieces that more than ``crowd`` rows share at once are a way of asking, and are passed over.
    """
    codes: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    shares: list[NDArray[np.float64]] = [np.empty(0)]
    for start in range(0, WIDTH - _BAND + 1, _BAND):
        if start < HALF < start + _BAND:
            continue
        first, second = _sharing(_keys(bank[:, start : start + _BAND]), since, crowd)
        for some in np.array_split(np.arange(len(first)), len(first) // 50_000 + 1):
            share = _share(bank[first[some]], bank[second[some]])
            near = share >= at_least
            codes.append(first[some][near] * np.int64(len(bank)) + second[some][near])
            shares.append(share[near])
    found, at = np.unique(np.concatenate(codes), return_index=True)
    share = np.concatenate(shares)[at]
    firsts, seconds = (found // max(1, len(bank))).tolist(), (found % max(1, len(bank))).tolist()
    return list(map(Alike, firsts, seconds, share.tolist()))


def _keys(columns: Array) -> NDArray[np.uint64]:
    wide = columns.astype(np.uint64)
    return wide[:, 0] << np.uint64(32) | wide[:, 1] << np.uint64(16) | wide[:, 2]


def _sharing(
    keys: NDArray[np.uint64], since: int, crowd: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of rows that have one key, but for keys of nothing and of a crowd."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    # Only rows that share their key with few others.
    kept = np.repeat((lengths > 1) & (lengths <= crowd) & (ordered[starts] != 0), lengths)
    order, ordered = order[kept], ordered[kept]
    firsts, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, min(crowd, len(order))):
        same = ordered[:-step] == ordered[step:]
        if not same.any():
            break
        first, second = order[:-step][same], order[step:][same]
        late = second >= since
        firsts.append(first[late])
        seconds.append(second[late])
    return np.concatenate(firsts), np.concatenate(seconds)


def _share(one: Array, other: Array) -> NDArray[np.float64]:
    """The share of places in which rows agree, by stem or by the whole, whichever is larger."""
    agree = (one == other) & (one != 0)
    sums = np.maximum(agree[:, :HALF].sum(axis=1), agree[:, HALF:].sum(axis=1))
    return np.asarray(sums / HALF, np.float64)
