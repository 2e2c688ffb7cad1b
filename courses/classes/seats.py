"""Who gets a seat. Pure.

A seat that somebody has is never taken away. One that is free goes to whoever of the approved
signed up first, so that a slow approval costs nobody their place in the queue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Place:
    """An approved person's place; by the moment of signing up, then by the number of the row."""

    enrolment_id: int
    asked_at: datetime
    seated: bool


def to_seat(capacity: int | None, places: Iterable[Place]) -> list[int]:
    """Which of those who wait get a seat now, in the order of the queue; all without a limit."""
    places = list(places)
    queue = sorted(
        (each for each in places if not each.seated),
        key=lambda each: (each.asked_at, each.enrolment_id),
    )
    if capacity is None:
        return [each.enrolment_id for each in queue]
    free = max(0, capacity - sum(each.seated for each in places))
    return [each.enrolment_id for each in queue[:free]]
