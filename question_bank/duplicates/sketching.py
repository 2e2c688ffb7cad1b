"""Sketches (MinHash) of items, and the finding of sketches that are alike. Pure.

Two sketches agree in about as large a share of their places as the items share of their
two-character pieces. A bank of 50,000 items is one array of 13 MB; asking it about one item is
one comparison of the array, asking it about many goes by bands that agree.
"""

import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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

_PRIME = np.uint64((1 << 31) - 1)
_rng = np.random.RandomState(20260101)  # noqa: NPY002 - its stream is fixed for good
_FACTORS = _rng.randint(1, (1 << 31) - 1, HALF).astype(np.uint64)
_TERMS = _rng.randint(0, (1 << 31) - 1, HALF).astype(np.uint64)


def pieces(text: str) -> set[str]:
    """The two-character pieces of a folded text; the text itself where it is shorter."""
    return {text[n : n + 2] for n in range(len(text) - 1)} or ({text} if text else set())


def sketch(stem: str, options: Sequence[str]) -> bytes:
    """The sketch of an item, SIZE bytes; the order of options does not matter."""
    said = pieces(content(stem))
    whole = pieces(folded(stem))
    for option in options:
        whole |= pieces(folded(option))
    return np.concatenate([_signature(said), _signature(whole)]).tobytes()


def _signature(found: Collection[str]) -> Array:
    if not found:
        return np.zeros(HALF, np.uint16)
    values = np.fromiter(
        (zlib.crc32(each.encode()) & 0x7FFFFFFF for each in found), np.uint64, len(found)
    )
    hashed = (values[:, None] * _FACTORS + _TERMS) % _PRIME
    low = hashed.min(axis=0)
    # 0 stands for nothing at all, which is like nothing else.
    return (low % np.uint64(65_535) + np.uint64(1)).astype(np.uint16)


def read(sketches: Iterable[bytes]) -> Array:
    """Stored sketches as an array with a row each."""
    joined = b"".join(sketches)
    return np.frombuffer(joined, np.uint16).reshape(-1, WIDTH)


@dataclass(frozen=True)
class Alike:
    """Two rows whose sketches agree in at least the share asked for."""

    first: int
    second: int
    share: float


def closest(one: bytes, bank: Array, *, at_least: float, most: int) -> list[tuple[int, float]]:
    """Rows of the bank that are like the sketch, with the share, most alike first."""
    if not len(bank):
        return []
    mine = np.frombuffer(one, np.uint16)
    agree = (bank == mine) & (mine != 0)
    shares = np.maximum(agree[:, :HALF].sum(axis=1), agree[:, HALF:].sum(axis=1)) / HALF
    near = np.flatnonzero(shares >= at_least)
    order = near[np.argsort(-shares[near], kind="stable")][:most]
    return [(int(row), float(shares[row])) for row in order]


def alike(bank: Array, *, since: int = 0, at_least: float, crowd: int = 60) -> list[Alike]:
    """Pairs of rows that are alike, of which the second is at or after ``since``.

    Pieces that more than ``crowd`` rows share at once are a way of asking, and are passed over.
    """
    found: set[int] = set()
    rows = len(bank)
    for start in range(0, WIDTH - _BAND + 1, _BAND):
        if start < HALF < start + _BAND:
            continue
        columns = bank[:, start : start + _BAND].astype(np.uint64)
        keys = columns[:, 0] << np.uint64(32) | columns[:, 1] << np.uint64(16) | columns[:, 2]
        found |= _sharing(keys, rows, since, crowd)
    return _above(bank, found, at_least)


def _sharing(keys: NDArray[np.uint64], rows: int, since: int, crowd: int) -> set[int]:
    """Pairs of rows with one key, each as first × rows + second."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, rows])
    pairs: set[int] = set()
    for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
        if length > crowd or ordered[start] == 0:
            continue
        members = sorted(order[start : start + length].tolist())
        pairs.update(
            first * rows + second
            for at, second in enumerate(members)
            if second >= since
            for first in members[:at]
        )
    return pairs


def _above(bank: Array, found: set[int], at_least: float) -> list[Alike]:
    if not found:
        return []
    codes = np.sort(np.fromiter(found, np.int64, len(found)))
    alike_: list[Alike] = []
    for chunk in np.array_split(codes, len(codes) // 50_000 + 1):
        first, second = chunk // len(bank), chunk % len(bank)
        agree = (bank[first] == bank[second]) & (bank[first] != 0)
        shares = np.maximum(agree[:, :HALF].sum(axis=1), agree[:, HALF:].sum(axis=1)) / HALF
        keep = shares >= at_least
        alike_ += [
            Alike(int(a), int(b), float(share))
            for a, b, share in zip(first[keep], second[keep], shares[keep], strict=True)
        ]
    return alike_
