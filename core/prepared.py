"""Statements that run hundreds of times a second: compiled once, run by the driver itself.

They are built like any other statement and give the same values and the same errors; only what is
decided anew at every execution otherwise – which dialect, which types, which result – is decided
once. They go on in the transaction of the session, which knows nothing of the rows: what it holds
of them and has not written yet is flushed before by whoever runs them.

On PostgreSQL several of them make one trip to the server (core.trips): those that are run together,
and those that are written later, with whatever is said next.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Dialect, Insert, Select, TextualSelect, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from core.db import db
from core.postgresql import PREPARED
from core.trips import Step, Trips

Row = Sequence[Any]
Statement = Select[*tuple[Any, ...]] | TextualSelect | Insert | Update
Processor = Callable[[Any], Any]
S = TypeVar("S", bound=Executable)


def often(statement: S) -> S:
    """A statement for the session that runs as often: PostgreSQL plans it once a connection."""
    return statement.execution_options(**{PREPARED: True})


class Within:
    """Where statements run by default: in the transaction of a connection, the session's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.driver: Any = connection.connection.dbapi_connection
        #: How the connection carries statements to a server; None where there is none.
        self.trips: Trips | None = getattr(self.driver, "trips", None)
        self.dialect = connection.dialect if self.trips is None else self.trips.dialect

    def let_go(self, error: Any) -> None:
        if self._connection.dialect.is_disconnect(error, self.driver, None):
            self._connection.invalidate(error)


class Source(Protocol):
    """Where statements run."""

    dialect: Dialect

    @property
    def driver(self) -> Any:
        """What the driver executes with. Raises the driver's errors."""

    def let_go(self, error: Any) -> None:
        """Be told that a statement failed."""


@dataclass
class Made:
    """A statement as a dialect has it."""

    dialect: Dialect
    text: str
    #: Names of parameters in the order of their places; None where they go by name.
    places: Sequence[str] | None
    #: What makes a value of ours into the driver's, by parameter, where it is not that already.
    senders: Mapping[str, Processor]
    #: Figures that the statement itself names, and what columns are set to that no run names.
    defaults: Mapping[str, Any]
    types: Sequence[TypeEngine[Any]]
    #: What makes a driver's value into ours, by column, where it is not that already; known with
    #: the first result.
    processors: Sequence[tuple[int, Processor]] | None = None

    def sent(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them: by place or by name."""
        given: dict[str, Any] = {**self.defaults, **values}
        for name, process in self.senders.items():
            given[name] = process(given[name])
        return given if self.places is None else [given[each] for each in self.places]

    def learn(self, codes: Iterable[Any]) -> None:
        """``codes``: how the driver calls the types of the columns."""
        found = [
            of.result_processor(self.dialect, code)
            for of, code in zip(self.types, codes, strict=True)
        ]
        self.processors = [(place, process) for place, process in enumerate(found) if process]

    def received(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The driver's rows with values of ours."""
        return [self._processed(row) for row in rows] if self.processors else rows

    def brought(self, trips: Trips, result: Any) -> Sequence[Row]:
        """The same of a server's result."""
        if self.processors is None:
            self.learn(map(result.ftype, range(result.nfields)))
        return self.received(trips.rows(result))

    def _processed(self, row: Row) -> Row:
        values = list(row)
        for place, process in self.processors or ():
            values[place] = process(values[place])
        return values


class Prepared:
    """A statement whose parameters are given at each run.

    ``columns``: which of its table's an INSERT or UPDATE sets, from parameters of the same names.
    """

    def __init__(self, statement: Statement, *columns: str) -> None:
        self._statement, self._columns = statement, columns
        self._made: dict[tuple[str, str], Made] = {}

    def rows(self, source: Source | None = None, /, **values: Any) -> Sequence[Row]:
        """The rows of a query: in the session's transaction, or elsewhere."""
        return self._run(source, values).rows()

    def run(self, source: Source | None = None, /, **values: Any) -> int:
        """Write; how many rows were written."""
        return self._run(source, values).written()

    def added(self, source: Source | None = None, /, **values: Any) -> int:
        """Insert a row; its id."""
        return self._run(source, values).added()

    def later(self, within: Within | None = None, /, **values: Any) -> None:
        """Write before anything else is read or written, and before the transaction is committed;
        what comes next raises the errors of it."""
        within = within or _within()
        if within.trips is None:
            self._run(within, values)
        else:
            _, step = _step(within, within.trips, Asked(self, values))
            within.trips.keep(step)

    def asked(self, **values: Any) -> "Asked":
        """The query with its values, to be run together with others."""
        return Asked(self, values)

    def _run(self, source: Source | None, values: Mapping[str, Any]) -> "_Answer":
        source = source or _within()
        if isinstance(source, Within) and source.trips is not None:
            return _in_one_trip(source, source.trips, [Asked(self, values)])[0]
        made = self.made(source.dialect)
        sent = made.sent(values)
        try:
            return _FromDriver(made, source.driver.execute(made.text, sent))
        except source.dialect.loaded_dbapi.Error as error:
            raise _raised(source, made.text, sent, error) from error

    def made(self, dialect: Dialect) -> Made:
        """The statement as a dialect has it, and as the dialect's driver calls parameters."""
        return self._made.get((dialect.name, dialect.paramstyle)) or self._make(dialect)

    def _make(self, dialect: Dialect) -> Made:
        statement, on_server = self._statement, dialect.name == "postgresql"
        returned: Sequence[ColumnElement[Any]] = []
        if isinstance(statement, Select | TextualSelect):
            returned = [*statement.selected_columns]
        elif isinstance(statement, Insert) and on_server:
            returned = [statement.table.c.id]
            statement = statement.returning(*returned)
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(self._columns))
        named = {
            name: each.type.dialect_impl(dialect).bind_processor(dialect)
            for name, each in compiled.binds.items()
        }
        made = self._made[dialect.name, dialect.paramstyle] = Made(
            dialect,
            compiled.string,
            compiled.positiontup if compiled.positional else None,
            {name: process for name, process in named.items() if process},
            {
                **{name: each.value for name, each in compiled.binds.items() if not each.required},
                **{each.key: each.default.arg for each in compiled.insert_prefetch},
            },
            [column.type.dialect_impl(dialect) for column in returned],
        )
        return made


class Held:
    """Waits for the rows of a query and holds them until the transaction ends, as core.db.hold.

    ``shared``: others may hold them as well, but nobody change them, as core.db.share.
    """

    def __init__(self, query: Select[*tuple[Any, ...]], *, shared: bool = False) -> None:
        self._query = Prepared(query.with_for_update(read=shared))

    def wait(self, **values: Any) -> None:
        # On SQLite the transaction that may write holds everything.
        if db.engine.dialect.name != "sqlite":
            self._query.rows(**values)

    def asked(self, **values: Any) -> "Asked":
        """The same, to be run in front of others."""
        return Asked(self._query, values, holds=True)


class Asked(NamedTuple):
    """A statement with its values."""

    statement: Prepared
    values: Mapping[str, Any]
    #: Whether it only waits for its rows, which SQLite need not.
    holds: bool = False


def together(*queries: Asked, within: Within | None = None) -> list[Sequence[Row]]:
    """The rows of several queries that run one behind another, by default in the session's
    transaction; of one that only waits nobody looks at them."""
    within = within or _within()
    if within.trips is not None:
        return [each.rows() for each in _in_one_trip(within, within.trips, queries)]
    return [() if each.holds else each.statement.rows(within, **each.values) for each in queries]


def _within() -> Within:
    return Within(db.session.connection())


class _Answer(Protocol):
    """What came of a statement."""

    def rows(self) -> Sequence[Row]:
        """Those of a query."""

    def written(self) -> int:
        """How many rows were."""

    def added(self) -> int:
        """The id of the row that was inserted."""


class _FromDriver:
    """What SQLite's driver has of it."""

    def __init__(self, made: Made, cursor: Any) -> None:
        self._made, self._cursor = made, cursor

    def rows(self) -> Sequence[Row]:
        rows: Sequence[Row] = self._cursor.fetchall()
        if self._made.processors is None:
            self._made.learn(column[1] for column in self._cursor.description)
        return self._made.received(rows)

    def written(self) -> int:
        return int(self._cursor.rowcount)

    def added(self) -> int:
        return int(self._cursor.lastrowid)


class _FromServer:
    """What a trip to PostgreSQL brought of it."""

    def __init__(self, made: Made, trips: Trips, result: Any) -> None:
        self._made, self._trips, self._result = made, trips, result

    def rows(self) -> Sequence[Row]:
        return self._made.brought(self._trips, self._result)

    def written(self) -> int:
        return int(self._result.command_tuples)

    def added(self) -> int:
        return int(self._trips.rows(self._result)[0][0])


def _in_one_trip(within: Within, trips: Trips, asked: Sequence[Asked]) -> list[_Answer]:
    ready = [_step(within, trips, each) for each in asked]
    try:
        results = trips.go([step for _, step in ready])
    except within.dialect.loaded_dbapi.Error as error:
        text = ";\n".join(step.text for _, step in ready)
        raise _raised(within, text, None, error) from error
    return [
        _FromServer(made, trips, result) for (made, _), result in zip(ready, results, strict=True)
    ]


def _step(within: Within, trips: Trips, asked: Asked) -> tuple[Made, Step]:
    """A statement as it goes on a trip."""
    made = asked.statement.made(trips.dialect)
    sent = made.sent(asked.values)
    try:
        return made, trips.step(made.text, sent)
    except within.dialect.loaded_dbapi.Error as error:
        raise _raised(within, made.text, sent, error) from error


def _raised(source: Source, text: str, sent: Any, error: Any) -> Exception:
    """The driver's error as SQLAlchemy raises it."""
    source.let_go(error)
    base = source.dialect.loaded_dbapi.Error
    raised: Exception = DBAPIError.instance(text, sent, error, base, dialect=source.dialect)
    return raised
