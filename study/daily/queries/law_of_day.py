"""每日一法: the article of the day."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.memo import Memo
from core.prepared import Prepared
from laws import queries as law_queries
from laws.lists import queries as list_queries
from laws.models import Article, Law, LawVersion
from study.daily import law_of_day
from study.daily.law_of_day import Listed


def of(day: date) -> tuple[Article, str] | None:
    """The article of the day and the occasion ("" for none); None where no law is in force."""
    chosen = _chosen(day)
    if chosen is None:
        return None
    article_id, occasion = chosen
    article = db.session.scalar(
        select(Article)
        .where(Article.id == article_id)
        .options(joinedload(Article.version).joinedload(LawVersion.law))
    )
    return None if article is None else (article, occasion)


class Told(NamedTuple):
    """The article of the day as one line tells of it."""

    article_id: int
    number: str
    text: str
    law: str
    #: "" for none.
    occasion: str


_TOLD = Prepared(
    select(Article.id, Article.number, Article.text, Law.short_title)
    .join(Article.version)
    .join(LawVersion.law)
    .where(Article.id == bindparam("article_id"))
)


def told(day: date) -> Told | None:
    """The same with no object behind it, for a line on a page that everybody opens."""
    chosen = _chosen(day)
    if chosen is None:
        return None
    article_id, occasion = chosen
    return next((Told._make([*row, occasion]) for row in _TOLD.rows(article_id=article_id)), None)


def _choose(day: date) -> tuple[int, str] | None:
    rows = db.session.scalars(
        select(LawVersion)
        .join(LawVersion.law)
        .where(law_queries.is_current(day))
        .options(joinedload(LawVersion.law))
        .order_by(Law.short_title, Law.id)
    ).all()
    listed = _listed(day)
    choice = law_of_day.choose(
        day,
        [
            Listed(each.law_id, each.law.short_title, each.begins_on, each.law_id in listed)
            for each in rows
        ],
    )
    if choice is None:
        return None
    version_id = next(each.id for each in rows if each.law_id == choice.law_id)
    articles = listed.get(choice.law_id) or set()
    query = select(Article.id).where(Article.version_id == version_id)
    found = db.session.scalars(query.order_by(Article.position, Article.id)).all()
    asked = [each for each in found if each in articles] or found
    if not asked:
        return None
    return asked[law_of_day.place(day, "article", len(asked))], choice.occasion


#: Chosen for everybody from the whole register, which takes longer than the rest of a page.
_chosen = Memo(_choose, seconds=60)


def _listed(day: date) -> dict[int, set[int]]:
    """Laws that some list in force asks for, with the articles that it names."""
    found: dict[int, set[int]] = {}
    for version in list_queries.current(day):
        for entry in version.entries:
            named = found.setdefault(entry.law_version.law_id, set())
            named |= {one.article_id for one in entry.articles}
    return found
