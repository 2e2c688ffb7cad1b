"""A page notes that somebody is there, and waits for nobody to do so."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from accounts.models import SignIn
from core import clock
from core.db import db
from core.sqlite import PATIENCE
from tests.factories import NOON

#: Holds the database so that nobody else can write the session's row.
Hold = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def client(make, sign_in) -> Iterator[FlaskClient]:
    """Somebody who signed in at NOON."""
    with clock.frozen(NOON):
        yield sign_in(make.account())


@contextmanager
def _long_act(engine: Engine) -> Iterator[None]:
    """A transaction of this process, of the very person: an import."""
    with Session(engine) as other:
        other.execute(update(SignIn).values(agent="长操作"))
        yield


@contextmanager
def _command(engine: Engine) -> Iterator[None]:
    """A transaction of another process."""
    connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.close()


@pytest.fixture(params=[_long_act, _command], ids=["of this process", "of another"])
def hold(request: pytest.FixtureRequest, engine: Engine) -> Hold:
    if request.param is _command and engine.dialect.name != "sqlite":
        pytest.skip("to a server every transaction is one of another process")
    return lambda: request.param(engine)


def seen_at(session: Session) -> datetime:
    found = session.scalars(select(SignIn.seen_at)).one()
    session.rollback()
    return found


def test_a_page_waits_for_no_long_act_and_the_next_one_notes_the_sign_of_life(
    client: FlaskClient, hold: Hold, session: Session
) -> None:
    later = NOON + timedelta(minutes=5)
    with clock.frozen(later):
        with hold():
            begun = time.monotonic()
            assert client.get("/").status_code == 200
            assert time.monotonic() - begun < PATIENCE / 3
        assert seen_at(session) == NOON
        assert client.get("/").status_code == 200
    assert seen_at(session) == later


def test_who_was_silent_for_half_of_the_idle_time_waits_and_stays_signed_in(
    app: Flask, client: FlaskClient, hold: Hold, session: Session
) -> None:
    idle = timedelta(hours=1)
    app.config["XUEFA"] = replace(app.config["XUEFA"], idle=idle)
    held, release = threading.Event(), threading.Event()

    def act() -> None:
        with hold():
            held.set()
            release.wait(PATIENCE)

    holder = threading.Thread(target=act)
    with clock.frozen(NOON + idle * 0.9):
        holder.start()
        held.wait(PATIENCE)
        threading.Timer(0.5, release.set).start()
        assert client.get("/").status_code == 200
        holder.join()
        assert seen_at(session) == clock.now()
    with clock.frozen(NOON + idle * 1.8):
        assert client.get("/").status_code == 200


def test_who_did_not_wait_leaves_the_connection_as_patient_as_it_was(
    client: FlaskClient, engine: Engine, hold: Hold
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a server keeps what a transaction was told to that transaction")
    with clock.frozen(NOON + timedelta(minutes=5)), hold():
        client.get("/")
    with engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert found == PATIENCE * 1000
