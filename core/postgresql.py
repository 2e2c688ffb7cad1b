"""Connections to PostgreSQL: how they plan, what they keep prepared, when they are asked."""

import sys
import time
from math import inf
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from core.trips import carrying

#: What the server calls it when somebody waited for a lock as long as they wanted to.
_LOCK_NOT_AVAILABLE = "55P03"
#: Execution option of statements that run hundreds of times a second, by the same few keys: parsed
#: and planned once a connection. Others are planned at each run, by what they ask for.
PREPARED = "xuefa_prepared"
#: On a connection: since when it is idle, on the monotonic clock; and for how many seconds one may
#: be before it is asked whether its server is still there.
_IDLE, _TRUSTED = "xuefa_idle", 1.0


def set_up(engine: Engine) -> None:
    """Make the connections of an engine from now on; once, before the first."""
    _connect(engine)
    _plan_for_short_queries(engine)
    _prepare_what_says_so(engine)
    _ask_after_idleness(engine)


def is_busy(error: Any) -> bool:
    """Whether the driver gave up waiting for somebody else."""
    return getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE


def _connect(engine: Engine) -> None:
    lasting = _lasting(engine.dialect.loaded_dbapi, carrying(engine.dialect))

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, parameters: Any) -> Any:
        return lasting.connect(*args, **parameters)


def _lasting(driver: Any, connection: Any) -> Any:
    """A kind of connection, except that it keeps its prepared statements when a transaction is
    undone.

    The driver drops all of them then, in case tables were made in it, and every page that only
    reads ends like that. Migrations, which do make tables, are over before anybody is served.
    """
    idle, done = driver.pq.TransactionStatus.IDLE, driver.pq.ExecStatus.COMMAND_OK

    class Connection(connection):  # type: ignore[misc]  # loaded where it is used
        def rollback(self) -> None:
            self.trips.drop_kept()
            if self.pgconn.transaction_status == idle:
                return
            if self.pgconn.exec_(b"ROLLBACK").status != done:
                # The driver says what is wrong, and that the connection is lost.
                super().rollback()

    return Connection


def _plan_for_short_queries(engine: Engine) -> None:
    """The database fits into memory, where a row by an index costs little more than the next one
    in order; and no page is worth compiling for, or a second core while people sit an exam."""

    @event.listens_for(engine, "connect")
    def plan(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        for setting in (
            "random_page_cost = 1.1",
            "jit = off",
            "max_parallel_workers_per_gather = 0",
        ):
            connection.execute(f"SET {setting}")
        connection.autocommit = False


def _prepare_what_says_so(engine: Engine) -> None:
    """The driver would prepare whatever ran five times, at the risk of a plan that fits no case."""

    @event.listens_for(engine, "connect")
    def leave_it(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = sys.maxsize

    @event.listens_for(engine, "do_execute")
    def execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
        if not context.execution_options.get(PREPARED):
            return False
        cursor.execute(statement, parameters, prepare=True)
        return True


def _ask_after_idleness(engine: Engine) -> None:
    """A connection that was idle is asked whether its server is still there; one used a moment ago
    is not: asking at every turn costs as much as a short query."""

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_IDLE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(_IDLE, inf) <= _TRUSTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error
