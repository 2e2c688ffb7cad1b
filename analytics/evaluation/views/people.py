"""A person's score opened to its inputs: one's own, those of a unit; appeals and their answers."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, me, requires
from analytics.evaluation import queries, scoring
from analytics.evaluation.forms import AppealForm, VerdictForm
from analytics.evaluation.kinds import Dimension, Group, Level, RunState
from analytics.evaluation.models import EvalScore
from analytics.evaluation.services import running
from analytics.evaluation.views.base import (
    APPROVE,
    MANAGE,
    OWN,
    PEOPLE,
    STATES,
    TONES,
    basis_of,
    bp,
    done,
    not_done,
    sections,
)
from analytics.views.base import units_of
from core import clock, paging
from core.db import db
from core.errors import Refused


def _opened(score: EvalScore) -> dict[str, Any]:
    """What the composition of a score shows."""
    rules = score.run.rules_row.rules
    at = clock.now()
    return {
        "score": score,
        "made": scoring.score(score.inputs, rules),
        "group": Group.of(score.inputs["group"]),
        "weights": rules.weights[Group.of(score.inputs["group"])],
        "dimensions": list(Dimension),
        "basis": basis_of(score.run),
        "state": score.run.state(at),
        "tone": STATES[score.run.state(at)],
        "states": RunState,
        "level_tones": TONES,
        "appeal": queries.appeal_of(score.id),
        "least": rules.least_weight,
        "lines": [(Level.EXCELLENT, rules.excellent), (Level.GOOD, rules.good),
                  (Level.PASSED, rules.passed)],
    }  # fmt: skip


@bp.get("/mine")
@requires(OWN)
def mine() -> str:
    found = queries.own(me().id)
    return _own(found[0] if found else None, AppealForm(formdata=None))


@bp.get("/mine/<int:score_id>")
@requires(OWN)
def own_score(score_id: int) -> str:
    return _own(queries.own_score(score_id, me().id), AppealForm(formdata=None))


def _own(score: EvalScore | None, form: AppealForm) -> str:
    return render_template(
        "analytics/evaluation/mine.html",
        known=queries.own(me().id),
        form=form,
        **(_opened(score) if score else {"score": None}),
    )


@bp.post("/mine/<int:score_id>/appeal")
@requires(OWN)
def ask(score_id: int) -> ResponseReturnValue:
    score, form = queries.own_score(score_id, me().id), AppealForm()
    if form.validate():
        try:
            running.appeal(score=score, reason=form.reason.data or "", at=clock.now(), by=account())
        except running.NotNow as refusal:
            return not_done(refusal, ".own_score", score_id=score_id)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done("申诉已提交，由计算这一版以外的人复核。", ".own_score", score_id=score_id)
    return _own(queries.own_score(score_id, me().id), form)


@bp.get("/editions/<int:run_id>/people")
@requires(PEOPLE)
def people(run_id: int) -> str:
    """In the order of the roster; no ranking is made of people."""
    run = queries.run(run_id)
    number, per_page = paging.asked()
    known = {each.value for each in Level} | {queries.OPEN, queries.UNSCORED}
    wanted = request.args.get("level", "")
    query = queries.scores(run_id, units_of(PEOPLE), level=wanted if wanted in known else "")
    return render_template(
        "analytics/evaluation/people.html",
        run=run,
        page=paging.select_page(query, number=number, per_page=per_page),
        groups=Group,
        tones=TONES,
    )


@bp.get("/scores/<int:score_id>")
@requires(PEOPLE, APPROVE)
def person_score(score_id: int) -> str:
    """A person of one's unit; to those who answer appeals, somebody who made one."""
    score = queries.score(score_id)
    units = units_of(PEOPLE)
    reached = units is None or score.unit_id in units
    if not reached and not (can(APPROVE) and queries.appeal_of(score_id)):
        raise NoResultFound
    return render_template("analytics/evaluation/person.html", **_opened(score))


@bp.get("/appeals")
@requires(MANAGE, APPROVE)
def appeals() -> str:
    number, per_page = paging.asked()
    return render_template(
        "analytics/evaluation/appeals.html",
        tabs=sections("evaluation.appeals"),
        page=paging.select_page(queries.appeals(), number=number, per_page=per_page),
    )


@bp.route("/appeals/<int:appeal_id>", methods=["GET", "POST"])
@requires(MANAGE, APPROVE)
def appeal(appeal_id: int) -> ResponseReturnValue:
    found, form = queries.appeal(appeal_id), VerdictForm()
    if form.validate_on_submit():
        try:
            running.answer(
                appeal=found,
                accepted=form.verdict.data == "yes",
                text=form.text.data or "",
                at=clock.now(),
                by=account(),
            )
        except (running.NotNow, running.SamePerson) as refusal:
            return not_done(refusal, ".appeal", appeal_id=appeal_id)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = queries.appeal(appeal_id)
        else:
            return done("复核意见已登记，申诉人可以看到。", ".appeals")
    return render_template(
        "analytics/evaluation/appeal.html",
        form=form,
        answers=found.score.run.made_by_id != account().id,
        **_opened(found.score) | {"appeal": found},
    )
