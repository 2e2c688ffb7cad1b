"""Queries that run hundreds of times a second: compiled once, run by the driver itself.

They are built like any other query and give the same values and the same errors; only what is
decided anew at every execution otherwise – which dialect, which types, which result – is decided
once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from core.db import db

Row = Sequence[Any]


@dataclass
class _Made:
    text: str
    #: Names of parameters in the order of their places; None where they go by name.
    places: Sequence[str] | None
    types: Sequence[TypeEngine[Any]]
    #: What the driver is told besides.
    manner: Mapping[str, bool]
    #: What makes a driver's value into ours, by column, where it is not that already; known with
    #: the first result.
    processors: Sequence[tuple[int, Callable[[Any], Any]]] | None = None


class Prepared:
    """A query whose parameters are plain figures and texts, given at each run."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query
        self._made: dict[str, _Made] = {}

    def rows(self, connection: Connection | None = None, **values: int | str) -> Sequence[Row]:
        """The rows of the query: in the transaction of a connection, by default the session's."""
        connection = connection or db.session.connection()
        dialect = connection.dialect
        made = self._made.get(dialect.name) or self._make(dialect)
        sent: Any = values if made.places is None else [values[each] for each in made.places]
        driver: Any = connection.connection.dbapi_connection
        try:
            cursor = driver.execute(made.text, sent, **made.manner)
            rows: Sequence[Row] = cursor.fetchall()
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, driver, None):
                connection.invalidate(error)
            base = dialect.loaded_dbapi.Error
            raise DBAPIError.instance(made.text, sent, error, base, dialect=dialect) from error
        processors = made.processors
        if processors is None:
            processors = made.processors = _processors(made.types, dialect, cursor.description)
        return [_processed(row, processors) for row in rows] if processors else rows

    def _make(self, dialect: Dialect) -> _Made:
        compiled: Any = self._query.compile(dialect=dialect)
        made = self._made[dialect.name] = _Made(
            compiled.string,
            compiled.positiontup if compiled.positional else None,
            [column.type.dialect_impl(dialect) for column in self._query.selected_columns],
            {"prepare": True} if dialect.name == "postgresql" else {},
        )
        return made


def _processors(
    types: Sequence[TypeEngine[Any]], dialect: Dialect, columns: Sequence[Sequence[Any]]
) -> Sequence[tuple[int, Callable[[Any], Any]]]:
    found = [
        of.result_processor(dialect, column[1]) for of, column in zip(types, columns, strict=True)
    ]
    return [(place, processor) for place, processor in enumerate(found) if processor]


def _processed(row: Row, processors: Sequence[tuple[int, Callable[[Any], Any]]]) -> Row:
    values = list(row)
    for place, processor in processors:
        values[place] = processor(values[place])
    return values
