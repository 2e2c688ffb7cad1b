"""Items, their immutable revisions, and the articles that a revision cites."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Code, Line, Model, Prose
from core.labels import Labelled
from laws.models import Article, LawVersion
from question_bank.amendment import Decision
from question_bank.drafting.candidates import Method
from question_bank.item_types import CognitiveLevel, ItemType, Scene
from question_bank.life import BulkKind, DuplicateAct, Nearness, Pool, ReviewAct, Secrecy


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
    #: Sent back with a remark; its writer changes it before it is looked at again.
    RETURNED = "returned", "已退回"
    #: Passed by a reviewer; the research office looks at the law.
    LEGAL_CHECK = "legal_check", "待法律核对"
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
    #: Of a restored bundle: the hash of all that it left, by which a later change shows.
    left_hash: Mapped[Code | None]


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
        ForeignKey("item_revision.id", use_alter=True, name="fk_item_current_id"), index=True
    )
    current: Mapped["ItemRevision | None"] = relationship(foreign_keys=current_id, post_update=True)
    #: The citation of the current revision on which publication rests.
    published_citation_id: Mapped[int | None] = mapped_column(
        ForeignKey("citation.id", use_alter=True, name="fk_item_published_citation")
    )
    #: The last day of use that a reviewer set because the law changes after it.
    used_until: Mapped[date | None]
    writer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    writer: Mapped[Account | None] = relationship()
    batch_id: Mapped[int | None] = mapped_column(ForeignKey(ImportBatch.id), index=True)
    #: What it may be drawn for, and who may read it.
    pool: Mapped[Pool] = mapped_column(default=Pool.BOTH)
    secrecy: Mapped[Secrecy] = mapped_column(default=Secrecy.INTERNAL)
    created_at: Mapped[datetime]
    revisions: Mapped[list["ItemRevision"]] = relationship(
        back_populates="item",
        foreign_keys="ItemRevision.item_id",
        order_by="ItemRevision.number",
    )


class ItemRevision(Model):
    """The item as it stood. Its wording never changes, so that old papers read as they did.

    What is judged about it (difficulty, topic, validity) may be set anew for many items at once;
    the earlier values are kept with that act (BulkChange).
    """

    __tablename__ = "item_revision"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_one_to_five"),
        Index(None, "valid_until"),
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
    #: The scene that it is set in, for the share of scenes that a blueprint asks for.
    scene: Mapped[Scene | None]
    topic: Mapped[Line] = mapped_column(default="", index=True)
    source: Mapped[Line] = mapped_column(default="")
    valid_until: Mapped[date | None]
    #: Stem and options without spaces, punctuation and width, for finding duplicates.
    fingerprint: Mapped[Code] = mapped_column(index=True)
    #: For finding items that say nearly the same (duplicates.sketching); empty until compared.
    sketch: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    #: What an import carried that we have no column for; never shown to candidates.
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    citations: Mapped[list["Citation"]] = relationship(
        back_populates="revision", order_by="Citation.id"
    )


class Citation(Model):
    """A revision rests on an article, and through it on one version of a law.

    When the law is amended and the item stands, a further citation is added and says which one it
    continues; the old one stays.
    """

    __tablename__ = "citation"
    __table_args__ = (
        UniqueConstraint("revision_id", "article_id"),
        CheckConstraint(
            "(carried_from_id IS NULL) = (carried_at IS NULL)", name="carried_as_a_whole"
        ),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id))
    revision: Mapped[ItemRevision] = relationship(back_populates="citations")
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    #: The citation of an older version that this one continues, and since when.
    carried_from_id: Mapped[int | None] = mapped_column(ForeignKey("citation.id"))
    carried_at: Mapped[datetime | None]

    @property
    def law_id(self) -> int:
        return self.article.version.law_id

    @property
    def version_id(self) -> int:
        return self.article.version_id

    @property
    def promulgated_on(self) -> date:
        return self.article.version.promulgated_on


class Verdict(Labelled):
    """What somebody made of an item that was drafted from an article."""

    ACCEPTED = "accepted", "采用"
    DROPPED = "dropped", "不用"


class DraftDecision(Model):
    """One drafted item that somebody took or dropped; it is not offered again."""

    __tablename__ = "draft_decision"
    __table_args__ = (
        UniqueConstraint("article_id", "mark"),
        CheckConstraint(
            "(decision = 'accepted') = (item_id IS NOT NULL)", name="accepted_is_an_item"
        ),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))
    article: Mapped[Article] = relationship()
    #: drafting.candidates.Candidate.mark.
    mark: Mapped[Code]
    method: Mapped[Method]
    decision: Mapped[Verdict]
    item_id: Mapped[int | None] = mapped_column(ForeignKey(Item.id), unique=True)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)


class ReviewStep(Model):
    """Somebody passed a revision, or sent it back."""

    __tablename__ = "review_step"

    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    act: Mapped[ReviewAct]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account | None] = relationship()
    remark: Mapped[Prose] = mapped_column(default="")


class ItemComment(Model):
    """A remark on one revision of an item."""

    __tablename__ = "item_comment"

    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id))
    revision: Mapped[ItemRevision] = relationship()
    text: Mapped[Prose]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account | None] = relationship(foreign_keys=by_id)
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    resolved_by: Mapped[Account | None] = relationship(foreign_keys=resolved_by_id)


class NearPair(Model):
    """Two revisions of different items that say nearly the same, the older one first."""

    __tablename__ = "near_pair"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    kind: Mapped[Nearness]
    #: Likeness in thousandths.
    likeness: Mapped[int]
    other_key: Mapped[bool] = mapped_column(default=False)


class DuplicateDecision(Model):
    """What became of two items that say nearly the same."""

    __tablename__ = "duplicate_decision"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("(act = 'merged') = (kept_id IS NOT NULL)", name="merged_keeps_one"),
        Index(None, "first_id", "second_id"),
    )

    first_id: Mapped[int] = mapped_column(ForeignKey(Item.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    act: Mapped[DuplicateAct]
    #: The item that stays in use; the other one was retired.
    kept_id: Mapped[int | None] = mapped_column(ForeignKey(Item.id))
    #: State of the other item before; None where both were kept.
    state_before: Mapped[ItemState | None]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account | None] = relationship(foreign_keys=by_id)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class BulkAct(Model):
    """One act on many items, with what each was before, so that it can be undone."""

    __tablename__ = "bulk_act"

    kind: Mapped[BulkKind]
    #: What was set, in words.
    value: Mapped[Line]
    items: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    by: Mapped[Account | None] = relationship(foreign_keys=by_id)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class BulkChange(Model):
    """One item of a bulk act: what the act left, which undoing asks for, and what was before."""

    __tablename__ = "bulk_change"
    __table_args__ = (UniqueConstraint("act_id", "item_id"),)

    act_id: Mapped[int] = mapped_column(ForeignKey(BulkAct.id))
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


class AmendmentCase(Model):
    """An item that cites an article which a version edits or removes, and what was decided."""

    __tablename__ = "amendment_case"
    __table_args__ = (
        UniqueConstraint("item_id", "version_id", "repealed"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_as_a_whole"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id))
    item: Mapped[Item] = relationship()
    #: The revision that was current when the version was registered.
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    #: The version that edits or removes what the item cites, or that was repealed.
    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    version: Mapped[LawVersion] = relationship()
    #: The version was repealed; False: it edits or removes what the item cites.
    repealed: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    #: Where the item stood before.
    was: Mapped[ItemState]
    decision: Mapped[Decision | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    #: What the writer is told.
    note: Mapped[Line] = mapped_column(default="")


class ItemSight(Model):
    """An account opened an item in the bank, or took it out in a file; the first time counts.

    Whoever did is not asked it in an exam (命题回避).
    """

    __tablename__ = "item_sight"
    __table_args__ = (UniqueConstraint("account_id", "revision_id", "exported"),)

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    revision_id: Mapped[int] = mapped_column(
        ForeignKey(ItemRevision.id, ondelete="CASCADE"), index=True
    )
    exported: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
