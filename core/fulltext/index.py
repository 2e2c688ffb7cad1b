"""Documents are put into the index, taken out, found, and compared with what they are of.

Whoever changes a text puts it into the index in the same transaction. A ``Source`` says what ought
to be there, so that a command can tell whether it is, and build it anew.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import Flask
from sqlalchemy import ColumnElement, Select, delete, false, insert, join, select
from sqlalchemy.orm import Session

from core import paging
from core.fulltext.engines import Row, engine_of
from core.fulltext.grams import Query, plain
from core.fulltext.models import SearchEntry, SearchText
from core.paging import Page

#: Documents written together.
BATCH = 500
_EXTENSION = "fulltext"


@dataclass(frozen=True)
class Document:
    """A text that can be found; ``kind`` and ``ref_id`` say which row it is of."""

    kind: str
    ref_id: int
    title: str = ""
    #: Canonical article numbers, found only whole.
    number: str = ""
    body: str = ""
    group_id: int | None = None
    weight: int = 0

    def digest(self) -> str:
        parts = (self.title, self.number, self.body, self.group_id, self.weight)
        return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Source:
    """Everything of a kind that ought to be found."""

    kind: str
    label: str
    documents: Callable[[Session], Iterable[Document]]


def init_app(app: Flask, sources: Sequence[Source]) -> None:
    app.extensions[_EXTENSION] = tuple(sources)


def sources(app: Flask) -> Sequence[Source]:
    found: Sequence[Source] = app.extensions[_EXTENSION]
    return found


def put(session: Session, documents: Iterable[Document]) -> None:
    """Index the documents as they are now; those that did not change are left alone."""
    for some in _batches(documents):
        wanted = {(each.kind, each.ref_id): each for each in some}
        known = _known(session, wanted)
        changed = [each for key, each in wanted.items()
                   if key not in known or known[key][1] != each.digest()]  # fmt: skip
        _take_out(session, [known[key][0] for each in changed
                            if (key := (each.kind, each.ref_id)) in known])  # fmt: skip
        _put_in(session, changed)


def remove(session: Session, kind: str, ref_ids: Sequence[int]) -> None:
    """Take the documents of these rows out; those that are not there are passed over."""
    for some in _batches(ref_ids):
        _take_out(session, session.scalars(
            select(SearchEntry.id).where(SearchEntry.kind == kind, SearchEntry.ref_id.in_(some))
        ).all())  # fmt: skip


#: What hits are narrowed by. Written so that no planner takes a condition on them for the way in:
#: it would try every row that fits them against every hit, instead of looking the hits up.
REF_ID: ColumnElement[int] = SearchEntry.ref_id + 0
GROUP_ID: ColumnElement[Any] = SearchEntry.group_id + 0

#: Hits beyond these are neither counted nor ranked: nobody turns to the last of ten thousand.
CAP = 1000


class Hits:
    """The documents that a query finds, best first."""

    def __init__(
        self, session: Session, kinds: Sequence[str], query: Query, better: Sequence[Query] = ()
    ) -> None:
        """Rank 0 is what the first of ``better`` finds, rank 1 the second, and so on.

        Each of ``better`` finds part of what the query finds. Of the same rank, the lighter and
        then the older documents come first. No words find nothing.
        """
        self._session = session
        self._engine = engine_of(session)
        self._kinds = kinds
        self._query, self._better = query, better
        self._conditions: list[ColumnElement[bool]] = []

    def where(self, *conditions: ColumnElement[bool]) -> Self:
        """Narrow the hits by conditions on REF_ID and GROUP_ID."""
        self._conditions += conditions
        return self

    def _selected(self, query: Query, *columns: Any) -> Select[Any]:
        if not query:
            return select(*columns).select_from(SearchEntry).where(false())
        found = self._engine.matching(query, self._kinds).subquery()
        together = join(found, SearchEntry, SearchEntry.id == found.c[0])
        of_kinds = self._engine.entries_of(self._kinds)
        return select(*columns).select_from(together).where(*of_kinds, *self._conditions)

    def ref_ids(self) -> Select[Any]:
        """The rows that the documents are of, in no order: for use inside a query."""
        return self._selected(self._query, SearchEntry.ref_id)

    def page(self, *, number: int, per_page: int) -> Page[tuple[str, int]]:
        """Kind and row of the documents, best first; the last page for one beyond it.

        Of more than CAP documents only the best CAP are shown, and the page says that there are
        more.
        """
        ranked = self._ranked()
        found = paging.of(ranked[:CAP], number=number, per_page=per_page)
        return replace(found, more=len(ranked) > CAP)

    def _ranked(self) -> list[tuple[str, int]]:
        """Kind and row of the documents, best first: all of them, or a few more than CAP."""
        ranked: dict[int, tuple[str, int]] = {}
        for query in (*self._better, self._query):
            rows = self._session.execute(
                self._selected(query, SearchEntry.id, SearchEntry.kind, SearchEntry.ref_id)
                .order_by(SearchEntry.weight, SearchEntry.id)
                .limit(CAP + 1)
            )
            for entry_id, kind, ref_id in rows:
                ranked.setdefault(entry_id, (kind, ref_id))
            if len(ranked) > CAP:
                break
        return list(ranked.values())


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def _known(
    session: Session, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], tuple[int, str]]:
    """Kind and row → entry and digest, of those that are in the index."""
    found = {}
    by_kind: dict[str, list[int]] = {}
    for kind, ref_id in wanted:
        by_kind.setdefault(kind, []).append(ref_id)
    for kind, ref_ids in by_kind.items():
        rows = session.execute(
            select(SearchEntry.ref_id, SearchEntry.id, SearchEntry.digest)
            .where(SearchEntry.kind == kind, SearchEntry.ref_id.in_(ref_ids))
            .order_by(SearchEntry.id)
        )
        found.update({(kind, row[0]): (row[1], row[2]) for row in rows})
    return found


def _put_in(session: Session, documents: Sequence[Document]) -> None:
    if not documents:
        return
    entries = [
        {"kind": each.kind, "ref_id": each.ref_id, "group_id": each.group_id,
         "weight": each.weight, "digest": each.digest()}
        for each in documents
    ]  # fmt: skip
    added = insert(SearchEntry).returning(SearchEntry.id, sort_by_parameter_order=True)
    ids = session.scalars(added, entries).all()
    rows = [
        Row(number, each.kind, plain(each.title), plain(each.number), plain(each.body))
        for number, each in zip(ids, documents, strict=True)
    ]
    session.execute(insert(SearchText), [
        {"id": row.id, "title": row.title, "number": row.number, "body": row.body} for row in rows
    ])  # fmt: skip
    engine_of(session).add(session, rows)


def _take_out(session: Session, ids: Sequence[int]) -> None:
    if not ids:
        return
    texts = session.execute(
        select(
            SearchText.id, SearchEntry.kind, SearchText.title, SearchText.number, SearchText.body
        )
        .join(SearchEntry, SearchEntry.id == SearchText.id)
        .where(SearchText.id.in_(ids))
        .order_by(SearchText.id)
    )
    if rows := [Row(*each) for each in texts]:
        engine_of(session).remove(session, rows)
    for model in (SearchText, SearchEntry):
        session.execute(
            delete(model).where(model.id.in_(ids)),
            execution_options={"synchronize_session": False},
        )


@dataclass(frozen=True)
class Drift:
    """How far the index of a kind is from what it is of."""

    label: str
    documents: int
    missing: int
    outdated: int
    #: Of rows that are not there any more.
    left_over: int

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.outdated or self.left_over)


def drift(session: Session, source: Source) -> Drift:
    """Compare the index with every document of the source."""
    rows = session.execute(
        select(SearchEntry.ref_id, SearchEntry.digest)
        .join(SearchText, SearchText.id == SearchEntry.id)
        .where(SearchEntry.kind == source.kind)
        .order_by(SearchEntry.id)
    )
    known = {row[0]: row[1] for row in rows}
    total = missing = outdated = 0
    for each in source.documents(session):
        total += 1
        digest = known.pop(each.ref_id, None)
        missing += digest is None
        outdated += digest is not None and digest != each.digest()
    return Drift(source.label, total, missing, outdated, len(known))


def rebuild(session: Session, sources: Sequence[Source]) -> dict[str, int]:
    """Empty the index and put everything in anew; how many documents of each kind."""
    engine_of(session).clear(session)
    for model in (SearchText, SearchEntry):
        session.execute(delete(model), execution_options={"synchronize_session": False})
    counts = {}
    for source in sources:
        counts[source.label] = 0
        for some in _batches(source.documents(session)):
            _put_in(session, some)
            counts[source.label] += len(some)
    return counts
