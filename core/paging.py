"""One page of an ordered list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select

from core.db import db

T = TypeVar("T")
U = TypeVar("U")

SIZES = (20, 50, 100)


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    number: int
    per_page: int
    total: int
    #: There are more than ``total``; how many was not counted.
    more: bool = False

    def of(self, items: Sequence[U]) -> "Page[U]":
        """The same page, with these in place of what stands on it."""
        return Page(items, self.number, self.per_page, self.total, self.more)

    @property
    def counted(self) -> str:
        """How many there are, in words as short as a tab's: 17, 1000+."""
        return f"{self.total}+" if self.more else str(self.total)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def has_prev(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def first_row(self) -> int:
        """Number of the first row shown, counted from 1 over all pages; 0 when there is none."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0


def asked(name: str = "page") -> tuple[int, int]:
    """The page number and size that the request asks for, brought into range.

    ``name``: the argument with the number, where a page has several lists.
    """
    number = request.args.get(name, 1, type=int)
    size = request.args.get("per_page", SIZES[0], type=int)
    return min(max(1, number), 1_000_000), size if size in SIZES else SIZES[0]


def of(rows: Sequence[T], *, number: int, per_page: int) -> Page[T]:
    """A page of rows that are already in memory."""
    number = min(max(1, number), max(1, -(-len(rows) // per_page)))
    start = (number - 1) * per_page
    return Page(rows[start : start + per_page], number, per_page, len(rows))


def select_page(
    query: Select[Any], *, number: int, per_page: int, total: int | None = None
) -> Page[Any]:
    """A page of a query whose rows are single entities. The query must be ordered.

    ``total`` is how many rows there are, where that is known already.
    """
    total = _count(query) if total is None else total
    number = min(number, max(1, -(-total // per_page)))
    rows = db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, per_page, total)


def select_rows(query: Select[Any], *, number: int, per_page: int) -> Page[Any]:
    """A page of a query with several columns. The query must be ordered."""
    total = _count(query)
    number = min(number, max(1, -(-total // per_page)))
    rows = db.session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(rows, number, per_page, total)


def _count(query: Select[Any]) -> int:
    counted = query.order_by(None).options().subquery()
    return db.session.scalar(select(func.count()).select_from(counted)) or 0
