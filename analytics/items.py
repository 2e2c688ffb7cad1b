"""Where marks were lost: by law, by article and by item of a session. Pure.

A 得分率 is marks earned by marks possible over all valid papers; what was left blank earns 0.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.figures import rate
from exam.snapshot import Paper, Slot


@dataclass(frozen=True)
class Scored:
    """What some papers earned on each slot."""

    papers: int
    #: Slot → marks earned over all papers.
    earned: Mapping[int, Decimal]


@dataclass(frozen=True)
class Subject:
    """A law, an article or an item, with the items that are about it."""

    title: str
    slots: Sequence[Slot]
    papers: int
    earned: Decimal
    possible: Decimal

    @property
    def score_rate(self) -> Decimal | None:
        return rate(self.earned, self.possible)


def by_law(paper: Paper, scored: Scored) -> list[Subject]:
    """Each law that items cite, the one with most marks lost first."""
    return _subjects(paper, scored, lambda slot: {quote.law for quote in slot.citations})


def by_article(paper: Paper, scored: Scored) -> list[Subject]:
    return _subjects(
        paper, scored, lambda slot: {f"《{quote.law}》{quote.article}" for quote in slot.citations}
    )


def by_item(paper: Paper, scored: Scored) -> list[Subject]:
    return _subjects(paper, scored, lambda slot: {f"第 {slot.slot} 题"})


def _subjects(
    paper: Paper, scored: Scored, titles: Callable[[Slot], Iterable[str]]
) -> list[Subject]:
    """An item that cites two laws counts whole for both."""
    slots: dict[str, list[Slot]] = {}
    for slot in paper.slots:
        for title in sorted(titles(slot)):
            slots.setdefault(title, []).append(slot)
    found = [_subject(title, its, scored) for title, its in slots.items()]
    return sorted(found, key=lambda each: (each.score_rate or Decimal(0), each.title))


def _subject(title: str, slots: Sequence[Slot], scored: Scored) -> Subject:
    return Subject(
        title=title,
        slots=slots,
        papers=scored.papers,
        earned=sum((scored.earned.get(slot.slot, Decimal(0)) for slot in slots), Decimal(0)),
        possible=scored.papers * sum((slot.marks for slot in slots), Decimal(0)),
    )
