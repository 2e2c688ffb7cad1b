"""What a run came to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.figures import half_up
from exam.marking import scoring
from exam.papers.snapshot import Slot
from study.practice.kinds import Outcome, outcome


@dataclass(frozen=True)
class Marked:
    """An item that was answered, and the share of its marks that it earned."""

    slot: Slot
    fraction: Decimal

    @property
    def outcome(self) -> Outcome:
        return outcome(self.fraction)

    @property
    def law(self) -> str:
        return self.slot.citations[0].law if self.slot.citations else "未注明法律"

    @property
    def earned(self) -> Decimal:
        return half_up(self.slot.marks * self.fraction)


@dataclass(frozen=True)
class Essay:
    """An item answered in words, which counts neither as right nor as wrong."""

    slot: Slot
    visible: bool
    #: The share of the points that its writer finds in it; None before they looked.
    share: Decimal | None


@dataclass(frozen=True)
class Tally:
    law: str
    right: int
    total: int


def by_law(marked: Sequence[Marked]) -> list[Tally]:
    """How many of the items on each law were answered fully right, by its name."""
    laws = sorted({each.law for each in marked})
    return [
        Tally(
            law,
            sum(each.law == law and each.outcome is Outcome.RIGHT for each in marked),
            sum(each.law == law for each in marked),
        )
        for law in laws
    ]


def earned(marked: Sequence[Marked]) -> Decimal:
    """The marks together, never below 0, as exams count them."""
    return scoring.total(each.earned for each in marked)


def possible(marked: Sequence[Marked]) -> Decimal:
    return sum((each.slot.marks for each in marked), Decimal(0))
