"""Statements to PostgreSQL from a thread: several of them in one trip to the server and back.

The driver makes a trip for each statement, and one more where a transaction begins; a trip wakes
two processes, and costs more than most of what is asked. Here statements whose answers are not
needed in between go over the wire one behind another (libpq's pipeline), with BEGIN in front of
the first and COMMIT behind the last. The server does them in that order, each as if it had come
by itself.
"""

import select
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import Dialect

_BEGIN, _COMMIT = b"BEGIN", b"COMMIT"


class Step(NamedTuple):
    """A statement to be run."""

    text: str
    #: Its parameters as the server reads them, by number.
    sent: Sequence[Any]


class Trips:
    """The trips of one connection, in the transaction that the connection is in."""

    def __init__(self, driver: Any, connection: Any, dialect: Dialect) -> None:
        #: How parameters are called here: by number.
        self.dialect = dialect
        self._connection, self._wire = connection, connection.pgconn
        self._status, self._errors = driver.pq.ExecStatus, driver.errors
        self._idle = driver.pq.TransactionStatus.IDLE
        self._format = driver.adapt.PyFormat.TEXT
        self._adapted = driver.adapt.Transformer(connection)
        #: What statements are called on this connection, by their text; and how many were.
        self._names: dict[str, bytes] = {}
        self._named = 0
        #: What goes along with the next trip.
        self._kept: list[Step] = []

    def step(self, text: str, values: Sequence[Any]) -> Step:
        """Raises the driver's errors for values that the server cannot take."""
        return Step(text, self._adapted.dump_sequence(values, [self._format] * len(values)))

    def keep(self, step: Step) -> None:
        """Run it with whatever is sent next; at the latest with COMMIT."""
        self._kept.append(step)

    def go(self, steps: Sequence[Step]) -> list[Any]:
        """The server's result of each. Raises the driver's errors, that of the first that failed;
        of what comes behind it nothing is done."""
        kept, self._kept = self._kept, []
        results = self._sent([*kept, *steps], commit=False)
        return results[len(kept) :]

    def go_with_kept(self) -> None:
        """Run what was kept before anything else is."""
        if self._kept:
            self.go(())

    def go_and_commit(self) -> None:
        """Run what was kept, and commit; nothing where no transaction has begun."""
        kept, self._kept = self._kept, []
        if kept or self._wire.transaction_status != self._idle:
            self._sent(kept, commit=True)

    def drop_kept(self) -> None:
        self._kept = []

    def forget_names(self) -> None:
        """The server let go of all statements."""
        self._names = {}

    def rows(self, result: Any) -> Sequence[Any]:
        self._adapted.set_pgresult(result)
        rows: Sequence[Any] = self._adapted.load_rows(0, result.ntuples, tuple)
        return rows

    def _sent(self, steps: Sequence[Step], *, commit: bool) -> list[Any]:
        wire, new = self._wire, []
        #: Of each command on its way: whether somebody wants its result.
        wanted: list[bool] = []
        results: list[Any] = []
        begins = not self._connection.autocommit and wire.transaction_status == self._idle
        try:
            wire.enter_pipeline_mode()
            if begins:
                wire.send_query_params(_BEGIN, ())
                wanted.append(False)
            for text, sent in steps:
                name = self._names.get(text)
                if name is None:
                    name = self._names[text] = b"often%d" % self._named
                    self._named += 1
                    new.append(text)
                    wire.send_prepare(name, text.encode())
                    wanted.append(False)
                wire.send_query_prepared(name, sent)
                wanted.append(True)
            if commit:
                wire.send_query_params(_COMMIT, ())
                wanted.append(False)
            wire.pipeline_sync()
            failed = self._take(wanted, results)
            wire.exit_pipeline_mode()
        except BaseException:
            # Nobody knows what the server has still to say.
            wire.finish()
            raise
        if failed is not None:
            # Those that were not done have no name there; the others get another one.
            for text in new:
                del self._names[text]
            raise failed
        return results

    def _take(self, wanted: Sequence[bool], results: list[Any]) -> Exception | None:
        """Take the results of all commands; the error of the first that failed."""
        failed: Exception | None = None
        for each in wanted:
            result = self._next()
            if result is None:
                raise failed or self._errors.OperationalError("the connection is lost")
            if result.status in (self._status.TUPLES_OK, self._status.COMMAND_OK):
                if each:
                    results.append(result)
            elif failed is None:
                failed = self._errors.error_from_result(result)
            try:
                # Nothing stands behind the results of a command.
                self._next()
            except self._errors.Error:
                # A server that goes says why and no more.
                if failed is None:
                    raise
                raise failed from None
        self._next()
        return failed

    def _next(self) -> Any:
        """The next result. While it is waited for, other threads work."""
        wire = self._wire
        while wire.is_busy():
            waits = select.poll()
            waits.register(wire.socket, select.POLLIN | (select.POLLOUT if wire.flush() else 0))
            waits.poll()
            wire.consume_input()
        return wire.get_result()


def carrying(dialect: Dialect) -> Any:
    """The driver's connection with trips of its own."""
    driver, made = dialect.loaded_dbapi, cast(Any, type(dialect))
    numbering = made(dbapi=driver, paramstyle="numeric_dollar")
    connection: Any = driver.Connection

    class Connection(connection):  # type: ignore[misc]  # loaded where it is used
        def __init__(self, *args: Any, **named: Any) -> None:
            super().__init__(*args, **named)
            self.trips = Trips(driver, self, numbering)

        def cursor(self, *args: Any, **named: Any) -> Any:
            """Whatever else the server is told comes after what was kept."""
            self.trips.go_with_kept()
            return super().cursor(*args, **named)

        def commit(self) -> None:
            self.trips.go_and_commit()

        def _deallocate(self, name: bytes | None) -> Any:
            """The driver lets the server forget a statement; for None all, ours as well."""
            if name is None:
                self.trips.forget_names()
            return super()._deallocate(name)

    return Connection
