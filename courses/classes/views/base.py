"""What the pages of classes share."""

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import can, identity, unit_limit
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.classes import standing
from courses.classes.kinds import ClassState, Stage
from courses.classes.models import TrainingClass

bp = Blueprint("classes", __name__, url_prefix="/classes")

STAFF = (Permission.CLASS_MANAGE, Permission.CLASS_NOMINATE, Permission.CLASS_OPINE)
STATE_TONES = {
    ClassState.DRAFT: "calm", ClassState.SIGN_UP: "good", ClassState.UPCOMING: "info",
    ClassState.RUNNING: "info", ClassState.OVER: "warn", ClassState.CONCLUDED: "calm",
    ClassState.CANCELLED: "bad",
}  # fmt: skip
STAGE_TONES = {
    Stage.ASKED: "info", Stage.OPINED: "info", Stage.DECLINED: "bad", Stage.WAITING: "warn",
    Stage.SEATED: "good", Stage.WITHDRAWN: "calm", Stage.DISMISSED: "bad",
    Stage.COMPLETED: "good", Stage.FAILED: "warn", Stage.REVOKED: "bad",
}  # fmt: skip


def state_of(owner: TrainingClass) -> ClassState:
    return standing.class_state(owner, clock.now(), clock.today())


def may_manage() -> bool:
    return can(Permission.CLASS_MANAGE)


def reach() -> int | None:
    """The unit whose people the reader sees in a class; None for everybody."""
    if may_manage():
        return None
    for permission in (Permission.CLASS_NOMINATE, Permission.CLASS_OPINE):
        if can(permission):
            return unit_limit(permission)
    return identity().stat_unit_id


def secret() -> str:
    """What the codes on the wall are made with."""
    key: str = current_app.config["SECRET_KEY"]
    return f"check-in\0{key}"


def done(class_id: int, message: str, anchor: str | None = None) -> ResponseReturnValue:
    """Commit what was done to a class and go back to the page of those who keep it."""
    db.session.commit()
    flash(message, "success")
    return redirect(url_for("classes.managed", class_id=class_id, _anchor=anchor), 303)


def not_done(class_id: int, refusal: Refused | str) -> ResponseReturnValue:
    """Say on the class's page why nothing was done."""
    db.session.rollback()
    flash(str(refusal), "error")
    return redirect(url_for("classes.managed", class_id=class_id), 303)
