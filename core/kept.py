"""Tables whose rows the database itself keeps as they were entered: UPDATE and DELETE are refused.

Beside what the session refuses, for whoever goes past it. By triggers on SQLite and PostgreSQL;
other engines have the session's refusal alone. Who owns the database can still take them off:
``xuefa check`` says so.
"""

from sqlalchemy import DDL, Connection, Table, event, text

MESSAGE = "rows are only added; a wrong one is reversed by another"
#: The tables, by name.
TABLES: list[str] = []


def create(dialect: str, table: str) -> list[str]:
    """What an engine is told, once the table is there."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for act in ("UPDATE", "DELETE")
        ]
    if dialect == "postgresql":
        refusal = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';"
        function = f"CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql"
        trigger = f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
        return [
            f"{function} AS $$ BEGIN {refusal} END $$",
            f"{trigger} EXECUTE FUNCTION {table}_kept()",
        ]
    return []


def drop(dialect: str, table: str) -> list[str]:
    """The same taken back, while the table is there."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_kept_{act}" for act in ("update", "delete")]
    if dialect == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
            f"DROP FUNCTION IF EXISTS {table}_kept()",
        ]
    return []


def keep(table: Table) -> None:
    """Guard the table wherever it is made from the models."""
    TABLES.append(table.name)
    for dialect in ("sqlite", "postgresql"):
        # SQLAlchemy has no types for DDL.
        for when, statements in (("after_create", create), ("before_drop", drop)):
            for statement in statements(dialect, table.name):
                event.listen(
                    table, when,
                    DDL(statement).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
                )  # fmt: skip


def unguarded(connection: Connection) -> list[str]:
    """The tables that have lost their triggers."""
    if connection.dialect.name == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    elif connection.dialect.name == "postgresql":
        names = (
            "SELECT tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') ORDER BY tgname"
        )
    else:
        return []
    there = set(connection.scalars(text(names)))
    suffixes = {"sqlite": ("_kept_update", "_kept_delete"), "postgresql": ("_kept",)}
    wanted = suffixes[connection.dialect.name]
    return [table for table in TABLES if not all(f"{table}{suffix}" in there for suffix in wanted)]
