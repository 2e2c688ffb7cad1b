"""Fixtures of every test: a fresh database each, on SQLite or on PostgreSQL.

``XUEFA_TEST_DATABASE_URL`` names a PostgreSQL server's database to use instead of SQLite; each
worker of a parallel run makes one of its own beside it.
"""

import gc
import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse
from xdist.scheduler import LoadScopeScheduling

from accounts.models import Account
from app import create_app
from core.config import Config
from core.db import Model, db, prepare
from core.fulltext.models import INDEX
from study.practice.queries.runs import LAST_SEED
from tests.factories import Make

REFERENCE = "XUEFA_REFERENCE_DATA"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests stay to the end of the run: none is looked through for garbage again and
    again, which would take a fifth of the time."""
    gc.disable()
    result = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return result


#: Folders whose tests share a server and measure seconds: a parallel run keeps each on one worker.
TOGETHER = ("tests/e2e/", "tests/faults/")


class Together(LoadScopeScheduling):
    """Hands tests out one by one, those of a folder of TOGETHER all to the same worker.

    The groups of pytest-xdist 3.8 are lost on pytest 9.2, which builds a test's id anew.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together | None:
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With XUEFA_TEST_DATABASE_ONLY=1, run what another engine could make come out differently.

    Rules that ask no database are the same on every engine; so is what is marked "once": how pages
    look, what scripts do in them, and which routes and headers they have.
    """
    if os.environ.get("XUEFA_TEST_DATABASE_ONLY") != "1":
        return
    wanted = [each for each in items if _asks_database(each)]
    kept = set(wanted)
    config.hook.pytest_deselected(items=[each for each in items if each not in kept])
    items[:] = wanted


def _asks_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("once"):
        return False
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"database_template", "house"}) or "faults" in item.path.parts


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of real laws, items and response data; see docs/development.md."""
    folder = os.environ.get(REFERENCE)
    if folder and Path(folder).is_dir():
        return Path(folder)
    if os.environ.get("CI"):
        pytest.fail(f"{REFERENCE} names no folder")
    pytest.skip(f"{REFERENCE} is not set")


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database with all tables and no rows."""
    server = os.environ.get("XUEFA_TEST_DATABASE_URL")
    if not server:
        path = tmp_path_factory.mktemp("template") / "empty.db"
        engine = create_engine(f"sqlite:///{path}")
        prepare(engine)
        Model.metadata.create_all(engine)
        engine.dispose()
        yield f"sqlite:///{path}"
        return
    name = f"xuefa_test_{_worker()}"
    url = make_url(server).set(database=name, drivername="postgresql+psycopg")
    admin = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    engine = create_engine(url)
    Model.metadata.create_all(engine)
    engine.dispose()
    yield url.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def installation(database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Where this worker's tests work, one after another."""
    folder = tmp_path_factory.mktemp("installation")
    lite = database_template.startswith("sqlite")
    return Config(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'xuefa.db'}" if lite else database_template,
        secret_key="test-key",
        log_level="error",
        idle=timedelta(hours=12),
    )


@pytest.fixture(scope="session")
def built_app(installation: Config) -> Flask:
    """The application, built once: binding some hundred routes takes longer than most tests."""
    app = create_app(installation, TESTING=True, WTF_CSRF_ENABLED=False)
    engine = _engine(app)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wait_for_no_disk)
    return app


def _wait_for_no_disk(connection: sqlite3.Connection, _record: object) -> None:
    """What a test commits need not outlive a power cut; waiting for the disk to have it takes a
    quarter of a test. Servers and applications of a test's own wait as they do everywhere."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def sweeper(database_template: str) -> Iterator[Engine]:
    """Keeps the connection that empties the database from test to test: one that is new has to
    learn of every table first, which takes longer than emptying them."""
    engine = create_engine(database_template, pool_size=1)
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _learn_to_sweep)
    yield engine
    engine.dispose()


@pytest.fixture
def config(installation: Config, database_template: str, sweeper: Engine) -> Config:
    """An installation of this test's own: nothing in its database, nothing in its folder."""
    installation.data_dir.mkdir(exist_ok=True)
    for each in installation.data_dir.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    if database_template.startswith("sqlite"):
        path = installation.database_url.removeprefix("sqlite:///")
        shutil.copyfile(database_template.removeprefix("sqlite:///"), path)
    else:
        with sweeper.begin() as connection:
            _empty(connection)
    return installation


def _empty(connection: Connection) -> None:
    """Delete every row and number rows from 1 again."""
    connection.execute(text("SET LOCAL synchronous_commit = off"))
    connection.execute(text("SELECT pg_temp.sweep()"))


def _learn_to_sweep(connection: Any, _record: object) -> None:
    """Make what empties the database, for as long as the connection lasts, planned once.

    Only tables that were written to are touched: a TRUNCATE of all of them makes some hundred
    files anew and takes longer than most tests. Rows may have ids of a test's own, which move no
    sequence: each table is asked.
    """
    names = [*(table.name for table in Model.metadata.sorted_tables), INDEX]
    steps = [
        f'IF EXISTS (SELECT 1 FROM "{name}") THEN DELETE FROM "{name}"; END IF;'  # noqa: S608
        for name in names
    ]
    found = connection.execute(
        "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
    )
    steps += [
        f"IF (SELECT is_called FROM {name}) THEN PERFORM setval('{name}', 1, false); END IF;"  # noqa: S608
        for (name,) in found.fetchall()
    ]
    # As a replica it looks at no foreign keys.
    connection.execute(
        "CREATE FUNCTION pg_temp.sweep() RETURNS void LANGUAGE plpgsql"
        f" SET session_replication_role = replica AS $$ BEGIN {' '.join(steps)} END $$"
    )
    connection.commit()


@pytest.fixture
def database_url(config: Config) -> str:
    """Address of an empty database of this test's own."""
    return config.database_url


@pytest.fixture
def app(built_app: Flask, config: Config) -> Iterator[Flask]:
    settings = dict(built_app.config)
    yield built_app
    built_app.config.clear()
    built_app.config.update(settings)
    _let_go(built_app)


@pytest.fixture
def own_app(config: Config) -> Iterator[Flask]:
    """An application of this test's own, to which it may add routes."""
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    _let_go(app)


def _let_go(app: Flask) -> None:
    """Close the connections of an application that is done with, all of which it gave back."""
    engine = _engine(app)
    kept = engine.pool.checkedout()
    engine.dispose()
    assert kept == 0, f"{kept} connections still in use"


def _engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The test's own session, apart from each request's: it sees only what a request committed."""
    with Session(_engine(app), expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def said(app: Flask) -> Iterator[list[str]]:
    """What the database is told, on SQLite, whose driver says so."""
    found: list[str] = []
    engine = _engine(app)
    if engine.dialect.name != "sqlite":
        pytest.skip(
            "the statements are the same, but for locks, and only SQLite's driver lists them"
        )

    def listen(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(found.append)

    event.listen(engine, "checkout", listen)
    yield found
    event.remove(engine, "checkout", listen)


def entered(app: Flask, make: Make, account: Account) -> FlaskClient:
    """A browser signed in as somebody, through a server-side session as real sign-in makes it."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = make.sign_in(account)
        cookie["_fresh"] = True
    return client


@pytest.fixture
def sign_in(app: Flask, make: Make) -> Callable[[Account], FlaskClient]:
    """Signs somebody in: ``sign_in(account)`` is a browser."""
    return lambda account: entered(app, make, account)


@pytest.fixture
def begin() -> Callable[..., TestResponse]:
    """Begins a run of practice as the pages do; the same press has the same number."""

    def press(client: FlaskClient, path: str, number: int = 1, **fields: object) -> TestResponse:
        return client.post(f"/practice{path}", data={"seed": LAST_SEED + number, **fields})

    return press
