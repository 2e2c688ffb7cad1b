"""What is indexed: a small row for each document, its text, and the index of the engine.

The index proper is no table of the models, since each engine has its own: a virtual table of
FTS5 on SQLite, a ``tsvector`` with a GIN index on PostgreSQL (no extension, no superuser).
"""

from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Code, Model, Prose


class SearchEntry(Model):
    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id"),
        # The order of hits that are equally good.
        Index("ix_search_entry_order", "kind", "weight", "id"),
    )

    kind: Mapped[Code]
    #: The id of the row that the document is of.
    ref_id: Mapped[int]
    #: What readers narrow a search by: the version of an article, the course of a lesson.
    group_id: Mapped[int | None]
    #: Of hits that are equally good, the lighter come first.
    weight: Mapped[int] = mapped_column(default=0)
    #: Over everything that was indexed.
    digest: Mapped[Code]


class SearchText(Model):
    """The text as it was indexed, apart from the entry, so that entries are read fast."""

    __tablename__ = "search_text"

    id: Mapped[int] = mapped_column(
        ForeignKey(SearchEntry.id, ondelete="CASCADE"), primary_key=True, sort_order=-1
    )
    title: Mapped[Prose]
    number: Mapped[Prose]
    body: Mapped[Prose]


#: The engine's index, and with it everything that an engine makes of its own for it.
INDEX = "search_gram"
CREATE = {
    "sqlite": [
        (
            f"CREATE VIRTUAL TABLE {INDEX} USING fts5("
            "kind, title, number, body, content='', columnsize=0, prefix='1', "
            "tokenize='unicode61 remove_diacritics 0')"
        ),
    ],
    "postgresql": [
        (
            f"CREATE TABLE {INDEX} (id INTEGER PRIMARY KEY "
            "REFERENCES search_entry (id) ON DELETE CASCADE, grams TSVECTOR NOT NULL)"
        ),
        # Every search reads through the list of what is not in the tree yet: it is kept short.
        (
            f"CREATE INDEX ix_{INDEX}_grams ON {INDEX} USING GIN (grams) "
            "WITH (gin_pending_list_limit = 128)"
        ),
    ],
}
DROP = f"DROP TABLE IF EXISTS {INDEX}"

# SQLAlchemy has no types for DDL.
for _dialect, _statements in CREATE.items():
    for _statement in _statements:
        event.listen(
            SearchEntry.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
event.listen(SearchEntry.__table__, "before_drop", DDL(DROP))  # type: ignore[no-untyped-call]


def is_of_the_models(_object: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """For Alembic's comparison: everything but the engine's own index."""
    return kind != "table" or not (name or "").startswith(INDEX)
