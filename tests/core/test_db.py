"""What the database layer promises to long acts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from core.db import asking, db, in_short_transactions, lock, prepare
from core.prepared import Prepared, Within
from laws.models import Law

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_between_the_things_of_a_long_act_others_write() -> None:
    seen = []
    for name in in_short_transactions(["甲法", "乙法", "丙法"], hold=0):
        with Session(db.engine) as other:  # would wait in vain for a transaction that is open
            other.add(Law(title=f"他人的{name}", short_title=f"他人的{name}"))
            other.commit()
            seen.append(other.scalar(select(func.count(Law.id))))
        db.session.add(Law(title=name, short_title=name))
        db.session.flush()
    assert seen == [1, 3, 5]
    with Session(db.engine) as other:
        assert other.scalar(select(func.count(Law.id))) == 6


def test_what_fails_takes_only_what_is_not_committed_along() -> None:
    names = iter(in_short_transactions(["甲法", "乙法"], hold=0))
    db.session.add(Law(title=next(names), short_title="甲法"))
    db.session.add(Law(title=next(names), short_title="乙法"))
    db.session.rollback()
    assert db.session.scalars(select(Law.title)).all() == ["甲法"]


def test_a_row_that_is_locked_keeps_what_was_changed_before(make) -> None:
    mine = db.session.get_one(Person, make.person().id)
    mine.name = "改过的名字"
    lock(mine)
    assert mine.name == "改过的名字"
    db.session.rollback()


def test_what_is_asked_by_itself_leaves_the_connection_as_it_was() -> None:
    titles = Prepared(select(Law.title))
    with asking() as connection:
        within = Within(connection)
        assert not titles.rows(within)
        with Session(db.engine) as other:
            other.add(Law(title="甲法", short_title="甲法"))
            other.commit()
        assert [*map(tuple, titles.rows(within))] == [("甲法",)]
    # The same connection again, whose transactions are undone as ever.
    db.session.add(Law(title="乙法", short_title="乙法"))
    db.session.flush()
    assert len(titles.rows()) == 2
    db.session.rollback()
    assert len(titles.rows()) == 1
    db.session.rollback()


def test_what_is_committed_on_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    """The application that the other tests share does not wait for that; every other one does."""
    engine = create_engine(f"sqlite:///{tmp_path / 'own.db'}")
    prepare(engine)
    with engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    engine.dispose()
    assert found == ["wal", 2, 1]
