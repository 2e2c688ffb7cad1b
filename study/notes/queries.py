"""Marks on articles: each person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from laws.alignment import ChangeKind
from laws.models import Article, LawVersion
from laws.queries.lineage import follow_all
from study.notes.models import ArticleMark

_WHOLE = joinedload(Article.version).joinedload(LawVersion.law)


def mark_on(person: Person, article_id: int) -> ArticleMark | None:
    return db.session.scalars(
        select(ArticleMark)
        .where(ArticleMark.person_id == person.id, ArticleMark.article_id == article_id)
        .options(joinedload(ArticleMark.article).options(_WHOLE))
    ).one_or_none()


@dataclass(frozen=True)
class Placed:
    """A mark, and where its article stands today."""

    mark: ArticleMark
    #: The article in force; None where it was removed or its law does not apply.
    article: Article | None
    #: What became of the article since; None where its law does not apply.
    kind: ChangeKind | None

    @property
    def changed(self) -> str:
        """What the reader has to know about the text; "" for nothing."""
        if self.kind is None:
            return "法律已不适用"
        if self.article is None or self.kind is ChangeKind.REMOVED:
            return "条文已删去"
        if self.kind is ChangeKind.EDITED:
            return "条文已修改"
        return "条号已变" if self.kind is ChangeKind.RENUMBERED else ""


def placed(marks: Sequence[ArticleMark], day: date) -> list[Placed]:
    """The marks with the articles that stand in their place on the day."""
    moved = follow_all([each.article_id for each in marks], day)
    ids = {each.new for each in moved.values() if each.new is not None}
    rows = db.session.scalars(
        select(Article).where(Article.id.in_(ids)).options(_WHOLE).order_by(Article.id)
    )
    articles = {each.id: each for each in rows}
    found = []
    for each in marks:
        went = moved[each.article_id]
        article = articles.get(went.new) if went.new is not None else None
        found.append(Placed(each, article, went.kind))
    return found


def marks(person: Person, *, text: str = "", noted: bool = False) -> Sequence[ArticleMark]:
    """The person's marks, the last changed first; ``noted``: only those with a note."""
    query = (
        select(ArticleMark)
        .join(ArticleMark.article)
        .join(Article.version)
        .join(LawVersion.law)
        .where(ArticleMark.person_id == person.id)
        .options(joinedload(ArticleMark.article).options(_WHOLE))
        .order_by(ArticleMark.changed_at.desc(), ArticleMark.id.desc())
    )
    if noted:
        query = query.where(ArticleMark.note != "")
    found = db.session.scalars(query).all()
    return [each for each in found if _holds(each, text)]


def _holds(mark: ArticleMark, text: str) -> bool:
    said = (mark.note, mark.article.text, mark.article.version.law.title, mark.article.number)
    return not text or any(text in each for each in said)


def leading_to(person: Person, article_id: int, day: date) -> list[Placed]:
    """The person's marks on the article and on those that it came from, the newest last."""
    law = (
        select(LawVersion.law_id)
        .join(Article, Article.version_id == LawVersion.id)
        .where(Article.id == article_id)
        .scalar_subquery()
    )
    rows = db.session.scalars(
        select(ArticleMark)
        .join(ArticleMark.article)
        .join(Article.version)
        .where(ArticleMark.person_id == person.id, LawVersion.law_id == law)
        .options(joinedload(ArticleMark.article).options(_WHOLE))
        .order_by(ArticleMark.changed_at, ArticleMark.id)
    ).all()
    return [
        each
        for each in placed(rows, day)
        if article_id == each.mark.article_id or (each.article and each.article.id == article_id)
    ]
