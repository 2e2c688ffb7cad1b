"""Reads for building forms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, selectinload

from core.db import db
from exam.assembling import plans
from exam.assembling.assembly import PoolItem, SectionPlan
from exam.kinds import ExamKind
from exam.models import (
    Blueprint,
    BlueprintSection,
    ExamSession,
    Form,
    FormItem,
    SectionLaw,
    SessionForm,
)
from exam.papers import drawing
from laws.categories import Category
from laws.models import Article, Law, LawCategory, LawVersion
from laws.queries import is_current
from question_bank import amendment
from question_bank.life import FOR_EXAMS
from question_bank.models import Citation, Item, ItemRevision, ItemState
from question_bank.queries import holding


def blueprints(text: str = "", kind: str = "") -> Select[Blueprint]:
    query = (
        select(Blueprint)
        .options(selectinload(Blueprint.sections))
        .order_by(Blueprint.created_at.desc(), Blueprint.id.desc())
    )
    if text:
        query = query.where(Blueprint.title.contains(text, autoescape=True))
    if kind:
        query = query.where(Blueprint.exam_kind == kind)
    return query


def blueprints_to_practise() -> Sequence[Blueprint]:
    """Those that are open for mock exams, by title."""
    return db.session.scalars(
        select(Blueprint)
        .where(Blueprint.practice_minutes.is_not(None))
        .options(
            selectinload(Blueprint.sections)
            .selectinload(BlueprintSection.laws)
            .joinedload(SectionLaw.law)
        )
        .order_by(Blueprint.title, Blueprint.id)
    ).all()


def blueprint(blueprint_id: int) -> Blueprint:
    """NoResultFound, shown as 404, for an unknown id."""
    return db.session.scalars(
        select(Blueprint)
        .where(Blueprint.id == blueprint_id)
        .options(
            selectinload(Blueprint.sections)
            .selectinload(BlueprintSection.laws)
            .joinedload(SectionLaw.law),
            selectinload(Blueprint.must),
        )
    ).one()


def blueprints_titled(title: str) -> Sequence[Blueprint]:
    """Blueprints of exactly this title, the newest first."""
    return db.session.scalars(
        select(Blueprint)
        .where(Blueprint.title == title)
        .order_by(Blueprint.created_at.desc(), Blueprint.id.desc())
    ).all()


@dataclass(frozen=True)
class Use:
    """How often a blueprint was drawn from, and when last."""

    forms: int
    last: datetime


def uses(blueprint_ids: Sequence[int]) -> dict[int, Use]:
    """The use of each blueprint that was drawn from at all."""
    rows = db.session.execute(
        select(Form.blueprint_id, func.count(), func.max(Form.created_at))
        .where(Form.blueprint_id.in_(blueprint_ids))
        .group_by(Form.blueprint_id)
        .order_by(Form.blueprint_id)
    )
    return {blueprint_id: Use(count, last) for blueprint_id, count, last in rows}


def plan_of(section: BlueprintSection) -> SectionPlan:
    return SectionPlan(
        item_type=section.item_type,
        count=section.count,
        marks=section.marks,
        difficulty_min=section.difficulty_min,
        difficulty_max=section.difficulty_max,
        cognitive_level=section.cognitive_level,
        law_ids=frozenset(each.law_id for each in section.laws),
        law_names=[each.law.short_title for each in section.laws],
        topic=section.topic,
        requirement=section.requirement,
    )


def forms(text: str = "", state: str = "") -> Select[Form]:
    """Forms, newest first; ``state`` is sealed, open (not sealed) or empty for both."""
    query = (
        select(Form)
        .options(joinedload(Form.blueprint), selectinload(Form.slots))
        .order_by(Form.created_at.desc(), Form.id.desc())
    )
    if text:
        query = query.where(Form.title.contains(text, autoescape=True))
    if state:
        sealed = Form.sealed_at.is_not(None)
        query = query.where(sealed if state == "sealed" else ~sealed)
    return query


def form(form_id: int) -> Form:
    """A form with everything that its page shows."""
    cited = selectinload(FormItem.revision).selectinload(ItemRevision.citations)
    article = cited.joinedload(Citation.article)
    return db.session.scalars(
        select(Form)
        .where(Form.id == form_id)
        .options(
            selectinload(Form.blueprint)
            .selectinload(Blueprint.sections)
            .selectinload(BlueprintSection.laws),
            selectinload(Form.slots).options(
                article.joinedload(Article.version).joinedload(LawVersion.law)
            ),
        )
    ).one()


def forms_drawn(blueprint_id: int, seed: int) -> Sequence[Form]:
    """The forms that one draw made, in order; not the proposals to replace them."""
    return db.session.scalars(
        select(Form)
        .where(Form.blueprint_id == blueprint_id, Form.seed == seed, Form.replaces_id.is_(None))
        .options(selectinload(Form.slots).joinedload(FormItem.revision))
        .order_by(Form.id)
    ).all()


def sessions_of(form_id: int) -> Sequence[ExamSession]:
    """The sessions that use a form, the newest first."""
    return db.session.scalars(
        select(ExamSession)
        .join(SessionForm, SessionForm.session_id == ExamSession.id)
        .where(SessionForm.form_id == form_id)
        .distinct()
        .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    ).all()


def session_counts(form_ids: Sequence[int]) -> dict[int, int]:
    """How many sessions, cancelled ones left out, use each form."""
    rows = db.session.execute(
        select(SessionForm.form_id, func.count(ExamSession.id.distinct()))
        .join(ExamSession, ExamSession.id == SessionForm.session_id)
        .where(SessionForm.form_id.in_(form_ids), ExamSession.cancelled_at.is_(None))
        .group_by(SessionForm.form_id)
        .order_by(SessionForm.form_id)
    )
    return {row[0]: row[1] for row in rows}


def sealed_forms(text: str = "", *, used: Sequence[Form] = ()) -> Select[Form]:
    """Sealed forms, the newest first.

    For a makeup of a session that ``used`` some: first those of the same plan, last these.
    """
    query = forms(text, "sealed").order_by(None)
    if used:
        query = query.order_by(
            Form.id.in_([each.id for each in used]),
            Form.blueprint_id.not_in({each.blueprint_id for each in used}),
        )
    return query.order_by(Form.sealed_at.desc(), Form.id.desc())


def law_titles(law_ids: Sequence[int]) -> dict[int, str]:
    """Short titles by id."""
    rows = db.session.execute(
        select(Law.id, Law.short_title).where(Law.id.in_(law_ids)).order_by(Law.id)
    )
    return {row[0]: row[1] for row in rows}


def versions_for(on: date, kind: ExamKind | None = None) -> set[int]:
    """Law versions that an exam of a day may ask about: those in force on it.

    A test of new law (新法测试) may also ask about what is promulgated and not yet in force; one
    that sets old and new law against each other (新旧法对比) about whatever was promulgated by
    then, superseded and repealed versions included.
    """
    may = is_current(on)
    if kind is ExamKind.CONTRAST:
        may = LawVersion.promulgated_on <= on
    if kind is ExamKind.NEW_LAW:
        begins = func.coalesce(LawVersion.effective_on, LawVersion.promulgated_on)
        waiting = and_(LawVersion.promulgated_on <= on, begins > on)
        may = or_(may, and_(waiting, LawVersion.repealed_on.is_(None)))
    return set(db.session.scalars(select(LawVersion.id).where(may).order_by(LawVersion.id)))


def party_regulations() -> Sequence[int]:
    """Ids of the party regulations (党内法规) that published items cite."""
    return db.session.scalars(
        select(LawCategory.law_id)
        .join(LawVersion, LawVersion.law_id == LawCategory.law_id)
        .join(Article, Article.version_id == LawVersion.id)
        .join(Citation, Citation.article_id == Article.id)
        .join(Item, Item.current_id == Citation.revision_id)
        .where(LawCategory.category == Category.PARTY_REGULATION, Item.state == ItemState.PUBLISHED)
        .distinct()
        .order_by(LawCategory.law_id)
    ).all()


def pool(on: date, kind: ExamKind | None = None, *narrowed: ColumnElement[bool]) -> list[PoolItem]:
    """Every item that an exam of a day may ask: published, valid, on law then in force."""
    return _pool(versions_for(on, kind), holding.drawable(on, FOR_EXAMS), *narrowed)


def practice_pool(
    on: date, *narrowed: ColumnElement[bool], by_oneself: bool = False
) -> list[PoolItem]:
    """Every item that may be practised on a day: of law then in force, and marked at once.

    ``by_oneself``: those that somebody has to judge as well.
    """
    at_once = true() if by_oneself else ItemRevision.item_type.in_(plans.marked_at_once())
    return _pool(versions_for(on), holding.may_practise(on), at_once, *narrowed)


def _pool(usable: set[int], *conditions: ColumnElement[bool]) -> list[PoolItem]:
    rows = db.session.execute(
        select(
            ItemRevision.id,
            ItemRevision.item_id,
            ItemRevision.item_type,
            ItemRevision.difficulty,
            ItemRevision.cognitive_level,
            ItemRevision.fingerprint,
            ItemRevision.scene,
            ItemRevision.topic,
            LawVersion.id.label("version_id"),
            LawVersion.law_id,
        )
        .join(Item, Item.current_id == ItemRevision.id)
        .join(Citation, Citation.revision_id == ItemRevision.id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(*conditions)
        .order_by(ItemRevision.id, Citation.id)
    )
    return list(_pool_items(rows, usable))


def _pool_items(rows: Iterable[Any], usable: set[int]) -> Iterator[PoolItem]:
    for revision_id, group in groupby(rows, key=lambda row: row.id):
        cited = list(group)
        if amendment.usable(((row.law_id, row.version_id) for row in cited), usable):
            row = cited[0]
            yield PoolItem(
                revision_id=revision_id,
                item_id=row.item_id,
                item_type=row.item_type,
                difficulty=row.difficulty,
                cognitive_level=row.cognitive_level,
                law_ids=frozenset(each.law_id for each in cited),
                fingerprint=row.fingerprint,
                is_scene=row.scene is not None,
                topic=row.topic,
            )


def unusable_slots(form: Form) -> list[int]:
    """Slots whose item must not be asked on the form's day: revised, withdrawn, law changed."""
    held = ItemRevision.id.in_([each.revision_id for each in form.slots])
    usable = {item.revision_id for item in pool(form.exam_on, form.blueprint.exam_kind, held)}
    return [each.slot for each in form.slots if each.revision_id not in usable]


def slots_without_law(form: Form, on: date, kind: ExamKind) -> list[int]:
    """Slots that cite what an exam of that day and kind must not ask about."""
    usable = versions_for(on, kind)
    rows = db.session.execute(
        select(FormItem.slot, LawVersion.law_id, LawVersion.id)
        .join(Citation, Citation.revision_id == FormItem.revision_id)
        .join(Article, Article.id == Citation.article_id)
        .join(LawVersion, LawVersion.id == Article.version_id)
        .where(FormItem.form_id == form.id)
        .order_by(FormItem.slot, Citation.id)
    )
    return [
        slot
        for slot, group in groupby(rows, key=lambda row: row.slot)
        if not amendment.usable(((law, version) for _, law, version in group), usable)
    ]


def quoted(form: Form) -> set[int]:
    """Law versions whose articles the form quotes where an item rests on several."""
    return versions_for(form.exam_on, form.blueprint.exam_kind)


def place(form: Form, slot: int) -> FormItem:
    """NoResultFound, shown as 404, for a slot that the form does not have."""
    for each in form.slots:
        if each.slot == slot:
            return each
    raise NoResultFound


def scenes_held(form: Form, without: int = 0) -> int:
    """In how many places of a form there is a scene, whatever is drawn; ``without``: not counting
    the place of that slot."""
    return sum(
        all(each.revision.scene is not None and each.slot != without for each in place)
        for place in drawing.places(form.slots, form.alternatives)
    )


def scenes_needed(form: Form) -> int:
    return plans.scenes(form.blueprint.scene_percent, len(form.slots) // form.alternatives)


def revisions(
    ids: Sequence[int], text: str = "", law_id: int | None = None
) -> Select[ItemRevision]:
    """Revisions with what they cite, by difficulty; those whose stem holds ``text``."""
    query = (
        select(ItemRevision)
        .where(ItemRevision.id.in_(ids))
        .options(
            selectinload(ItemRevision.citations)
            .joinedload(Citation.article)
            .joinedload(Article.version)
            .joinedload(LawVersion.law)
        )
        .order_by(ItemRevision.difficulty, ItemRevision.id)
    )
    if text:
        query = query.where(ItemRevision.stem.contains(text, autoescape=True))
    if law_id is not None:
        query = query.where(
            select(Citation.id)
            .join(Article, Article.id == Citation.article_id)
            .join(LawVersion, LawVersion.id == Article.version_id)
            .where(Citation.revision_id == ItemRevision.id, LawVersion.law_id == law_id)
            .exists()
        )
    return query
