"""Reads about versions and their articles. Every list is in a fixed order."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from core.db import db
from core.labels import Labelled
from laws.alignment import ChangeKind
from laws.models import Article, ArticleChange, Law, LawVersion, TextStatus
from laws.numerals import Key
from laws.parsing.text import ParsedLaw
from laws.queries.naming import law_titled

#: SQL: the day from which a version applies.
BEGINS = func.coalesce(LawVersion.effective_on, LawVersion.promulgated_on)


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
        day >= BEGINS,
        or_(LawVersion.repealed_on.is_(None), LawVersion.repealed_on > day),
        ~_superseded(day),
    )
