"""What becomes of the articles of an entry when their law gets a newer version. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from laws.alignment import ChangeKind


@dataclass(frozen=True)
class Step:
    """What became of an article in the next version; ``new`` is None where it was removed."""

    kind: ChangeKind
    new: int | None


@dataclass(frozen=True)
class Moved:
    """Where an article went over all versions between."""

    old: int
    new: int | None
    #: None where the versions were never compared.
    kind: ChangeKind | None

    @property
    def stays_as_it_is(self) -> bool:
        return self.kind in (ChangeKind.UNCHANGED, ChangeKind.RENUMBERED)


def follow(article: int, steps: Sequence[Mapping[int, Step]]) -> Moved:
    """Follow an article from version to version; the gravest change on the way is its kind."""
    here, kind = article, ChangeKind.UNCHANGED
    for step in steps:
        taken = step.get(here)
        if taken is None:
            return Moved(article, None, None)
        if taken.new is None:
            return Moved(article, None, ChangeKind.REMOVED)
        here, kind = taken.new, max(kind, taken.kind, key=_GRAVITY.index)
    return Moved(article, here, kind)


_GRAVITY = [ChangeKind.UNCHANGED, ChangeKind.RENUMBERED, ChangeKind.EDITED,
            ChangeKind.ADDED, ChangeKind.REMOVED]  # fmt: skip
