"""Laws, their versions as they stood, and the articles of each version."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Code, Line, Model, Prose
from core.labels import Labelled
from laws import force
from laws.alignment import ChangeKind
from laws.categories import Category


class TextStatus(Labelled):
    """What the articles of a version hold."""

    OFFICIAL = "official", "官方文本"
    #: Summaries of ours for the demonstration; replaced when the official text is imported.
    OUTLINE = "outline", "演示用要旨"


class Law(Model):
    """A law or party regulation over its whole life; its text lies in its versions."""

    __tablename__ = "law"

    #: Full name, e.g. 中华人民共和国公务员法.
    title: Mapped[str] = mapped_column(String(200), unique=True)
    #: The name that people use, e.g. 公务员法.
    short_title: Mapped[str] = mapped_column(String(200), index=True)
    categories: Mapped[list["LawCategory"]] = relationship(
        order_by="LawCategory.id", cascade="all, delete-orphan"
    )
    versions: Mapped[list["LawVersion"]] = relationship(
        back_populates="law", order_by="LawVersion.promulgated_on, LawVersion.id"
    )


class LawCategory(Model):
    """One category of a law; 信访工作条例 is both a party regulation and an administrative one."""

    __tablename__ = "law_category"
    __table_args__ = (UniqueConstraint("law_id", "category"),)

    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id))
    category: Mapped[Category]


class LawVersion(Model):
    __tablename__ = "law_version"
    __table_args__ = (
        UniqueConstraint("law_id", "promulgated_on"),
        CheckConstraint(
            "repealed_on IS NULL OR effective_on IS NULL OR repealed_on >= effective_on",
            name="ends_after_it_begins",
        ),
    )

    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id), index=True)
    law: Mapped[Law] = relationship(back_populates="versions")
    #: How the version came about, e.g. 2018年修订.
    label: Mapped[Line]
    #: 公布日: of this version, not of the law's first enactment.
    promulgated_on: Mapped[date]
    #: 施行日; None where the text does not say.
    effective_on: Mapped[date | None]
    repealed_on: Mapped[date | None]
    text_status: Mapped[TextStatus]
    #: The line under the title: who passed it and when it was amended.
    preamble: Mapped[Prose] = mapped_column(default="")
    #: What stands before the first article (序言) and after the last one (附件, 附录, notes).
    opening: Mapped[Prose] = mapped_column(default="")
    annex: Mapped[Prose] = mapped_column(default="")
    source_name: Mapped[Line] = mapped_column(default="")
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    bodies: Mapped[list["IssuingBody"]] = relationship(
        order_by="IssuingBody.position, IssuingBody.id", cascade="all, delete-orphan"
    )
    divisions: Mapped[list["Division"]] = relationship(
        order_by="Division.position, Division.id", cascade="all, delete-orphan"
    )
    articles: Mapped[list["Article"]] = relationship(
        back_populates="version", order_by="Article.position, Article.id"
    )
    problems: Mapped[list["TextProblem"]] = relationship(
        order_by="TextProblem.id", cascade="all, delete-orphan"
    )

    @property
    def begins_on(self) -> date:
        return force.begins_on(self.promulgated_on, self.effective_on)


class IssuingBody(Model):
    """An organ that issued a version; several where it was issued jointly."""

    __tablename__ = "issuing_body"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Division(Model):
    """编, 分编, 章 or 节 of a version, in reading order."""

    __tablename__ = "division"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    position: Mapped[int]
    #: 1 for 编, 2 for 分编, 3 for 章, 4 for 节 (laws.parsing.text.Level).
    level: Mapped[int]
    title: Mapped[Line]


class Article(Model):
    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        UniqueConstraint("version_id", "number"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    version: Mapped[LawVersion] = relationship(back_populates="articles")
    position: Mapped[int]
    #: As written: 第三十四条, 第二百六十二条之一.
    number: Mapped[str] = mapped_column(String(40))
    #: 34 and 0; 262 and 1: for order and look-up.
    number_main: Mapped[int]
    number_sub: Mapped[int] = mapped_column(default=0)
    division_id: Mapped[int | None] = mapped_column(ForeignKey(Division.id))
    division: Mapped[Division | None] = relationship()
    #: Paragraphs separated by line feeds.
    text: Mapped[Prose]


class TextProblem(Model):
    """What the importer found wrong with a text: gaps, repeats, truncation."""

    __tablename__ = "text_problem"

    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    problem: Mapped[Line]
    #: The article numbers concerned, separated by 、.
    articles: Mapped[Prose] = mapped_column(default="")
    file: Mapped[Line] = mapped_column(default="")
    code: Mapped[Code] = mapped_column(default="")


class ArticleChange(Model):
    """What became of an article from one version of a law to the next (laws.alignment)."""

    __tablename__ = "article_change"
    __table_args__ = (
        UniqueConstraint("old_version_id", "new_version_id", "position", name="uq_change_position"),
        CheckConstraint("(kind = 'added') = (old_article_id IS NULL)", name="old_or_added"),
        CheckConstraint("(kind = 'removed') = (new_article_id IS NULL)", name="new_or_removed"),
    )

    old_version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    new_version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id), index=True)
    #: In the order of the new text.
    position: Mapped[int]
    kind: Mapped[ChangeKind]
    old_article_id: Mapped[int | None] = mapped_column(ForeignKey(Article.id), index=True)
    new_article_id: Mapped[int | None] = mapped_column(ForeignKey(Article.id), index=True)
    #: Of an added article the old one that it was split from, of a removed one the new one that
    #: took it in.
    related_id: Mapped[int | None] = mapped_column(ForeignKey(Article.id))
    #: Edited, but only to follow the new numbers of articles that it mentions.
    only_references: Mapped[bool] = mapped_column(default=False)

    old_version: Mapped[LawVersion] = relationship(foreign_keys=[old_version_id])
    new_version: Mapped[LawVersion] = relationship(foreign_keys=[new_version_id])
    old_article: Mapped[Article | None] = relationship(foreign_keys=[old_article_id])
    new_article: Mapped[Article | None] = relationship(foreign_keys=[new_article_id])
    related: Mapped[Article | None] = relationship(foreign_keys=[related_id])
