"""Blueprints: written, changed while nothing was drawn from them, copied, deleted."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from core import clock, meanwhile
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.assembling import plans
from exam.assembling.assembly import SectionPlan
from exam.assembling.plans import Conditions
from exam.assembling.presets import Preset
from exam.kinds import ExamKind
from exam.models import Blueprint, BlueprintSection, MustInclude, SectionLaw
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.services.turns import take_turn
from question_bank.item_types import MultiRule

_USUAL = Conditions()


class TitleTaken(Refused):
    message = "已有同名的组卷方案，请换一个名称"


class UnknownItems(Refused):
    """必选题 that the bank does not have; the message names them."""


class InUse(Refused):
    """A form was drawn from the blueprint, which therefore stays as it is."""

    message = "已有试卷按此方案抽题，方案不能再改或删除；可以复制后修改"


class NeedsPerson(Refused):
    """A mock exam is marked at its end, with nobody to wait for."""

    message = "方案含简答题或案例分析题，需要人工评阅，不能开放为模拟考试"


def create_blueprint(
    *,
    title: str,
    exam_kind: ExamKind,
    multi_rule: MultiRule,
    sections: Sequence[SectionPlan],
    at: datetime,
    by: Account | None,
    penalty_percent: int = 0,
    conditions: Conditions = _USUAL,
) -> Blueprint:
    """A new blueprint; the same one sent twice is made once. Raises TitleTaken, Refused.

    A wrong choice costs ``penalty_percent`` of the item's marks.
    """
    _must_hold_together(sections, conditions)
    take_turn(by)
    blueprint = Blueprint(
        title=title,
        exam_kind=exam_kind,
        multi_rule=multi_rule,
        penalty_percent=penalty_percent,
        created_at=at,
        created_by_id=by.id if by else None,
        sections=_rows(sections),
    )
    _set(blueprint, conditions)
    if others := queries.blueprints_titled(title):
        if _same(others[0], blueprint):
            return others[0]
        raise TitleTaken(field="title")
    db.session.add(blueprint)
    db.session.flush()
    record("blueprint.create", blueprint, at=at, title=title)
    return blueprint


def revise_blueprint(
    *,
    blueprint: Blueprint,
    title: str,
    exam_kind: ExamKind,
    multi_rule: MultiRule,
    sections: Sequence[SectionPlan],
    at: datetime,
    by: Account | None,
    penalty_percent: int = 0,
    conditions: Conditions = _USUAL,
    seen: str = "",
) -> None:
    """``seen``: the mark of what was shown. Raises InUse, ChangedMeanwhile, TitleTaken, Refused."""
    _must_hold_together(sections, conditions)
    _lock_unused(blueprint)
    db.session.expire(blueprint, ["sections", "must"])
    meanwhile.must_be_as_seen(mark_of(blueprint), seen)
    take_turn(by)
    if any(other.id != blueprint.id for other in queries.blueprints_titled(title)):
        raise TitleTaken(field="title")
    blueprint.sections.clear()
    blueprint.must.clear()
    # The old rows go first: a position is taken once.
    db.session.flush()
    blueprint.title, blueprint.exam_kind, blueprint.multi_rule = title, exam_kind, multi_rule
    blueprint.penalty_percent = penalty_percent
    _set(blueprint, conditions)
    blueprint.sections.extend(_rows(sections))
    db.session.flush()
    record("blueprint.revise", blueprint, at=at, title=title)


def copy_blueprint(*, blueprint: Blueprint, at: datetime, by: Account | None) -> Blueprint:
    """A blueprint of the same content under a name of its own."""
    number, title = 1, f"{blueprint.title}（副本）"
    while queries.blueprints_titled(title):
        number += 1
        title = f"{blueprint.title}（副本 {number}）"
    return create_blueprint(
        title=title,
        exam_kind=blueprint.exam_kind,
        multi_rule=blueprint.multi_rule,
        penalty_percent=blueprint.penalty_percent,
        conditions=drawing.conditions_of(blueprint),
        sections=[queries.plan_of(section) for section in blueprint.sections],
        at=at,
        by=by,
    )


def sections_of(preset: Preset) -> Sequence[SectionPlan]:
    """The rows of a template; those of 党内法规考试 name the party regulations that items cite."""
    if preset.kind is not ExamKind.PARTY_RULES:
        return preset.sections
    laws = queries.party_regulations()
    return [replace(each, law_ids=laws) for each in preset.sections]


def create_from(*, preset: Preset, at: datetime, by: Account | None) -> Blueprint:
    """A blueprint as the template has it, named after it and the year."""
    year = f"{clock.local(at).year}年"
    number, title = 1, f"{year.removesuffix(preset.name[0])}{preset.name}组卷方案"
    while True:
        try:
            return create_blueprint(
                title=title if number == 1 else f"{title} {number}",
                exam_kind=preset.kind,
                multi_rule=MultiRule.ALL_OR_NOTHING,
                conditions=preset.conditions,
                sections=sections_of(preset),
                at=at,
                by=by,
            )
        except TitleTaken:
            # Somebody made another thing of it under this name.
            number += 1


def delete_blueprint(*, blueprint: Blueprint, at: datetime, by: Account | None) -> None:
    """Raises InUse."""
    _lock_unused(blueprint)
    record("blueprint.delete", blueprint, at=at, title=blueprint.title)
    db.session.delete(blueprint)
    db.session.flush()


def open_for_practice(*, blueprint: Blueprint, minutes: int, at: datetime) -> None:
    """Let staff sit mock exams of so many minutes. Raises NeedsPerson."""
    lock(blueprint)
    at_once = plans.marked_at_once()
    if any(each.item_type not in at_once for each in blueprint.sections):
        raise NeedsPerson
    if blueprint.practice_minutes != minutes:
        blueprint.practice_minutes = minutes
        db.session.flush()
        record("blueprint.open", blueprint, at=at, title=blueprint.title, minutes=minutes)


def close_to_practice(*, blueprint: Blueprint, at: datetime) -> None:
    """No new mock exams; those that were begun go on."""
    lock(blueprint)
    if blueprint.practice_minutes is not None:
        blueprint.practice_minutes = None
        db.session.flush()
        record("blueprint.close", blueprint, at=at, title=blueprint.title)


def _lock_unused(blueprint: Blueprint) -> None:
    """A draw refers to the blueprint, and so waits for this lock or is seen."""
    lock(blueprint)
    if queries.uses([blueprint.id]):
        raise InUse


def _must_hold_together(sections: Sequence[SectionPlan], conditions: Conditions) -> None:
    if found := plans.faults(sections, conditions):
        raise Refused("；".join(found), field="rows")
    if unknown := sorted(set(conditions.must) - drawing.known(conditions.must)):
        raise UnknownItems(f"题库中没有试题 {plans.named(unknown)}", field="must")


def _set(blueprint: Blueprint, conditions: Conditions) -> None:
    blueprint.scene_percent = conditions.scene_percent
    blueprint.full_marks = conditions.full_marks
    blueprint.mean_target = conditions.mean_target
    blueprint.mean_tolerance = conditions.mean_tolerance
    blueprint.rest_sessions = conditions.rest_sessions
    blueprint.exposure_most = conditions.exposure_most
    blueprint.exposure_days = conditions.exposure_days
    blueprint.aims = ",".join(f"{point:g}" for point in conditions.points)
    blueprint.must.extend(MustInclude(item_id=each) for each in sorted(conditions.must))


def _rows(sections: Sequence[SectionPlan]) -> list[BlueprintSection]:
    return [
        BlueprintSection(
            position=position,
            item_type=plan.item_type,
            count=plan.count,
            marks=plan.marks,
            difficulty_min=plan.difficulty_min,
            difficulty_max=plan.difficulty_max,
            cognitive_level=plan.cognitive_level,
            topic=plan.topic,
            requirement=plan.requirement,
            laws=[SectionLaw(law_id=law_id) for law_id in sorted(plan.law_ids)],
        )
        for position, plan in enumerate(sections, 1)
    ]


def _same(one: Blueprint, other: Blueprint) -> bool:
    return one.created_by_id == other.created_by_id and _content(one) == _content(other)


def _content(blueprint: Blueprint) -> tuple[object, ...]:
    return (
        blueprint.exam_kind,
        blueprint.multi_rule,
        blueprint.penalty_percent,
        _plain(drawing.conditions_of(blueprint)),
        _plans(blueprint),
    )


def _plans(blueprint: Blueprint) -> list[SectionPlan]:
    rows = [queries.plan_of(section) for section in blueprint.sections]
    # 1 and 1.00 are the same marks.
    return [replace(row, marks=row.marks.normalize()) for row in rows]


def mark_of(blueprint: Blueprint) -> str:
    """Of what the page of changing a blueprint shows."""
    rows = [replace(row, law_ids=sorted(row.law_ids)) for row in _plans(blueprint)]
    return meanwhile.mark((blueprint.title, *_content(blueprint)[:-1], rows))


def _plain(conditions: Conditions) -> tuple[object, ...]:
    """With marks as numbers: 70 and 70.00 are the same."""
    values = (getattr(conditions, each.name) for each in fields(conditions))
    return tuple(each.normalize() if isinstance(each, Decimal) else each for each in values)
