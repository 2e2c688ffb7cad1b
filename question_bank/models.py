"""Items, their immutable revisions, and the articles that a revision cites."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Code, Line, Model, Prose
from core.labels import Labelled
from laws.models import Article
from question_bank.item_types import CognitiveLevel, ItemType


class ItemTypeColumn(TypeDecorator[ItemType]):
    """A type of item by its value, in a plain column: a new type needs no migration."""

    impl = String(30)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str.__str__(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> ItemType | None:
        return None if value is None else ItemType.of(value)


class ItemState(Labelled):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    #: A cited article was amended; not drawn until reviewed.
    QUARANTINED = "quarantined", "待复核（停用）"
    RETIRED = "retired", "已停用"


class ImportBatch(Model):
    """One import of a file, so that its items can be found, and taken back, together."""

    __tablename__ = "import_batch"

    file_name: Mapped[Line]
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    accepted: Mapped[int]
    rejected: Mapped[int]


class Item(Model):
    """An item over its whole life; what people see is one of its revisions."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint(
            "state <> 'published' OR published_citation_id IS NOT NULL",
            name="published_cites_article",
        ),
    )

    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAFT, index=True)
    #: The newest revision; what an editor sees and what assembly draws.
    current_id: Mapped[int | None] = mapped_column(
        ForeignKey("item_revision.id", use_alter=True, name="fk_item_current_id")
    )
    current: Mapped["ItemRevision | None"] = relationship(foreign_keys=current_id, post_update=True)
    #: The citation of the current revision on which publication rests.
    published_citation_id: Mapped[int | None] = mapped_column(
        ForeignKey("citation.id", use_alter=True, name="fk_item_published_citation")
    )
    writer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    writer: Mapped[Account | None] = relationship()
    batch_id: Mapped[int | None] = mapped_column(ForeignKey(ImportBatch.id), index=True)
    created_at: Mapped[datetime]
    revisions: Mapped[list["ItemRevision"]] = relationship(
        back_populates="item",
        foreign_keys="ItemRevision.item_id",
        order_by="ItemRevision.number",
    )


class ItemRevision(Model):
    """The item as it stood. Never changed once made, so that an old paper reads as it did."""

    __tablename__ = "item_revision"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_one_to_five"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    item: Mapped[Item] = relationship(back_populates="revisions", foreign_keys=item_id)
    number: Mapped[int]
    item_type: Mapped[ItemType] = mapped_column(ItemTypeColumn, index=True)
    stem: Mapped[Prose]
    #: The options in the order written; empty for true/false.
    options: Mapped[list[str]] = mapped_column(JSON)
    #: What is right, as the type keeps it (question_bank.types): for choices indices into the
    #: options as shown, ascending.
    key: Mapped[Any] = mapped_column(JSON)
    #: The sub-questions of a case, each an object of its own type.
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    rationale: Mapped[Prose] = mapped_column(default="")
    #: 1 (易) to 5 (难), as its writer judges it.
    difficulty: Mapped[int] = mapped_column(default=3)
    cognitive_level: Mapped[CognitiveLevel] = mapped_column(default=CognitiveLevel.REMEMBER)
    topic: Mapped[Line] = mapped_column(default="")
    source: Mapped[Line] = mapped_column(default="")
    valid_until: Mapped[date | None]
    #: Stem and options without spaces, punctuation and width, for finding duplicates.
    fingerprint: Mapped[Code] = mapped_column(index=True)
    #: What an import carried that we have no column for; never shown to candidates.
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    citations: Mapped[list["Citation"]] = relationship(
        back_populates="revision", order_by="Citation.id"
    )


class Citation(Model):
    """A revision rests on an article, and through it on one version of a law."""

    __tablename__ = "citation"
    __table_args__ = (UniqueConstraint("revision_id", "article_id"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id))
    revision: Mapped[ItemRevision] = relationship(back_populates="citations")
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
