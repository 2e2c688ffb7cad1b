"""Where marks were lost: by law, by article and by item of a session. Pure.

A 得分率 is marks earned by marks possible over all valid papers; what was left blank earns 0.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.figures import rate
from exam.snapshot import Paper, Slot


@dataclass(frozen=True)
class Scored:
    """What some papers of one form earned on each slot."""

    papers: int
    #: Slot → marks earned over all papers.
    earned: Mapping[int, Decimal]
    #: Slot → how many papers held it, where each drew its own; empty where all hold every slot.
    asked: Mapping[int, int] = field(default_factory=dict)

    def held(self, slot: int) -> int:
        return self.asked.get(slot, 0) if self.asked else self.papers


#: The forms of a session, each with what its papers earned.
Forms = Sequence[tuple[Paper, Scored]]


@dataclass(frozen=True)
class Subject:
    """A law, an article or an item, with the items that are about it."""

    title: str
    slots: Sequence[Slot]
    #: How many papers held one of the items.
    papers: int
    earned: Decimal
    possible: Decimal

    @property
    def score_rate(self) -> Decimal | None:
        return rate(self.earned, self.possible)


def by_law(forms: Forms) -> list[Subject]:
    """Each law that items cite, the one with most marks lost first."""
    return _subjects(forms, _laws)


def by_article(forms: Forms) -> list[Subject]:
    return _subjects(forms, _articles)


def by_item(forms: Forms) -> list[Subject]:
    """Each item of each form, over those who had it."""
    return _subjects(forms, _item(forms))


#: Whether an item of a paper is about something.
About = Callable[[Paper, Slot], bool]


def about(forms: Forms, kind: str, title: str) -> About:
    """Of a law, an article or an item of that title."""
    of = {"law": _laws, "article": _articles, "slot": _item(forms)}[kind]
    return lambda paper, slot: title in of(paper, slot)


def chosen(forms: Forms, of: About) -> list[tuple[Paper, Scored, list[Slot]]]:
    """The slots of each form that are about something."""
    return [
        (paper, scored, [slot for slot in paper.slots if of(paper, slot)])
        for paper, scored in forms
    ]


def added(title: str, parts: Sequence[tuple[Paper, Scored, list[Slot]]]) -> Subject | None:
    """All of them as one; None where there are none."""
    its = [(slot, scored) for _, scored, slots in parts for slot in slots]
    return _subject(title, its) if its else None


def _laws(_paper: Paper, slot: Slot) -> set[str]:
    return {quote.law for quote in slot.citations}


def _articles(_paper: Paper, slot: Slot) -> set[str]:
    return {f"《{quote.law}》{quote.article}" for quote in slot.citations}


def _item(forms: Forms) -> Callable[[Paper, Slot], set[str]]:
    several = len(forms) > 1
    return lambda paper, slot: {f"{paper.title if several else ''}第 {slot.slot} 题"}


def _subjects(forms: Forms, titles: Callable[[Paper, Slot], Iterable[str]]) -> list[Subject]:
    """An item that cites two laws counts whole for both."""
    slots: dict[str, list[tuple[Slot, Scored]]] = {}
    for paper, scored in forms:
        for slot in paper.slots:
            for title in sorted(titles(paper, slot)):
                slots.setdefault(title, []).append((slot, scored))
    found = [_subject(title, its) for title, its in slots.items()]
    return sorted(found, key=lambda each: (each.score_rate or Decimal(0), each.title))


def _subject(title: str, its: Sequence[tuple[Slot, Scored]]) -> Subject:
    return Subject(
        title=title,
        slots=[slot for slot, _ in its],
        papers=_papers(its),
        earned=sum((scored.earned.get(slot.slot, Decimal(0)) for slot, scored in its), Decimal(0)),
        possible=sum((scored.held(slot.slot) * slot.marks for slot, scored in its), Decimal(0)),
    )


def _papers(its: Sequence[tuple[Slot, Scored]]) -> int:
    """Of each form as many as held the item that most of its papers held."""
    most: dict[int, int] = {}
    for slot, scored in its:
        most[id(scored)] = max(most.get(id(scored), 0), scored.held(slot.slot))
    return sum(most.values())
