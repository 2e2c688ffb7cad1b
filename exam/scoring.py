"""How a paper is scored. Pure: no database, no request, no clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.figures import half_up
from exam.snapshot import Paper
from question_bank.item_types import fraction


@dataclass(frozen=True)
class Score:
    #: Marks by slot, to two places.
    by_slot: Mapping[int, Decimal]
    #: Slots answered fully right.
    right: frozenset[int]

    @property
    def earned(self) -> Decimal:
        return sum(self.by_slot.values(), Decimal(0))


def score(paper: Paper, responses: Mapping[int, Collection[int]]) -> Score:
    """The marks of each slot for responses given as written option indices by slot."""
    shares = {
        each.slot: fraction(
            each.item_type, each.key, responses.get(each.slot, ()), paper.multi_rule
        )
        for each in paper.slots
    }
    return Score(
        {each.slot: half_up(each.marks * shares[each.slot]) for each in paper.slots},
        frozenset(slot for slot, share in shares.items() if share == 1),
    )
