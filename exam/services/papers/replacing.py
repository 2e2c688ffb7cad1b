"""A sealed paper whose law was amended: an equal one is proposed, and a second person approves.

The sealed paper is not touched. The proposal is a copy in which the stopped items are replaced by
others of the same cells; approving seals it and gives it to the sessions that nobody has begun.
"""

from collections.abc import Sequence
from datetime import date, datetime
from random import Random

from accounts.models import Account
from core import clock
from core.audit.trail import record
from core.db import db, lock
from core.errors import Refused
from exam.assembling import plans
from exam.kinds import ExamKind
from exam.models import ExamSession, Form, FormItem
from exam.queries.assembling import building as queries
from exam.queries.papers import stopping
from exam.services.assembling import building
from exam.services.sessions import dealing
from exam.services.sessions.planning import CHANCE


class NothingStopped(Refused):
    message = "这份试卷没有因修法停用的试题，不需要换题"


class NotSealed(Refused):
    message = "未封存的试卷可以直接换题"


class Proposed(Refused):
    message = "已有待批准的换题方案，请先批准或删除它"


class OwnProposal(Refused):
    """换题须由第二人批准."""

    message = "换题方案须由提出人以外的另一人批准"


class NotAProposal(Refused):
    message = "这不是换题方案"


class MoreThanStopped(Refused):
    """Only the stopped items may differ; the message names the slots."""


def day_of(form: Form, at: datetime) -> tuple[date, ExamKind]:
    """For which day and kind of exam a form has to hold: its next session's, else its own."""
    planned = stopping.planned_on(form.id, at)
    if planned:
        return clock.local(planned[0].opens_at).date(), planned[0].exam_kind
    return max(form.exam_on, clock.local(at).date()), form.blueprint.exam_kind


def stopped(form: Form, at: datetime) -> list[int]:
    """The slots of a sealed form that must be replaced before it can be sat."""
    return stopping.stopped_slots(form, *day_of(form, at))


def propose(*, form: Form, rng: Random, at: datetime, by: Account | None) -> Form:
    """A copy of the form with another item of the same cell in each stopped slot.

    It can be mended by its proposer like any unsealed form. Raises NotSealed, Proposed,
    NothingStopped; building.NoOther if the bank has no other item for a cell.
    """
    lock(form)
    if form.sealed_at is None:
        raise NotSealed
    if any(each.sealed_at is None for each in stopping.replacements(form.id)):
        raise Proposed
    slots = stopped(form, at)
    if not slots:
        raise NothingStopped
    copy = Form(
        title=form.title,
        blueprint_id=form.blueprint_id,
        multi_rule=form.multi_rule,
        penalty_percent=form.penalty_percent,
        seed=form.seed,
        alternatives=form.alternatives,
        exam_on=day_of(form, at)[0],
        created_at=at,
        created_by_id=by.id if by else None,
        replaces_id=form.id,
        slots=[
            FormItem(
                slot=each.slot,
                section=each.section,
                revision_id=each.revision_id,
                marks=each.marks,
            )
            for each in form.slots
        ],
    )
    db.session.add(copy)
    db.session.flush()
    copy = queries.form(copy.id)
    record("form.propose", copy, at=at, title=copy.title, replaces=form.id, slots=slots)
    for slot in slots:
        building.swap_at_random(form=copy, slot=slot, rng=rng, at=at, by=by)
        db.session.expire(copy, ["slots"])
    return copy


def approve(
    *, form: Form, at: datetime, by: Account | None, seen: str = ""
) -> Sequence[ExamSession]:
    """Seal a proposal and give it to the sessions that nobody has begun; those sessions.

    ``seen`` is the mark of what was shown (building.mark_of). Raises NotAProposal, OwnProposal,
    MoreThanStopped and what sealing raises.
    """
    if form.replaces_id is None:
        raise NotAProposal
    if by is not None and by.id == form.created_by_id:
        raise OwnProposal
    old = queries.form(form.replaces_id)
    lock(old)
    needless = sorted(set(changed_slots(form, old)) - set(stopped(old, at)))
    if needless:
        raise MoreThanStopped(f"第 {plans.named(needless)} 题没有因修法停用，不能更换，请换回原题")
    planned = stopping.planned_on(old.id, at)
    for session in planned:
        lock(session)
    building.seal_proposal(form=form, at=at, by=by, seen=seen)
    for session in planned:
        dealing.replace(session, old, form, rng=CHANCE)
    record("form.approve", form, at=at, title=form.title, replaces=old.id,
           slots=changed_slots(form, old), sessions=[each.id for each in planned])  # fmt: skip
    return planned


def changed_slots(form: Form, old: Form) -> list[int]:
    """The slots in which a proposal differs from the paper that it replaces."""
    before = {each.slot: each.revision_id for each in old.slots}
    return [each.slot for each in form.slots if before.get(each.slot) != each.revision_id]
