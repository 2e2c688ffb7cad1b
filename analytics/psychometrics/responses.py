"""Who scored what on which item: the matrix that every statistic here is made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]


@dataclass(frozen=True)
class Responses:
    """n people by k items.

    ``scores`` has marks, NaN where somebody was not asked the item; ``maxima`` the marks that each
    item is worth. ``chosen`` has what was chosen (n × k texts) where that is known, with ``keys``.
    """

    items: Sequence[str]
    scores: Floats
    maxima: Floats
    chosen: Texts | None = None
    keys: Sequence[str] = ()

    @property
    def people(self) -> int:
        return int(self.scores.shape[0])

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.scores)

    @cached_property
    def complete(self) -> bool:
        """Everybody was asked every item."""
        return bool(self.asked.all())

    @cached_property
    def dichotomous(self) -> bool:
        """Every item is either right or wrong."""
        given = self.scores[self.asked]
        return bool((self.maxima == 1).all() and np.isin(given, (0.0, 1.0)).all())

    def as_right(self) -> "Responses":
        """Right or wrong instead of marks: right only for all marks of an item."""
        scores = np.where(self.asked, (self.scores >= self.maxima).astype(float), np.nan)
        return Responses(self.items, scores, np.ones(len(self.items)), self.chosen, self.keys)

    def people_of(self, rows: Bools) -> "Responses":
        """Some of the people on the same items."""
        return Responses(
            items=self.items,
            scores=self.scores[rows],
            maxima=self.maxima,
            chosen=None if self.chosen is None else self.chosen[rows],
            keys=self.keys,
        )

    def of(self, columns: Sequence[int]) -> "Responses":
        """The same people on some of the items."""
        return Responses(
            items=[self.items[each] for each in columns],
            scores=self.scores[:, columns],
            maxima=self.maxima[list(columns)],
            chosen=None if self.chosen is None else self.chosen[:, columns],
            keys=[self.keys[each] for each in columns] if self.keys else (),
        )
