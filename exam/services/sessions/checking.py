"""What is wrong with a plan for a session: all of it at once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from accounts.models import Account, RosterEntry
from core import clock
from core.errors import Refused, must_be_none
from exam.assembling import plans
from exam.models import Form
from exam.papers import snapshot
from exam.queries.assembling import building as building_queries
from exam.queries.marking import progress as marking_progress
from exam.queries.papers import stopping
from exam.services.assembling.building import intact, paper_of
from exam.services.sessions import dealing
from exam.services.sessions.dealing import PaperOf
from exam.sessions import planning
from exam.sessions.planning import SessionPlan


class NotSealed(Refused):
    message = "只有已封存且校验无误的试卷才能用于场次"


class LawChanged(Refused):
    """Items of the form rest on law that is not in force on the day of the session."""


class BadPlan(Refused):
    """The plan does not hold together; the message says where."""


#: The fields that say who is to sit.
SCOPE = frozenset({"unit_ids", "rank_groups", "named"})


def check(
    plan: SessionPlan, papers: Sequence[PaperOf], entries: Sequence[RosterEntry], at: datetime
) -> None:
    """Raises what planning.create_session would raise for the plan and the people whom it calls."""
    must_be_none(of_plan(plan, papers, entries, at))


def of_plan(
    plan: SessionPlan,
    papers: Sequence[PaperOf],
    entries: Sequence[RosterEntry],
    at: datetime,
    *,
    unread: Collection[str] = (),
) -> list[Refused]:
    """Every NotSealed, LawChanged and BadPlan, and what dealing.must_match raises.

    ``unread``: fields of which nobody knows what they say; what rests on them is left out.
    """
    found = of_arrangement(plan, [each.form for each in papers], at, unread=unread)
    if SCOPE.isdisjoint(unread) and not any(isinstance(each, NotSealed) for each in found):
        try:
            dealing.must_match(papers, [each.rank_group for each in entries])
        except Refused as refusal:
            found.append(refusal)
    return found


def of_arrangement(
    plan: SessionPlan, forms: Sequence[Form], at: datetime, *, unread: Collection[str] = ()
) -> list[Refused]:
    """The same of a session whose list and papers stay."""
    found = [each for form in forms for each in _of_form(plan, form, at, unread)]
    if "closes_at" not in unread and plan.closes_at <= at:
        found.append(BadPlan("结束时间已过", field="closes_at"))
    lone = planning.marking_fault(plan, markers=len(able_markers(forms)))
    if lone is not None and not lone.rests_on(unread):
        found.append(BadPlan(lone.message, field=lone.field))
    # Several papers have most of them in common.
    return list({(each.field, str(each)): each for each in found}.values())


def _of_form(
    plan: SessionPlan, form: Form, at: datetime, unread: Collection[str]
) -> Iterator[Refused]:
    if plan.on_paper and form.alternatives > 1:
        yield BadPlan(
            f"“{form.title}”每人随机抽题，不能用于线下纸笔考试；请用每题位只有一题的试卷",
            field="on_paper",
        )
    if not intact(form):
        yield NotSealed(field="form")
        return
    total = snapshot.load(form.snapshot or "").total
    for fault in planning.faults(plan, total=total):
        if not fault.rests_on(unread):
            yield BadPlan(fault.message, field=fault.field)
    if not {"opens_at", "exam_kind"} & set(unread):
        yield from _of_law(plan, form, at)


def _of_law(plan: SessionPlan, form: Form, at: datetime) -> Iterator[LawChanged]:
    day = clock.local(max(plan.opens_at, at)).date()
    kind = stopping.kind_of(form, plan.exam_kind)
    if slots := building_queries.slots_without_law(form, day, kind):
        yield LawChanged(
            f"“{form.title}”第 {plans.named(slots)} 题所引条文"
            f"在开考日（{day.isoformat()}）不是现行有效，"
            "请另组试卷或调整时间",
            field="opens_at",
        )
    elif slots := stopping.stopped_slots(form, day, plan.exam_kind):
        yield LawChanged(
            f"“{form.title}”第 {plans.named(slots)} 题所引条文已被修改，正在复核，"
            "请先在试卷页面换题或另组试卷",
            field="form",
        )


def able_markers(forms: Sequence[Form]) -> list[Account]:
    """Who may mark what persons mark of papers; nobody where they mark nothing."""
    by_hand = [slot.revision_id for each in forms for slot in paper_of(each).by_hand]
    return marking_progress.able(forms, by_hand) if by_hand else []
