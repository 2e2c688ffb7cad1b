"""How the bank covers the laws: items by law, or by entry of a list, type, difficulty and level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Subquery, func, select, union
from sqlalchemy.orm import aliased

from core.db import db
from laws.lists.models import MustKnowArticle, MustKnowEntry, MustKnowVersion
from laws.models import Article, Law, LawVersion
from question_bank.coverage import Wanted
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.life import Pool
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries.browsing import within
from question_bank.queries.holding import drawable
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
        return [Wanted(row[0], row[1], row[0], least) for row in rows]

    def cited(self) -> Subquery:
        return (
            select(LawVersion.law_id.label("row_id"), Citation.revision_id.label("revision_id"))
            .join(Article, Article.version_id == LawVersion.id)
            .join(Citation, Citation.article_id == Article.id)
            .distinct()
            .subquery()
        )


@dataclass(frozen=True)
class Entries:
    """The entries of a version of a must-know list, in its order."""

    version: MustKnowVersion

    def wanted(self, least: int) -> Sequence[Wanted]:
        return [self._wanted(each, least) for each in self.version.entries]

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
