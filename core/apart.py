"""Queries asked on the server's event loop, each by itself and in no transaction.

What thousands ask for in the same minute is answered by the loop: no thread is woken to ask, waits
for the database and gives way to others. Whoever cannot be answered so, or not now, goes the usual
way, through the session of a request.
"""

from asyncio import AbstractEventLoop
from typing import Any, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from core.prepared import Prepared, Row
from core.wire import Away, Wire

__all__ = ["Apart", "Away", "apart"]


class Apart(Protocol):
    """A connection kept for such queries: opened anew after an error, closed with the engine's."""

    async def rows(self, query: Prepared, /, **values: Any) -> list[Row]:
        """What is committed by now. Raises Away."""

    def close(self) -> None:
        """On the loop; the next query opens it anew."""


def apart(engine: Engine, loop: AbstractEventLoop) -> Apart:
    return Here(engine) if engine.dialect.name == "sqlite" else Wire(engine, loop)


class Here:
    """SQLite's: a file of this computer is read at once, or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._cursor: Any = None
        event.listen(engine, "engine_disposed", lambda _: self.close())

    async def rows(self, query: Prepared, /, **values: Any) -> list[Row]:
        try:
            return [*query.rows(self, **values)]
        except SQLAlchemyError as error:
            raise Away from error

    @property
    def driver(self) -> Any:
        """The driver's cursor. Raises the driver's errors."""
        if self._cursor is None:
            self._cursor = self._opened()
        return self._cursor

    def _opened(self) -> Any:
        arguments, named = self.dialect.create_connect_args(self._engine.url)
        # Readers hardly ever wait for the file; the loop never does.
        at_once = {**named, "timeout": 0, "isolation_level": None}
        driver: Any = self.dialect.loaded_dbapi.connect(*arguments, **at_once)
        driver.execute("PRAGMA query_only = ON")
        return driver.cursor()

    def let_go(self, error: Any) -> None:
        self.close()

    def close(self) -> None:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.connection.close()
