"""What people earned of the items on each law and each article, added up by group. Pure.

A person's share of a topic is what they earned of its items over all papers by what they could have
earned; a group's figures follow from the sums over its people (mastery.MOMENTS). Arrays of one
number a person, topic by topic, keep a hundred thousand people in a few megabytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exam.marking.scoring import NOT_ASKED, UNMARKED
from exam.papers.snapshot import Paper

#: A law and an article, "" for the law as a whole.
Topic = tuple[str, str]


@dataclass(frozen=True)
class Sat:
    """A paper, and the scripts of it of people who count."""

    paper: Paper
    #: By script: the place of its person among all people.
    places: Any
    #: By script and slot, whole percent, or NOT_ASKED or UNMARKED.
    percent: Any
    #: The slots of each topic.
    slots: Mapping[Topic, Sequence[int]] = field(default_factory=dict)


def sat(paper: Paper, people: Sequence[int], shares: Iterable[bytes], order: Any) -> Sat:
    """``order``: the ids of those who count, ascending; scripts of others are left out."""
    ids = np.asarray(people, dtype=np.int64)
    percent = np.frombuffer(b"".join(shares), dtype=np.uint8).reshape(-1, len(paper.slots))
    places = np.searchsorted(order, ids)
    counts = np.zeros(len(ids), dtype=bool)
    inside = places < len(order)
    counts[inside] = order[places[inside]] == ids[inside]
    return Sat(paper, places[counts], percent[counts], _topics(paper))


def _topics(paper: Paper) -> dict[Topic, list[int]]:
    found: dict[Topic, list[int]] = {}
    for place, slot in enumerate(paper.slots):
        laws = {(quote.law, "") for quote in slot.citations}
        articles = {(quote.law, quote.article) for quote in slot.citations}
        for topic in sorted(laws | articles):
            found.setdefault(topic, []).append(place)
    return found


def moments(papers: Sequence[Sat], groups: Any) -> Iterator[tuple[Topic, int, list[Any]]]:
    """By topic and group: [people, shares, squares, items, most]; ``groups``: of each person, as
    numbers from 0. Groups without anybody are left out."""
    size = int(groups.max()) + 1 if len(groups) else 0
    for topic in sorted({topic for each in papers for topic in each.slots}):
        got, possible, items = earned(papers, topic, len(groups))
        asked = (items > 0) & (possible > 0)
        if not asked.any():
            continue
        share, group, count = got[asked] / possible[asked], groups[asked], items[asked]
        most = np.zeros(size, dtype=np.int64)
        np.maximum.at(most, group, count)
        added = [
            np.bincount(group, minlength=size),
            np.bincount(group, weights=share, minlength=size),
            np.bincount(group, weights=share * share, minlength=size),
            np.bincount(group, weights=count, minlength=size).astype(np.int64),
            most,
        ]
        for place in np.flatnonzero(added[0]).tolist():
            yield topic, place, [each[place].item() for each in added]


def earned(papers: Sequence[Sat], topic: Topic, size: int) -> tuple[Any, Any, Any]:
    """By person: marks earned, marks that could be earned, items asked; ``size``: of people."""
    total, possible = np.zeros(size), np.zeros(size)
    items = np.zeros(size, dtype=np.int64)
    for each in papers:
        slots = list(each.slots.get(topic, ()))
        if not slots:
            continue
        worth = np.array([float(each.paper.slots[slot].marks) for slot in slots])
        percent = each.percent[:, slots]
        asked = (percent != NOT_ASKED) & (percent != UNMARKED)
        got = np.where(asked, percent, 0) @ worth / 100.0
        total += np.bincount(each.places, weights=got, minlength=size)
        possible += np.bincount(each.places, weights=asked @ worth, minlength=size)
        items += np.bincount(each.places, weights=asked.sum(axis=1), minlength=size).astype("int64")
    return total, possible, items
