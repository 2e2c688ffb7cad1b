"""What the rest of the house does when the register changes: one ordered list, wired by app.py.

The register lies below the bank, the exams and the courses and does not know them. Whoever must
act on a new version is called by it, in the order of the list and inside the transaction that
registers, so that everything is done or nothing is. A follower may be called again for what it
has dealt with already and then changes nothing. Pure: the list holds functions, not what they do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Event:
    """A version was registered, completed by its official text, or repealed."""

    law_id: int
    version_id: int
    at: datetime
    #: The account that did it; None for a command line.
    by_id: int | None
    #: Versions (old, new) of the law that stand side by side by date and were compared: all of
    #: which the version is one side.
    pairs: Sequence[tuple[int, int]] = ()
    #: The law was repealed without another version taking its place.
    repealed: bool = False


Follower = Callable[[Event], None]

_followers: list[Follower] = []


def wire(followers: Sequence[Follower]) -> None:
    """Let exactly these follow the register from now on, in this order."""
    _followers[:] = followers


def announce(event: Event) -> None:
    """Call the followers. What one of them raises ends the transaction that registers."""
    for follower in _followers:
        follower(event)
