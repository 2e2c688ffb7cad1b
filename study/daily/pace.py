"""Whether somebody can have read what they answered or completed. Pure.

The limits are generous: whoever is named here went faster than people read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Characters a second that nobody reads faster: 1,200 a minute, where 300 to 500 are usual.
FASTEST = 20
#: An answer that took less was not considered; it counts for nothing.
FLOOR = 3
#: So many answers that were too fast, one after another, are more than a slip.
SERIES = 5


def reading_seconds(characters: int) -> int:
    """The least time that reading so much text takes, rounded up."""
    return -(-characters // FASTEST)


def answer_seconds(characters: int) -> int:
    """The least time that an item of so much text takes: to read it, and never under the floor."""
    return max(FLOOR, reading_seconds(characters))


@dataclass(frozen=True)
class Timed:
    """An answer of a run: its place, how long it took and how long its text is."""

    slot: int
    seconds: int
    characters: int

    @property
    def is_rapid(self) -> bool:
        return self.seconds < answer_seconds(self.characters)


@dataclass(frozen=True)
class Series:
    """Answers one after another that were all too fast."""

    first: int
    last: int
    seconds: int
    needed: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def series(answers: Iterable[Timed], least: int = SERIES) -> list[Series]:
    """The series of at least so many in a run; a place left out ends one."""
    rapid = sorted((each for each in answers if each.is_rapid), key=lambda each: each.slot)
    found: list[list[Timed]] = [rapid[:1]] if rapid else []
    for before, each in pairwise(rapid):
        if each.slot == before.slot + 1:
            found[-1].append(each)
        else:
            found.append([each])
    return [_whole(each) for each in found if len(each) >= least]


def _whole(answers: Sequence[Timed]) -> Series:
    return Series(
        answers[0].slot,
        answers[-1].slot,
        sum(each.seconds for each in answers),
        sum(answer_seconds(each.characters) for each in answers),
    )
