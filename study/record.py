"""The learning record's figures. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Month:
    number: int
    seconds: int
    days: int

    @property
    def minutes(self) -> int:
        return self.seconds // 60


def months_of(studied: Mapping[int, tuple[int, int]], last: int) -> list[Month]:
    """January to ``last``, those without study as zeros; ``studied`` holds seconds and days."""
    return [Month(number, *studied.get(number, (0, 0))) for number in range(1, last + 1)]


def active(months: Sequence[Month]) -> int:
    """How many of the months saw some study (经常性)."""
    return sum(each.seconds > 0 for each in months)
