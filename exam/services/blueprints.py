"""Blueprints: written, changed while nothing was drawn from them, copied, deleted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam import plans
from exam.assembly import SectionPlan
from exam.kinds import ExamKind
from exam.models import Blueprint, BlueprintSection, SectionLaw
from exam.queries import building as queries
from exam.services.turns import take_turn
from question_bank.item_types import MultiRule


class TitleTaken(Refused):
    message = "已有同名的组卷方案，请换一个名称"


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
    scene_percent: int = plans.SCENE_PERCENT,
) -> Blueprint:
    """A new blueprint; the same one sent twice is made once. Raises TitleTaken, Refused.

    ``scene_percent`` in a hundred items of each form have to tell of a scene.
    """
    _must_hold_together(sections)
    take_turn(by)
    blueprint = Blueprint(
        title=title,
        exam_kind=exam_kind,
        multi_rule=multi_rule,
        scene_percent=scene_percent,
        created_at=at,
        created_by_id=by.id if by else None,
        sections=_rows(sections),
    )
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
    scene_percent: int = plans.SCENE_PERCENT,
) -> None:
    """Raises InUse, TitleTaken, Refused."""
    _must_hold_together(sections)
    _lock_unused(blueprint)
    take_turn(by)
    if any(other.id != blueprint.id for other in queries.blueprints_titled(title)):
        raise TitleTaken(field="title")
    blueprint.sections.clear()
    # The old rows go first: a position is taken once.
    db.session.flush()
    blueprint.title, blueprint.exam_kind, blueprint.multi_rule = title, exam_kind, multi_rule
    blueprint.scene_percent = scene_percent
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
        scene_percent=blueprint.scene_percent,
        sections=[queries.plan_of(section) for section in blueprint.sections],
        at=at,
        by=by,
    )


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


def _must_hold_together(sections: Sequence[SectionPlan]) -> None:
    if found := plans.faults(sections):
        raise Refused("；".join(found), field="rows")


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
            laws=[SectionLaw(law_id=law_id) for law_id in sorted(plan.law_ids)],
        )
        for position, plan in enumerate(sections, 1)
    ]


def _same(one: Blueprint, other: Blueprint) -> bool:
    return one.created_by_id == other.created_by_id and _content(one) == _content(other)


def _content(blueprint: Blueprint) -> tuple[object, ...]:
    rows = [queries.plan_of(section) for section in blueprint.sections]
    return (
        blueprint.exam_kind,
        blueprint.multi_rule,
        blueprint.scene_percent,
        # 1 and 1.00 are the same marks.
        [replace(row, marks=row.marks.normalize()) for row in rows],
    )
