"""What the bank holds for a blueprint today: figures beside its rows, and what is short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from time import monotonic

from flask import request

from core import clock
from exam.assembling import clashing, plans, solving
from exam.assembling.assembly import Gap, SectionPlan, Undecided
from exam.assembling.clashing import Clashes
from exam.assembling.plans import Conditions
from exam.assembling.programme import PATIENCE
from exam.assembling.solving import Stock
from exam.kinds import ExamKind
from exam.queries.assembling import drawing
from exam.queries.assembling.drawing import Offer
from exam.services.assembling.building import MAX_FORMS
from exam.services.assembling.searching import NOT_PROVEN

#: Seconds for finding out how far a condition has to give way.
_SHORT = 3.0


@dataclass(frozen=True)
class Outlook:
    """What the rows come to and what the bank holds for them today."""

    #: By row: items that fit and marks; None for a row that is not complete.
    fitting: Sequence[int | None]
    marks: Sequence[Decimal | None]
    total_items: int
    total_marks: Decimal
    #: Scenes that the blueprint asks for.
    scenes: int
    gaps: Sequence[Gap]
    #: Conditions without any one of which there would be no gap; None where it was not asked.
    helps: Clashes | None
    #: How many items are not drawn because they were used of late.
    resting: int
    #: The mean that a form drawn by chance can be expected to have; None where rows are empty.
    mean: Decimal | None
    #: The search was given up: nothing is known of gaps.
    undecided: bool = False
    #: What to say of the gaps where less might be lacking.
    note: str = ""

    @property
    def mean_in_words(self) -> str:
        return "" if self.mean is None else f"{self.mean:.1f}"


@dataclass(frozen=True)
class Asked:
    """Of how many forms, with how many items in common and for which day, a page is to tell."""

    copies: int
    overlap: int
    #: None for today.
    on: date | None


def asked() -> Asked:
    """As the address has it: as a draw was asked for, say, that failed."""
    on: date | None
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = None
    return Asked(
        copies=min(max(1, request.args.get("forms", 1, type=int)), MAX_FORMS),
        overlap=min(max(0, request.args.get("overlap", 0, type=int)), plans.MAX_ITEMS),
        on=on if on and plans.is_day(on) else None,
    )


def outlook(
    rows: Sequence[SectionPlan | None],
    kind: ExamKind | None,
    conditions: Conditions,
    *,
    copies: int = 1,
    overlap: int = 0,
    on: date | None = None,
    explain: bool = False,
) -> Outlook:
    """Of so many forms with so many items in common, for an exam today or on another day.

    ``explain``: with what would help.
    """
    whole = [(number, row) for number, row in enumerate(rows, 1) if row is not None]
    sections = [row for _, row in whole]
    offered = drawing.offer(
        sections, conditions, on=on or clock.today(), kind=kind, overlap=overlap
    )
    found, undecided = Stock([], []), False
    try:
        found = solving.stock(offered.pool, sections, offered.rules, forms=copies)
    except Undecided:
        undecided = True
    helps = _helps(offered, sections, copies) if explain and found.gaps else None
    fitting = {
        number: fits for (number, _), fits in zip(whole, found.fitting, strict=not undecided)
    }
    return Outlook(
        fitting=[fitting.get(number) for number in range(1, len(rows) + 1)],
        marks=[None if row is None else row.count * row.marks for row in rows],
        total_items=plans.total_items(sections),
        total_marks=plans.total_marks(sections),
        scenes=plans.scenes(conditions.scene_percent, plans.total_items(sections)),
        gaps=[_in_rows(gap, [number for number, _ in whole]) for gap in found.gaps],
        helps=helps,
        resting=sum(item.item_id in offered.rules.barred for item in offered.pool),
        mean=found.mean,
        undecided=undecided,
        note="" if found.proven else NOT_PROVEN,
    )


def _helps(offered: Offer, sections: Sequence[SectionPlan], copies: int) -> Clashes:
    begun = monotonic()
    return clashing.clashes(
        offered.pool,
        sections,
        offered.rules,
        forms=copies,
        late=lambda: monotonic() - begun > PATIENCE,
        hurried=lambda: monotonic() - begun > _SHORT,
    )


def _in_rows(gap: Gap, numbers: Sequence[int]) -> Gap:
    """A gap of the complete rows as one of all rows; ``numbers`` are those of the complete ones."""
    if not gap.section:
        return gap
    rivals = tuple(numbers[each - 1] for each in gap.rivals)
    return replace(gap, section=numbers[gap.section - 1], rivals=rivals)
