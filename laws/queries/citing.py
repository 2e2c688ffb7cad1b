"""Reads about who cites whom: the articles in force that name a law or one of its articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from core.db import db
from core.fulltext.index import GROUP_ID, Hits
from laws import citing, search
from laws.citing import Piece
from laws.models import Article, Law, LawVersion
from laws.numerals import Key
from laws.queries.naming import ids_named
from laws.queries.versions import is_current


@dataclass(frozen=True)
class Citer:
    """An article that cites a law, and its text with the places where it does."""

    article: Article
    pieces: Sequence[Piece]


def citers(version: LawVersion, *, day: date, cited: Key | None = None) -> list[Citer]:
    """The articles in force on the day that cite the law of a version, or one article of it.

    Other laws come first, by title; a law cites its own articles by number only.
    """
    law = version.law
    own = frozenset(Key(each.number_main, each.number_sub) for each in version.articles)
    foreign = _read(_naming(law, day), own, law.id, cited)
    return [*foreign, *(_read(version.articles, own, 0, cited) if cited else ())]


def _naming(law: Law, day: date) -> Sequence[Article]:
    """The articles of other laws, in force on the day, that hold every word of the law's name."""
    in_force = select(LawVersion.id).where(LawVersion.law_id != law.id, is_current(day))
    found = Hits(db.session, [search.ARTICLE], search.texts(law.short_title))
    found.where(GROUP_ID.in_(in_force))
    return db.session.scalars(
        select(Article)
        .join(Article.version)
        .join(LawVersion.law)
        .where(Article.id.in_(found.ref_ids()))
        .options(contains_eager(Article.version).contains_eager(LawVersion.law))
        .order_by(Law.short_title, LawVersion.id, Article.number_main, Article.number_sub)
    ).all()


def _read(
    articles: Sequence[Article], own: frozenset[Key], law_id: int, cited: Key | None
) -> list[Citer]:
    texts = [(each, Key(each.number_main, each.number_sub)) for each in articles]
    names = {name for each, key in texts for name in citing.names_in({key: each.text})}
    laws = ids_named(names)
    found = []
    for article, key in texts:
        pieces = [
            each if _meant(each, law_id, cited) else Piece(each.text)
            for each in citing.pieces(article.text, within=key, laws=laws, own=own)
        ]
        if key != (cited if law_id == 0 else None) and any(
            each.law_id is not None for each in pieces
        ):
            found.append(Citer(article, pieces))
    return found


def _meant(piece: Piece, law_id: int, cited: Key | None) -> bool:
    address = piece.address
    return piece.law_id == law_id and (
        cited is None or (address is not None and address.article == cited)
    )
