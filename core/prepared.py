"""Statements that run hundreds of times a second: compiled once, run by the driver itself.

They are built like any other statement and give the same values and the same errors; only what is
decided anew at every execution otherwise – which dialect, which types, which result – is decided
once. They go on in the transaction of the session, which knows nothing of the rows: what it holds
of them and has not written yet is flushed before by whoever runs them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Dialect, Insert, Select, TextualSelect, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from core.db import db
from core.postgresql import PREPARED

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
        self.dialect = connection.dialect
        self.driver: Any = connection.connection.dbapi_connection

    def let_go(self, error: Any) -> None:
        if self.dialect.is_disconnect(error, self.driver, None):
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
    #: What the driver is told besides: a server plans such a statement once a connection.
    manner: Mapping[str, bool]
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
        source = source or Within(db.session.connection())
        made, cursor = self._run(source, values)
        rows: Sequence[Row] = cursor.fetchall()
        if made.processors is None:
            made.learn(column[1] for column in cursor.description)
        return made.received(rows)

    def run(self, source: Source | None = None, /, **values: Any) -> int:
        """Write; how many rows were written."""
        return int(self._run(source, values)[1].rowcount)

    def added(self, source: Source | None = None, /, **values: Any) -> int:
        """Insert a row; its id."""
        made, cursor = self._run(source, values)
        return int(cursor.fetchone()[0] if made.types else cursor.lastrowid)

    def _run(self, source: Source | None, values: Mapping[str, Any]) -> tuple[Made, Any]:
        source = source or Within(db.session.connection())
        dialect = source.dialect
        made = self.made(dialect)
        sent = made.sent(values)
        try:
            return made, source.driver.execute(made.text, sent, **made.manner)
        except dialect.loaded_dbapi.Error as error:
            source.let_go(error)
            base = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(made.text, sent, error, base, dialect=dialect) from error

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
            {"prepare": True} if on_server else {},
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
