"""Queries in no transaction: what they find, and what they leave behind."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from accounts.models import Person
from core.apart import Apart
from core.db import db
from core.prepared import Prepared

_NAME = Prepared(select(Person.name).where(Person.id == bindparam("person_id")))

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def apart() -> Apart:
    return Apart(db.engine)


def test_each_query_sees_what_is_committed_by_then(apart, make) -> None:
    person = make.person()
    assert _NAME.rows(apart, person_id=person.id) == [(person.name,)]
    with Session(db.engine) as other:
        other.get_one(Person, person.id).name = "改过的名字"
        other.commit()
    assert _NAME.rows(apart, person_id=person.id) == [("改过的名字",)]
    assert _NAME.rows(apart, person_id=0) == []


def test_it_takes_no_connection_from_others_and_is_closed_with_them(apart, make) -> None:
    person = make.person()
    assert _NAME.rows(apart, person_id=person.id)
    assert db.engine.pool.checkedout() == 0
    cursor = apart.driver
    db.engine.dispose()
    with pytest.raises(db.engine.dialect.loaded_dbapi.Error):
        cursor.execute("SELECT 1")
    assert _NAME.rows(apart, person_id=person.id) == [(person.name,)]


def test_a_database_out_of_reach_is_an_error_like_any_other() -> None:
    away = create_engine("sqlite:////nowhere/at/all.db")
    with pytest.raises(OperationalError):
        _NAME.rows(Apart(away), person_id=1)


def test_a_lost_connection_is_opened_anew(apart, make) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could go away")
    person = make.person()
    pid = apart.driver.connection.info.backend_pid
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    with pytest.raises(DBAPIError):
        _NAME.rows(apart, person_id=person.id)
    assert _NAME.rows(apart, person_id=person.id) == [(person.name,)]
