"""Answers written to SQLite by the loop itself: what comes alone, as long as the disk is quick."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import select, text

from core.db import db
from exam.kinds import EventKind
from exam.models import AttemptEvent
from exam.saving import on_loop
from exam.saving.batches import Refusal
from exam.saving.middleware import STORE
from exam.saving.on_loop import OnTheSpot
from tests.exam.saving import A, Act, Hall, chosen, kept
from tests.rsgi import on_the_loop


@pytest.fixture
def engine(app):
    with app.app_context():
        found = db.engine
    if found.dialect.name != "sqlite":
        pytest.skip("nothing is written on the spot but to SQLite")
    return found


@pytest.fixture
def hall(app, engine) -> Callable[[Act], None]:
    def run(act: Act) -> None:
        async def all_of_it(loop: asyncio.AbstractEventLoop) -> None:
            found = Hall(OnTheSpot, engine, app.extensions[STORE], loop)
            await act(found)
            found.writer._at_once.close()

        on_the_loop(all_of_it)

    return run


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch) -> None:
    """However busy this machine is with other things."""
    monkeypatch.setattr(on_loop, "QUICK", 10.0)


def test_what_comes_alone_is_written_on_the_spot(hall, seat, session, left_to_the_store) -> None:
    place = seat()

    async def act(hall: Hall) -> None:
        [first] = await hall.saved(chosen(place, 1))
        [both] = await hall.saved(chosen(place, 2, 1, seq=2))
        assert (first.saved, both.saved, both.stale) == ([1], [1, 2], ())

    hall(act)
    assert left_to_the_store == []
    assert kept(session, place) == [(1, 2, A), (2, 2, A)]


def test_what_comes_together_is_written_together(hall, seat, session, left_to_the_store) -> None:
    places = [seat(), seat()]

    async def act(hall: Hall) -> None:
        found = await hall.saved(*(chosen(place) for place in places))
        assert [each.saved for each in found] == [[1], [1]]

    hall(act)
    assert left_to_the_store == [place.attempt_id for place in places]
    assert [kept(session, place) for place in places] == [[(1, 1, A)], [(1, 1, A)]]


def test_of_a_batch_that_is_not_plainly_saved_nothing_is_written_twice(
    hall, seat, session, left_to_the_store
) -> None:
    place = seat()

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place, 2, seq=9))
        [mixed] = await hall.saved(chosen(place, 1, 2, seq=3))
        assert (mixed.saved, [each.seq for each in mixed.stale]) == ([1], [9])
        [elsewhere] = await hall.saved(chosen(place, 1, seq=9, epoch=7))
        assert elsewhere.refused is Refusal.TAKEN_OVER

    hall(act)
    assert left_to_the_store == [place.attempt_id] * 2
    assert kept(session, place) == [(1, 3, A), (2, 9, A)]
    noted = session.scalars(select(AttemptEvent.kind).order_by(AttemptEvent.id)).all()
    assert noted == [EventKind.STARTED, EventKind.SAVE_REFUSED]


def test_nobody_is_written_who_is_not_there(hall, seat, session, left_to_the_store) -> None:
    place = seat()
    place.attempt_id += 1

    async def act(hall: Hall) -> None:
        [nobody] = await hall.saved(chosen(place))
        assert nobody.refused is Refusal.REVOKED

    hall(act)
    assert len(left_to_the_store) == 1


@pytest.mark.parametrize("from_here", [True, False], ids=["this process", "another process"])
def test_while_another_writes_the_loop_does_not_wait(
    app, hall, seat, session, engine, left_to_the_store, from_here
) -> None:
    place = seat()

    async def act(hall: Hall) -> None:
        with closing(_writer(engine, from_here=from_here)) as other:
            loop = asyncio.get_running_loop()
            saving = loop.create_task(hall.saved(chosen(place)))
            began = loop.time()
            await asyncio.sleep(0.05)
            assert loop.time() - began < 2
            assert not saving.done()
            other.rollback()
        [found] = await saving
        assert found.saved == [1]

    hall(act)
    assert left_to_the_store == [place.attempt_id]
    assert kept(session, place) == [(1, 1, A)]


def _writer(engine, *, from_here: bool):
    """A connection that holds the database for writing."""
    if from_here:
        connection = engine.connect()
        connection.execute(text("UPDATE attempt SET epoch = epoch"))
        return connection
    connection = sqlite3.connect(engine.url.database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_disk_that_was_slow_is_left_to_the_store_for_a_while(
    hall, seat, monkeypatch, left_to_the_store
) -> None:
    place = seat()
    monkeypatch.setattr(on_loop, "QUICK", 0.0)

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place, seq=1))
        await hall.saved(chosen(place, seq=2))
        hall.writer._slow_until = 0.0
        await hall.saved(chosen(place, seq=3))

    monkeypatch.setattr(on_loop, "RARELY", 1e9)
    hall(act)
    assert left_to_the_store == [place.attempt_id]


def test_what_cannot_be_committed_is_written_by_the_store(
    hall, seat, session, engine, left_to_the_store
) -> None:
    """Nor is it said to be saved before it is."""
    place = seat()

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place, 1))
        driver = hall.writer._at_once._driver
        driver.execute("PRAGMA query_only = ON")
        [found] = await hall.saved(chosen(place, 2))
        assert found.saved == [2]
        driver.execute("PRAGMA query_only = OFF")
        await hall.saved(chosen(place, 1, seq=2))

    hall(act)
    assert left_to_the_store == [place.attempt_id]
    assert kept(session, place) == [(1, 2, A), (2, 1, A)]


def test_it_is_as_durable_as_what_is_written_elsewhere(hall, seat, engine) -> None:
    place = seat()
    settings = ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
    with engine.connect() as connection:
        elsewhere = [connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in settings]

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place))
        driver = hall.writer._at_once._driver
        here = [driver.execute(f"PRAGMA {each}").fetchone()[0] for each in settings]
        assert here == elsewhere
        assert not driver.in_transaction

    hall(act)


def test_after_the_engine_is_disposed_of_it_opens_another_connection(
    hall, seat, session, engine, left_to_the_store
) -> None:
    place = seat()

    async def act(hall: Hall) -> None:
        await hall.saved(chosen(place, 1))
        engine.dispose()
        await hall.saved(chosen(place, 2))

    hall(act)
    assert left_to_the_store == []
    assert kept(session, place) == [(1, 1, A), (2, 1, A)]


def test_where_every_connection_is_taken_the_loop_has_its_own(
    hall, seat, session, engine, left_to_the_store, monkeypatch
) -> None:
    place = seat()

    def taken() -> None:
        raise AssertionError("the loop would wait for the pool")

    async def act(hall: Hall) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(engine.pool, "connect", taken)
            await hall.saved(chosen(place))

    hall(act)
    assert left_to_the_store == []
    assert kept(session, place) == [(1, 1, A)]
