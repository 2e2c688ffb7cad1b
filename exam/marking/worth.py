"""How the marks of an item come about: by its sub-questions, by the points of the guide. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.figures import half_up
from exam.marking import rubric, scoring
from exam.marking.corrections import Ruled
from exam.marking.rubric import Judged
from exam.papers.snapshot import Slot
from question_bank.types import Response, Written, kind_of


@dataclass(frozen=True)
class Worth:
    """What a question is worth, what it earned, and the same of its sub-questions.

    Exact, where the marks of a whole item are rounded to two places.
    """

    possible: Decimal
    #: None while it waits to be marked.
    earned: Decimal | None
    parts: Sequence["Worth"] = ()

    def of_points(self, written: Written, found: rubric.Found) -> list["Worth"]:
        """By point of the marking guide."""
        counted = rubric.credits(found)
        shares = [self.possible * each.share for each in rubric.points_of(written)]
        return [Worth(each, each * counted.get(n, 0)) for n, each in enumerate(shares)]


def worth(
    ruled: Ruled, slot: Slot, response: Response, earned: Decimal | None, seed: int, judged: Judged
) -> Worth:
    """How the marks that an item ``earned`` come about.

    Without sub-questions where these do not add up to it, as of a script on paper of which the
    marks are known and the answers are not.
    """
    parts = kind_of(slot.item_type).parts(slot)
    if not parts or not slot.marks:
        return Worth(slot.marks, earned)
    total = sum((each.weight for each in parts), Decimal(0))
    possible = [slot.marks * each.weight / total for each in parts]
    for shares in scoring.shares_of_parts(ruled, slot, response, seed, judged):
        gained = [
            None if share is None else each * share
            for each, share in zip(possible, shares, strict=True)
        ]
        if _sum(gained) == earned:
            return Worth(slot.marks, earned, [*map(Worth, possible, gained)])
    return Worth(slot.marks, earned)


def _sum(gained: Sequence[Decimal | None]) -> Decimal | None:
    known = [each for each in gained if each is not None]
    if len(known) < len(gained):
        return None
    return half_up(rubric.exact(sum(known, Decimal(0))))
