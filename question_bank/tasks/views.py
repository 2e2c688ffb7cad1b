"""The page of tasks of writing items, for those who write and for those who set them."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from laws import queries as law_queries
from question_bank.queries import citing
from question_bank.tasks import cells, queries, services
from question_bank.tasks.forms import NewTaskForm
from question_bank.views.base import bp

_USUAL = timedelta(days=14)


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


@bp.route("/tasks/new", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def new_task() -> ResponseReturnValue:
    """A task of one kind of items; the address may fill in what is lacking."""
    given = request.args
    form = NewTaskForm(
        law=given.get("law", "")[:200],
        article=given.get("article", "")[:20],
        item_type=given.get("type", ""),
        cognitive_level=given.get("level", ""),
        difficulty_min=given.get("difficulty", "1"),
        difficulty_max=given.get("difficulty", "5"),
        count=given.get("count", 1, type=int),
        due_on=clock.today() + _USUAL,
        writer_id="",
        purpose=given.get("purpose", "")[:100],
    )
    form.writer_id.choices = {"": "全体命题人"} | {
        str(each.id): each.person.name for each in queries.writers()
    }
    if form.validate_on_submit():
        try:
            named = (law_queries.law_named(form.law.data),) if form.law.data else ()
            made = services.set_tasks(
                cells=[form.cell(frozenset(each.id for each in named))],
                due_on=form.day(),
                writer_id=int(form.writer_id.data) if form.writer_id.data else None,
                purpose=form.purpose.data or "",
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            if made:
                flash("命题任务已建立，命题人在首页和命题任务页可以看到。", "success")
            else:
                flash("同样的命题任务已在进行，没有重复建立。", "info")
            return redirect(url_for(".tasks"))
    return render_template(
        "question_bank/task_new.html",
        form=form,
        titles=citing.law_titles(),
    )


@bp.post("/tasks/<int:task_id>/cancel")
@requires(Permission.FORM_BUILD)
def cancel_task(task_id: int) -> ResponseReturnValue:
    services.cancel(task=queries.task(task_id), at=clock.now(), by=account())
    db.session.commit()
    flash("命题任务已取消。", "success")
    return redirect(url_for(".tasks"))
