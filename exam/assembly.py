"""Drawing items for a form from a blueprint. Pure; chance is an argument.

A form is found whenever there is one: sections are first filled at random, and a section that
runs short then takes an item over from one that can spare it (augmenting paths of a bipartite
matching between the places of the sections and the items). Scenes that a blueprint asks for are
placed first: a path never drops an item, so that they are still there when the form is full.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from question_bank.item_types import CognitiveLevel, ItemType


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

    @property
    def cell(self) -> str:
        """The cell of the blueprint in words, for messages."""
        level = f"·{self.cognitive_level.label}" if self.cognitive_level else ""
        laws = f"·限 {len(self.law_ids)} 部法律" if self.law_ids else ""
        return (
            f"{self.item_type.label}·难度 {self.difficulty_min}–{self.difficulty_max}{level}{laws}"
        )


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


@dataclass(frozen=True)
class Gap:
    """A cell for which the bank has too few items."""

    cell: str
    short: int
    #: Number of the section, from 1; 0 for the whole form, which has too few scenes.
    section: int = 1
    #: Numbers of the other sections that use up the same items; any of them could ask for less.
    rivals: Sequence[int] = ()

    def __str__(self) -> str:
        if not self.section:
            return f"全卷{self.cell}缺 {self.short} 题"
        rivals = "、".join(f"第 {each} 行" for each in self.rivals)
        return f"第 {self.section} 行（{self.cell}）缺 {self.short} 题" + (
            f"，与{rivals}争用同一批试题" if rivals else ""
        )


class Shortage(Exception):
    """The bank cannot fill the blueprint; ``gaps`` names the short cells."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("；".join(map(str, gaps)))
        self.gaps = gaps


def fits(item: PoolItem, plan: SectionPlan) -> bool:
    return (
        item.item_type is plan.item_type
        and plan.difficulty_min <= item.difficulty <= plan.difficulty_max
        and plan.cognitive_level in (None, item.cognitive_level)
        and (not plan.law_ids or not item.law_ids.isdisjoint(plan.law_ids))
    )


@dataclass(frozen=True)
class _Stem:
    """Items that read the same, of which a form takes one; ``sections`` are those it can serve."""

    items: Sequence[PoolItem]
    sections: frozenset[int]

    @property
    def is_scene(self) -> bool:
        return all(item.is_scene for item in self.items)


class _Filling:
    """Sections being filled. A stem once taken may change sections but never falls out."""

    def __init__(self, stems: Sequence[_Stem], counts: Sequence[int]) -> None:
        self._stems, self._counts = stems, counts
        #: Stems that a section could take, in the order of chance; taken ones are dropped lazily.
        self._open = self._opened(lambda _: True)
        self.fitting = [len(each) for each in self._open]
        self._taken: set[int] = set()
        #: Stems held by a section, by the set of sections that they could serve.
        self._held: list[defaultdict[frozenset[int], list[int]]] = [
            defaultdict(list) for _ in counts
        ]

    def _opened(self, wanted: Callable[[_Stem], bool]) -> list[deque[int]]:
        return [
            deque(
                index
                for index, stem in enumerate(self._stems)
                if section in stem.sections and wanted(stem)
            )
            for section in range(len(self._counts))
        ]

    def fill_scenes(self, count: int) -> int:
        """Place so many scenes, a place of each section in turn; how many could not be placed."""
        if not count:
            return 0
        self._open = self._opened(lambda stem: stem.is_scene)
        placed, able = 0, set(range(len(self._counts)))
        while placed < count and able:
            for section in sorted(able):
                if placed < count and self._size(section) < self._counts[section]:
                    rivals = self._add(section)
                    placed += not rivals
                    able -= {section} if rivals else set()
                else:
                    able.discard(section)
        self._open = self._opened(lambda _: True)
        return count - placed

    def fill(self, section: int) -> tuple[int, list[int]]:
        """Fill a section; how many places stay empty, and the sections whose items they want."""
        while (empty := self._counts[section] - self._size(section)) > 0:
            if rivals := self._add(section):
                return empty, sorted(rivals - {section})
        return 0, []

    def _size(self, section: int) -> int:
        return sum(map(len, self._held[section].values()))

    def _add(self, section: int) -> set[int]:
        """One more item for a section; empty if there was one, else the sections that have it."""
        if free := self._free(section):
            self._take(section, free)
            return set()
        return self._augment(section)

    def _free(self, section: int) -> list[int]:
        """The next stem that is open to the section and not taken: none or one."""
        waiting = self._open[section]
        while waiting and waiting[0] in self._taken:
            waiting.popleft()
        return [waiting[0]] if waiting else []

    def _take(self, section: int, free: list[int]) -> None:
        self._taken.update(free)
        self._hold(section, free[0])

    def _hold(self, section: int, stem: int) -> None:
        self._held[section][self._stems[stem].sections].append(stem)

    def _augment(self, start: int) -> set[int]:
        """Give ``start`` one more item along a chain of sections that pass one on.

        Returns the sections searched in vain; empty if the chain was found.
        """
        came_from: dict[int, tuple[int, frozenset[int]]] = {}
        searched, waiting = {start}, deque([start])
        while waiting:
            section = waiting.popleft()
            if free := self._free(section):
                self._take(section, free)
                self._pass_on(section, start, came_from)
                return set()
            for other in range(len(self._counts)):
                shared = None if other in searched else self._shared(other, section)
                if shared is not None:
                    came_from[other] = (section, shared)
                    searched.add(other)
                    waiting.append(other)
        return searched

    def _shared(self, holder: int, wanting: int) -> frozenset[int] | None:
        """The kind of a stem that the holder has and the other section could use."""
        return next(
            (kind for kind, held in self._held[holder].items() if held and wanting in kind), None
        )

    def _pass_on(
        self, holder: int, start: int, came_from: dict[int, tuple[int, frozenset[int]]]
    ) -> None:
        while holder != start:
            wanting, kind = came_from[holder]
            self._hold(wanting, self._held[holder][kind].pop())
            holder = wanting

    def of(self, section: int) -> list[_Stem]:
        """What a section holds, in the order of chance."""
        held = sorted(stem for group in self._held[section].values() for stem in group)
        return [self._stems[stem] for stem in held]


def draw(
    pool: Iterable[PoolItem],
    plans: Sequence[SectionPlan],
    *,
    rng: Random,
    avoid: Collection[str] = (),
    scenes: int = 0,
) -> list[list[PoolItem]]:
    """The items of each section, in order; no item and no stem twice. Raises Shortage.

    The pool has one revision of an item. Fingerprints in ``avoid`` are taken last. At least
    ``scenes`` of the items tell of a scene. If nothing fits, the shortage is the least that any
    draw could have, whatever the chance.
    """
    filling, gaps = _fill(pool, plans, rng, frozenset(avoid), scenes)
    if gaps:
        raise Shortage(gaps)
    return [
        [
            rng.choice([item for item in stem.items if fits(item, plan)])
            for stem in filling.of(section)
        ]
        for section, plan in enumerate(plans)
    ]


@dataclass(frozen=True)
class Stock:
    """How a bank stands to a blueprint."""

    #: By section: the items that would fit, twins counted once.
    fitting: Sequence[int]
    #: What is lacking for one form; empty if it can be drawn.
    gaps: Sequence[Gap]


def stock(pool: Iterable[PoolItem], plans: Sequence[SectionPlan], scenes: int = 0) -> Stock:
    rng = Random(0)  # noqa: S311 - no chance in it
    filling, gaps = _fill(pool, plans, rng, frozenset(), scenes)
    return Stock(filling.fitting, gaps)


def _fill(
    pool: Iterable[PoolItem],
    plans: Sequence[SectionPlan],
    rng: Random,
    avoid: frozenset[str],
    scenes: int,
) -> tuple[_Filling, list[Gap]]:
    """Fill from the section with the least to spare, so that little has to be passed on."""
    filling = _Filling(_stems(pool, plans, rng, avoid), [plan.count for plan in plans])
    spare = [fit - plan.count for fit, plan in zip(filling.fitting, plans, strict=True)]
    lacking = filling.fill_scenes(scenes)
    gaps = [Gap("情景题（来访、来信、网上件）", lacking, 0)] if lacking else []
    for section in sorted(range(len(plans)), key=lambda each: (spare[each], each)):
        short, rivals = filling.fill(section)
        if short:
            numbers = tuple(each + 1 for each in rivals)
            gaps.append(Gap(plans[section].cell, short, section + 1, numbers))
    return filling, sorted(gaps, key=lambda gap: gap.section)


def _stems(
    pool: Iterable[PoolItem], plans: Sequence[SectionPlan], rng: Random, avoid: frozenset[str]
) -> list[_Stem]:
    alike: defaultdict[str, list[PoolItem]] = defaultdict(list)
    for item in sorted(pool, key=lambda item: item.revision_id):
        alike[item.fingerprint].append(item)
    groups = list(alike.values())
    rng.shuffle(groups)
    groups.sort(key=lambda items: items[0].fingerprint in avoid)
    serves = _Matcher(plans)
    return [_Stem(items, frozenset[int]().union(*map(serves.sections, items))) for items in groups]


class _Matcher:
    """Which sections an item fits: as ``fits``, but each kind of item is compared once."""

    def __init__(self, plans: Sequence[SectionPlan]) -> None:
        self._plans = [replace(plan, law_ids=frozenset(plan.law_ids)) for plan in plans]
        self._by_kind: dict[tuple[ItemType, int, CognitiveLevel], list[int]] = {}

    def sections(self, item: PoolItem) -> frozenset[int]:
        kind = (item.item_type, item.difficulty, item.cognitive_level)
        if kind not in self._by_kind:
            self._by_kind[kind] = [
                number for number, plan in enumerate(self._plans)
                if fits(item, replace(plan, law_ids=()))
            ]  # fmt: skip
        return frozenset(n for n in self._by_kind[kind] if fits(item, self._plans[n]))


def draw_parallel(
    pool: Iterable[PoolItem],
    plans: Sequence[SectionPlan],
    *,
    forms: int,
    rng: Random,
    scenes: int = 0,
) -> list[list[list[PoolItem]]]:
    """Several forms of one blueprint (AB卷): without a common item if the bank allows it.

    Then each section's items are dealt by difficulty, so that the forms are about equally hard,
    and scenes evenly, so that each form has at least ``scenes``. Otherwise each form prefers what
    the earlier ones left. Raises Shortage if not even one form can be drawn.
    """
    items = list(pool)
    many = [replace(plan, count=plan.count * forms) for plan in plans]
    try:
        return _deal(draw(items, many, rng=rng, scenes=scenes * forms), forms, rng)
    except Shortage:
        drawn: list[list[list[PoolItem]]] = []
        for _ in range(forms):
            used = {item.fingerprint for form in drawn for section in form for item in section}
            drawn.append(draw(items, plans, rng=rng, avoid=used, scenes=scenes))
        return drawn


def _deal(
    sections: Sequence[Sequence[PoolItem]], forms: int, rng: Random
) -> list[list[list[PoolItem]]]:
    """Deal each section out in rounds, the easiest first, to the forms in changing order.

    Scenes are dealt before the rest, and the hand that has one more goes to a form that has fewer:
    no two forms differ by more than one scene.
    """
    dealt: list[list[list[PoolItem]]] = [[] for _ in range(forms)]
    scenes = [0] * forms
    for items in sections:
        hands: list[list[PoolItem]] = [[] for _ in range(forms)]
        for wanted in (True, False):
            some = (item for item in items if item.is_scene is wanted)
            _deal_rounds(sorted(some, key=lambda item: item.difficulty), hands, len(items) // forms)
        rng.shuffle(hands)
        hands.sort(key=_scenes, reverse=True)
        for number, hand in zip(sorted(range(forms), key=scenes.__getitem__), hands, strict=True):
            scenes[number] += _scenes(hand)
            rng.shuffle(hand)
            dealt[number].append(hand)
    return dealt


def _deal_rounds(ranked: Sequence[PoolItem], hands: list[list[PoolItem]], size: int) -> None:
    """One item a round to each hand that is not full: the easiest to the hardest hand."""
    left = deque(ranked)
    while left:
        hands.sort(key=lambda hand: sum(item.difficulty for item in hand), reverse=True)
        for hand in [each for each in hands if len(each) < size][: len(left)]:
            hand.append(left.popleft())


def _scenes(hand: Sequence[PoolItem]) -> int:
    return sum(item.is_scene for item in hand)


def overlap(forms: Sequence[Sequence[Sequence[PoolItem]]]) -> int:
    """The largest number of stems that two of the forms have in common."""
    stems = [{item.fingerprint for section in form for item in section} for form in forms]
    return max((len(a & b) for n, a in enumerate(stems) for b in stems[:n]), default=0)
