"""Repeals that the replacing text itself does not pronounce. Facts with their source."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class KnownRepeal:
    """Short titles of both laws, the day, and the instrument that says so."""

    repealed: str
    successor: str
    on: date
    basis: str


KNOWN = (
    KnownRepeal("信访条例", "信访工作条例", date(2022, 5, 1), "中华人民共和国国务院令第752号"),
)


def concerning(short_title: str) -> list[KnownRepeal]:
    """The known repeals by the law or of it."""
    return [each for each in KNOWN if short_title in {each.repealed, each.successor}]
