"""错题本: read from the practice log and from exams whose key the person may see. Kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from accounts.models import Person
from core import clock
from core.db import db
from exam.queries.assembling.building import practice_pool, versions_for
from laws.models import Article, LawVersion
from question_bank.amendment import footing
from question_bank.models import Citation, Item, ItemRevision
from study.practice.mistakes import Answered, Mistake, open_mistakes
from study.practice.queries import answers


def of(person: Person, at: datetime) -> dict[int, Mistake]:
    """What the person still gets wrong, by item id; some of it may be held back at the moment."""
    return open_mistakes(
        Answered(each.item_id, clock.local(each.at).date(), each.share)
        for each in answers.of(person, at)
    )


@dataclass(frozen=True)
class Weak:
    """An article, and the items on it that the person still gets wrong."""

    article: Article
    items: Sequence[tuple[ItemRevision, Mistake]]


def by_article(mistakes: dict[int, Mistake], on: date) -> list[Weak]:
    """Those that may be practised on the day, by the article that they rest on."""
    may = [each.revision_id for each in practice_pool(on, Item.id.in_(mistakes))]
    rows = db.session.scalars(
        select(ItemRevision)
        .where(ItemRevision.id.in_(may))
        .options(
            selectinload(ItemRevision.citations)
            .joinedload(Citation.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law)
        )
        .order_by(ItemRevision.id)
    ).all()
    versions = versions_for(on)
    found: dict[int, tuple[Article, list[tuple[ItemRevision, Mistake]]]] = {}
    for each in rows:
        article = footing(each.citations, versions)[0].article
        items = found.setdefault(article.id, (article, []))[1]
        items.append((each, mistakes[each.item_id]))
    return sorted(
        (Weak(article, items) for article, items in found.values()),
        key=lambda weak: (weak.article.version.law.short_title, weak.article.position,
                          weak.article.id),
    )  # fmt: skip
