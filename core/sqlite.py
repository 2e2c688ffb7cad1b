"""Connections to SQLite: what makes them durable, and how writers queue for their turn.

Python's driver opens transactions lazily and as readers; a reader that turns writer fails with
"database is locked" whatever the timeout. So the driver is put into autocommit and every
transaction that may write begins as BEGIN IMMEDIATE.

SQLite lets writers look again and again whether the database is free, and whoever looks at the
right moment is served: some wait for seconds. Those of this process queue for their turn instead;
commands in other processes still meet SQLite's lock.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

#: Execution option that says whether a connection only reads; by default the request's method
#: decides, and outside of requests every transaction may write.
READS = "xuefa_reads"
#: Seconds that a transaction waits for its turn to write; and execution option of one that waits
#: no longer than it says, and fails then.
PATIENCE, WAITS = 15.0, "xuefa_waits"
#: On a connection: the turn that it waits for before it writes, and for how many seconds; and that
#: it has its turn.
_TURNS, _TURN = "xuefa_turns", "xuefa_turn"


class Busy(Exception):
    """Others write, for longer than this one wanted to wait."""


def set_up(engine: Engine, patience: float) -> None:
    """Make the connections of an engine from now on; once, before the first.

    ``patience``: seconds that a writer waits for its turn.
    """
    _make_durable(engine, patience)
    _take_turns(engine, patience)


def is_busy(error: Any) -> bool:
    """Whether the driver gave up waiting for somebody else."""
    return isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


class AtOnce:
    """Writes at once or not at all, on a connection of its own: for one thread that cannot wait
    for others, as the server's loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._driver: Any = None
        event.listen(engine, "engine_disposed", lambda _: self.close())

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A transaction on the driver's own cursor; an error in it undoes it.

        Raises Busy where others write, and the driver's errors.
        """
        driver = self._driver or self._open()
        if not self._turns.acquire(blocking=False):
            raise Busy
        try:
            cursor = driver.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            finally:
                if driver.in_transaction:
                    driver.rollback()
        except sqlite3.OperationalError as error:
            if is_busy(error):
                raise Busy from error
            raise
        finally:
            self._turns.release()

    def _open(self) -> Any:
        # Made as the engine's are, but not out of their pool, which may have to be waited for.
        pooled = self._engine.pool.recreate().connect()
        self._turns: threading.Lock = pooled.info[_TURNS][0]
        self._driver = pooled.dbapi_connection
        pooled.detach()
        self._driver.execute("PRAGMA busy_timeout=0")
        # To write the log's pages into the database takes many times as long as a short
        # transaction: whoever writes next of those that can wait does it.
        self._driver.execute("PRAGMA wal_autocheckpoint=0")
        return self._driver

    def close(self) -> None:
        """The next transaction opens another connection."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.close()


def _make_durable(engine: Engine, patience: float) -> None:
    @event.listens_for(engine, "connect")
    def make(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(patience * 1000)}",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _take_turns(engine: Engine, patience: float) -> None:
    turns = threading.Lock()

    @event.listens_for(engine, "connect")
    def line_up(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_TURNS] = turns, patience

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        reads = options.get(READS)
        if reads is None:
            reads = has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}
        if reads:
            _begin(connection, "BEGIN")
        elif WAITS in options:
            _begin_soon(connection, options[WAITS], patience)
        else:
            wait_for_turn(connection.info)
            _begin(connection, "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def leave(_connection: Any, record: ConnectionPoolEntry) -> None:
        """The transaction is over when its connection goes back to the pool."""
        if record.info.pop(_TURN, False):
            turns.release()


def wait_for_turn(info: dict[Any, Any], waits: float | None = None) -> bool:
    """Whether the connection that ``info`` is of has its turn, if need be after so many seconds."""
    if not info.get(_TURN):
        turns, patience = info[_TURNS]
        info[_TURN] = turns.acquire(timeout=patience if waits is None else waits)
    return bool(info[_TURN])


def _begin(connection: Connection, statement: str) -> None:
    """On the driver itself: every request does, and nothing comes back. Raises DBAPIError."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(statement)
    except sqlite3.Error as error:
        base, dialect = sqlite3.Error, connection.dialect
        raise DBAPIError.instance(statement, None, error, base, dialect=dialect) from error


def _begin_soon(connection: Connection, waits: float, patience: float) -> None:
    """Begin to write within so many seconds, or not at all; this process and others count alike."""
    begun = time.monotonic()
    if not wait_for_turn(connection.info, waits):
        raise Busy
    left = max(0.0, waits - (time.monotonic() - begun))
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(left * 1000)}")
    try:
        _begin(connection, "BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(patience * 1000)}")
