"""Reads of lists, always in order, and how their entries stand to newer versions of the laws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from core.db import db
from laws.lists import levels, moving
from laws.lists.comparing import Line
from laws.lists.models import (
    MustKnowArticle,
    MustKnowAudience,
    MustKnowEntry,
    MustKnowList,
    MustKnowVersion,
)
from laws.lists.moving import Moved, Step
from laws.models import Article, ArticleChange, Law, LawVersion
from laws.numerals import Key

_WHOLE = (
    selectinload(MustKnowVersion.entries).options(
        joinedload(MustKnowEntry.law_version)
        .joinedload(LawVersion.law)
        .options(selectinload(Law.versions)),
        selectinload(MustKnowEntry.articles).joinedload(MustKnowArticle.article),
    ),
    selectinload(MustKnowVersion.audience).joinedload(MustKnowAudience.unit),
    joinedload(MustKnowVersion.owner).selectinload(MustKnowList.versions),
    joinedload(MustKnowVersion.created_by),
    joinedload(MustKnowVersion.approved_by),
)


def lists() -> Sequence[MustKnowList]:
    """Every list with its versions, by title."""
    return db.session.scalars(
        select(MustKnowList)
        .options(selectinload(MustKnowList.versions).selectinload(MustKnowVersion.entries))
        .order_by(MustKnowList.title, MustKnowList.id)
    ).all()


def version(version_id: int) -> MustKnowVersion:
    """A version with everything that its page shows. Raises NoResultFound."""
    return db.session.scalars(
        select(MustKnowVersion).where(MustKnowVersion.id == version_id).options(*_WHOLE)
    ).one()


def entry(entry_id: int) -> MustKnowEntry:
    """An entry with its version and articles. Raises NoResultFound."""
    return db.session.scalars(
        select(MustKnowEntry)
        .where(MustKnowEntry.id == entry_id)
        .options(
            joinedload(MustKnowEntry.version).joinedload(MustKnowVersion.owner),
            joinedload(MustKnowEntry.law_version).joinedload(LawVersion.law),
            selectinload(MustKnowEntry.articles).joinedload(MustKnowArticle.article),
        )
    ).one()


def current(day: date) -> list[MustKnowVersion]:
    """The version of each list that applies on the day, by the list's title."""
    return _current(day, *_WHOLE)


def audiences(day: date) -> list[MustKnowVersion]:
    """The same with nothing but whom they bind."""
    return _current(day, selectinload(MustKnowVersion.audience))


def _current(day: date, *options: ExecutableOption) -> list[MustKnowVersion]:
    rows = db.session.scalars(
        select(MustKnowVersion)
        .join(MustKnowVersion.owner)
        .where(MustKnowVersion.effective_on <= day)
        .options(*options)
        .order_by(MustKnowList.title, MustKnowVersion.list_id, MustKnowVersion.number)
    ).all()
    by_list: dict[int, list[MustKnowVersion]] = {}
    for row in rows:
        by_list.setdefault(row.list_id, []).append(row)
    found = (levels.current(several, day) for several in by_list.values())
    return [each for each in found if each is not None]


def draft_of(list_id: int) -> MustKnowVersion | None:
    return db.session.scalars(
        select(MustKnowVersion)
        .where(MustKnowVersion.list_id == list_id, MustKnowVersion.approved_at.is_(None))
        .order_by(MustKnowVersion.number)
    ).first()


def lines(version: MustKnowVersion) -> list[Line]:
    """The entries in words, for comparing and exporting."""
    return [
        Line(
            title=each.title,
            law=each.law_version.law.title,
            law_version=each.law_version.label,
            tier=each.tier.label,
            requirement=each.requirement.label,
            articles=[one.article.number for one in each.articles],
            law_id=each.law_version.law_id,
        )
        for each in version.entries
    ]


def articles_of(law_version_id: int, keys: Sequence[Key]) -> dict[Key, int]:
    """The ids of these articles of a version; those that it has not are left out."""
    rows = db.session.execute(
        select(Article.id, Article.number_main, Article.number_sub)
        .where(Article.version_id == law_version_id)
        .order_by(Article.position, Article.id)
    )
    wanted = set(keys)
    return {key: row[0] for row in rows if (key := Key(row[1], row[2])) in wanted}


@dataclass(frozen=True)
class Outdated:
    """An entry whose law has a newer version on the register."""

    entry: MustKnowEntry
    newest: LawVersion
    #: What became of each article of the entry, in their order.
    moved: Sequence[Moved]
    #: Old and new articles by id.
    articles: dict[int, Article]

    @property
    def concerned(self) -> list[Moved]:
        """The articles that do not simply go over to the newer text."""
        return [each for each in self.moved if not each.stays_as_it_is]


def outdated(entries: Sequence[MustKnowEntry]) -> list[Outdated]:
    """The entries whose law has a newer version, and what became of their articles."""
    found = []
    for each in entries:
        versions = [one for one in each.law_version.law.versions
                    if one.promulgated_on >= each.law_version.promulgated_on]  # fmt: skip
        if len(versions) < 2:
            continue
        steps = [_steps(old.id, new.id) for old, new in pairwise(versions)] if each.articles else []
        moved = [moving.follow(one.article_id, steps) for one in each.articles]
        new = _articles([one.new for one in moved if one.new is not None])
        old = {one.article_id: one.article for one in each.articles}
        found.append(Outdated(each, versions[-1], moved, old | new))
    return found


def _steps(old_version_id: int, new_version_id: int) -> dict[int, Step]:
    rows = db.session.execute(
        select(ArticleChange.old_article_id, ArticleChange.kind, ArticleChange.new_article_id)
        .where(
            ArticleChange.old_version_id == old_version_id,
            ArticleChange.new_version_id == new_version_id,
            ArticleChange.old_article_id.is_not(None),
        )
        .order_by(ArticleChange.position, ArticleChange.id)
    )
    return {row[0]: Step(row[1], row[2]) for row in rows if row[0] is not None}


def _articles(ids: Sequence[int]) -> dict[int, Article]:
    rows = db.session.scalars(select(Article).where(Article.id.in_(ids)).order_by(Article.id))
    return {each.id: each for each in rows}


def entries_on(law_id: int, day: date) -> list[MustKnowEntry]:
    """Entries of approved lists on the law, whichever version they cite.

    Of each list only the version that applies on the day, and those that will apply later.
    """
    applying = {each.id for each in current(day)}
    rows = db.session.scalars(
        select(MustKnowEntry)
        .join(MustKnowEntry.version)
        .join(MustKnowEntry.law_version)
        .where(LawVersion.law_id == law_id, MustKnowVersion.approved_at.is_not(None))
        .options(
            joinedload(MustKnowEntry.version).joinedload(MustKnowVersion.owner),
            joinedload(MustKnowEntry.law_version)
            .joinedload(LawVersion.law)
            .selectinload(Law.versions),
            selectinload(MustKnowEntry.articles).joinedload(MustKnowArticle.article),
        )
        .order_by(MustKnowEntry.version_id, MustKnowEntry.position, MustKnowEntry.id)
    ).all()
    return [
        each
        for each in rows
        if each.version_id in applying
        or (each.version.effective_on is not None and each.version.effective_on > day)
    ]


def entries_citing_older(law_id: int, day: date) -> list[MustKnowEntry]:
    """Those of ``entries_on`` that still cite an older version of the law than the newest."""
    return [
        each
        for each in entries_on(law_id, day)
        if each.law_version_id != each.law_version.law.versions[-1].id
    ]
