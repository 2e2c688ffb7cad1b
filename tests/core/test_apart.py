"""Queries on an event loop, in no transaction: what they find, and whom they keep waiting."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, bindparam, create_engine, func, literal, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from accounts.models import Person, SignIn
from core import apart as apart_of
from core import postgresql, wire
from core.apart import Apart, Away
from core.db import db
from core.prepared import Prepared
from core.serving import patience
from core.wire import Wire
from tests import loops
from tests.factories import NOON
from tests.rsgi import there

_NAME = Prepared(select(Person.name).where(Person.id == bindparam("person_id")))
_TWICE = Prepared(
    select(Person.id, Person.staff_number).where(
        Person.id.in_([bindparam("person_id"), bindparam("person_id")]), Person.name != "100%"
    )
)
#: Values that the driver and we see differently.
_SIGN_IN = Prepared(
    select(SignIn.created_at, SignIn.ended_at, SignIn.ended_at.is_(None), SignIn.token_hash).where(
        SignIn.id == bindparam("sign_in_id"),
        SignIn.created_at >= bindparam("since", NOON - timedelta(days=1_000)),
    )
)
_NOT_THERE = Prepared(select(func.no_such_function(bindparam("person_id", 1))))

pytestmark = pytest.mark.usefixtures("in_app")
Act = Callable[[Apart], Coroutine[Any, Any, None]]


@pytest.fixture
def in_app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(wire, "PAUSE", 0.0)
    with app.app_context():
        yield


@pytest.fixture
def on_server() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")


@asynccontextmanager
async def opened(engine: Engine) -> AsyncIterator[Apart]:
    found = apart_of.apart(engine, asyncio.get_running_loop())
    await there(found)
    yield found
    found.close()


def on_the_loop(act: Act) -> None:
    engine = db.engine

    async def all_of_it() -> None:
        async with opened(engine) as found:
            await act(found)

    loops.run(all_of_it())


def test_each_query_sees_what_is_committed_by_then(make) -> None:
    person, engine = make.person(), db.engine

    async def act(found: Apart) -> None:
        assert await found.rows(_NAME, person_id=person.id) == [(person.name,)]
        with Session(engine) as other:
            other.get_one(Person, person.id).name = "改过的名字"
            other.commit()
        assert await found.rows(_NAME, person_id=person.id) == [("改过的名字",)]
        assert await found.rows(_NAME, person_id=0) == []

    on_the_loop(act)


def test_values_are_those_of_a_session(session, make) -> None:
    account = make.account()
    make.sign_in(account)
    sign_in = session.scalars(select(SignIn).where(SignIn.account_id == account.id)).one()
    session.close()
    asked = {"sign_in_id": sign_in.id, "since": sign_in.created_at}
    values = _SIGN_IN.rows(**asked)
    db.session.rollback()
    assert [*values[0]] == [sign_in.created_at, None, True, sign_in.token_hash]

    async def act(found: Apart) -> None:
        for _ in range(2):
            assert await found.rows(_SIGN_IN, **asked) == values
        later = sign_in.created_at + timedelta(seconds=1)
        assert await found.rows(_SIGN_IN, **asked | {"since": later}) == []
        # From the figure that the statement itself names.
        assert len(await found.rows(_SIGN_IN, sign_in_id=sign_in.id)) == 1

    on_the_loop(act)


def test_many_at_once_get_each_their_own(make) -> None:
    people = [make.person() for _ in range(30)]

    async def act(found: Apart) -> None:
        asked = [
            query for person in people
            for query in (
                found.rows(_NAME, person_id=person.id),
                found.rows(_TWICE, person_id=person.id),
                found.rows(_NAME, person_id=0),
            )
        ]  # fmt: skip
        told = await asyncio.gather(*asked)
        assert told == [
            rows
            for person in people
            for rows in ([(person.name,)], [(person.id, person.staff_number)], [])
        ]

    on_the_loop(act)


def test_more_than_the_wire_takes_at_once(make, on_server) -> None:
    """Figures of a size that neither end of the connection buffers."""
    long = Prepared(select(bindparam("given", type_=Person.name.type), literal("b" * 4_000)))

    async def act(found: Apart) -> None:
        asked = [found.rows(long, given=str(n) * 30_000) for n in range(40)]
        told = await asyncio.gather(*asked)
        assert [rows[0][0] for rows in told] == [str(n) * 30_000 for n in range(40)]

    on_the_loop(act)


def test_it_takes_no_connection_from_others_and_is_closed_with_them(session, make) -> None:
    person, engine = make.person(), db.engine

    async def act(found: Apart) -> None:
        assert engine.pool.checkedout() == 0
        engine.dispose()
        await asyncio.sleep(0)
        await there(found)
        assert await found.rows(_NAME, person_id=person.id) == [(person.name,)]

    # What the test holds itself is given back before.
    session.close()
    on_the_loop(act)


def test_what_the_database_refuses_takes_nobody_else_along_for_long(make) -> None:
    person = make.person()

    async def act(found: Apart) -> None:
        with pytest.raises(Away):
            await found.rows(_NOT_THERE)
        await there(found)
        assert await found.rows(_NAME, person_id=person.id) == [(person.name,)]

    on_the_loop(act)


def test_a_database_out_of_reach_keeps_nobody_waiting() -> None:
    async def act(engine: Engine) -> None:
        found, began = apart_of.apart(engine, asyncio.get_running_loop()), time.monotonic()
        for _ in range(20):
            with pytest.raises(Away):
                await found.rows(_NAME, person_id=1)
            await asyncio.sleep(0.01)
        assert time.monotonic() - began < 5
        found.close()

    loops.run(act(create_engine("sqlite:////nowhere/at/all.db")))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        away = create_engine(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none")
        postgresql.set_up(away)
        loops.run(act(away))


def test_a_lost_connection_is_opened_anew(make, on_server) -> None:
    person, engine = make.person(), db.engine
    # A new connection gets the number of the socket that is gone.
    unpooled = create_engine(engine.url, poolclass=NullPool)
    postgresql.set_up(unpooled)

    async def act() -> None:
        with engine.connect() as other:
            async with opened(unpooled) as found:
                assert isinstance(found, Wire)
                for _ in range(3):
                    assert found._line
                    pid = found._line._wire.backend_pid
                    other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
                    asked = [found.rows(_NAME, person_id=person.id) for _ in range(20)]
                    told = await asyncio.gather(*asked, return_exceptions=True)
                    assert {type(each) for each in told} == {Away}
                    await there(found)
                    assert await found.rows(_NAME, person_id=person.id) == [(person.name,)]

    loops.run(act())


def test_a_connection_that_is_lost_while_nobody_asks_is_opened_anew(on_server) -> None:
    engine = db.engine
    unpooled = create_engine(engine.url, poolclass=NullPool)
    postgresql.set_up(unpooled)

    async def act() -> None:
        async with opened(unpooled) as found:
            assert isinstance(found, Wire)
            for _ in range(3):
                line = found._line
                assert line
                with engine.connect() as other:
                    pid = line._wire.backend_pid
                    other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
                for _ in range(500):
                    if found._line is None:
                        break
                    await asyncio.sleep(0.01)
                assert found._line is None
                assert not asyncio.get_running_loop().remove_reader(line._socket)
                await there(found)

    loops.run(act())


def test_a_server_that_is_silent_is_not_waited_for(make, on_server, monkeypatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.2)
    monkeypatch.setattr(patience, "LOOK", 0.05)
    person, began = make.person(), time.monotonic()
    slow = Prepared(select(func.pg_sleep(bindparam("seconds", 20))))

    async def act(found: Apart) -> None:
        asked = [found.rows(slow), found.rows(_NAME, person_id=person.id)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in told] == [Away, Away]
        await there(found)
        assert await found.rows(_NAME, person_id=person.id) == [(person.name,)]

    on_the_loop(act)
    assert time.monotonic() - began < 15


def test_a_file_that_others_hold_is_not_waited_for(session, make) -> None:
    engine = db.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("readers of PostgreSQL are not held up")
    make.person()
    session.close()
    engine.dispose()

    async def act(found: Apart) -> None:
        # As while a database is put back: readers have to wait, whatever the journal.
        found.close()
        with sqlite3.connect(engine.url.database) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            began = time.monotonic()
            with pytest.raises(Away):
                await found.rows(_NAME, person_id=1)
            assert time.monotonic() - began < 1
        other.close()
        await there(found)

    on_the_loop(act)
