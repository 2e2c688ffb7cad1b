"""Editions: computing one, its departments, its papers, making it final, reversing it."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from analytics import queries as rosters
from analytics.evaluation import papers, queries
from analytics.evaluation.forms import ComputeForm, ReasonForm
from analytics.evaluation.kinds import Group, Level, RunState
from analytics.evaluation.models import EvalRun
from analytics.evaluation.services import running
from analytics.evaluation.views.base import (
    MANAGE,
    READ,
    STATES,
    basis_of,
    bp,
    done,
    not_done,
    rows_of,
    sections,
)
from analytics.views.base import units_of
from core import clock, figures, official, paging, spreadsheets
from core.audit.trail import record
from core.db import db, may_write
from core.documents import DOCX
from core.downloads import attachment


@bp.get("/")
@requires(READ)
def editions() -> str:
    return _editions(_compute_form())


def _compute_form() -> ComputeForm:
    form = ComputeForm()
    form.roster.choices = {
        str(each.id): f"{figures.day(clock.local(each.taken_at).date())} {each.title}"
        for each in rosters.snapshots()
    }
    return form


def _editions(form: ComputeForm) -> str:
    if form.year.data is None:
        form.year.data = clock.today().year
    number, per_page = paging.asked()
    return render_template(
        "analytics/evaluation/editions.html",
        tabs=sections("evaluation.editions"),
        page=paging.select_page(queries.runs(), number=number, per_page=per_page),
        form=form,
        at=clock.now(),
        tones=STATES,
    )


@bp.post("/editions")
@requires(MANAGE)
def compute() -> ResponseReturnValue:
    form = _compute_form()
    if not form.validate():
        return _editions(form)
    year = form.year.data or 0
    try:
        run = running.compute(
            year=year,
            rules=queries.in_force(year),
            roster=rosters.snapshot(int(form.roster.data)),
            at=clock.now(),
            by=account(),
        )
    except running.NotNow as refusal:
        db.session.rollback()
        form.note(refusal)
        return _editions(form)
    return done("已计算并公示五个工作日；期满、申诉答复后定版。", ".edition", run_id=run.id)


@bp.get("/editions/<int:run_id>")
@requires(READ)
def edition(run_id: int) -> str:
    run = queries.run(run_id)
    rows = rows_of(run)
    whole = units_of(READ) is None
    at = clock.now()
    return render_template(
        "analytics/evaluation/edition.html",
        run=run,
        state=run.state(at),
        tone=STATES[run.state(at)],
        states=RunState,
        rows=rows,
        groups=list(Group),
        basis=basis_of(run),
        rules=run.rules_row.rules,
        whole=whole,
        levels=_levels(run) if whole else None,
        waiting=queries.appeals_in(run.id, accepted=None),
        accepted=queries.appeals_in(run.id, accepted=True),
        level_names=list(Level),
        intact=not run.digest or running.digest_of(run) == run.digest,
        reason_form=ReasonForm(formdata=None),
    )


def _levels(run: EvalRun) -> dict[str, int]:
    found = [each.level for each in queries.all_scores(run.id)]
    counts = {each.value: found.count(each) for each in Level}
    return counts | {"": found.count(None), "all": len(found)}


@bp.get("/editions/<int:run_id>/units/<int:unit_id>")
@requires(READ)
def unit_index(run_id: int, unit_id: int) -> str:
    """How a department's index is made."""
    run = queries.run(run_id)
    row = next((each for each in rows_of(run) if each.unit_id == unit_id), None)
    if row is None or not row.shares:
        raise NoResultFound
    return render_template("analytics/evaluation/unit.html", run=run, row=row, basis=basis_of(run))


def _whole(run_id: int) -> EvalRun:
    """Raises NoResultFound for those who see only their own unit."""
    if units_of(READ) is not None:
        raise NoResultFound
    return queries.run(run_id)


@bp.get("/editions/<int:run_id>/departments.xlsx")
@requires(READ)
def edition_workbook(run_id: int) -> Response:
    may_write()
    run = _whole(run_id)
    rows = rows_of(run)
    record("evaluation.export", run, rows=len(rows), file="xlsx")
    made = papers.table(rows, title=run.title, basis=basis_of(run))
    db.session.commit()
    return attachment(spreadsheets.write_workbook(made), f"evaluation-{run_id}.xlsx")


@bp.get("/editions/<int:run_id>/departments.docx")
@requires(READ)
def edition_paper(run_id: int) -> Response:
    at = clock.now()
    may_write()
    run = _whole(run_id)
    rows = rows_of(run, passed_on=True)
    record("evaluation.export", run, rows=len(rows), file="docx")
    paper = papers.paper(
        rows,
        title=run.title,
        basis=basis_of(run),
        state=run.state(at).label,
        dated=clock.local(at).date(),
    )
    db.session.commit()
    return attachment(official.write(paper), f"evaluation-{run_id}.docx", DOCX)


@bp.post("/editions/<int:run_id>/finalise")
@requires(MANAGE)
def finalise(run_id: int) -> ResponseReturnValue:
    try:
        running.finalise(run=queries.run(run_id), at=clock.now(), by=account())
    except running.NotNow as refusal:
        return not_done(refusal, ".edition", run_id=run_id)
    return done("已定版；以后只能冲正。", ".edition", run_id=run_id)


@bp.post("/editions/<int:run_id>/reverse")
@requires(MANAGE)
def reverse(run_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate():
        return not_done(form.first_error(), ".edition", run_id=run_id)
    try:
        running.reverse(
            run=queries.run(run_id), reason=form.reason.data or "", at=clock.now(), by=account()
        )
    except running.NotNow as refusal:
        return not_done(refusal, ".edition", run_id=run_id)
    return done("已冲正；这一版保留备查，可以重新计算一版。", ".edition", run_id=run_id)
