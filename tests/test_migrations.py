from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from core import kept
from core.cli import alembic_config
from core.db import Model, db
from core.fulltext.models import is_of_the_models

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
