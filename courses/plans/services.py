"""Plans are written, approved by another person, and amended by numbered editions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Account
from accounts.standing import RankGroup, StaffCategory
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from courses.classes.kinds import ClassKind
from courses.hours.kinds import TrainingKind
from courses.models import CourseCategory
from courses.plans import queries
from courses.plans.models import PlanItem, PlanPeriod, PlanTarget, TrainingPlan


class NameTaken(Refused):
    message = "已有同名的规划期，请换一个名称"


class Overlaps(Refused):
    """A year belongs to one period."""


class PlanThere(Refused):
    message = "这一年（期）已有计划；要改请打开现行计划后点“修改计划”"


class DraftThere(Refused):
    message = "这份计划已有一个修改稿，请先报批或删除它"


class NotADraft(Refused):
    message = "已批准的计划不能直接改，请点“修改计划”另立修改稿"


class OwnPlan(Refused):
    message = "编制人不能批准自己编制的计划，请由另一位同志批准"


class Empty(Refused):
    message = "计划里还没有班次和目标，不能批准"


class Twice(Refused):
    message = "这一范围已有目标，请先删除原来的"


@dataclass(frozen=True)
class ItemDraft:
    title: str
    month: int | None
    class_kind: ClassKind
    training_kind: TrainingKind
    category: CourseCategory
    hours: Decimal
    people: int
    rank_group: RankGroup | None = None
    staff_category: StaffCategory | None = None


@dataclass(frozen=True)
class AimDraft:
    """What the plan says as a whole."""

    about: str = ""
    constitution_share: int | None = None
    law_share: int | None = None
    party_share: int | None = None


def create_period(*, name: str, first_year: int, last_year: int, at: datetime) -> PlanPeriod:
    """Raises NameTaken, Overlaps."""
    if last_year < first_year:
        raise Refused("结束年份不能早于开始年份", field="last_year")
    for each in queries.periods():
        if each.name == name:
            raise NameTaken(field="name")
        if each.first_year <= last_year and first_year <= each.last_year:
            raise Overlaps(f"与“{each.name}”（{each.first_year}—{each.last_year}）的年份重叠",
                           field="first_year")  # fmt: skip
    made = PlanPeriod(name=name, first_year=first_year, last_year=last_year, created_at=at)
    db.session.add(made)
    db.session.flush()
    record("plan_period.create", made, at=at, name=name, first=first_year, last=last_year)
    return made


def create_plan(*, period: PlanPeriod, year: int | None, at: datetime, by: Account) -> TrainingPlan:
    """An empty draft for a year, or for the whole period. Raises PlanThere."""
    lock(period)
    if year is not None and year not in period.years:
        raise Refused(f"{year} 年不在{period.name}之内", field="year")
    if queries.editions(period.id, year):
        raise PlanThere
    made = TrainingPlan(period=period, year=year, created_at=at, created_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    record("plan.create", made, at=at, title=made.title)
    return made


def amend(*, plan: TrainingPlan, reason: str, at: datetime, by: Account) -> TrainingPlan:
    """第N次修改: a draft with all that the plan in force asks. Raises DraftThere, NotADraft."""
    lock(plan.period)
    if not reason.strip():
        raise Refused("请写明修改原因", field="reason")
    editions = queries.editions(plan.period_id, plan.year)
    if any(each.approved_at is None for each in editions):
        raise DraftThere
    if editions[0].id != plan.id:
        raise Refused("请在最新一次修改的计划上修改")
    made = TrainingPlan(
        period=plan.period,
        year=plan.year,
        number=plan.number + 1,
        note=reason.strip(),
        created_at=at,
        created_by_id=by.id,
        **{name: getattr(plan, name) for name in AimDraft.__dataclass_fields__},
    )
    made.targets = [
        PlanTarget(position=n, rank_group=each.rank_group, staff_category=each.staff_category,
                   hours=each.hours, percent=each.percent)
        for n, each in enumerate(plan.targets, 1)
    ]  # fmt: skip
    made.items = [
        PlanItem(root_id=each.key, position=n,
                 **{name: getattr(each, name) for name in ItemDraft.__dataclass_fields__})
        for n, each in enumerate(plan.items, 1)
    ]  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("plan.amend", made, at=at, title=made.title, number=made.number, reason=made.note)
    return made


def _must_be_draft(plan: TrainingPlan) -> None:
    lock(plan)
    if plan.approved_at is not None:
        raise NotADraft


def set_aims(*, plan: TrainingPlan, draft: AimDraft, at: datetime) -> None:
    """Raises NotADraft, Refused for shares that make more than the whole."""
    _must_be_draft(plan)
    shares = (draft.constitution_share, draft.law_share, draft.party_share)
    if sum(each or 0 for each in shares) > 100:
        raise Refused("三项占比合计不能超过 100%", field="constitution_share")
    for name, value in vars(draft).items():
        setattr(plan, name, value)
    db.session.flush()
    record("plan.edit", plan, at=at, title=plan.title)


def add_item(*, plan: TrainingPlan, draft: ItemDraft, at: datetime) -> PlanItem:
    """Raises NotADraft."""
    _must_be_draft(plan)
    made = PlanItem(
        position=max((each.position for each in plan.items), default=0) + 1, **vars(draft)
    )
    plan.items.append(made)
    db.session.flush()
    record("plan_item.add", made, at=at, title=made.title, plan=plan.title)
    return made


def edit_item(*, item: PlanItem, draft: ItemDraft, at: datetime) -> None:
    """Raises NotADraft."""
    _must_be_draft(item.plan)
    for name, value in vars(draft).items():
        setattr(item, name, value)
    db.session.flush()
    record("plan_item.edit", item, at=at, title=item.title, plan=item.plan.title)


def remove_item(*, item: PlanItem, at: datetime) -> None:
    """Raises NotADraft."""
    plan = item.plan
    _must_be_draft(plan)
    record("plan_item.remove", item, at=at, title=item.title, plan=plan.title)
    plan.items.remove(item)
    db.session.flush()


def add_target(
    *,
    plan: TrainingPlan,
    rank_group: RankGroup | None,
    staff_category: StaffCategory | None,
    hours: Decimal,
    percent: int,
    at: datetime,
) -> PlanTarget:
    """Raises NotADraft, Twice."""
    _must_be_draft(plan)
    if any((each.rank_group, each.staff_category) == (rank_group, staff_category)
           for each in plan.targets):  # fmt: skip
        raise Twice(field="rank_group")
    made = PlanTarget(
        position=max((each.position for each in plan.targets), default=0) + 1,
        rank_group=rank_group, staff_category=staff_category, hours=hours, percent=percent,
    )  # fmt: skip
    plan.targets.append(made)
    db.session.flush()
    record("plan_target.add", made, at=at, plan=plan.title, hours=str(hours), percent=percent)
    return made


def remove_target(*, plan: TrainingPlan, target: PlanTarget, at: datetime) -> None:
    """Raises NotADraft."""
    _must_be_draft(plan)
    record("plan_target.remove", target, at=at, plan=plan.title)
    plan.targets.remove(target)
    db.session.flush()


def approve(*, plan: TrainingPlan, at: datetime, by: Account) -> None:
    """Raises NotADraft, OwnPlan, Empty."""
    _must_be_draft(plan)
    if by.id == plan.created_by_id:
        raise OwnPlan
    if not plan.items and not plan.targets:
        raise Empty
    plan.approved_at, plan.approved_by_id = at, by.id
    db.session.flush()
    record("plan.approve", plan, at=at, title=plan.title, number=plan.number)


def discard(*, plan: TrainingPlan, at: datetime) -> None:
    """Delete a draft. Raises NotADraft."""
    _must_be_draft(plan)
    record("plan.discard", plan, at=at, title=plan.title, number=plan.number)
    db.session.delete(plan)
    db.session.flush()
