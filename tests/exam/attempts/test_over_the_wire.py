"""Answers written to PostgreSQL from the loop: what fails there is written all the same."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from core import wire
from core.db import db
from core.serving import patience
from exam.models import Attempt, AttemptEvent
from exam.saving.batches import Refusal
from exam.saving.middleware import STORE
from exam.saving.on_loop import Awaited, OverTheWire
from tests.exam.saving import A, Act, Hall, chosen, kept
from tests.rsgi import on_the_loop, there


@pytest.fixture
def hall(app, monkeypatch) -> Callable[[Act], None]:
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no wire")

    def run(act: Act) -> None:
        async def all_of_it(loop: asyncio.AbstractEventLoop) -> None:
            found = Hall(OverTheWire, engine, app.extensions[STORE], loop)
            await there(found.writer._wire)
            await act(found)
            found.writer._wire.close()

        on_the_loop(all_of_it)

    return run


def test_what_is_plainly_saved_wakes_no_thread(hall, seat, session, left_to_the_store) -> None:
    places = [seat(), seat()]

    async def act(hall: Hall) -> None:
        first = await hall.saved(*(chosen(place) for place in places))
        again = await hall.saved(*(chosen(places[0], slot, seq=slot + 1) for slot in (1, 2)))
        assert [each.saved for each in first] == [[1], [1]]
        assert [each.saved for each in again] == [[1], [2]]

    hall(act)
    assert left_to_the_store == []
    assert [slot for slot, *_ in kept(session, places[0])] == [1, 2]


def test_what_is_older_or_refused_is_told_by_the_store(
    hall, seat, session, left_to_the_store
) -> None:
    place, other = seat(), seat()

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place, seq=9))
        older, good = await hall.saved(chosen(place, seq=3, response="{}"), chosen(other))
        assert (older.saved, [each.seq for each in older.stale]) == ([], [9])
        assert good.saved == [1]
        [elsewhere] = await hall.saved(chosen(place, 2, seq=9, epoch=7))
        assert elsewhere.refused is Refusal.TAKEN_OVER

    hall(act)
    assert left_to_the_store == [place.attempt_id] * 2
    assert kept(session, place) == [(1, 9, A)]
    assert session.scalars(select(AttemptEvent.kind)).all().count("save_refused") == 1


def test_one_that_the_database_cannot_read_takes_nobody_with_it(
    hall, seat, session, left_to_the_store
) -> None:
    """A text with a NUL, which no client that keeps to the protocol gets so far."""
    good, bad = seat(), seat()

    async def act(hall: Hall) -> None:
        outcomes = await hall.saved(chosen(good), chosen(bad, response="\0"))
        assert outcomes[0].saved == [1]
        assert outcomes[1] is None

    hall(act)
    assert sorted(left_to_the_store) == sorted([good.attempt_id, bad.attempt_id])
    assert (len(kept(session, good)), kept(session, bad)) == (1, [])


def test_a_connection_that_is_cut_loses_nothing(hall, seat, session) -> None:
    places = [seat() for _ in range(3)]

    async def act(hall: Hall) -> None:
        for seq in range(1, 13):
            if seq % 3 == 0:
                line = hall.writer._wire._line
                if line is not None:
                    pid = line._wire.backend_pid
                    session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
                    session.rollback()
            outcomes = await hall.saved(*(chosen(place, seq=seq) for place in places))
            assert [each.saved for each in outcomes] == [[1]] * 3
            await asyncio.sleep(0.02)

    hall(act)
    assert {seq for place in places for _, seq, _ in kept(session, place)} == {12}


def test_who_waits_for_a_hand_in_keeps_the_loop_from_nothing(
    hall, seat, session, monkeypatch
) -> None:
    """Nor is a line that was given up for waiting too long the end of the answers sent over it."""
    place = seat()

    async def act(hall: Hall) -> None:
        session.execute(select(Attempt.id).where(Attempt.id == place.attempt_id).with_for_update())
        saving = asyncio.ensure_future(hall.saved(chosen(place)))
        ticks = 0
        while not hall.store._turn.locked():
            await asyncio.sleep(0.01)
            ticks += 1
            assert ticks < 1_000
        assert not saving.done()
        session.rollback()
        [outcome] = await saving
        assert outcome.saved == [1]

    monkeypatch.setattr(wire, "PATIENCE", 0.1)
    monkeypatch.setattr(patience, "LOOK", 0.05)
    hall(act)
    assert len(kept(session, place)) == 1


def test_who_gave_up_is_not_written(hall, seat, session) -> None:
    place = seat()

    async def act(hall: Hall) -> None:
        job = Awaited(chosen(place), hall._loop.create_future(), hall._news)
        hall.writer.put(job)
        hall.writer.give_up(job)
        await asyncio.sleep(0.05)
        assert (await hall.saved(chosen(place, 2)))[0].saved == [2]

    hall(act)
    assert [slot for slot, *_ in kept(session, place)] == [2]
