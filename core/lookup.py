"""SQL: what a JSON object that is sent along holds for a key; NULL for nothing.

With it one statement sets each of many rows to a value of its own.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler


class looked_up(ColumnElement[str]):  # noqa: N801 - reads as SQL's functions do
    """The text that ``texts``, a JSON object of texts, holds for ``key``, a column of numbers."""

    type = Text()
    inherit_cache = True

    def __init__(self, texts: ColumnElement[str], key: ColumnElement[int]) -> None:
        self.texts, self.looked_for = texts, key


@compiles(looked_up, "sqlite")
def _on_sqlite(element: looked_up, compiler: SQLCompiler, **given: Any) -> str:
    texts, key = (compiler.process(each, **given) for each in (element.texts, element.looked_for))
    return f"json_extract({texts}, '$.' || {key})"


@compiles(looked_up, "postgresql")
def _on_postgresql(element: looked_up, compiler: SQLCompiler, **given: Any) -> str:
    texts, key = (compiler.process(each, **given) for each in (element.texts, element.looked_for))
    return f"(CAST({texts} AS jsonb) ->> CAST({key} AS text))"
