"""Reads of the bank. Whose items a reader sees is part of every query."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.db import db
from laws.models import Article, Law, LawVersion
from question_bank.models import Citation, Item, ItemRevision


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    item_type: str = ""
    state: str = ""
    difficulty: str = ""
    law_id: int | None = None
    #: Only this account's own items.
    writer_id: int | None = None


def items(narrow: Filter) -> Select[Item]:
    """Items, newest first, with their current revisions."""
    query = (
        select(Item)
        .join(ItemRevision, ItemRevision.id == Item.current_id)
        .options(contains_eager(Item.current))
        .order_by(Item.id.desc())
    )
    if narrow.text:
        query = query.where(ItemRevision.stem.contains(narrow.text, autoescape=True))
    if narrow.item_type:
        query = query.where(ItemRevision.item_type == narrow.item_type)
    if narrow.state:
        query = query.where(Item.state == narrow.state)
    if narrow.difficulty.isdecimal():
        query = query.where(ItemRevision.difficulty == int(narrow.difficulty))
    if narrow.law_id is not None:
        query = query.where(
            select(Citation.id)
            .join(Article, Article.id == Citation.article_id)
            .join(LawVersion, LawVersion.id == Article.version_id)
            .where(Citation.revision_id == Item.current_id, LawVersion.law_id == narrow.law_id)
            .exists()
        )
    if narrow.writer_id is not None:
        query = query.where(Item.writer_id == narrow.writer_id)
    return query


def item(item_id: int, writer_id: int | None = None) -> Item:
    """An item with its revisions and cited articles; only one's own where a writer is given."""
    cited = selectinload(Item.revisions).selectinload(ItemRevision.citations)
    query = (
        select(Item)
        .where(Item.id == item_id)
        .options(
            joinedload(Item.current),
            joinedload(Item.writer),
            cited.joinedload(Citation.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law),
        )
    )
    if writer_id is not None:
        query = query.where(Item.writer_id == writer_id)
    return db.session.scalars(query).unique().one()


def cited_laws() -> Sequence[Law]:
    """Laws that some item cites, by name."""
    return db.session.scalars(
        select(Law)
        .where(
            select(Citation.id)
            .join(Article, Article.id == Citation.article_id)
            .join(LawVersion, LawVersion.id == Article.version_id)
            .where(LawVersion.law_id == Law.id)
            .exists()
        )
        .order_by(Law.short_title, Law.id)
    ).all()


def articles_named(law: str, numbers: Sequence[str]) -> Sequence[Article]:
    """Articles of the newest version of a law, by its full or short name, in order."""
    newest = (
        select(LawVersion.id)
        .join(Law, Law.id == LawVersion.law_id)
        .where((Law.title == law) | (Law.short_title == law))
        .order_by(LawVersion.promulgated_on.desc(), LawVersion.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return db.session.scalars(
        select(Article)
        .where(Article.version_id == newest, Article.number.in_(numbers))
        .order_by(Article.position, Article.id)
    ).all()
