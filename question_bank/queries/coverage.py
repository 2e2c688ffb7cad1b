"""How the bank covers the laws: items by law, type, difficulty and level."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import func, select

from core.db import db
from laws.models import Article, Law, LawVersion
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.life import Pool
from question_bank.models import Citation, Item, ItemRevision
from question_bank.queries.browsing import within
from question_bank.queries.holding import drawable
from question_bank.reach import Reach


@dataclass(frozen=True)
class Cell:
    """So many usable items of one law, type, difficulty and level."""

    law_id: int
    item_type: ItemType
    difficulty: int
    cognitive_level: CognitiveLevel
    items: int


class Wanted(Protocol):
    """What must be covered: laws, each with how many items; a must-know list says so, too."""

    def laws(self) -> Sequence[tuple[Law, int]]: ...


@dataclass(frozen=True)
class EveryCitedLaw:
    """Until a must-know list is chosen: every law of the register that has a text, ``least`` each.

    A must-know list takes its place by offering the same ``laws()``.
    """

    least: int = 1

    def laws(self) -> Sequence[tuple[Law, int]]:
        rows = db.session.scalars(
            select(Law)
            .where(select(LawVersion.id).where(LawVersion.law_id == Law.id).exists())
            .order_by(Law.short_title, Law.id)
        )
        return [(law, self.least) for law in rows]


def cells(on: date, reach: Reach) -> Sequence[Cell]:
    """Items that may be used on the day, in order; one that cites two laws counts for both."""
    rows = db.session.execute(
        select(
            LawVersion.law_id,
            ItemRevision.item_type,
            ItemRevision.difficulty,
            ItemRevision.cognitive_level,
            func.count(Item.id.distinct()),
        )
        .join(Item, Item.current_id == ItemRevision.id)
        .join(Citation, Citation.revision_id == ItemRevision.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(drawable(on, tuple(Pool)), within(reach))
        .group_by(
            LawVersion.law_id,
            ItemRevision.item_type,
            ItemRevision.difficulty,
            ItemRevision.cognitive_level,
        )
        .order_by(LawVersion.law_id, ItemRevision.item_type, ItemRevision.difficulty,
                  ItemRevision.cognitive_level)
    )  # fmt: skip
    return [Cell(*row) for row in rows]
