"""Statements that are compiled once do what they would do through SQLAlchemy."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import (
    Float,
    Integer,
    Numeric,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from accounts.models import Account, Person, SignIn, SignInFailure
from core.db import db, table
from core.lookup import looked_up
from core.prepared import Held, Prepared, often, together

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
FAILURE, SIGN_IN = table(SignInFailure), table(SignIn)
ADD = Prepared(insert(FAILURE), "username", "source", "at")
OF_SOURCE = Prepared(
    select(FAILURE.c.id, FAILURE.c.username, FAILURE.c.at)
    .where(FAILURE.c.source == bindparam("source"), FAILURE.c.at > bindparam("since"))
    .order_by(FAILURE.c.id)
    .limit(2)
)
MOVE = Prepared(update(FAILURE).where(FAILURE.c.username == bindparam("whose")), "at", "source")

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def add(name: str, minutes: int) -> int:
    return ADD.added(username=name, source="10.0.0.1", at=NOW + timedelta(minutes=minutes))


def test_rows_are_added_changed_and_read_with_the_values_that_they_were_given() -> None:
    ids = [add(name, minutes) for name, minutes in (("甲", 0), ("乙", 1), ("丙", 2), ("丁", 3))]
    assert MOVE.run(whose="丙", at=NOW + timedelta(hours=1), source="10.0.0.1") == 1
    assert MOVE.run(whose="无此人", at=NOW, source="") == 0
    assert [tuple(row) for row in OF_SOURCE.rows(source="10.0.0.1", since=NOW)] == [
        (ids[1], "乙", NOW + timedelta(minutes=1)),
        (ids[2], "丙", NOW + timedelta(hours=1)),
    ]
    db.session.commit()
    assert db.session.scalar(select(func.count(SignInFailure.id))) == 4


def test_queries_that_run_together_give_the_rows_of_each_in_their_order() -> None:
    ids = [add("甲", 1), add("乙", 2)]
    held = Held(select(FAILURE.c.id).where(FAILURE.c.source == bindparam("source")))
    _, found, none = together(
        held.asked(source="10.0.0.1"),
        OF_SOURCE.asked(source="10.0.0.1", since=NOW),
        OF_SOURCE.asked(source="10.0.0.2", since=NOW),
    )
    assert [row[:2] for row in map(tuple, found)] == [(ids[0], "甲"), (ids[1], "乙")]
    assert list(none) == []


def test_what_is_written_later_is_there_for_whoever_reads_next() -> None:
    for name in ("甲", "乙"):
        ADD.later(username=name, source="10.0.0.1", at=NOW)
    MOVE.later(whose="乙", at=NOW, source="10.0.0.2")
    in_order = select(FAILURE.c.username, FAILURE.c.source).order_by(FAILURE.c.id)
    assert db.session.execute(in_order).all() == [("甲", "10.0.0.1"), ("乙", "10.0.0.2")]
    ADD.later(username="丙", source="10.0.0.1", at=NOW + timedelta(minutes=1))
    assert [row[1] for row in OF_SOURCE.rows(source="10.0.0.1", since=NOW)] == ["丙"]


def test_what_is_written_later_is_committed_with_the_rest() -> None:
    ADD.later(username="甲", source="10.0.0.1", at=NOW)
    db.session.commit()
    db.session.rollback()
    assert db.session.scalar(select(func.count(FAILURE.c.id))) == 1


def test_what_was_to_be_written_later_is_undone_with_the_session() -> None:
    ADD.later(username="甲", source="10.0.0.1", at=NOW)
    db.session.rollback()
    db.session.commit()
    assert db.session.scalar(select(func.count(FAILURE.c.id))) == 0


def test_nothing_is_committed_when_something_that_was_to_be_written_is_refused() -> None:
    with pytest.raises(IntegrityError):
        add_what_is_refused()
    db.session.rollback()
    assert db.session.scalar(select(func.count(FAILURE.c.id))) == 0
    add("乙", 0)
    db.session.commit()
    assert db.session.scalar(select(func.count(FAILURE.c.id))) == 1


def add_what_is_refused() -> None:
    """At once on SQLite, on a server where it is committed."""
    ADD.later(username="甲", source="10.0.0.1", at=NOW)
    ADD.later(username=None, source="10.0.0.1", at=NOW)
    ADD.later(username="丙", source="10.0.0.1", at=NOW)
    db.session.commit()


def test_a_statement_that_fails_may_be_run_again_afterwards() -> None:
    fresh = Prepared(
        select(FAILURE.c.username).where(10 / bindparam("by", type_=Integer) > FAILURE.c.id)
    )
    behind = Prepared(select(func.count(FAILURE.c.id)).where(FAILURE.c.id > bindparam("after")))
    if db.engine.dialect.name == "postgresql":
        add("甲", 0)
        with pytest.raises(DBAPIError, match="division by zero"):
            together(fresh.asked(by=0), behind.asked(after=0))
        db.session.rollback()
    add("乙", 0)
    db.session.execute(update(FAILURE).values(id=1))
    assert [*map(tuple, fresh.rows(by=1))] == [("乙",)]
    assert [*map(tuple, behind.rows(after=0))] == [(1,)]


def test_statements_are_there_after_a_part_of_a_transaction_was_undone() -> None:
    add("甲", 0)
    db.session.execute(often(select(FAILURE.c.id).where(FAILURE.c.source == "10.0.0.1")))
    with suppress(LookupError), db.session.begin_nested():
        ADD.later(username="乙", source="10.0.0.1", at=NOW)
        raise LookupError
    add("丙", 1)
    db.session.commit()
    names = select(FAILURE.c.username).order_by(FAILURE.c.at)
    assert db.session.scalars(names).all() == ["甲", "丙"]


def test_others_work_while_a_server_is_waited_for() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is no server")
    turns: list[float] = []
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(lambda: [turns.append(time.monotonic()) for _ in _ticks(0.02, 10)])
        Prepared(select(func.pg_sleep(bindparam("seconds", type_=Float)))).rows(seconds=0.5)
        done = time.monotonic()
        waiting.result()
    assert sum(each < done for each in turns) >= 5


def _ticks(seconds: float, count: int) -> Iterator[int]:
    for each in range(count):
        time.sleep(seconds)
        yield each


def test_what_is_undone_with_the_session_is_undone() -> None:
    add("甲", 1)
    db.session.rollback()
    assert OF_SOURCE.rows(source="10.0.0.1", since=NOW) == []


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        ADD.run(username="甲", source="10.0.0.1", at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_what_a_constraint_refuses_is_the_error_that_sqlalchemy_raises(make) -> None:
    keep = Prepared(
        insert(SIGN_IN), "account_id", "token_hash", "source", "agent", "created_at", "seen_at"
    )
    given = {
        "account_id": make.account().id, "token_hash": "x", "source": "", "agent": "",
        "created_at": NOW, "seen_at": NOW,
    }  # fmt: skip
    keep.run(**given)
    with pytest.raises(IntegrityError):
        keep.run(**given)
    db.session.rollback()


def test_columns_that_no_run_names_get_their_defaults(make) -> None:
    accounts = table(Account)
    issue = Prepared(
        insert(accounts), "person_id", "username", "password_hash", "password_set_at", "created_at"
    )
    account_id = issue.added(
        person_id=make.person().id, username="x", password_hash="-", password_set_at=NOW,
        created_at=NOW,
    )  # fmt: skip
    found = db.session.get_one(Account, account_id)
    assert (found.must_change, found.lane, found.disabled_at) == (True, "business", None)


def test_one_statement_sets_each_row_to_what_is_sent_for_it() -> None:
    ids = [add(name, 0) for name in ("甲", "乙", "丙")]
    sent = {ids[0]: "0.67", ids[2]: "-1.50"}
    found = cast(looked_up(bindparam("sent", type_=Text), FAILURE.c.id), Numeric(7, 2))
    rows = Prepared(select(found).select_from(FAILURE).order_by(FAILURE.c.id)).rows(
        sent=json.dumps(sent)
    )
    assert [row[0] for row in rows] == [Decimal("0.67"), None, Decimal("-1.50")]


def test_held_rows_are_those_of_the_query(make) -> None:
    people = table(Person)
    held = Held(select(people.c.id).where(people.c.id == bindparam("person_id")))
    held.wait(person_id=make.person().id)
    db.session.rollback()


def test_postgresql_keeps_what_was_prepared_when_a_transaction_is_undone() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's driver keeps its statements")
    kept = text("SELECT count(*) FROM pg_prepared_statements")
    add("甲", 0)
    db.session.execute(often(select(FAILURE.c.id).where(FAILURE.c.source == "10.0.0.1")))
    before = db.session.scalar(kept)
    db.session.rollback()
    assert db.session.scalar(kept) == before >= 2
    for _ in range(7):
        db.session.scalar(select(func.count(SignInFailure.id)))
    assert db.session.scalar(kept) == before


def test_a_connection_that_is_lost_before_its_transaction_is_undone_is_replaced() -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    own = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
    with pytest.raises(OperationalError):
        db.session.rollback()
    db.session.close()
    assert OF_SOURCE.rows(source="10.0.0.1", since=NOW) == []


@pytest.mark.parametrize("kept", [False, True])
def test_a_connection_that_is_lost_in_front_of_a_statement_is_replaced(kept: bool) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    own = db.session.scalar(text("SELECT pg_backend_pid()"))
    with db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
    if kept:
        ADD.later(username="甲", source="10.0.0.1", at=NOW)
    with pytest.raises(OperationalError) as lost:
        OF_SOURCE.rows(source="10.0.0.1", since=NOW)
    assert "connection" in str(lost.value)
    db.session.rollback()
    assert OF_SOURCE.rows(source="10.0.0.1", since=NOW) == []
