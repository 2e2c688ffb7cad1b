"""What of the register can be found by full text."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.db import db
from core.fulltext import index
from core.fulltext.index import Document, Source
from laws.categories import Category
from laws.models import Article, Law, LawCategory, LawVersion
from laws.numerals import article_number
from laws.search import ARTICLE, LAW

_PLACE = {each: place for place, each in enumerate(Category)}


def put_law(law: Law) -> None:
    """Index a law and the articles of all its versions as they are now."""
    index.put(db.session, documents_of(db.session, law.id))


def documents_of(session: Session, law_id: int) -> Iterator[Document]:
    """A law, and the articles of all its versions."""
    yield from _laws(session, Law.id == law_id)
    yield from _articles(session, LawVersion.law_id == law_id)


def _weights(session: Session, *conditions: ColumnElement[bool]) -> Mapping[int, int]:
    """Law → the place of its first category: hits in laws come before hits in regulations."""
    weights: dict[int, int] = {}
    rows = session.execute(
        select(LawCategory.law_id, LawCategory.category)
        .where(*conditions)
        .order_by(LawCategory.law_id, LawCategory.id)
    )
    for law_id, category in rows:
        weights[law_id] = min(_PLACE[category], weights.get(law_id, len(_PLACE)))
    return weights


def _laws(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    weights = _weights(session)
    for law_id, title in session.execute(
        select(Law.id, Law.title).where(*conditions).order_by(Law.id)
    ):
        yield Document(LAW, law_id, title=title, weight=weights.get(law_id, len(_PLACE)))


def _articles(session: Session, *conditions: ColumnElement[bool]) -> Iterator[Document]:
    weights = _weights(session)
    rows = session.execute(
        select(
            Article.id, Article.version_id, Law.id, Law.title,
            Article.number_main, Article.number_sub, Article.text,
        )
        .join(LawVersion, LawVersion.id == Article.version_id)
        .join(Law, Law.id == LawVersion.law_id)
        .where(*conditions)
        .order_by(Article.version_id, Article.position, Article.id)
    )  # fmt: skip
    for article_id, version_id, law_id, title, main, sub, text in rows:
        yield Document(
            ARTICLE,
            article_id,
            title=title,
            number=article_number((main, sub)),
            body=text,
            group_id=version_id,
            weight=weights.get(law_id, len(_PLACE)),
        )


SOURCES = (Source(LAW, "法律", _laws), Source(ARTICLE, "条文", _articles))
