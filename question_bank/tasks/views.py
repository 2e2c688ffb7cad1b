"""The page of tasks of writing items, for those who write and for those who set them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from question_bank.tasks import cells, queries, services
from question_bank.views.base import bp


@bp.get("/tasks")
@requires(Permission.ITEM_WRITE, Permission.ITEM_REVIEW, Permission.FORM_BUILD)
def tasks() -> str:
    """Writers see theirs and those of every writer; who reviews or sets papers sees all."""
    everything = can(Permission.ITEM_REVIEW) or can(Permission.FORM_BUILD)
    number, size = paging.asked()
    query = queries.tasks(None if everything else account().id)
    page = paging.select_page(query, number=number, per_page=size)
    today = clock.today()
    return render_template(
        "question_bank/tasks.html",
        page=page,
        progress=[queries.progress(each, today) for each in page.items],
        difficulties_of=cells.difficulties,
    )


@bp.post("/tasks/<int:task_id>/cancel")
@requires(Permission.FORM_BUILD)
def cancel_task(task_id: int) -> ResponseReturnValue:
    services.cancel(task=queries.task(task_id), at=clock.now(), by=account())
    db.session.commit()
    flash("命题任务已取消。", "success")
    return redirect(url_for(".tasks"))
