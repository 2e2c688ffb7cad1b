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


def test_each_query_sees_what_is_committed_by_then(make) -> None:
    person = make.person()
    with Apart(db.engine) as apart:
        assert _NAME.rows(apart, person_id=person.id) == [(person.name,)]
        with Session(db.engine) as other:
            other.get_one(Person, person.id).name = "改过的名字"
            other.commit()
        assert _NAME.rows(apart, person_id=person.id) == [("改过的名字",)]
        assert _NAME.rows(apart, person_id=0) == []


def test_a_connection_goes_back_as_it_was() -> None:
    def of_driver() -> object:
        with db.engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            return getattr(driver, "autocommit", None), getattr(driver, "isolation_level", None)

    before = of_driver()
    with Apart(db.engine):
        pass
    assert of_driver() == before


def test_a_database_out_of_reach_is_an_error_like_any_other() -> None:
    away = create_engine("sqlite:////nowhere/at/all.db")
    with pytest.raises(OperationalError):
        Apart(away)


def test_a_lost_connection_is_not_used_again(make) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server that could go away")
    person = make.person()
    with Apart(db.engine) as apart:
        pid = apart.connection.dbapi_connection.info.backend_pid
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(DBAPIError):
            _NAME.rows(apart, person_id=person.id)
    with Apart(db.engine) as apart:
        assert _NAME.rows(apart, person_id=person.id) == [(person.name,)]
