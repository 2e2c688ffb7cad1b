"""Editions: computing one, its departments, its papers, making it final, reversing it."""

from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, requires
from analytics import queries as rosters
from analytics import tables
from analytics.evaluation import departments, papers, queries
from analytics.evaluation.departments import Index
from analytics.evaluation.forms import ComputeForm, ReasonForm
from analytics.evaluation.kinds import Group, Level, Measure, RunState
from analytics.evaluation.models import EvalRun
from analytics.evaluation.services import running
from analytics.evaluation.views.base import (
    MANAGE,
    PEOPLE,
    READ,
    STATES,
    basis_of,
    bp,
    done,
    inputs_of,
    not_done,
    rows_of,
    sections,
)
from analytics.people import Part
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
    scores = queries.all_scores(run.id)
    found = [each.level for each in scores]
    counts = {each.value: found.count(each) for each in Level}
    unscored = sum(each.total is None for each in scores)
    return counts | {
        "unscored": unscored, "open": found.count(None) - unscored, "all": len(found),
    }  # fmt: skip


@bp.get("/editions/<int:run_id>/units/<int:unit_id>")
@requires(READ)
def unit_index(run_id: int, unit_id: int) -> str:
    """How a department's index is made, of everybody or of one of the two groups."""
    run, group = queries.run(run_id), _group()
    row = _row(run, unit_id, group)
    return render_template(
        "analytics/evaluation/unit.html",
        run=run,
        row=row,
        group=group,
        basis=basis_of(run),
        **_last(run, unit_id, group),
    )


def _group() -> Group | None:
    text = request.args.get("group", "")
    return next((each for each in Group if each.value == text), None)


def _row(run: EvalRun, unit_id: int, group: Group | None) -> Index:
    """As the reader may see it. Raises NoResultFound."""
    row = next((each for each in rows_of(run) if each.unit_id == unit_id), None)
    if row is None or not row.shares:
        raise NoResultFound
    if group is None:
        return row
    if row.groups[group][1] is None:
        raise NoResultFound
    found = departments.of_group(inputs_of(run), group, run.rules_row.rules)
    return next(each for each in found if each.unit_id == unit_id)


def _last(run: EvalRun, unit_id: int, group: Group | None) -> dict[str, Any]:
    """The edition before, and the same row in it."""
    last = queries.before(run)
    try:
        then = _row(last, unit_id, group) if last is not None else None
    except NoResultFound:
        then = None
    return {"last": last, "then": then}


@bp.get("/editions/<int:run_id>/units/<int:unit_id>/<measure>")
@requires(READ)
def unit_measure(run_id: int, unit_id: int, measure: str) -> str:
    """A measure of a department opened: what it means, its numbers, how it moved, its people."""
    run, group = queries.run(run_id), _group()
    row = _row(run, unit_id, group)
    share = next((each for each in row.shares if each.measure.value == measure), None)
    if share is None or share.value is None:
        raise NoResultFound
    lasts = _last(run, unit_id, group)
    then = lasts["then"]
    part = Part.by_label(request.args.get("part", "")) or Part.DENOMINATOR
    parts = _parts(run, unit_id, group, share.measure)
    number, size = paging.asked()
    return render_template(
        "analytics/evaluation/measure.html",
        run=run,
        row=row,
        group=group,
        share=share,
        meant=departments.MEANT[share.measure],
        basis=basis_of(run),
        before=next((each for each in then.shares if each.measure is share.measure), None)
        if then
        else None,
        part=part,
        sizes=[(each, len(found)) for each, found in parts.items()] if parts else [],
        page=paging.of(parts[part], number=number, per_page=size) if parts else None,
        **lasts,
    )


def _parts(
    run: EvalRun, unit_id: int, group: Group | None, measure: Measure
) -> dict[Part, list[Any]] | None:
    """The people of a department's own line with what each adds; None for those who may not know
    them, and for what is of all together."""
    units = units_of(PEOPLE)
    if not can(PEOPLE) or (units is not None and unit_id not in units):
        return None
    if measure is Measure.BALANCE:
        return None
    rules = run.rules_row.rules
    rows = [
        (each, *departments.part(each.inputs, measure, rules))
        for each in queries.all_scores(run.id)
        if each.inputs["unit_id"] == unit_id
        and each.inputs["line"] == tables.RANKED
        and (group is None or each.inputs["group"] == group.value)
    ]
    return {
        Part.NUMERATOR: [each for each in rows if each[1]],
        Part.DENOMINATOR: [each for each in rows if each[2]],
        Part.REST: [each for each in rows if each[2] and not each[1]],
        Part.ASIDE: [each for each in rows if not each[2]],
    }


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
