"""Fixtures of every test: a fresh database each, on SQLite or on PostgreSQL.

``XUEFA_TEST_DATABASE_URL`` names a PostgreSQL server's database to use instead of SQLite; each
worker of a parallel run makes one of its own beside it.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from accounts.models import Account
from app import create_app
from core.config import Config
from core.db import Model, db, prepare
from tests.factories import Make

REFERENCE = "XUEFA_REFERENCE_DATA"


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


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> str:
    """Address of an empty database of this test's own."""
    if database_template.startswith("sqlite"):
        path = tmp_path / "xuefa.db"
        shutil.copyfile(database_template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    engine = create_engine(database_template)
    tables = ", ".join(f'"{table.name}"' for table in Model.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return database_template


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="test-key",
        log_level="error",
        idle=timedelta(hours=12),
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        _engine(app).dispose()


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
def sign_in(app: Flask, make: Make) -> Callable[[Account], FlaskClient]:
    """A browser signed in as somebody, through a server-side session as real sign-in makes it."""

    def sign_in(account: Account) -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = make.sign_in(account)
            cookie["_fresh"] = True
        return client

    return sign_in
