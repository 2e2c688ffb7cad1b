"""From what a blueprint lacks to tasks of writing items (命题任务)."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from exam.assembling.assembly import Gap, SectionPlan
from exam.forms.building import TaskForm
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.views.assembling.outlook import asked, outlook
from exam.views.base import bp
from question_bank.tasks import queries as task_queries
from question_bank.tasks import services
from question_bank.tasks.cells import Cell

_USUAL = timedelta(days=14)


@bp.route("/blueprints/<int:blueprint_id>/tasks", methods=["GET", "POST"])
@requires(Permission.FORM_BUILD)
def blueprint_tasks(blueprint_id: int) -> ResponseReturnValue:
    found = queries.blueprint(blueprint_id)
    what = asked()
    rows = [queries.plan_of(section) for section in found.sections]
    looked = outlook(
        rows,
        found.exam_kind,
        drawing.conditions_of(found),
        copies=what.copies,
        overlap=what.overlap,
        on=what.on,
        alternatives=what.alternatives,
    )
    gaps = [gap for gap in looked.gaps if gap.counts_items]
    names = [str(number) for number in range(len(gaps))]
    form = TaskForm(due_on=clock.today() + _USUAL, writer_id="", gaps=names)
    form.gaps.choices = dict(zip(names, map(str, gaps), strict=True))
    form.writer_id.choices = {"": "全体命题人"} | {
        str(each.id): each.person.name for each in task_queries.writers()
    }
    if gaps and form.validate_on_submit():
        chosen = [gaps[int(each)] for each in form.gaps.data or []]
        try:
            made = services.set_tasks(
                cells=_cells(chosen, rows),
                due_on=form.day(),
                writer_id=int(form.writer_id.data) if form.writer_id.data else None,
                purpose=found.title,
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash(_said(len(made), len(chosen)), "success")
            return redirect(url_for("bank.tasks"))
    return render_template(
        "exam/assembling/blueprint_tasks.html",
        blueprint=found,
        form=form,
        gaps=gaps,
        asked=what,
        note=looked.note,
    )


def _cells(gaps: Sequence[Gap], rows: Sequence[SectionPlan]) -> list[Cell]:
    """What is lacking as what is to be written; a gap of the whole form is one of scenes."""
    return [
        _cell(rows[gap.section - 1], gap.short) if gap.section else Cell(gap.short, is_scene=True)
        for gap in gaps
    ]


def _cell(row: SectionPlan, count: int) -> Cell:
    return Cell(
        count=count,
        item_type=row.item_type,
        difficulty_min=row.difficulty_min,
        difficulty_max=row.difficulty_max,
        cognitive_level=row.cognitive_level,
        topic=row.topic,
        requirement=row.requirement,
        law_ids=frozenset(row.law_ids),
    )


def _said(made: int, chosen: int) -> str:
    known = f"；另有 {chosen - made} 项此前已建，还没有补足" if made < chosen else ""
    return f"已建立 {made} 项命题任务{known}。"
