"""Queries to PostgreSQL from an event loop: many under way on one connection.

They go over the wire one behind another without waiting for rows (libpq's pipeline), each in a
transaction of its own; their rows come in the same order. The driver's own connections carry one
query at a time, and a thread or a task of several steps for each.
"""

import time
from asyncio import AbstractEventLoop, Future
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

import structlog
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from core.prepared import Made, Prepared, Row
from core.serving.patience import Patience
from core.trips import Trips

log = structlog.get_logger()

#: Seconds for which rows are waited for, before the connection counts as lost.
PATIENCE = 5.0
#: Seconds between two attempts to connect.
PAUSE = 1.0


_Lost = Callable[["_Line", Exception], None]


class Away(Exception):
    """The database does not answer here and now; another way may."""


class Wire:
    """A connection and what makes a new one, in a thread, when it is lost."""

    def __init__(self, engine: Engine, loop: AbstractEventLoop) -> None:
        self._engine, self._loop = engine, loop
        self._patience = Patience(PATIENCE)
        self._patience.start(loop)
        self._line: _Line | None = None
        #: When it was tried to connect last, on the monotonic clock, and whether it still is.
        self._tried, self._connecting = 0.0, False
        event.listen(engine, "engine_disposed", self._disposed)
        self._connect()

    async def rows(self, query: Prepared, /, **values: Any) -> list[Row]:
        """What is committed by now. Raises Away."""
        line = self._line
        if line is None:
            self._connect()
            raise Away
        try:
            return await self._patience.wait(line.ask(query, values))
        except (self._engine.dialect.loaded_dbapi.Error, TimeoutError) as error:
            self._let_go(line, error)
            raise Away from error

    def _connect(self) -> None:
        if self._connecting or time.monotonic() < self._tried + PAUSE:
            return
        self._connecting, self._tried = True, time.monotonic()
        Thread(target=self._call, name="connecting", daemon=True).start()

    def _call(self) -> None:
        """Connect as the engine does, and hand the connection to the loop."""
        connection = None
        try:
            pooled = self._engine.raw_connection()
            new: Any = pooled.dbapi_connection
            pooled.detach()
            new.autocommit = True
            # What runs here runs thousands of times, by the key: the first runs plan no more than
            # the others do.
            new.execute("SET plan_cache_mode = force_generic_plan")
            connection = new
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
            log.warning("no connection to the database", exc_info=True)
        try:
            self._loop.call_soon_threadsafe(self._connected, connection)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            if connection is not None:
                connection.close()

    def _connected(self, connection: Any) -> None:
        self._connecting = False
        if connection is not None:
            self._line = _Line(
                self._engine.dialect.loaded_dbapi, connection, self._loop, self._let_go
            )

    def _let_go(self, line: "_Line", error: Exception) -> None:
        """Close a line that failed: whoever waits for it is told."""
        if line is self._line:
            self._line = None
        line.close(error)

    def close(self) -> None:
        if self._line is not None:
            self._let_go(self._line, Away())

    def _disposed(self, _: Engine) -> None:
        # Once the loop is closed, nothing happens on it any more.
        try:
            self._loop.call_soon_threadsafe(self.close)
        except RuntimeError:
            self.close()


class _Line:
    """One connection in pipeline mode; everything happens on the loop."""

    def __init__(self, driver: Any, connection: Any, loop: AbstractEventLoop, lost: _Lost) -> None:
        self._connection, self._loop, self._lost = connection, loop, lost
        self._status, self._errors = driver.pq.ExecStatus, driver.errors
        #: How values and rows are written on this connection.
        self._trips: Trips = connection.trips
        self._wire = connection.pgconn
        self._wire.nonblocking = 1
        self._wire.enter_pipeline_mode()
        #: A lost connection does not know it any more.
        self._socket = self._wire.socket
        #: What statements are called on this connection, by their text.
        self._names: dict[str, bytes] = {}
        #: Who waits for the rows of what, in the order in which they asked.
        self._asked: deque[tuple[Made, Future[list[Row]]]] = deque()
        #: Rows of the first of them.
        self._rows: list[Row] = []
        #: Whether it is waited until more can be sent.
        self._sending = self._closed = False
        self._loop.add_reader(self._socket, self._read)

    def ask(self, query: Prepared, values: dict[str, Any]) -> Future[list[Row]]:
        """Raises the driver's errors."""
        made = query.made(self._trips.dialect)
        wire, name = self._wire, self._names.get(made.text)
        if name is None:
            name = self._names[made.text] = b"apart%d" % len(self._names)
            wire.send_prepare(name, made.text.encode())
        wire.send_query_prepared(name, self._trips.step(made.text, made.sent(values)).sent)
        wire.pipeline_sync()
        answer: Future[list[Row]] = self._loop.create_future()
        self._asked.append((made, answer))
        self._send()
        return answer

    def _send(self) -> None:
        unsent = bool(self._wire.flush())
        if unsent and not self._sending:
            self._loop.add_writer(self._socket, self._send_on)
        elif self._sending and not unsent:
            self._loop.remove_writer(self._socket)
        self._sending = unsent

    def _send_on(self) -> None:
        try:
            self._send()
        except self._errors.Error as error:
            self._lost(self, error)

    def _read(self) -> None:
        try:
            self._wire.consume_input()
            if self._sending:
                self._send()
            while self._asked and not self._wire.is_busy():
                self._take(self._wire.get_result())
        except self._errors.Error as error:
            self._lost(self, error)

    def _take(self, result: Any) -> None:
        """Take the next result; None stands at the end of those of a command."""
        if result is None:
            return
        status = result.status
        if status == self._status.TUPLES_OK:
            made = self._asked[0][0]
            self._rows = [*made.brought(self._trips, result)]
        elif status == self._status.PIPELINE_SYNC:
            _, answer = self._asked.popleft()
            if not answer.done():
                answer.set_result(self._rows)
            self._rows = []
        elif status != self._status.COMMAND_OK:
            raise self._errors.error_from_result(result)

    def close(self, error: Exception) -> None:
        """Tell those who wait why."""
        if self._closed:
            return
        self._closed = True
        with suppress(RuntimeError):
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
        self._connection.close()
        while self._asked:
            _, answer = self._asked.popleft()
            if not answer.done():
                answer.set_exception(error)
