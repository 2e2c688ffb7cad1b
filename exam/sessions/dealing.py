"""Which of a session's papers each candidate gets. Pure; chance is an argument.

Nobody gets a paper with an item that they wrote, reviewed or saw (命题回避); then, as far as it
can be done, one without items that they met lately, another one than the neighbour in the unit
has, and the paper that the fewest people have so far. Where each paper has some items that they
met, a few more of them do not count: otherwise nearly all would sit the paper that has one less,
beside one another.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from accounts.standing import RankGroup

#: One place in so many may be known more than on another paper, where none is free of such.
_SHARE = 10


@dataclass(frozen=True)
class Choice:
    """A paper, as dealing sees it."""

    form_id: int
    #: For whom it is; None for everybody whose group has none of its own.
    rank_group: RankGroup | None
    #: The items of each place, in the order of the slots; several where the draw has a choice.
    places: Sequence[Sequence[int]]

    def held(self) -> set[int]:
        return {item for place in self.places for item in place}

    def is_free_of(self, touched: Collection[int]) -> bool:
        """Whether it can be sat without an item of these."""
        return all(any(item not in touched for item in place) for place in self.places)

    def known(self, met: Collection[int]) -> int:
        """In how many places there is nothing but items that were met."""
        return sum(all(item in met for item in place) for place in self.places)


@dataclass(frozen=True)
class Sitter:
    """Somebody who is to get a paper."""

    key: Hashable
    unit_id: int
    rank_group: RankGroup
    #: Items of the session's papers that they wrote, reviewed or saw.
    touched: Collection[int] = field(default_factory=frozenset)
    #: Items of the session's papers that they met in the exams before.
    met: Collection[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Dealt:
    """``form_id`` is None for somebody whom no paper is free for."""

    form_id: int | None
    reason: str


def without_paper(groups: Collection[RankGroup], choices: Sequence[Choice]) -> list[RankGroup]:
    """The groups that no paper is for."""
    return [each for each in RankGroup if each in groups and not for_group(each, choices)]


def for_group(group: RankGroup, choices: Sequence[Choice]) -> list[Choice]:
    own = [each for each in choices if each.rank_group is group]
    return own or [each for each in choices if each.rank_group is None]


def deal(
    sitters: Sequence[Sitter],
    choices: Sequence[Choice],
    *,
    rng: Random,
    had: Mapping[int, int] | None = None,
) -> dict[Hashable, Dealt]:
    """A paper for each, in the order of the bureau; ``had``: how many have each paper already.

    The papers of a group come out even, to one, where nobody has to be kept from one.
    """
    counts = Counter(had or {})
    dealt: dict[Hashable, Dealt] = {}
    neighbours: dict[int, int | None] = {}
    for sitter in sitters:
        mine = for_group(sitter.rank_group, choices)
        free = [each for each in mine if each.is_free_of(sitter.touched)]
        if not free:
            dealt[sitter.key] = Dealt(None, _why_none(mine, sitter))
            continue
        before = neighbours.get(sitter.unit_id)
        known = {each.form_id: each.known(sitter.met) for each in free}
        fresh = _freshest(free, known)
        chosen = min(
            fresh,
            key=lambda each: (
                each.form_id == before,
                counts[each.form_id],
                known[each.form_id],
                rng.random(),
            ),
        )
        counts[chosen.form_id] += 1
        neighbours[sitter.unit_id] = chosen.form_id
        kept_from = len(mine) - len(free), len(free) - len(fresh)
        dealt[sitter.key] = Dealt(chosen.form_id, _why(mine, kept_from, chosen, sitter))
    return dealt


def _freshest(free: Sequence[Choice], known: Mapping[int, int]) -> list[Choice]:
    """Those without an item that was met; where there is none, those with about the fewest."""
    least = min(known.values())
    return [
        each
        for each in free
        if known[each.form_id] <= (least and least + len(each.places) // _SHARE)
    ]


def _why(mine: Sequence[Choice], kept_from: tuple[int, int], chosen: Choice, sitter: Sitter) -> str:
    """``kept_from``: how many papers, for what they touched and for what they met."""
    parts = []
    touched, met = kept_from
    if touched:
        parts.append(f"命题回避：另 {touched} 套有本人接触过的试题")
    if met:
        parts.append("避开近期考过的试题")
    if kept := len(chosen.held() & set(sitter.touched)):
        parts.append(f"命题回避：抽题时去掉本人接触过的 {kept} 题")
    if not parts:
        group = chosen.rank_group.label if chosen.rank_group else ""
        parts.append(f"{group}{'随机分配' if len(mine) > 1 else '统一用卷'}")
    return "；".join(parts)


def _why_none(mine: Sequence[Choice], sitter: Sitter) -> str:
    if not mine:
        return f"{sitter.rank_group.label}没有试卷"
    items = len({item for each in mine for item in each.held()} & set(sitter.touched))
    return (
        f"命题回避：{len(mine)} 套试卷都有本人接触过的试题（共 {items} 题），须批准免考或另抽回避卷"
    )
