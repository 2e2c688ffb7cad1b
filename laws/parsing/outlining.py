"""Divisions as a tree: 编 holds 章, 章 holds 节. Pure."""

from collections.abc import Sequence
from typing import Protocol


class Heading(Protocol):
    @property
    def level(self) -> int: ...

    @property
    def title(self) -> str: ...


#: The titles that lead to a division, its own last: 第一章 一般规定 alone is not unique.
Path = tuple[str, ...]


def paths(divisions: Sequence[Heading]) -> list[Path]:
    """The path of each of the divisions, which stand in reading order."""
    found: list[Path] = []
    above: list[Heading] = []
    for division in divisions:
        while above and above[-1].level >= division.level:
            above.pop()
        above.append(division)
        found.append(tuple(each.title for each in above))
    return found


def in_order(trails: Sequence[Path], first: Sequence[int | None]) -> list[int]:
    """Indices of the divisions in reading order, given the position of each one's first article.

    A division stands where the first article in it or below it stands, before what it holds;
    one without any article stays behind its predecessor.
    """
    starts: dict[Path, int] = {}
    for trail, position in zip(trails, first, strict=True):
        for depth in range(1, len(trail) + 1):
            if position is not None:
                before = starts.get(trail[:depth], position)
                starts[trail[:depth]] = min(before, position)
    places: list[tuple[int, int]] = []
    last = 0
    for trail in trails:
        last = starts.get(trail, last)
        places.append((last, len(trail)))
    return sorted(range(len(trails)), key=lambda n: places[n])
