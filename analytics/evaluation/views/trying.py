"""Simulation: what other weights would do; sensitivity: each weight five points up and down."""

from collections.abc import Mapping, Sequence

from flask import render_template, request

from accounts.guards import requires
from analytics.evaluation import queries, trying
from analytics.evaluation.forms import SimulationForm, as_fields
from analytics.evaluation.kinds import Group
from analytics.evaluation.models import EvalScore
from analytics.evaluation.views.base import APPROVE, MANAGE, PEOPLE, basis_of, bp
from analytics.views.base import units_of


@bp.get("/editions/<int:run_id>/simulation")
@requires(MANAGE, APPROVE)
def simulation(run_id: int) -> str:
    """Nothing is written."""
    run = queries.run(run_id)
    now, scores = run.rules_row.rules, queries.all_scores(run_id)
    asked = "excellent" in request.args
    form = SimulationForm(request.args) if asked else SimulationForm(data=as_fields(now))
    outcome, names = None, _named(scores)
    if asked and form.validate():
        wanted = form.rules()
        for field, fault in wanted.faults().items():
            form[field].errors = [fault]
        if not wanted.faults():
            outcome = trying.compare([each.inputs for each in scores], now, wanted)
    return render_template(
        "analytics/evaluation/simulation.html",
        run=run, form=form, groups=list(Group), outcome=outcome, names=names,
        basis=basis_of(run),
    )  # fmt: skip


@bp.get("/editions/<int:run_id>/sensitivity")
@requires(MANAGE, APPROVE)
def sensitivity(run_id: int) -> str:
    run = queries.run(run_id)
    scores = queries.all_scores(run_id)
    return render_template(
        "analytics/evaluation/sensitivity.html",
        run=run,
        rows=trying.sensitivity([each.inputs for each in scores], run.rules_row.rules),
        people=len(scores),
        names=_named(scores),
        basis=basis_of(run),
    )


def _named(scores: Sequence[EvalScore]) -> Mapping[int, EvalScore]:
    """By person those whom the reader may know by name."""
    own = units_of(PEOPLE)
    return {each.person_id: each for each in scores if own is None or each.unit_id in own}
