"""The yearly plan: drafted, handed to the head, approved or returned, amended by number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from accounts.models import Account
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from laws.queries import naming
from study.group.kinds import ChangeKind, PlanState, SessionForm
from study.group.models.groups import (
    GroupPlan,
    GroupPlanChange,
    GroupPlanItem,
    GroupPlanLaw,
    StudyGroup,
)
from study.group.queries import meetings as queries


@dataclass(frozen=True)
class ItemDraft:
    quarter: int
    form: SessionForm
    theme: str
    lead: str
    law_ids: Sequence[int]


def laws_named(text: str) -> list[int]:
    """The laws of the register that lines or a list name. Raises Refused."""
    names = [each.strip() for each in text.replace("；", "\n").replace("、", "\n").splitlines()]
    return list(dict.fromkeys(naming.law_named(each).id for each in names if each))


def create_plan(*, group: StudyGroup, year: int, intro: str, at: datetime) -> GroupPlan:
    plan = GroupPlan(group_id=group.id, year=year, intro=intro, created_at=at)
    try:
        with db.session.begin_nested():
            db.session.add(plan)
    except IntegrityError:
        raise Refused(f"{year} 年已有学习计划") from None
    record("group_plan.create", plan, at=at, year=year)
    return plan


def _must_be_draft(plan: GroupPlan) -> None:
    lock(plan)
    if plan.state not in {PlanState.DRAFT, PlanState.RETURNED}:
        raise Refused("计划已提交，不能直接修改；批准后请提出调整")


def save_intro(*, plan: GroupPlan, intro: str) -> None:
    _must_be_draft(plan)
    plan.intro = intro


def add_item(*, plan: GroupPlan, draft: ItemDraft) -> GroupPlanItem:
    """Raises Refused once the plan is handed in."""
    _must_be_draft(plan)
    return _made(plan, draft)


def _made(plan: GroupPlan, draft: ItemDraft) -> GroupPlanItem:
    item = GroupPlanItem(plan_id=plan.id, quarter=draft.quarter, form=draft.form, theme=draft.theme,
                    lead=draft.lead)  # fmt: skip
    item.laws = [GroupPlanLaw(law_id=each) for each in draft.law_ids]
    db.session.add(item)
    db.session.flush()
    return item


def edit_item(*, item: GroupPlanItem, draft: ItemDraft) -> None:
    """Raises Refused once the plan is handed in."""
    _must_be_draft(item.plan)
    _write(item, draft)


def _write(item: GroupPlanItem, draft: ItemDraft) -> None:
    item.quarter, item.form, item.theme, item.lead = (
        draft.quarter, draft.form, draft.theme, draft.lead,
    )  # fmt: skip
    have = {each.law_id: each for each in item.laws}
    item.laws = [have.get(each) or GroupPlanLaw(law_id=each) for each in draft.law_ids]
    db.session.flush()


def remove_item(*, item: GroupPlanItem, at: datetime) -> None:
    """Raises Refused once the plan is handed in."""
    _must_be_draft(item.plan)
    record("group_plan.remove_item", item.plan, at=at, title=item.theme)
    db.session.delete(item)
    db.session.flush()


def submit(*, plan: GroupPlan, at: datetime) -> None:
    _must_be_draft(plan)
    if not plan.items:
        raise Refused("计划中还没有学习安排，请先添加")
    plan.submitted_at, plan.returned_at, plan.return_reason = at, None, ""
    record("group_plan.submit", plan, at=at, rows=len(plan.items))


def decide(*, plan: GroupPlan, approve: bool, reason: str, at: datetime, by: Account) -> None:
    """The head's word on a plan that was handed in. Raises Refused."""
    lock(plan)
    if plan.state is not PlanState.SUBMITTED:
        raise Refused("计划不在待批准状态")
    if approve:
        plan.approved_at, plan.approved_by_id = at, by.id
        record("group_plan.approve", plan, at=at, year=plan.year)
        return
    if not reason:
        raise Refused("退回须写明理由", field="reason")
    plan.submitted_at, plan.returned_at, plan.return_reason = None, at, reason
    record("group_plan.reject", plan, at=at, year=plan.year, reason=reason)


def in_words(draft: ItemDraft, titles: Sequence[str]) -> str:
    laws = "、".join(titles)
    parts = [f"第{draft.quarter}季度", draft.form.label, draft.theme, draft.lead, laws]
    return "；".join(part for part in parts if part)


def draft_of(item: GroupPlanItem) -> ItemDraft:
    return ItemDraft(
        item.quarter, item.form, item.theme, item.lead, [each.law_id for each in item.laws]
    )


def propose(
    *, plan: GroupPlan, kind: ChangeKind, item: GroupPlanItem | None, draft: ItemDraft | None,
    reason: str, at: datetime,
) -> GroupPlanChange:  # fmt: skip
    """A numbered amendment of an approved plan; it stands once the head approves it.

    Raises Refused.
    """
    lock(plan)
    if plan.state is not PlanState.APPROVED:
        raise Refused("计划批准之后才用调整；此前可以直接修改")
    if not reason:
        raise Refused("请写明调整理由", field="reason")
    if item is not None and item.dropped:
        raise Refused("这项安排已经取消")
    if item is not None and queries.is_held(item.id):
        raise Refused("这项学习已经完成并归档，不能再调整")
    if any(each.decided_at is None and item and each.item_id == item.id for each in plan.changes):
        raise Refused("这项安排已有待批准的调整，请先由组长批准或退回")
    titles = [naming.law(each).short_title for each in draft.law_ids] if draft else []
    change = GroupPlanChange(
        plan_id=plan.id,
        number=len(plan.changes) + 1,
        kind=kind,
        item_id=item.id if item else None,
        before=in_words(draft_of(item), item.law_titles) if item else "",
        after=in_words(draft, titles) if draft else "",
        draft=_packed(draft) if draft else "",
        reason=reason,
        proposed_at=at,
    )
    db.session.add(change)
    db.session.flush()
    db.session.refresh(plan, ["changes"])
    record("group_plan.propose", plan, at=at, number=change.number, reason=reason)
    return change


def _packed(draft: ItemDraft) -> str:
    return json.dumps(
        [draft.quarter, draft.form.value, draft.theme, draft.lead, list(draft.law_ids)],
        ensure_ascii=False,
    )


def _unpacked(text: str) -> ItemDraft:
    quarter, form, theme, lead, law_ids = json.loads(text)
    return ItemDraft(quarter, SessionForm.of(form), theme, lead, law_ids)


def decide_change(
    *, change: GroupPlanChange, approve: bool, note: str, at: datetime, by: Account
) -> None:
    """Approve an amendment, which takes effect, or decline it. Raises Refused."""
    lock(change)
    if change.decided_at is not None:
        raise Refused("这项调整已经办理")
    if not approve and not note:
        raise Refused("不同意须写明理由", field="note")
    change.approved, change.decided_at, change.decided_by_id = approve, at, by.id
    change.decision_note = note
    if approve:
        _take_effect(change)
    action = "group_plan.approve_change" if approve else "group_plan.decline_change"
    record(action, change.plan, at=at, number=change.number, reason=note or change.reason)


def _take_effect(change: GroupPlanChange) -> None:
    if change.kind is ChangeKind.ADD:
        change.item = _made(change.plan, _unpacked(change.draft))
    elif change.item is not None and change.kind is ChangeKind.EDIT:
        _write(change.item, _unpacked(change.draft))
    elif change.item is not None:
        change.item.dropped = True
    db.session.flush()
