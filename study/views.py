"""The home page: what there is to do."""

from flask import Blueprint, render_template

from accounts.guards import account, can, me, requires
from accounts.permissions import Permission
from core import clock
from study import queries
from study.tasks import due_soon

bp = Blueprint("study", __name__)


@bp.get("/")
@requires(Permission.HOME)
def home() -> str:
    at = clock.now()
    exams = queries.exam_tasks(me(), at) if can(Permission.EXAM_TAKE) else []
    return render_template(
        "study/home.html",
        open_exams=[task for task in exams if task.is_open],
        upcoming=[task for task in exams if task.is_upcoming],
        recent=queries.recent_results(me(), at) if can(Permission.RESULT_OWN) else [],
        soon=[task for task in exams if due_soon(task.closes_at, at) and task.is_open],
        running_sessions=queries.running_sessions(at) if can(Permission.SESSION_MANAGE) else [],
        drafts=queries.drafts_waiting() if can(Permission.ITEM_REVIEW) else 0,
        account=account(),
    )
