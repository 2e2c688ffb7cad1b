"""The database: one session a request, one declarative base, one naming scheme."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from inspect import iscoroutinefunction
from typing import Annotated, Any, TypeVar, cast

from flask import Flask, has_request_context
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Select,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
    select,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core import postgresql, sqlite
from core.sqlite import PATIENCE, READS, WAITS, Busy

#: Seconds that one of many short transactions takes, and that SQLite is then left to others: those
#: of this process queue, writers of another one look for it every tenth of a second at least.
_HOLD, _LEFT, _LEFT_BY_COMMANDS = 0.5, 0.01, 0.11

T = TypeVar("T")

db = SQLAlchemy(
    # The connection used last knows most by heart: statements, tables, pages.
    engine_options={"pool_size": 40, "max_overflow": 40, "pool_use_lifo": True},
    session_options={"autoflush": True},
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. Refuses a naive one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


#: A short identifier: staff number, code, hash.
Code = Annotated[str, mapped_column(String(64))]
#: One line: a name or a title.
Line = Annotated[str, mapped_column(String(300))]
#: Text of any length.
Prose = Annotated[str, mapped_column(Text)]


class Model(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime,
        # Stored as the member's value, in a plain column: a new member needs no migration.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=30,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id')}>"


def table(model: type[Model]) -> Table:
    """The table of a model, for statements that need no objects and run hundreds a second."""
    return cast(Table, model.__table__)


def init_app(app: Flask) -> None:
    db.init_app(app)
    # The extension's second clean-up is for asynchronous sessions, which we have none of; it would
    # start an event loop at the end of every request.
    app.teardown_appcontext_funcs = [
        each for each in app.teardown_appcontext_funcs if not iscoroutinefunction(each)
    ]
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine, patience: float = PATIENCE) -> None:
    """Set an engine up: SQLite with durable WAL, enforced foreign keys and writers that queue, for
    so many seconds; PostgreSQL with a planner that knows what kind of work this is."""
    if engine.dialect.name == "postgresql":
        postgresql.set_up(engine)
    if engine.dialect.name == "sqlite":
        sqlite.set_up(engine, patience)


def reads_of(engine: Engine) -> Engine:
    """The engine for queries that need no transaction around them, and begin none on a server."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READS: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def asking() -> Iterator[Connection]:
    """A connection for prepared queries of which each is asked by itself, before the session of
    the request begins a transaction: it is given back before anything that takes long."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def direct(engine: Engine) -> Iterator[Any]:
    """A short transaction that writes, on the driver's own cursor: a save costs less than what it
    costs to begin one through SQLAlchemy.

    On PostgreSQL every statement is a transaction. Raises the driver's own errors.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        if engine.dialect.name == "sqlite":
            sqlite.wait_for_turn(connection.info)
            cursor.execute("BEGIN IMMEDIATE")
            yield cursor
            cursor.execute("COMMIT")
            return
        driver: Any = connection.dbapi_connection
        driver.autocommit = True
        try:
            yield cursor
        finally:
            if driver.closed:
                connection.invalidate()
            else:
                driver.autocommit = False
    finally:
        # What is not committed is undone by the pool.
        connection.close()


def any_of(query: Select[Any]) -> ColumnElement[bool]:
    """SQL: the query finds a row for the row outside; for a list whose every row it is asked of.

    EXISTS in other words: PostgreSQL turns that into a join over everything that could be found,
    this it asks row by row and stops at the first.
    """
    return query.limit(1).scalar_subquery().is_not(None)


def different(column: Any) -> CTE:
    """The different values of an indexed column, as ``value``: from each to the next by the index.

    DISTINCT reads the whole table, however few they are. NULL is not among them.
    """
    found = select(func.min(column).label("value")).cte(recursive=True)
    above = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(above).where(found.c.value.is_not(None)))
    return select(found.c.value).where(found.c.value.is_not(None)).cte()


def lock(row: Model) -> None:
    """Wait for a row and hold it until the transaction ends; it is then read anew.

    On SQLite the transaction that may write is the lock, and what it read nobody has changed since.
    """
    if db.engine.dialect.name == "sqlite":
        return
    # What was changed of it before is written first: reading it anew would forget it.
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})


def hold(rows: Select[Any]) -> None:
    """Wait for the rows of a query and hold them until the transaction ends, before reading them.

    On SQLite the transaction that may write holds everything.
    """
    if db.engine.dialect.name != "sqlite":
        db.session.execute(rows.with_for_update())


def share(model: type[Model], row_id: int) -> None:
    """Keep a row as it is until the transaction ends: whoever locks it waits, other sharers do not.

    Taken before rows that hang on it are locked, so that nobody waits in a circle. On SQLite the
    transaction that may write keeps everything as it is.
    """
    if db.engine.dialect.name == "sqlite":
        return
    ids = table(model).c.id
    db.session.execute(select(ids).where(ids == row_id).with_for_update(read=True))


class Turn(IntEnum):
    """Acts of which one transaction at a time may be at work, by the number of their lock."""

    AUDIT = 7_340_033
    IMPORTS = 7_340_034
    REMINDERS = 7_340_041
    BOARD = 7_340_042


def wait_turn(act: Turn) -> None:
    """Wait until no other transaction is at the act, and hold the turn until the end.

    On SQLite the transaction that may write is the turn.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(act)})


def only_reads() -> None:
    """Let this request's transaction take no write lock; end it with rollback before writing."""
    db.session.connection(execution_options={READS: True})


def may_write() -> None:
    """Let a GET write after all: its reading transaction ends and one that may write begins.

    For what is owed on opening a page; rows must be loaded again.
    """
    db.session.rollback()
    db.session.connection(execution_options={READS: False})


@contextmanager
def reading() -> Iterator[None]:
    """Long reads of a request that writes only afterwards: nobody waits for its write lock.

    What the session loaded before and inside is loaded anew after it.
    """
    db.session.rollback()
    only_reads()
    try:
        yield
    finally:
        db.session.rollback()


def in_short_transactions(things: Iterable[T], *, hold: float = _HOLD) -> Iterator[T]:
    """The things one by one; what is done with them is committed every now and then and at the end.

    For long acts that may stop after any of the things: others write in between, above all the
    answers of those who sit an exam. What the session loaded before is loaded anew.
    """
    begun = time.monotonic()
    for each in things:
        yield each
        if time.monotonic() - begun >= hold:
            db.session.commit()
            if db.engine.dialect.name == "sqlite":
                time.sleep(_LEFT if has_request_context() else _LEFT_BY_COMMANDS)
            begun = time.monotonic()
    db.session.commit()


@contextmanager
def writing_apart(waits: float | None = None) -> Iterator[Connection]:
    """A short transaction of its own, for what must be kept whatever becomes of the request.

    ``waits``: how many seconds for others who write, before it raises Busy; for None as all do.
    """
    options = {READS: False} if waits is None else {READS: False, WAITS: waits}
    with db.engine.connect().execution_options(**options) as connection:
        try:
            if waits is not None and db.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(waits * 1000)}")
            yield connection
            connection.commit()
        except OperationalError as error:
            if waits is None or not _is_busy(error.orig):
                raise
            raise Busy from error


def _is_busy(error: Any) -> bool:
    """Whether the driver gave up waiting for somebody else."""
    return sqlite.is_busy(error) or postgresql.is_busy(error)
