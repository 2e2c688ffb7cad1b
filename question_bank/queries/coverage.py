"""How the bank covers the laws: items by law, or by entry of a list, type, difficulty and level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Subquery, and_, func, select, union
from sqlalchemy.orm import aliased

from core.db import db
from laws.lists.models import MustKnowArticle, MustKnowEntry, MustKnowVersion
from laws.models import Article, Law, LawVersion
from question_bank.coverage import Only, Wanted
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.life import Pool
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries.browsing import within
from question_bank.queries.holding import drawable
from question_bank.queries.usage import Use, used_so
from question_bank.reach import Reach


@dataclass(frozen=True)
class Cell:
    """So many usable items of one row, type, difficulty and level."""

    row_id: int
    item_type: ItemType
    difficulty: int
    cognitive_level: CognitiveLevel
    items: int


class Rows(Protocol):
    """What must be covered: all the register's laws, or what a must-know list asks for."""

    def wanted(self, least: int) -> Sequence[Wanted]:
        """The rows of the map, in order, with ``least`` items each."""

    def cited(self) -> Subquery:
        """Row and revision, once for each revision that cites something of the row."""


@dataclass(frozen=True)
class EveryLaw:
    """Every law of the register that has a text, by name."""

    def wanted(self, least: int) -> Sequence[Wanted]:
        rows = db.session.execute(
            select(Law.id, Law.short_title)
            .where(select(LawVersion.id).where(LawVersion.law_id == Law.id).exists())
            .order_by(Law.short_title, Law.id)
        )
        return [Wanted(row[0], row[1], row[0], least, short=row[1]) for row in rows]

    def cited(self) -> Subquery:
        return (
            select(LawVersion.law_id.label("row_id"), Citation.revision_id.label("revision_id"))
            .join(Article, Article.version_id == LawVersion.id)
            .join(Citation, Citation.article_id == Article.id)
            .distinct()
            .subquery()
        )


@dataclass(frozen=True)
class OneLaw:
    """A law as a single row."""

    law: Law

    def wanted(self, least: int) -> Sequence[Wanted]:
        return [Wanted(self.law.id, self.law.short_title, self.law.id, least)]

    def cited(self) -> Subquery:
        return (
            select(LawVersion.law_id.label("row_id"), Citation.revision_id.label("revision_id"))
            .join(Article, Article.version_id == LawVersion.id)
            .join(Citation, Citation.article_id == Article.id)
            .where(LawVersion.law_id == self.law.id)
            .distinct()
            .subquery()
        )


@dataclass(frozen=True)
class Articles:
    """The articles of a version of a law; citations of the same number in others count, too."""

    version: LawVersion

    def wanted(self, least: int) -> Sequence[Wanted]:
        law_id = self.version.law_id
        return [
            Wanted(each.id, each.number, law_id, least, each.number, each.text)
            for each in self.version.articles
        ]

    def cited(self) -> Subquery:
        shown, named = aliased(Article), aliased(Article)
        same = and_(named.number_main == shown.number_main, named.number_sub == shown.number_sub)
        return (
            select(shown.id.label("row_id"), Citation.revision_id.label("revision_id"))
            .join(named, same)
            .join(LawVersion, LawVersion.id == named.version_id)
            .join(Citation, Citation.article_id == named.id)
            .where(shown.version_id == self.version.id, LawVersion.law_id == self.version.law_id)
            .distinct()
            .subquery()
        )


@dataclass(frozen=True)
class Entries:
    """The entries of a version of a must-know list, in its order; of one law, if it is named."""

    version: MustKnowVersion
    law_id: int | None = None

    def wanted(self, least: int) -> Sequence[Wanted]:
        return [
            self._wanted(each, least)
            for each in self.version.entries
            if self.law_id in (None, each.law_version.law_id)
        ]

    @staticmethod
    def _wanted(entry: MustKnowEntry, least: int) -> Wanted:
        numbers = [one.article.number for one in entry.articles]
        return Wanted(
            id=entry.id,
            name=entry.title,
            law_id=entry.law_version.law_id,
            least=least,
            article=numbers[0] if len(numbers) == 1 else "",
            part=f"《{entry.law_version.law.short_title}》{'、'.join(numbers) or '全文'}",
            short=entry.law_version.law.short_title,
        )

    def cited(self) -> Subquery:
        """An entry without articles is about the whole law, in any version."""
        of_version = MustKnowEntry.version_id == self.version.id
        written_for, any_version = aliased(LawVersion), aliased(LawVersion)
        row_id, revision_id = MustKnowEntry.id.label("row_id"), Citation.revision_id
        by_article = (
            select(row_id, revision_id.label("revision_id"))
            .join(MustKnowArticle, MustKnowArticle.entry_id == MustKnowEntry.id)
            .join(Citation, Citation.article_id == MustKnowArticle.article_id)
            .where(of_version)
        )
        by_law = (
            select(row_id, revision_id.label("revision_id"))
            .join(written_for, written_for.id == MustKnowEntry.law_version_id)
            .join(any_version, any_version.law_id == written_for.law_id)
            .join(Article, Article.version_id == any_version.id)
            .join(Citation, Citation.article_id == Article.id)
            .where(of_version, ~MustKnowEntry.articles.any())
        )
        return union(by_article, by_law).subquery()


def cells(rows: Rows, on: date, reach: Reach) -> Sequence[Cell]:
    """Items that may be used on the day, in order; one that fits two rows counts for both."""
    cited = rows.cited()
    kept: tuple[Any, ...] = (cited.c.row_id, ItemRevision.item_type, ItemRevision.difficulty,
                             ItemRevision.cognitive_level)  # fmt: skip
    found = db.session.execute(
        select(*kept, func.count(Item.id))
        .select_from(cited)
        .join(ItemRevision, ItemRevision.id == cited.c.revision_id)
        .join(Item, Item.current_id == ItemRevision.id)
        .where(drawable(on, tuple(Pool)), within(reach))
        .group_by(*kept)
        .order_by(*kept)
    )
    return [Cell(row[0], row[1], row[2], row[3], row[4]) for row in found]


def uses(rows: Rows, on: date, reach: Reach, only: Only) -> Mapping[Use, Mapping[int, int]]:
    """How many of the items that ``cells`` counts no paper held, and many people met: by row."""
    cited = rows.cited()
    sides = [
        (ItemRevision.item_type, only.item_type),
        (ItemRevision.difficulty, only.difficulty),
        (ItemRevision.cognitive_level, only.level),
    ]
    narrowed: list[ColumnElement[bool]] = [
        column == value for column, value in sides if value is not None
    ]
    found: dict[Use, Mapping[int, int]] = {}
    for use in Use:
        counted = db.session.execute(
            select(cited.c.row_id, func.count(Item.id))
            .select_from(cited)
            .join(ItemRevision, ItemRevision.id == cited.c.revision_id)
            .join(Item, Item.current_id == ItemRevision.id)
            .where(drawable(on, tuple(Pool)), within(reach), used_so(use), *narrowed)
            .group_by(cited.c.row_id)
            .order_by(cited.c.row_id)
        )
        found[use] = {row[0]: row[1] for row in counted}
    return found
