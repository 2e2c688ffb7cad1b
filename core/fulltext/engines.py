"""The index proper, on SQLite (FTS5) and on PostgreSQL (tsvector)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from core.fulltext.grams import Field, Query, Term, Word, grams, pairs
from core.fulltext.models import INDEX, SearchEntry, SearchText


@dataclass(frozen=True)
class Row:
    """What is indexed of an entry, in plain runs."""

    id: int
    kind: str
    title: str
    number: str
    body: str


class Engine(Protocol):
    def add(self, session: Session, rows: Sequence[Row]) -> None:
        """Index rows that are not in the index yet."""

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        """Take rows out that are in the index as given."""

    def clear(self, session: Session) -> None: ...

    def matching(self, query: Query, kinds: Collection[str]) -> Select[Any]:
        """The ids of the entries that the query finds: of these kinds, at least one, and where
        ``entries_of`` gives conditions, of others too."""

    def entries_of(self, kinds: Collection[str]) -> Sequence[ColumnElement[bool]]:
        """Conditions on the entries that narrow what ``matching`` finds to the kinds."""


class Fts5:
    """A table without contents of its own: what is taken out must be given as it was put in."""

    _TABLE = table(INDEX, column("rowid"), column(INDEX))

    def add(self, session: Session, rows: Sequence[Row]) -> None:
        session.execute(
            text(
                f"INSERT INTO {INDEX} (rowid, kind, title, number, body) "  # noqa: S608
                "VALUES (:id, :k, :t, :n, :b)"
            ),
            self._values(rows),
        )

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        session.execute(
            text(
                f"INSERT INTO {INDEX} ({INDEX}, rowid, kind, title, number, body) "  # noqa: S608
                "VALUES ('delete', :id, :k, :t, :n, :b)"
            ),
            self._values(rows),
        )

    @staticmethod
    def _values(rows: Sequence[Row]) -> list[dict[str, Any]]:
        return [
            {
                "id": row.id,
                "k": row.kind,
                "t": " ".join(grams(row.title)),
                "n": row.number,
                "b": " ".join(grams(row.body)),
            }
            for row in rows
        ]

    def clear(self, session: Session) -> None:
        session.execute(text(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')"))  # noqa: S608

    def matching(self, query: Query, kinds: Collection[str]) -> Select[Any]:
        words = [[f'kind : "{kind}"' for kind in kinds], *(map(self._term, word) for word in query)]
        asked = " AND ".join(f"({' OR '.join(word)})" for word in words)
        return select(self._TABLE.c.rowid).where(self._TABLE.c[INDEX].op("MATCH")(asked))

    def entries_of(self, kinds: Collection[str]) -> Sequence[ColumnElement[bool]]:
        """None, for the kind is in the index: SQLite would try every entry of the kind against
        every hit."""
        return ()

    @staticmethod
    def _term(term: Term) -> str:
        if term.field is Field.NUMBER:
            return f'number : "{term.text}"'
        if len(term.text) == 1:
            return f'{term.field} : "{term.text}" *'
        return f'{term.field} : "{" ".join(pairs(term.text))}"'


class Tsvector:
    """Lexemes are a letter for the field and a pair; they say nothing of the order of pairs, so
    that terms of three characters and more are looked for in the text of what the index finds."""

    _TABLE = table(INDEX, column("id"), column("grams"))

    def add(self, session: Session, rows: Sequence[Row]) -> None:
        session.execute(
            text(
                f"INSERT INTO {INDEX} (id, grams) "  # noqa: S608
                "VALUES (:id, array_to_tsvector(CAST(:grams AS text[])))"
            ),
            [{"id": row.id, "grams": self._lexemes(row)} for row in rows],
        )

    def remove(self, session: Session, rows: Sequence[Row]) -> None:
        session.execute(
            text(f"DELETE FROM {INDEX} WHERE id = :id"),  # noqa: S608
            [{"id": row.id} for row in rows],
        )

    def clear(self, session: Session) -> None:
        session.execute(text(f"DELETE FROM {INDEX}"))  # noqa: S608

    @staticmethod
    def _lexemes(row: Row) -> list[str]:
        titled, written = grams(row.title), grams(row.body)
        numbers = row.number.split()
        return [
            *(f"t{each}" for each in titled),
            *(f"n{each}" for each in numbers),
            *(f"b{each}" for each in written),
        ]

    def matching(self, query: Query, kinds: Collection[str]) -> Select[Any]:
        asked = " & ".join(f"({' | '.join(map(self._term, word))})" for word in query)
        # In the statement itself: in a prepared one the planner would not know how common it is.
        given = bindparam("asked", asked, String, unique=True, literal_execute=True)
        found = select(self._TABLE.c.id).where(self._TABLE.c.grams.op("@@")(cast(given, TSQUERY)))
        if conditions := [self._in_order(word) for word in query if any(map(self._long, word))]:
            found = found.join(SearchText, SearchText.id == self._TABLE.c.id)
            return found.where(and_(*conditions))
        return found

    def entries_of(self, kinds: Collection[str]) -> Sequence[ColumnElement[bool]]:
        """Of common words it is faster to go through the entries in order until enough are found,
        of rare ones to begin at the index. The planner knows how common words are; it would count
        the kind twice, and be far out, if that was in the index, too."""
        return (SearchEntry.kind.in_(kinds),)

    @staticmethod
    def _term(term: Term) -> str:
        letter = term.field.value[0]
        if term.field is Field.NUMBER:
            return f"'{letter}{term.text}'"
        if len(term.text) == 1:
            return f"'{letter}{term.text}':*"
        return "(" + " & ".join(f"'{letter}{pair}'" for pair in pairs(term.text)) + ")"

    @staticmethod
    def _long(term: Term) -> bool:
        return term.field is not Field.NUMBER and len(term.text) > 2

    def _in_order(self, word: Word) -> ColumnElement[bool]:
        return or_(*self._places(word))

    @staticmethod
    def _places(word: Word) -> Iterable[ColumnElement[bool]]:
        for term in word:
            if term.field is Field.TITLE:
                yield SearchText.title.contains(term.text, autoescape=True)
            elif term.field is Field.BODY:
                yield SearchText.body.contains(term.text, autoescape=True)
            else:
                yield SearchText.number.contains(term.text, autoescape=True)


ENGINES: dict[str, Engine] = {"sqlite": Fts5(), "postgresql": Tsvector()}


def engine_of(session: Session) -> Engine:
    return ENGINES[session.get_bind().dialect.name]
