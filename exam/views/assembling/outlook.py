"""What the bank holds for a blueprint today: figures beside its rows, and what is short."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from time import monotonic

from flask import request

from core import clock
from exam.assembling import clashing, plans, solving, stocking
from exam.assembling.assembly import Gap, PoolItem, Rules, SectionPlan, Undecided
from exam.assembling.clashing import Clashes
from exam.assembling.plans import Conditions
from exam.assembling.programme import PATIENCE
from exam.assembling.solving import Stock
from exam.kinds import ExamKind
from exam.queries.assembling import drawing
from exam.services.assembling.building import MAX_FORMS
from exam.services.assembling.searching import NOT_PROVEN
from exam.services.assembling.stocking import MAX_ALTERNATIVES

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
    #: So many items ready for each place of the one form (卷卷不同).
    alternatives: int = 1

    @property
    def said(self) -> str:
        if self.alternatives > 1:
            return f"每题位备选 {self.alternatives} 题"
        if self.copies == 1:
            return "1 套"
        alike = f"、任两套最多 {self.overlap} 题相同" if self.overlap else "互不重复"
        return f"{self.copies} 套{alike}"

    @property
    def met(self) -> str:
        """What to say where nothing is lacking; of alternatives not that they are equally hard."""
        if self.alternatives > 1:
            return f"试题数量够{self.said}"
        return f"能抽出 {self.copies} 套"

    @property
    def address(self) -> dict[str, object]:
        """What of it an address has to name."""
        named: dict[str, object] = {"overlap": self.overlap or None, "on": self.on}
        if self.alternatives > 1:
            return named | {"alternatives": self.alternatives}
        return named | {"forms": self.copies}


def asked() -> Asked:
    """As the address has it: as a draw was asked for, say, that failed."""
    on: date | None
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = None
    on = on if on and plans.is_day(on) else None
    alternatives = min(max(1, request.args.get("alternatives", 1, type=int)), MAX_ALTERNATIVES)
    if alternatives > 1:
        return Asked(copies=1, overlap=0, on=on, alternatives=alternatives)
    return Asked(
        copies=min(max(1, request.args.get("forms", 1, type=int)), MAX_FORMS),
        overlap=min(max(0, request.args.get("overlap", 0, type=int)), plans.MAX_ITEMS),
        on=on,
    )


def outlook(
    rows: Sequence[SectionPlan | None],
    kind: ExamKind | None,
    conditions: Conditions,
    *,
    copies: int = 1,
    overlap: int = 0,
    on: date | None = None,
    alternatives: int = 1,
    explain: bool = False,
) -> Outlook:
    """Of so many forms with so many items in common, or of one with alternatives for each place;
    for an exam today or on another day.

    ``explain``: with what would help.
    """
    whole = [(number, row) for number, row in enumerate(rows, 1) if row is not None]
    sections = [row for _, row in whole]
    offered = drawing.offer(
        sections, conditions, on=on or clock.today(), kind=kind, overlap=overlap
    )
    asked_rows, rules = stocking.as_a_whole(sections, offered.rules, alternatives)
    found, undecided = Stock([], []), False
    try:
        found = solving.stock(offered.pool, asked_rows, rules, forms=copies)
    except Undecided:
        undecided = True
    helps = _helps(offered.pool, asked_rows, rules, copies) if explain and found.gaps else None
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
        mean=None if found.mean is None else found.mean / alternatives,
        undecided=undecided,
        note="" if found.proven else NOT_PROVEN,
    )


def _helps(
    pool: Sequence[PoolItem], rows: Sequence[SectionPlan], rules: Rules, copies: int
) -> Clashes:
    begun = monotonic()
    return clashing.clashes(
        pool,
        rows,
        rules,
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
