from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select, text, update

from core import clock, kept
from core.cli import alembic_config
from core.db import Model, db
from core.fulltext.models import is_of_the_models
from exam.marking.scoring import UNMARKED
from exam.models import AttemptVector
from tests.exam.marked import ALL, grader, seated
from tests.factories import NOON

ROOT = Path(__file__).parent.parent


@pytest.fixture
def bare_app(app: Flask) -> Iterator[Flask]:
    """An application whose database has no tables at all; afterwards it has those of the models."""
    with app.app_context():
        _empty()
    yield app
    with app.app_context():
        _empty()
        Model.metadata.create_all(db.engine)


def _empty() -> None:
    db.session.close()
    if db.engine.dialect.name == "sqlite":
        # It drops no table that rows of another refer to.
        with db.engine.begin() as connection:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            there = inspect(connection).get_table_names()
            for each in Model.metadata.tables.keys() & there:
                connection.execute(Model.metadata.tables[each].delete())
    Model.metadata.drop_all(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def test_migrations_make_what_the_models_say(bare_app: Flask) -> None:
    with bare_app.app_context():
        command.upgrade(alembic_config(), "head")
        context = MigrationContext.configure(
            db.session.connection(),
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_object": is_of_the_models,
            },
        )
        assert compare_metadata(context, Model.metadata) == []
        # No comparison of tables sees triggers.
        assert kept.TABLES == ["credit_entry"]
        assert kept.unguarded(db.session.connection()) == []


def test_migrations_can_be_taken_back(bare_app: Flask) -> None:
    with bare_app.app_context():
        command.upgrade(alembic_config(), "head")
        command.downgrade(alembic_config(), "base")
        command.upgrade(alembic_config(), "head")


def test_migrations_are_numbered_in_one_line(bare_app: Flask) -> None:
    """Each stands on the one before it."""
    names = sorted(path.stem for path in (ROOT / "migrations/versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    with bare_app.app_context():
        line = ScriptDirectory.from_config(alembic_config()).walk_revisions()
        assert [each.revision for each in line][::-1] == [name[:4] for name in names]


def test_rows_that_others_refer_to_are_carried_over(bare_app: Flask) -> None:
    """SQLite makes no table anew that rows of another, or of its own, refer to."""
    with bare_app.app_context():
        command.upgrade(alembic_config(), "0014")
        units = (
            "INSERT INTO org_unit (id, name, short_name, kind, position, valid_from, valid_to,"
            " predecessor_id) VALUES (1, '旧司', '旧司', 'department', 1, '2020-01-01',"
            " '2023-01-01', NULL), (2, '新司', '新司', 'department', 1, '2023-01-01', NULL, 1)"
        )
        with db.engine.begin() as connection:
            connection.execute(text(units))
        command.upgrade(alembic_config(), "head")
        with db.engine.begin() as connection:
            kept_units = connection.execute(text("SELECT id, code FROM org_unit ORDER BY id"))
            assert [tuple(row) for row in kept_units] == [(1, ""), (2, "")]
            connection.execute(text("DELETE FROM org_unit WHERE id = 2"))
            connection.execute(text("DELETE FROM org_unit WHERE id = 1"))


def test_what_persons_marked_before_it_was_held_back_waits_for_its_end(
    bare_app: Flask, make, sign_in, session
) -> None:
    """Marked, but not final, when 0016 came; the blank answer was scored without anybody."""
    with bare_app.app_context():
        command.upgrade(alembic_config(), "head")
    with clock.frozen(NOON):
        hall = seated(bare_app, make, session, ["甲的回答", ""], max_attempts=1)
        hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    vectors = select(AttemptVector.right, AttemptVector.share).order_by(AttemptVector.attempt_id)

    def stored() -> list[tuple[bytes, bytes]]:
        found = [tuple(row) for row in session.execute(vectors)]
        session.rollback()
        return found

    held = stored()
    assert [share[1] for _, share in held] == [UNMARKED, 0]
    told = update(AttemptVector).where(AttemptVector.share == held[0][1])
    session.execute(told.values(right=bytes([0, 1, 0]), share=bytes([0, 100, 50])))
    session.commit()
    assert stored() != held
    with bare_app.app_context():
        db.session.close()
        command.downgrade(alembic_config(), "0015")
        command.upgrade(alembic_config(), "head")
    assert [share[1] for _, share in stored()] == [UNMARKED, 0]
    assert [right[1] for right, _ in stored()] == [0, 0]
