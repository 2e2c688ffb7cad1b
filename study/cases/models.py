"""Cases, the articles and items that they are tied to, and the changes of law that touch them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model, Prose
from laws.models import Article, LawVersion
from question_bank.models import Item
from study.cases.kinds import CaseState, Field


class StudyCase(Model):
    """Written by one and published by another; changed only while it is not published."""

    __tablename__ = "study_case"
    __table_args__ = (
        CheckConstraint("reviewer_id <> author_id", name="second_reader"),
        CheckConstraint(
            "published_at IS NULL OR (submitted_at IS NOT NULL AND reviewer_id IS NOT NULL)",
            name="reviewed_first",
        ),
        CheckConstraint("withdrawn_at IS NULL OR published_at IS NULL", name="one_state"),
    )

    title: Mapped[Line]
    field: Mapped[Field]
    #: What happened.
    facts: Mapped[Prose]
    #: What it turns on.
    issue: Mapped[Prose] = mapped_column(default="")
    #: How the law decides it, and what follows for the work.
    reasoning: Mapped[Prose]
    author_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    author: Mapped[Account] = relationship(foreign_keys=author_id)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    #: Who published it, or sent it back.
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    reviewer: Mapped[Account | None] = relationship(foreign_keys=reviewer_id)
    #: Why it was sent back or withdrawn.
    remark: Mapped[Line] = mapped_column(default="")
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    articles: Mapped[list["CaseArticle"]] = relationship(
        order_by="CaseArticle.position, CaseArticle.id", cascade="all, delete-orphan"
    )
    items: Mapped[list["CaseItem"]] = relationship(
        order_by="CaseItem.id", cascade="all, delete-orphan"
    )
    flags: Mapped[list["CaseFlag"]] = relationship(
        back_populates="case", order_by="CaseFlag.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> CaseState:
        if self.published_at is not None:
            return CaseState.PUBLISHED
        if self.withdrawn_at is not None:
            return CaseState.WITHDRAWN
        return CaseState.WAITING if self.submitted_at is not None else CaseState.DRAFT

    @property
    def open_flags(self) -> list["CaseFlag"]:
        return [each for each in self.flags if each.settled_at is None]


class CaseArticle(Model):
    __tablename__ = "case_article"
    __table_args__ = (UniqueConstraint("case_id", "article_id", name="uq_case_article_once"),)

    case_id: Mapped[int] = mapped_column(ForeignKey(StudyCase.id))
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    position: Mapped[int]


class CaseItem(Model):
    """An item to try on the case."""

    __tablename__ = "case_item"
    __table_args__ = (UniqueConstraint("case_id", "item_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey(StudyCase.id))
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), index=True)
    item: Mapped[Item] = relationship()


class CaseFlag(Model):
    """A version that edits or removes an article which the case cites, or with which its law
    ended."""

    __tablename__ = "case_flag"
    __table_args__ = (
        UniqueConstraint("case_id", "version_id", "repealed", name="uq_case_flag_version"),
        CheckConstraint("(settled_at IS NULL) = (outcome = '')", name="settled_whole"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey(StudyCase.id))
    case: Mapped[StudyCase] = relationship(back_populates="flags")
    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    version: Mapped[LawVersion] = relationship()
    repealed: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    settled_by: Mapped[Account | None] = relationship()
    #: What was found and done.
    outcome: Mapped[Line] = mapped_column(default="")
