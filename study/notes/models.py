"""Marks on articles: a star, a note, or both."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from core.db import Model, Prose
from laws.models import Article


class ArticleMark(Model):
    """It stays with the article that it was made on; where that went is followed when it is
    shown."""

    __tablename__ = "article_mark"
    __table_args__ = (UniqueConstraint("person_id", "article_id", name="uq_article_mark_own"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    starred: Mapped[bool]
    note: Mapped[Prose] = mapped_column(default="")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
