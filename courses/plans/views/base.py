"""What the pages of plans share."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import can
from accounts.permissions import Permission
from core.db import db
from core.errors import Refused
from courses.plans import queries
from courses.plans.measuring import ItemState
from courses.plans.models import TrainingPlan

bp = Blueprint("plans", __name__, url_prefix="/plans")

STATE_TONES = {
    ItemState.DONE: "good", ItemState.UNDER_WAY: "info", ItemState.LATE: "bad",
    ItemState.AHEAD: "calm",
}  # fmt: skip


def sees_drafts() -> bool:
    return can(Permission.TRAINING_PLAN) or can(Permission.TRAINING_APPROVE)


def plan_of(plan_id: int) -> TrainingPlan:
    return queries.plan(plan_id, drafts=sees_drafts())


def done(plan_id: int, message: str, anchor: str | None = None) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("plans.plan", plan_id=plan_id, _anchor=anchor), 303)


def not_done(plan_id: int, refusal: Refused | str) -> ResponseReturnValue:
    db.session.rollback()
    flash(str(refusal), "error")
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)
