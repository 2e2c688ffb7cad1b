"""The register as pages list and search it. Every list is in a fixed order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, false, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from core import paging
from core.db import db
from core.fulltext.index import GROUP_ID, Hits
from laws import force, search
from laws.categories import Category
from laws.force import State
from laws.models import Article, Law, LawCategory, LawVersion
from laws.queries.versions import BEGINS, article_counts, is_current

#: The place of the law's first category among all categories.
_RANK = (
    select(func.min(case(*((LawCategory.category == each, n) for n, each in enumerate(Category)))))
    .where(LawCategory.law_id == Law.id)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Entry:
    """A law on the register: the version to show for it on the day, and how that stands."""

    law: Law
    version: LawVersion
    state: State
    articles: int


def register(
    *,
    day: date,
    text: str = "",
    category: Category | None = None,
    state: State | None = None,
    number: int = 1,
    per_page: int = 20,
) -> paging.Page[Entry]:
    """The laws whose title holds every word of ``text``, by category and title."""
    query = (
        select(Law)
        .where(exists().where(LawVersion.law_id == Law.id), _titled(text))
        .options(
            selectinload(Law.versions).selectinload(LawVersion.bodies),
            selectinload(Law.categories),
        )
        .order_by(_RANK, Law.short_title, Law.id)
    )
    if category:
        query = query.where(_of_category(category))
    if state:
        query = query.where(_law_stands(state, day))
    page = paging.select_page(query, number=number, per_page=per_page)
    return paging.Page(_entries(page.items, day), page.number, page.per_page, page.total)


def all_entries(day: date) -> list[Entry]:
    """Every law of the register, by category and title."""
    laws = db.session.scalars(
        select(Law)
        .where(exists().where(LawVersion.law_id == Law.id))
        .options(selectinload(Law.versions), selectinload(Law.categories))
        .order_by(_RANK, Law.short_title, Law.id)
    ).all()
    return _entries(laws, day)


def _entries(laws: Sequence[Law], day: date) -> list[Entry]:
    shown = [(each, force.current(each.versions, day) or each.versions[-1]) for each in laws]
    counts = article_counts([version.id for _, version in shown])
    return [
        Entry(each, version, force.state(version, each.versions, day), counts.get(version.id, 0))
        for each, version in shown
    ]


def _of_category(category: Category) -> ColumnElement[bool]:
    return exists().where(LawCategory.law_id == Law.id, LawCategory.category == category)


def _titled(text: str) -> ColumnElement[bool]:
    """SQL: the title holds every word; a text without words, like %, is in no title."""
    if not text.strip():
        return true()
    words = search.words(text)
    return and_(
        true() if words else false(), *(Law.title.contains(word, autoescape=True) for word in words)
    )


def _law_stands(state: State, day: date) -> ColumnElement[bool]:
    """SQL: the version that the register shows for the law stands so on the day.

    The register shows a superseded version of no law, so that state finds nothing.
    """
    in_force = exists().where(LawVersion.law_id == Law.id, is_current(day))
    begun = exists().where(LawVersion.law_id == Law.id, day >= BEGINS)
    conditions = {
        State.IN_FORCE: in_force,
        State.PENDING: ~begun,
        State.REPEALED: and_(begun, ~in_force),
    }
    return conditions.get(state, false())


def matching_laws(
    text: str, *, category: Category | None = None, number: int = 1, per_page: int = 10
) -> paging.Page[Law]:
    """Laws whose title holds every word, the shortest title first."""
    found = Hits(db.session, [search.LAW], search.titles(text))
    query = (
        select(Law)
        .where(Law.id.in_(found.ref_ids()), exists().where(LawVersion.law_id == Law.id))
        .options(selectinload(Law.versions), selectinload(Law.categories))
        .order_by(func.length(Law.title), Law.id)
    )
    if category:
        query = query.where(_of_category(category))
    return paging.select_page(query, number=number, per_page=per_page)


def matching_articles(
    wanted: search.Wanted,
    *,
    day: date,
    every_version: bool = False,
    category: Category | None = None,
    number: int = 1,
    per_page: int = 20,
) -> paging.Page[Article]:
    """The articles that somebody looks for, best first.

    Only versions in force on the day, unless ``every_version``.
    """
    versions = select(LawVersion.id)
    if not every_version:
        versions = versions.where(is_current(day))
    if category:
        versions = versions.join(LawVersion.law).where(_of_category(category))
    found = Hits(db.session, [search.ARTICLE], wanted.query, wanted.better)
    if category or not every_version:
        found.where(GROUP_ID.in_(versions))
    page = found.page(number=number, per_page=per_page)
    rows = db.session.scalars(
        select(Article)
        .where(Article.id.in_([ref_id for _, ref_id in page.items]))
        .options(joinedload(Article.version).joinedload(LawVersion.law).selectinload(Law.versions))
        .order_by(Article.id)
    )
    by_id = {each.id: each for each in rows}
    shown = [by_id[ref_id] for _, ref_id in page.items if ref_id in by_id]
    return page.of(shown)
