"""Units over time: which unit continues which, and what people still call by an old name. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True)
class UnitFact:
    """A unit's row as far as its history goes."""

    id: int
    name: str
    short_name: str
    valid_from: date
    valid_to: date | None
    #: The unit that this one continues under another name.
    predecessor_id: int | None
    #: The unit that took over this one's people when it ended.
    merged_into_id: int | None


class UnknownUnit(Exception):
    """The text names no unit that exists now; the message says why, in Chinese."""


@dataclass(frozen=True)
class Event:
    """A step in the history of a unit."""

    on: date
    text: str


class Lineage:
    """All units that ever were, and how they follow one another."""

    def __init__(self, facts: Iterable[UnitFact]) -> None:
        self._facts: Mapping[int, UnitFact] = {fact.id: fact for fact in facts}
        self._renamed = {
            fact.predecessor_id: fact.id
            for fact in self._facts.values()
            if fact.predecessor_id is not None
        }
        self._became = _became(
            (fact.id, fact.predecessor_id, fact.merged_into_id) for fact in self._facts.values()
        )
        self._named: Mapping[str, Sequence[UnitFact]] = self._by_name()

    def _by_name(self) -> Mapping[str, Sequence[UnitFact]]:
        named: dict[str, list[UnitFact]] = defaultdict(list)
        for fact in self._facts.values():
            for name in {plain(fact.name), plain(fact.short_name)}:
                named[name].append(fact)
        return named

    def name(self, unit_id: int) -> str:
        return self._facts[unit_id].name

    def now(self, unit_id: int) -> int | None:
        """The unit that continues this one today, through renamings and mergers; None if none."""
        fact = self._facts[unit_id]
        if fact.valid_to is None:
            return unit_id
        follower = self._renamed.get(unit_id) or fact.merged_into_id
        return None if follower is None else self.now(follower)

    def find(self, text: str) -> int:
        """The unit of today that people mean by a name, a short name or a former name of it.

        Raises UnknownUnit.
        """
        found = self._named.get(plain(text), [])
        if not found:
            raise UnknownUnit(f"没有名为“{text}”的机构")
        current = {fact.id for fact in found if fact.valid_to is None}
        current = current or {now for fact in found if (now := self.now(fact.id)) is not None}
        if not current:
            raise UnknownUnit(f"机构“{text}”已终止")
        if len(current) > 1:
            names = "、".join(self.name(unit_id) for unit_id in sorted(current))
            raise UnknownUnit(f"“{text}”可能指{names}")
        return current.pop()

    def like(self, text: str) -> str:
        """The name of today that looks most like the text; empty if none does."""
        names = [fact.name for fact in self._facts.values() if fact.valid_to is None]
        return next(iter(get_close_matches(plain(text), names, n=1, cutoff=0.5)), "")

    def knows(self, text: str) -> bool:
        """Whether any unit, of today or of the past, bears the name."""
        return plain(text) in self._named

    def is_called(self, unit_id: int, text: str) -> bool:
        """Whether the text is the unit's own name or short name of today."""
        fact = self._facts[unit_id]
        return plain(text) in {plain(fact.name), plain(fact.short_name)}

    def before(self, unit_id: int) -> list[UnitFact]:
        """The units that became this one, by renaming or merger, the latest first."""
        return sorted(self._before(unit_id), key=lambda fact: (fact.valid_from, fact.id))[::-1]

    def _before(self, unit_id: int) -> Iterator[UnitFact]:
        became = self._became.get(unit_id, ())
        for each in self._facts.values():
            if each.id in became:
                yield each
                yield from self._before(each.id)

    def history(self, unit_id: int) -> list[Event]:
        """What happened to the unit and to those that became it, the latest first."""
        own = self._facts[unit_id]
        events = [event for fact in (own, *self._before(unit_id)) for event in self._events(fact)]
        if own.valid_to is not None:
            events.append(Event(own.valid_to, self.ending(own)))
        return sorted(events, key=lambda event: event.on)[::-1]

    def _events(self, fact: UnitFact) -> Iterator[Event]:
        if fact.predecessor_id is None:
            yield Event(fact.valid_from, f"设立“{fact.name}”")
        else:
            yield Event(fact.valid_from, f"“{self.name(fact.predecessor_id)}”更名为“{fact.name}”")
        for each in self._facts.values():
            if each.merged_into_id == fact.id and each.valid_to is not None:
                yield Event(each.valid_to, f"“{each.name}”并入“{fact.name}”")

    def ending_of(self, unit_id: int) -> str:
        return self.ending(self._facts[unit_id])

    def ending(self, fact: UnitFact) -> str:
        """How a unit that is no more ended."""
        if fact.id in self._renamed:
            return f"更名为“{self.name(self._renamed[fact.id])}”"
        if fact.merged_into_id is not None:
            return f"并入“{self.name(fact.merged_into_id)}”"
        return "终止"


def forerunners(
    following: Iterable[Sequence[Any]],
) -> dict[int, frozenset[int]]:
    """Each unit and those that became it, however many steps ago; units without any are left out.

    ``following``: (unit, the unit that it continues under another name, the one that took it over).
    """
    became = _became(following)

    def before(unit_id: int) -> Iterator[int]:
        for each in became.get(unit_id, ()):
            yield each
            yield from before(each)

    return {unit_id: frozenset(before(unit_id)) for unit_id in became}


def _became(following: Iterable[Sequence[Any]]) -> Mapping[int, set[int]]:
    """The units that became each one in a single step, by renaming or merger."""
    became: defaultdict[int, set[int]] = defaultdict(set)
    for unit_id, predecessor_id, merged_into_id in following:
        if predecessor_id is not None:
            became[unit_id].add(predecessor_id)
        if merged_into_id is not None:
            became[merged_into_id].add(unit_id)
    return became


def plain(name: str) -> str:
    """A unit's name without what people write differently: width, spaces, brackets."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    return text.replace("(", "").replace(")", "")
