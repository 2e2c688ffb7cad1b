"""Reads for building forms."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from core.db import db
from exam.assembly import PoolItem
from exam.models import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from laws.models import Article, LawVersion
from question_bank.models import Citation, Item, ItemRevision, ItemState


def blueprints() -> Select[Blueprint]:
    return select(Blueprint).order_by(Blueprint.created_at.desc(), Blueprint.id.desc())


def blueprint(blueprint_id: int) -> Blueprint:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(
            selectinload(Blueprint.sections)
            .selectinload(BlueprintSection.laws)
            .selectinload(SectionLaw.law)
        )
    ).one()


def forms() -> Select[Form]:
    return select(Form).order_by(Form.created_at.desc(), Form.id.desc())


def form(form_id: int) -> Form:
    """A form with everything that its page shows."""
    cited = selectinload(FormItem.revision).selectinload(ItemRevision.citations)
    article = cited.selectinload(Citation.article)
    return db.session.scalars(
        select(Form)
        .where(Form.id == form_id)
        .options(
            selectinload(Form.blueprint).selectinload(Blueprint.sections),
            selectinload(Form.slots).options(
                article.selectinload(Article.version).selectinload(LawVersion.law)
            ),
        )
    ).one()


def sealed_forms() -> Sequence[Form]:
    return db.session.scalars(
        select(Form).where(Form.sealed_at.is_not(None)).order_by(Form.sealed_at.desc(), Form.id)
    ).all()


def pool(on: date) -> list[PoolItem]:
    """Every item that may be drawn on a day: published, valid, on law then in force."""
    rows = db.session.scalars(
        select(ItemRevision)
        .join(Item, Item.current_id == ItemRevision.id)
        .join(Citation, Citation.revision_id == ItemRevision.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(
            Item.state == ItemState.PUBLISHED,
            or_(ItemRevision.valid_until.is_(None), ItemRevision.valid_until >= on),
        )
        .options(
            contains_eager(ItemRevision.citations)
            .contains_eager(Citation.article)
            .contains_eager(Article.version)
        )
        .order_by(ItemRevision.id, Citation.id)
    ).unique()
    return [
        PoolItem(
            revision_id=row.id,
            item_id=row.item_id,
            item_type=row.item_type,
            difficulty=row.difficulty,
            cognitive_level=row.cognitive_level,
            law_ids=frozenset(each.article.version.law_id for each in row.citations),
            fingerprint=row.fingerprint,
        )
        for row in rows
        if all(_in_force(each.article.version, on) for each in row.citations)
    ]


def _in_force(version: LawVersion, on: date) -> bool:
    begins = version.effective_on or version.promulgated_on
    return begins <= on and (version.repealed_on is None or version.repealed_on > on)
