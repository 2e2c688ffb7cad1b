"""What a form is to consist of, and what a bank offers for it. Pure.

How forms are found from the two is ``exam.assembling.solving``; how the words of a shortage read,
is here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from laws.lists.levels import Requirement
from question_bank.difficulty import POINTS, PRIOR
from question_bank.item_types import CognitiveLevel, ItemType

SCENES = "情景题（来访、来信、网上件）"
#: So many laws of a row are named in a message.
_NAMED = 3


@dataclass(frozen=True)
class SectionPlan:
    """A number of items of one type at the same marks, from given laws and difficulties."""

    item_type: ItemType
    count: int
    marks: Decimal
    difficulty_min: int = 1
    difficulty_max: int = 5
    cognitive_level: CognitiveLevel | None = None
    #: Any law if empty.
    law_ids: Collection[int] = ()
    #: Their names, for messages.
    law_names: Sequence[str] = field(default=(), compare=False)
    #: Any 知识点 if empty.
    topic: str = ""
    #: What the must-know lists in force ask of the articles cited (了解、熟悉、掌握); None for any.
    requirement: Requirement | None = None

    @property
    def cell(self) -> str:
        """The cell of the blueprint in words, for messages."""
        parts = [
            self.item_type.label,
            f"难度 {self.difficulty_min}–{self.difficulty_max}",
            self.cognitive_level.label if self.cognitive_level else "",
            f"知识点“{self.topic}”" if self.topic else "",
            f"清单要求{self.requirement.label}" if self.requirement else "",
            self._laws,
        ]
        return "·".join(filter(None, parts))

    @property
    def _laws(self) -> str:
        if not self.law_ids:
            return ""
        named = "".join(f"《{each}》" for each in self.law_names[:_NAMED])
        more = len(self.law_ids) - min(len(self.law_names), _NAMED)
        if not named:
            return f"限 {more} 部法律"
        return f"限{named}" + (f"等 {len(self.law_ids)} 部" if more else "")


@dataclass(frozen=True)
class PoolItem:
    """An item that may be drawn."""

    revision_id: int
    item_id: int
    item_type: ItemType
    difficulty: int
    cognitive_level: CognitiveLevel
    law_ids: frozenset[int]
    fingerprint: str
    #: It tells of a scene (来访、来信、网上件).
    is_scene: bool = False
    topic: str = ""
    requirements: frozenset[Requirement] = frozenset()
    #: The share of the marks that candidates earned with it, in percent; None: too few sat it.
    observed: int | None = None
    #: What a calibration says instead, for the people of its scale; None: not calibrated.
    calibrated: int | None = None
    #: What it tells at each point that the blueprint names; empty where it is not calibrated.
    information: tuple[float, ...] = ()
    #: Items of the same setting are about the same matter and never on one form; "" for none.
    setting: str = ""

    @property
    def ease(self) -> int:
        """The share of the marks that candidates are expected to earn with it, in percent."""
        known = self.observed if self.calibrated is None else self.calibrated
        return PRIOR[self.difficulty] if known is None else known


@dataclass(frozen=True)
class Rules:
    """What forms have to keep to besides their sections."""

    #: At least so many items of a form tell of a scene.
    scenes: int = 0
    #: Ids of items that are on every form.
    must: Collection[int] = ()
    #: Pairs of ids of items that are never on one form.
    enemies: Collection[tuple[int, int]] = ()
    #: Ids of items that are not drawn, each with why.
    barred: Mapping[int, str] = field(default_factory=dict)
    #: From and to which expected mean, in marks.
    mean: tuple[Decimal, Decimal] | None = None
    #: So many items two forms may have in common; those that must be on every form not counted.
    overlap: int = 0
    #: Items of a section come in lots of so many, alike in telling of a scene and, nearly, in ease.
    lots: int = 1


@dataclass(frozen=True)
class Gap:
    """Something for which the bank has too few items."""

    cell: str
    short: int
    #: Number of the section, from 1; 0 for the whole form.
    section: int = 1
    #: Numbers of the other sections that use up the same items; any of them could ask for less.
    rivals: Sequence[int] = ()
    #: What to say where it is no number of items.
    said: str = ""
    #: Of a gap of the whole form: so many of the items may be among those that sections lack.
    within: int = 0

    @property
    def among(self) -> str:
        """Where one item may fill two gaps, that it may."""
        some = f"其中 {self.within} 题" if self.within < self.short else ""
        return f"{some}可以就是各行所缺的题" if self.within else ""

    @property
    def counts_items(self) -> bool:
        """Whether writing so many items would fill it."""
        return not self.said

    def __str__(self) -> str:
        if self.said:
            return self.said
        if not self.section:
            return f"全卷{self.cell}缺 {self.short} 题" + (
                f"（{self.among}）" if self.among else ""
            )
        rivals = "、".join(f"第 {each} 行" for each in self.rivals)
        return f"第 {self.section} 行（{self.cell}）缺 {self.short} 题" + (
            f"，与{rivals}争用同一批试题" if rivals else ""
        )


class Shortage(Exception):
    """The bank cannot fill the blueprint; ``gaps`` names what is short.

    Not ``proven``: something is, but it might be less.
    """

    def __init__(self, gaps: Sequence[Gap], *, proven: bool = True) -> None:
        super().__init__("；".join(map(str, gaps)))
        self.gaps = gaps
        self.proven = proven


class Uneven(Exception):
    """There are alternatives, but not such that whatever is drawn has the expected mean."""


class Undecided(Exception):
    """Neither forms nor a proof that there are none were found in the time allowed."""


def fits(item: PoolItem, plan: SectionPlan) -> bool:
    return (
        item.item_type is plan.item_type
        and plan.difficulty_min <= item.difficulty <= plan.difficulty_max
        and plan.cognitive_level in (None, item.cognitive_level)
        and (not plan.law_ids or not item.law_ids.isdisjoint(plan.law_ids))
        and (not plan.topic or plan.topic == item.topic)
        and (plan.requirement is None or plan.requirement in item.requirements)
    )


class Matcher:
    """Which sections an item fits: as ``fits``, but each kind of item is compared once."""

    def __init__(self, plans: Sequence[SectionPlan]) -> None:
        self._plans = [replace(plan, law_ids=frozenset(plan.law_ids)) for plan in plans]
        self._by_kind: dict[tuple[object, ...], list[tuple[int, SectionPlan]]] = {}

    def sections(self, item: PoolItem) -> list[int]:
        kind = (item.item_type, item.difficulty, item.cognitive_level, item.topic)
        if kind not in self._by_kind:
            self._by_kind[kind] = [
                (number, plan)
                for number, plan in enumerate(self._plans)
                if fits(item, replace(plan, law_ids=(), requirement=None))
            ]
        return [number for number, plan in self._by_kind[kind] if fits(item, plan)]


Form = Sequence[Sequence[PoolItem]]


def expected_mean(form: Form, plans: Sequence[SectionPlan]) -> Decimal:
    """The marks that candidates are expected to earn on average (预估平均分)."""
    shares = (
        item.ease * plan.marks for items, plan in zip(form, plans, strict=True) for item in items
    )
    return sum(shares, Decimal(0)) / 100


def information(form: Form) -> tuple[float, ...]:
    """What the calibrated items of a form tell at each point."""
    told = [item.information for items in form for item in items if item.information]
    return tuple(map(sum, zip(*told, strict=True))) or (0.0,) * len(POINTS)


def overlap(forms: Sequence[Form], but: Collection[int] = ()) -> int:
    """The largest number of stems that two forms have in common, not counting those items."""
    stems = [
        {each.fingerprint for section in form for each in section if each.item_id not in but}
        for form in forms
    ]
    return max((len(a & b) for n, a in enumerate(stems) for b in stems[:n]), default=0)
