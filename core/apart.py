"""Queries that each stand by themselves, in no transaction: on a connection kept for them.

To take a connection from the pool, to begin a transaction and to end it costs more than a short
query does.
"""

from typing import Any

from sqlalchemy import Engine, event


class Apart:
    """A connection for core.prepared, of one thread at a time.

    It is opened when it is needed, anew after an error, and closed with the engine's others.
    """

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._cursor: Any = None
        event.listen(engine, "engine_disposed", self.let_go)

    @property
    def driver(self) -> Any:
        """The driver's cursor. Raises the driver's errors."""
        if self._cursor is None:
            self._cursor = self._opened()
        return self._cursor

    def _opened(self) -> Any:
        connection = self._engine.raw_connection()
        driver: Any = connection.dbapi_connection
        connection.detach()
        # On SQLite the driver begins no transaction unless it is told to (core.db.prepare).
        if self.dialect.name != "sqlite":
            driver.autocommit = True
        return driver.cursor()

    def let_go(self, _: object) -> None:
        """Be closed, after an error or with the engine."""
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.connection.close()
