"""Lists, their versions, what each version asks for and of whom."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit
from accounts.standing import RankGroup
from core.db import Line, Model
from laws.lists.levels import Requirement, Tier
from laws.models import Article, LawVersion


class MustKnowList(Model):
    __tablename__ = "must_know_list"

    title: Mapped[str] = mapped_column(String(100), unique=True)
    created_at: Mapped[datetime]
    versions: Mapped[list["MustKnowVersion"]] = relationship(
        back_populates="owner", order_by="MustKnowVersion.number"
    )


class MustKnowVersion(Model):
    """A draft until somebody other than its maker approves it; from then on unchangeable."""

    __tablename__ = "must_know_version"
    __table_args__ = (
        UniqueConstraint("list_id", "number"),
        CheckConstraint(
            "(approved_at IS NULL) = (effective_on IS NULL)", name="effective_once_approved"
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR created_by_id IS NULL OR approved_by_id <> created_by_id",
            name="approved_by_another",
        ),
    )

    list_id: Mapped[int] = mapped_column(ForeignKey(MustKnowList.id))
    owner: Mapped[MustKnowList] = relationship(back_populates="versions")
    number: Mapped[int]
    #: The version that it was made from.
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("must_know_version.id"))
    note: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship(foreign_keys=created_by_id)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    approved_by: Mapped[Account | None] = relationship(foreign_keys=approved_by_id)
    effective_on: Mapped[date | None]
    entries: Mapped[list["MustKnowEntry"]] = relationship(
        back_populates="version",
        order_by="MustKnowEntry.position, MustKnowEntry.id",
        cascade="all, delete-orphan",
    )
    audience: Mapped[list["MustKnowAudience"]] = relationship(
        order_by="MustKnowAudience.id", cascade="all, delete-orphan"
    )


class MustKnowEntry(Model):
    __tablename__ = "must_know_entry"

    version_id: Mapped[int] = mapped_column(ForeignKey(MustKnowVersion.id), index=True)
    version: Mapped[MustKnowVersion] = relationship(back_populates="entries")
    position: Mapped[int]
    title: Mapped[Line]
    tier: Mapped[Tier]
    requirement: Mapped[Requirement]
    #: The version of the law that the entry was written for.
    law_version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    law_version: Mapped[LawVersion] = relationship()
    #: None of them: the whole law.
    articles: Mapped[list["MustKnowArticle"]] = relationship(
        order_by="MustKnowArticle.position, MustKnowArticle.id", cascade="all, delete-orphan"
    )


class MustKnowArticle(Model):
    __tablename__ = "must_know_article"
    __table_args__ = (UniqueConstraint("entry_id", "article_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey(MustKnowEntry.id))
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    position: Mapped[int]


class MustKnowAudience(Model):
    """One rule of whom the version binds: all that it names must fit; several rules add up."""

    __tablename__ = "must_know_audience"

    version_id: Mapped[int] = mapped_column(ForeignKey(MustKnowVersion.id), index=True)
    rank_group: Mapped[RankGroup | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(OrgUnit.id))
    unit: Mapped[OrgUnit | None] = relationship()
    #: What the post's title must contain, e.g. 处长.
    post: Mapped[Line] = mapped_column(default="")
