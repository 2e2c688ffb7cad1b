"""What the pages share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import can
from accounts.permissions import Permission
from analytics.evaluation import departments, queries
from analytics.evaluation.departments import Index
from analytics.evaluation.kinds import Level, RunState
from analytics.evaluation.models import EvalRun
from analytics.masking import SMALLEST
from analytics.views.base import roster_line, units_of
from core import clock, figures
from core.db import db

bp = Blueprint("evaluation", __name__, url_prefix="/evaluation")
STATES = {
    RunState.PUBLIC: "info",
    RunState.WAITING: "warn",
    RunState.FINAL: "good",
    RunState.REVERSED: "bad",
}
TONES = {Level.EXCELLENT: "good", Level.GOOD: "info", Level.PASSED: "calm", Level.FAILED: "bad"}
READ, PEOPLE = Permission.EVAL_READ, Permission.EVAL_PEOPLE
MANAGE, APPROVE = Permission.EVAL_MANAGE, Permission.EVAL_APPROVE
ENTER, OWN = Permission.EVAL_ENTER, Permission.EVAL_OWN


def sections(active: str) -> list[dict[str, Any]]:
    """The tabs of the evaluation."""
    entries = (
        ("evaluation.editions", "各版评价", "award", (READ,)),
        ("evaluation.entries", "用法和述法登记", "pencil-square", (ENTER,)),
        ("evaluation.checks", "抽核", "patch-check", (APPROVE,)),
        ("evaluation.appeals", "申诉", "chat-left-text", (MANAGE, APPROVE)),
        ("evaluation.rules", "评价规则", "sliders", (MANAGE, APPROVE)),
    )
    return [
        {"label": label, "icon": icon, "url": url_for(endpoint), "active": endpoint == active}
        for endpoint, label, icon, permissions in entries
        if any(can(each) for each in permissions)
    ]


def rows_of(run: EvalRun, *, passed_on: bool = False) -> list[Index]:
    """The departments as the reader may see them: a head's own; a small one without its index,
    which would tell a person's score, to those who may not know people, and in what is passed on
    to them."""
    rules = run.rules_row.rules
    rows = departments.indices(inputs_of(run), rules)
    read = units_of(READ)
    knows = can(PEOPLE) and not passed_on
    return [
        each if knows else _discreet(each, max(rules.smallest, SMALLEST))
        for each in rows
        if read is None or each.unit_id in read
    ]


def inputs_of(run: EvalRun) -> list[Any]:
    return [each.inputs for each in queries.all_scores(run.id)]


def _discreet(row: Index, smallest: int) -> Index:
    groups = {
        group: (people, total if people >= smallest else None)
        for group, (people, total) in row.groups.items()
    }
    # One small group beside the whole would tell the other one's figure.
    if any(0 < people < smallest for people, _ in groups.values()):
        groups = {group: (people, None) for group, (people, _) in groups.items()}
    if row.people < smallest:
        return replace(row, shares=[], total=None, groups=groups)
    return replace(row, groups=groups)


def basis_of(run: EvalRun) -> Sequence[str]:
    shown = [figures.moment(clock.local(each)) for each in (run.made_at, run.public_until)]
    return [
        f"规则：{run.rules_row.title}",
        roster_line(run.roster),
        f"计算于{shown[0]}，公示至{shown[1]}",
    ]


def done(message: str, endpoint: str, **values: Any) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)


def not_done(reason: object, endpoint: str, **values: Any) -> ResponseReturnValue:
    db.session.rollback()
    flash(str(reason), "error")
    return redirect(url_for(endpoint, **values), 303)
