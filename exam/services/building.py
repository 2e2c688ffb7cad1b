"""Blueprints and forms: planned, drawn, mended, sealed."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db
from core.errors import Refused
from exam import assembly, snapshot
from exam.assembly import SectionPlan
from exam.kinds import ExamKind
from exam.models import Blueprint, BlueprintSection, Form, FormItem, SectionLaw
from exam.queries import building as queries
from exam.snapshot import Paper, Quote, Slot
from question_bank.item_types import MultiRule, options_of
from question_bank.models import ItemRevision


class TooFewItems(Refused):
    """The bank cannot fill the blueprint; the message names the short cells."""


class Sealed(Refused):
    """A sealed form does not change."""

    message = "试卷已封存，不能再改动"


class Empty(Refused):
    message = "试卷没有试题，不能封存"


class OtherCell(Refused):
    """The item does not belong to the cell that it is to fill."""

    message = "所选试题不符合该题位的题型、难度或法律范围，或已在本卷中"


def create_blueprint(
    *,
    title: str,
    exam_kind: ExamKind,
    multi_rule: MultiRule,
    sections: Sequence[SectionPlan],
    at: datetime,
    by: Account | None,
) -> Blueprint:
    if not sections:
        raise Refused("组卷方案至少要有一个大题", field="sections")
    blueprint = Blueprint(
        title=title,
        exam_kind=exam_kind,
        multi_rule=multi_rule,
        created_at=at,
        created_by_id=by.id if by else None,
        sections=[
            BlueprintSection(
                position=position,
                item_type=plan.item_type,
                count=plan.count,
                marks=plan.marks,
                difficulty_min=plan.difficulty_min,
                difficulty_max=plan.difficulty_max,
                cognitive_level=plan.cognitive_level,
                laws=[SectionLaw(law_id=law_id) for law_id in sorted(plan.law_ids)],
            )
            for position, plan in enumerate(sections, 1)
        ],
    )
    db.session.add(blueprint)
    db.session.flush()
    record("blueprint.create", blueprint, at=at, title=title)
    return blueprint


def plan_of(section: BlueprintSection) -> SectionPlan:
    return SectionPlan(
        item_type=section.item_type,
        count=section.count,
        marks=section.marks,
        difficulty_min=section.difficulty_min,
        difficulty_max=section.difficulty_max,
        cognitive_level=section.cognitive_level,
        law_ids=frozenset(each.law_id for each in section.laws),
    )


def draw_form(
    *, blueprint: Blueprint, title: str, seed: int, at: datetime, by: Account | None
) -> Form:
    """A form of items drawn for the blueprint. Raises TooFewItems."""
    plans = [plan_of(section) for section in blueprint.sections]
    pool = queries.pool(clock.local(at).date())
    try:
        drawn = assembly.draw(pool, plans, rng=Random(seed))  # noqa: S311 - repeatable on purpose
    except assembly.Shortage as shortage:
        raise TooFewItems(f"题库不足：{shortage}") from None
    form = Form(
        title=title,
        blueprint_id=blueprint.id,
        multi_rule=blueprint.multi_rule,
        seed=seed,
        created_at=at,
        created_by_id=by.id if by else None,
    )
    for section, picks in zip(blueprint.sections, drawn, strict=True):
        form.slots += [
            FormItem(
                slot=len(form.slots) + number,
                section=section.position,
                revision_id=item.revision_id,
                marks=section.marks,
            )
            for number, item in enumerate(picks, 1)
        ]
    db.session.add(form)
    db.session.flush()
    record("form.draw", form, at=at, title=title, items=len(form.slots))
    return form


def alternatives(*, form: Form, slot: int, at: datetime) -> list[int]:
    """Revisions that could take the place of a slot's item."""
    held = {each.revision_id for each in form.slots}
    place = next(each for each in form.slots if each.slot == slot)
    section = next(each for each in form.blueprint.sections if each.position == place.section)
    stems = {each.revision.fingerprint for each in form.slots if each.slot != slot}
    return [
        item.revision_id
        for item in queries.pool(clock.local(at).date())
        if item.revision_id not in held
        and item.fingerprint not in stems
        and assembly.fits(item, plan_of(section))
    ]


def swap_item(
    *, form: Form, slot: int, revision: ItemRevision, at: datetime, by: Account | None
) -> None:
    """Put another item of the same cell into a slot. Raises Sealed, OtherCell."""
    db.session.refresh(form, with_for_update=True)
    if form.sealed_at is not None:
        raise Sealed
    if revision.id not in alternatives(form=form, slot=slot, at=at):
        raise OtherCell
    place = next(each for each in form.slots if each.slot == slot)
    old = place.revision_id
    place.revision = revision
    db.session.flush()
    record("form.swap", form, at=at, slot=slot, old=old, new=revision.id)


def discard(*, form: Form, at: datetime, by: Account | None) -> None:
    """Throw an unsealed form away. Raises Sealed."""
    if form.sealed_at is not None:
        raise Sealed
    record("form.discard", form, at=at, title=form.title)
    db.session.delete(form)
    db.session.flush()


def seal(*, form: Form, at: datetime, by: Account | None) -> None:
    """Freeze the form: from here on its snapshot is what counts. Raises Sealed, Empty."""
    db.session.refresh(form, with_for_update=True)
    if form.sealed_at is not None:
        raise Sealed
    if not form.slots:
        raise Empty
    text = snapshot.dump(_paper(form))
    form.snapshot, form.hash = text, snapshot.digest(text)
    form.sealed_at, form.sealed_by_id = at, by.id if by else None
    db.session.flush()
    record("form.seal", form, at=at, hash=form.hash)


def intact(form: Form) -> bool:
    """Whether a sealed form still is what was sealed."""
    return form.snapshot is not None and snapshot.digest(form.snapshot) == form.hash


def _paper(form: Form) -> Paper:
    sections = list(form.blueprint.sections)
    index = {section.position: number for number, section in enumerate(sections)}
    return Paper(
        title=form.title,
        multi_rule=form.multi_rule,
        total=sum((each.marks for each in form.slots), start=sections[0].marks * 0),
        sections=[
            snapshot.section(number, each.item_type, each.count, each.marks, form.multi_rule)
            for number, each in enumerate(sections, 1)
        ],
        slots=[_slot(each, index[each.section]) for each in form.slots],
    )


def _slot(place: FormItem, section: int) -> Slot:
    revision = place.revision
    return Slot(
        slot=place.slot,
        section=section,
        revision_id=revision.id,
        item_type=revision.item_type,
        stem=revision.stem,
        options=list(options_of(revision.item_type, revision.options)),
        key=list(revision.key),
        marks=place.marks,
        rationale=revision.rationale,
        citations=[
            Quote(
                law=each.article.version.law.title,
                version=each.article.version.label,
                article=each.article.number,
                text=each.article.text,
                article_id=each.article_id,
            )
            for each in revision.citations
        ],
    )
