"""An integer programme, written down column by column and row by row, and solved by HiGHS. Pure.

The solver costs 36 MB and a third of a second, which a process pays with its first form.
"""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import numpy as np

#: Seconds after which the search is given up.
PATIENCE = 20.0


class GivenUp(Exception):
    """The search was over before an answer was found."""


class Programme:
    """Numbers of columns are those in which they were added."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._most: list[float] = []
        self._whole: list[bool] = []
        self._entries: list[float] = []
        self._columns: list[int] = []
        self._starts: list[int] = [0]
        self._low: list[float] = []
        self._high: list[float] = []
        #: What any answer costs at least, of the last one found.
        self.least = 0.0

    def column(self, cost: float, most: float = np.inf, *, whole: bool = True) -> int:
        """An unknown from 0 to ``most``; ``cost`` is what each of it costs."""
        self._costs.append(cost)
        self._most.append(most)
        self._whole.append(whole)
        return len(self._costs) - 1

    def row(
        self, terms: Iterable[tuple[int, float]], low: float = -np.inf, high: float = np.inf
    ) -> None:
        """The sum of the terms (column, factor) is from ``low`` to ``high``."""
        for column, factor in terms:
            self._columns.append(column)
            self._entries.append(factor)
        self._starts.append(len(self._columns))
        self._low.append(low)
        self._high.append(high)

    def solve(
        self, *, gap: float = 0.0, nodes: int | None = None, patience: float = PATIENCE
    ) -> Any:
        """Values of the columns at the least cost, to a share of ``gap``; None if there are none.

        ``nodes``: the search stops after so many; ``patience``: after so many seconds. Raises
        GivenUp.
        """
        if not self._costs:
            feasible = all(a <= 0 <= b for a, b in zip(self._low, self._high, strict=True))
            return np.zeros(0) if feasible else None
        optimize, sparse = import_module("scipy.optimize"), import_module("scipy.sparse")
        shape = (len(self._low), len(self._costs))
        matrix = sparse.csr_array((self._entries, self._columns, self._starts), shape=shape)
        found = optimize.milp(
            np.array(self._costs),
            integrality=np.array(self._whole, dtype=int),
            bounds=optimize.Bounds(0, np.array(self._most)),
            constraints=optimize.LinearConstraint(
                matrix, np.array(self._low), np.array(self._high)
            ),
            options={"mip_rel_gap": gap, "time_limit": patience, "node_limit": nodes},
        )
        if found.x is None and found.status == 1:
            raise GivenUp
        self.least = found.fun if found.status == 0 else found.mip_dual_bound or 0.0
        return found.x

    def cost(self, values: Any) -> float:
        """What an answer costs."""
        return float(np.dot(self._costs, values))
