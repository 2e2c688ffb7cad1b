"""Queries that each stand by themselves, in no transaction: on the driver's own connection.

To begin a transaction and to end it costs a server as much as a query does.
"""

from typing import Any, Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


class Apart:
    """A connection without a transaction, for core.prepared; held by ``with``."""

    def __init__(self, engine: Engine) -> None:
        self.dialect = engine.dialect
        base = self.dialect.loaded_dbapi.Error
        try:
            self.connection = engine.raw_connection()
        except base as error:
            raise DBAPIError.instance(None, None, error, base, dialect=self.dialect) from error
        # On SQLite the driver begins no transaction unless it is told to (core.db.prepare).
        self._server: Any = None
        if self.dialect.name != "sqlite":
            self._server = self.connection.dbapi_connection
            self._server.autocommit = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and not self._server.closed:
            self._server.autocommit = False
        self.connection.close()

    def invalidate(self, error: BaseException) -> None:
        self.connection.invalidate(error)
