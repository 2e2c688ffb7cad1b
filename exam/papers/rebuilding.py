"""One candidate's paper, made again from the seal and the seeds of the attempt. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exam.papers import drawing
from exam.papers.ordering import order_of
from exam.papers.snapshot import Paper, Slot
from question_bank.types import Order


@dataclass(frozen=True)
class Place:
    """An item as its candidate met it."""

    number: int
    slot: Slot
    #: Which written option stood at each shown place; None for as written.
    order: Order

    @property
    def shown(self) -> Slot:
        """The item with its options in the order shown; its key is not moved with them."""
        if not self.order:
            return self.slot
        if self.slot.parts:
            orders = zip(self.slot.parts, self.order, strict=True)
            return replace(self.slot, parts=[_turned(part, order) for part, order in orders])
        options = [self.slot.options[place] for place in self.order]
        return replace(self.slot, options=options)


def _turned(part: Mapping[str, Any], order: Order) -> Mapping[str, Any]:
    if not order:
        return part
    return {**part, "options": [part["options"][place] for place in order]}


def rebuilt(
    sealed: Paper, *, seed: int, draw_seed: int, left_out: Collection[int] = ()
) -> Sequence[Place]:
    """The items in the order that the candidate met them, each with the order of its options."""
    paper = drawing.drawn(sealed, draw_seed, left_out)
    return [
        Place(number, slot, order_of(seed, slot.slot, slot))
        for number, slot in enumerate(paper.slots, 1)
    ]
