"""Reads about laws, versions and articles. Every list is in a fixed order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from core import paging
from core.db import db
from core.errors import Refused
from core.fulltext.index import GROUP_ID, Hits
from core.labels import Labelled
from laws import force, search
from laws.alignment import ChangeKind
from laws.categories import Category
from laws.force import State
from laws.models import (
    Article,
    ArticleChange,
    Law,
    LawCategory,
    LawSuccession,
    LawVersion,
    TextStatus,
)
from laws.numerals import Key
from laws.parsing.source import clean_title
from laws.parsing.text import ParsedLaw, short_title


class NotFound(Refused):
    """No law goes by that name."""


class Ambiguous(Refused):
    """Several laws go by that name; the message lists them."""


#: The place of the law's first category among all categories.
_RANK = (
    select(func.min(case(*((LawCategory.category == each, n) for n, each in enumerate(Category)))))
    .where(LawCategory.law_id == Law.id)
    .scalar_subquery()
)
_BEGINS = func.coalesce(LawVersion.effective_on, LawVersion.promulgated_on)


def law(law_id: int) -> Law:
    """A law with its versions, oldest first. Raises NoResultFound."""
    return db.session.scalars(
        select(Law)
        .where(Law.id == law_id)
        .options(selectinload(Law.versions), selectinload(Law.categories))
    ).one()


def law_titled(title: str) -> Law | None:
    """The law of this title, written with 中华人民共和国 or without."""
    return db.session.scalars(
        select(Law).where(Law.short_title == short_title(clean_title(title))).order_by(Law.id)
    ).first()


def law_named(text: str) -> Law:
    """The law that somebody means: full name, short name, or a part that fits only one law.

    Raises NotFound and Ambiguous.
    """
    wanted = short_title(clean_title(text))
    if not wanted:
        raise NotFound("请给出法律名称")
    if exact := law_titled(text):
        return exact
    fitting = db.session.scalars(
        select(Law)
        .where(Law.title.contains(wanted, autoescape=True))
        .order_by(func.length(Law.title), Law.id)
        .limit(11)
    ).all()
    ending = [each for each in fitting if each.title.endswith(wanted)]
    if len(ending) == 1:
        return ending[0]
    if not fitting:
        raise NotFound(f"没有名称含“{text}”的法律法规")
    if len(fitting) > 1:
        names = "、".join(each.title for each in fitting[:10])
        raise Ambiguous(f"“{text}”对应多部法律法规，请写全名称：{names}")
    return fitting[0]


def ids_named(names: Collection[str]) -> dict[str, int]:
    """The ids of the laws that go by these short titles."""
    rows = db.session.execute(
        select(Law.short_title, Law.id).where(Law.short_title.in_(names)).order_by(Law.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def successions(law: Law) -> Sequence[LawSuccession]:
    """What is kept about the law's own end and about what it ended, by day."""
    return db.session.scalars(
        select(LawSuccession)
        .where(
            or_(
                LawSuccession.repealed_title == law.short_title,
                LawSuccession.successor_title == law.short_title,
            )
        )
        .order_by(LawSuccession.ends_on, LawSuccession.id)
    ).all()


def successors(law_ids: Collection[int]) -> dict[int, list[str]]:
    """By law, the short titles of what took its place; nothing for a law that just ended."""
    rows = db.session.execute(
        select(Law.id, LawSuccession.successor_title)
        .join(LawSuccession, LawSuccession.repealed_title == Law.short_title)
        .where(Law.id.in_(law_ids), LawSuccession.successor_title != "")
        .order_by(LawSuccession.ends_on, LawSuccession.id)
    )
    found: dict[int, list[str]] = {}
    for law_id, title in rows:
        found.setdefault(law_id, []).append(title)
    return found


def version(version_id: int) -> LawVersion:
    """A version with everything that its page shows. Raises NoResultFound."""
    return db.session.scalars(
        select(LawVersion)
        .where(LawVersion.id == version_id)
        .options(
            joinedload(LawVersion.law).options(
                selectinload(Law.versions), selectinload(Law.categories)
            ),
            selectinload(LawVersion.articles),
            selectinload(LawVersion.divisions),
            selectinload(LawVersion.bodies),
            selectinload(LawVersion.problems),
        )
    ).one()


def version_of(law_id: int, promulgated_on: date) -> LawVersion | None:
    return db.session.scalars(
        select(LawVersion).where(
            LawVersion.law_id == law_id, LawVersion.promulgated_on == promulgated_on
        )
    ).one_or_none()


def version_numbered(version_id: int) -> LawVersion | None:
    """The version of this id; None if there is none."""
    return db.session.get(LawVersion, version_id)


def versions_of(law_id: int) -> Sequence[LawVersion]:
    """The versions of a law, oldest first."""
    return db.session.scalars(
        select(LawVersion)
        .where(LawVersion.law_id == law_id)
        .order_by(LawVersion.promulgated_on, LawVersion.id)
    ).all()


def changes_between(old_id: int, new_id: int) -> Sequence[ArticleChange]:
    """What is kept about two versions that follow one another, in the order of the new text."""
    return db.session.scalars(
        select(ArticleChange)
        .where(ArticleChange.old_version_id == old_id, ArticleChange.new_version_id == new_id)
        .order_by(ArticleChange.position, ArticleChange.id)
    ).all()


def changes_into(version_id: int) -> dict[int, ArticleChange]:
    """How the articles of a version differ from the version before it, by their ids.

    Articles that are unchanged are left out.
    """
    rows = db.session.scalars(
        select(ArticleChange)
        .where(
            ArticleChange.new_version_id == version_id,
            ArticleChange.new_article_id.is_not(None),
            ArticleChange.kind != ChangeKind.UNCHANGED,
        )
        .options(joinedload(ArticleChange.old_article))
        .order_by(ArticleChange.position, ArticleChange.id)
    )
    return {each.new_article_id: each for each in rows if each.new_article_id}


def article_of(version_id: int, key: Key) -> Article | None:
    return db.session.scalars(
        select(Article)
        .where(
            Article.version_id == version_id,
            Article.number_main == key.main,
            Article.number_sub == key.sub,
        )
        .order_by(Article.id)
    ).first()


def article(article_id: int) -> Article:
    """An article with its version and law. Raises NoResultFound."""
    return db.session.scalars(
        select(Article)
        .where(Article.id == article_id)
        .options(joinedload(Article.version).joinedload(LawVersion.law))
    ).one()


class Standing(Labelled):
    """What registering a text would do."""

    NEW_LAW = "new_law", "新登记"
    NEW_VERSION = "new_version", "新版本"
    FILL_IN = "fill_in", "替换演示用要旨"
    PRESENT = "present", "已登记"


def standing(parsed: ParsedLaw) -> Standing:
    """How the text stands to what is on the register."""
    found = law_titled(parsed.title)
    if found is None:
        return Standing.NEW_LAW
    known = version_of(found.id, parsed.promulgated_on)
    if known is None:
        return Standing.NEW_VERSION
    outline = known.text_status is TextStatus.OUTLINE
    return Standing.FILL_IN if outline else Standing.PRESENT


def article_counts(version_ids: Sequence[int]) -> dict[int, int]:
    """How many articles each version has."""
    rows = db.session.execute(
        select(Article.version_id, func.count(Article.id))
        .where(Article.version_id.in_(version_ids))
        .group_by(Article.version_id)
        .order_by(Article.version_id)
    )
    return {row[0]: row[1] for row in rows}


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
    begun = exists().where(LawVersion.law_id == Law.id, day >= _BEGINS)
    conditions = {
        State.IN_FORCE: in_force,
        State.PENDING: ~begun,
        State.REPEALED: and_(begun, ~in_force),
    }
    return conditions.get(state, false())


def _superseded(day: date) -> ColumnElement[bool]:
    newer = aliased(LawVersion)
    begins = func.coalesce(newer.effective_on, newer.promulgated_on)
    return exists().where(
        newer.law_id == LawVersion.law_id,
        newer.promulgated_on > LawVersion.promulgated_on,
        begins <= day,
    )


def is_current(day: date) -> ColumnElement[bool]:
    """SQL: the version applies on the day (laws.force.current)."""
    return and_(
        day >= _BEGINS,
        or_(LawVersion.repealed_on.is_(None), LawVersion.repealed_on > day),
        ~_superseded(day),
    )


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
