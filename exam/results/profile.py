"""What a result says about where somebody stands: by law, topic and article. Pure.

Never a ranking of persons: the distribution shows how many stand where, and one's own place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.figures import plain
from exam.papers.snapshot import Quote, Slot

#: Below so many people a distribution would tell of persons.
ENOUGH = 10
BINS = 10
#: An article is weak below this share of its marks.
WEAK = Decimal("0.6")
#: So many of them are named.
NAMED = 10


@dataclass(frozen=True)
class Mark:
    """What an item earned; items that wait to be marked are left out beforehand."""

    slot: Slot
    earned: Decimal


@dataclass(frozen=True)
class Part:
    name: str
    earned: Decimal
    possible: Decimal
    items: int

    @property
    def percent(self) -> Decimal:
        """Never below 0, where wrong choices cost marks."""
        return max(self.earned, Decimal(0)) / self.possible * 100


def parts(named: Iterable[tuple[str, Mark]]) -> list[Part]:
    """The marks by name; what is worth nothing, as an item struck out, does not count."""
    found: dict[str, Part] = {}
    for name, mark in named:
        if mark.slot.marks:
            old = found.get(name, Part(name, Decimal(0), Decimal(0), 0))
            found[name] = Part(
                name, old.earned + mark.earned, old.possible + mark.slot.marks, old.items + 1
            )
    return [found[name] for name in sorted(found)]


def law_of(slot: Slot) -> str:
    """The first law that an item cites."""
    return slot.citations[0].law if slot.citations else "未注明法律"


@dataclass(frozen=True)
class Weak:
    """An article whose items went badly."""

    quote: Quote
    earned: Decimal
    possible: Decimal
    slots: Sequence[int]


def weak(marks: Sequence[Mark]) -> list[Weak]:
    """The articles below WEAK, those that cost most first."""
    found: dict[tuple[str, str], Weak] = {}
    for mark in marks:
        for quote in mark.slot.citations if mark.slot.marks else ():
            key = (quote.law, quote.article)
            old = found.get(key, Weak(quote, Decimal(0), Decimal(0), []))
            found[key] = Weak(
                old.quote,
                old.earned + mark.earned,
                old.possible + mark.slot.marks,
                [*old.slots, mark.slot.slot],
            )
    low = [each for each in found.values() if each.earned < WEAK * each.possible]
    return sorted(low, key=lambda each: (each.earned - each.possible, each.slots[0]))[:NAMED]


@dataclass(frozen=True)
class Bin:
    #: Where it begins, in marks.
    label: str
    count: int
    own: bool


def distribution(scores: Sequence[Decimal], own: Decimal, total: Decimal) -> list[Bin]:
    """How many scores lie in each tenth of the total; nothing for fewer than ENOUGH."""
    if len(scores) < ENOUGH or not total:
        return []
    places = [_place(each, total) for each in scores]
    return [
        Bin(plain(total * n / BINS), places.count(n), n == _place(own, total)) for n in range(BINS)
    ]


def _place(score: Decimal, total: Decimal) -> int:
    return max(0, min(BINS - 1, int(score * BINS / total)))
