"""How far pairs of markings agree. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core import figures

#: Fewer pairs say nothing about agreement.
ENOUGH = 10
TOO_FEW = "数量太少"

#: The marks of two people for the same answer.
Pair = tuple[Decimal, Decimal]


def quadratic_kappa(pairs: Sequence[Pair]) -> Decimal | None:
    """Cohen's kappa with quadratic weights: 1 − Σ(a−b)²/n over the same by chance.

    Chance is every first mark against every second one. Marks are weighed by their distance, not
    by the rank of the category, so half marks count as what they are; for marks 0, 1, 2 … that is
    the usual matrix formula, whose divisor (k−1)² cancels out. None where chance leaves nothing to
    disagree about: no pairs, or all marks the same.
    """
    if not pairs:
        return None
    count = len(pairs)
    seen = sum(((one - other) ** 2 for one, other in pairs), Decimal(0)) / count
    # Σᵢⱼ(aᵢ−bⱼ)² / n² without the double loop.
    firsts, seconds = [one for one, _ in pairs], [other for _, other in pairs]
    squares = sum((each * each for each in (*firsts, *seconds)), Decimal(0)) / count
    chance = squares - 2 * sum(firsts, Decimal(0)) * sum(seconds, Decimal(0)) / count**2
    return None if not chance else 1 - seen / chance


@dataclass(frozen=True)
class Agreement:
    """What pairs of markings come to; rates in percent."""

    pairs: int
    exact: Decimal | None
    within_one: Decimal | None
    kappa: Decimal | None

    @property
    def enough(self) -> bool:
        return self.pairs >= ENOUGH

    @property
    def kappa_text(self) -> str:
        """The kappa in three places, or why there is none."""
        if not self.enough:
            return TOO_FEW
        return figures.NONE if self.kappa is None else f"{figures.half_up(self.kappa, 3):f}"


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The kappa is only there for ENOUGH pairs."""
    gaps = [abs(one - other) for one, other in pairs]
    return Agreement(
        pairs=len(pairs),
        exact=figures.rate(sum(not gap for gap in gaps), len(pairs)),
        within_one=figures.rate(sum(gap <= 1 for gap in gaps), len(pairs)),
        kappa=quadratic_kappa(pairs) if len(pairs) >= ENOUGH else None,
    )


def mean(marks: Sequence[Decimal]) -> Decimal | None:
    return sum(marks, Decimal(0)) / len(marks) if marks else None


def spread(marks: Sequence[Decimal]) -> Decimal | None:
    """The standard deviation of the marks themselves (divided by n); None for none."""
    middle = mean(marks)
    if middle is None:
        return None
    return (sum(((each - middle) ** 2 for each in marks), Decimal(0)) / len(marks)).sqrt()
