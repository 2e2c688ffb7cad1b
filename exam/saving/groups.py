"""Batches that wait to be written, and which of them go together."""

from abc import ABC, abstractmethod
from collections import deque
from contextlib import suppress
from typing import TypeVar

from exam.saving.batches import Batch, Outcome

#: Batches of a group at most.
MOST = 256


class Job(ABC):
    """A batch to be written, for somebody who is told when it is done with."""

    __slots__ = ("batch", "outcome")

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        #: None for as long as it is not written.
        self.outcome: Outcome | None = None

    @abstractmethod
    def tell(self) -> None:
        """It is written, or will not be: said by the thread that writes."""


J = TypeVar("J", bound=Job)


def next_group(waiting: deque[J]) -> list[J]:
    """Take at most one job of an attempt, in the order in which they came; the others stay."""
    group: dict[int, J] = {}
    later: list[J] = []
    with suppress(IndexError):  # no more of them
        while len(group) < MOST:
            job = waiting.popleft()
            if group.setdefault(job.batch.ticket.attempt_id, job) is not job:
                later.append(job)
    waiting.extendleft(reversed(later))
    return list(group.values())
