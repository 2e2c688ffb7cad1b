"""In which order a marker meets the answers to an item. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: An answer that nobody saves within this time of taking it up is given to the next who asks.
LEASE = timedelta(minutes=20)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """An answer that a marker may take up."""

    answer_id: int
    #: When this marker passed it over; None if they never did.
    skipped_at: datetime | None = None


def in_turn(waiting: Iterable[Waiting], marker_id: int) -> list[int]:
    """The answers in an order of the marker's own: by chance, those passed over at the end.

    The same for the same marker whenever asked, and unlike that of any other, so that two people
    neither meet the answers of one candidate together nor find the tired end of the day in the
    same place.
    """
    return [
        each.answer_id
        for each in sorted(
            waiting,
            key=lambda each: (each.skipped_at or _NEVER, _shuffled(marker_id, each.answer_id)),
        )
    ]


def _shuffled(marker_id: int, answer_id: int) -> bytes:
    return hashlib.sha256(f"{marker_id}/{answer_id}".encode()).digest()
