"""Answers that come on the server's loop, and those who wait for them to be written."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import select

from exam.attempts.responses import Response
from exam.models import Answer
from exam.saving.batches import Batch, Outcome
from exam.saving.moments import stored
from exam.saving.on_loop import Awaited, News
from exam.saving.token import Ticket
from question_bank.item_types import ItemType
from tests.factories import NOON

SHAPES = [(ItemType.SINGLE_CHOICE, 4), (ItemType.MULTIPLE_CHOICE, 4)]
#: An answer as it is kept.
A = '{"choice":["A"]}'


def chosen(place, *slots: int, seq: int = 1, response: str = A, epoch: int = 1) -> Batch:
    """The same answer to each of the slots, by default to the first."""
    ticket = Ticket(place.attempt_id, place.person_id, epoch, SHAPES)
    return Batch(ticket, [Response(slot, seq, response) for slot in slots or (1,)], stored(NOON))


class Hall:
    """A loop's writer, and those who wait for it."""

    def __init__(self, way, engine, store, loop) -> None:
        self._loop, self._news = loop, News(loop)
        self.store, self.writer = store, way(engine, store, loop)

    async def saved(self, *batches: Batch) -> list[Outcome | None]:
        """Batches that come at once, and what became of them."""
        jobs = [Awaited(each, self._loop.create_future(), self._news) for each in batches]
        for job in jobs:
            self.writer.put(job)
        await asyncio.wait_for(asyncio.gather(*(job.done for job in jobs)), 20)
        return [job.outcome for job in jobs]


Act = Callable[[Hall], Coroutine[Any, Any, None]]


def kept(session, place) -> list[tuple[int, int, str]]:
    """The answers that are there: slot, seq, response."""
    found = session.execute(
        select(Answer.slot, Answer.seq, Answer.response)
        .where(Answer.attempt_id == place.attempt_id)
        .order_by(Answer.slot)
    ).all()
    session.rollback()
    return [tuple(row) for row in found]
