"""A calibration is looked through, accepted for the bank and for assembly, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from analytics.calibration import proposal, queries, services
from analytics.calibration.proposal import Known, Link, Row
from analytics.psychometrics import classical, fit, irt
from analytics.psychometrics.flags import flags_of
from analytics.psychometrics.irt import IrtModel, Unsuitable
from analytics.psychometrics.report import LEAST
from analytics.views.base import bp, sections
from analytics.views.quality import Chosen, chosen
from core import clock, paging
from core.db import db, reading
from core.errors import Refused

#: Models whose abilities may spread as they do: only their scales can be linked.
MODELS = (IrtModel.ONE_SLOPE, IrtModel.TWO_PARAMETER)


@dataclass(frozen=True)
class Proposed:
    rows: Sequence[Row]
    #: None where there is no scale yet, or the items do not lead to it.
    link: Link | None
    #: Why they do not; "" if they do or there is none.
    unlinked: str
    #: A scale is in use.
    has_scale: bool

    @property
    def digest(self) -> str:
        return proposal.digest(self.rows)


def _model() -> IrtModel:
    wanted = request.args.get("model")
    return next((each for each in MODELS if each.value == wanted), MODELS[0])


def _proposed(found: Chosen, model: IrtModel) -> Proposed:
    """Raises Unsuitable."""
    right = found.sat.responses.as_right()
    if right.people < LEAST[model]:
        raise Unsuitable(f"只有 {right.people} 人作答，少于 {LEAST[model]} 人，不作标定")
    calibration = irt.calibrate(right, model)
    if not calibration.converged:
        raise Unsuitable(
            "标定没有收敛：人数太少或有题目区分度为负；请先处理存疑的题，或换单参数模型"
        )
    scores, maxima = found.sat.responses.scores, found.sat.responses.maxima
    partial = ((scores > 0) & (scores < maxima)).sum(axis=0) > 0
    rows = proposal.rows(
        calibration,
        right,
        fit.item_fit(calibration, right),
        [each.revision_id for each in found.paper.slots],
        [flags_of(each) for each in classical.analyse(found.sat.responses).items],
        [bool(each) for each in np.atleast_1d(partial)],
        LEAST[model],
    )
    return _linked(rows)


def _linked(rows: Sequence[Row]) -> Proposed:
    known = {
        each.revision_id: Known(each.a, each.b, each.b_error) for each in queries.current().values()
    }
    if not known:
        return Proposed(rows, None, "", has_scale=False)
    try:
        return Proposed(rows, proposal.link(rows, known), "", has_scale=True)
    except Unsuitable as reason:
        return Proposed(rows, None, str(reason), has_scale=True)


@bp.get("/quality/calibration")
@requires(Permission.SESSION_MANAGE)
def calibration() -> str:
    """What could be accepted: each item with what speaks against it, and how it is linked."""
    found = chosen()
    if found is None:
        raise NoResultFound
    model, proposed, refused = _model(), None, ""
    try:
        proposed = _proposed(found, model)
    except Unsuitable as reason:
        refused = str(reason)
    return render_template(
        "analytics/calibration.html",
        tabs=sections("analytics.quality"),
        found=found,
        model=model,
        models=MODELS,
        proposed=proposed,
        refused=refused,
        earlier=queries.runs_of(found.session.id, found.form.id),
    )


@bp.post("/quality/calibration")
@requires(Permission.SESSION_MANAGE)
def calibration_accept() -> ResponseReturnValue:
    found = chosen()
    if found is None:
        raise NoResultFound
    session_id, form_id, model = found.session.id, found.form.id, _model()
    try:
        # Seconds of arithmetic, during which nobody's answers wait to be saved.
        with reading():
            proposed, people = _looked_through(model)
        ticked = set(request.form.getlist("revision", type=int))
        anew = request.form.get("anew") == "1"
        if proposed.link is None and proposed.has_scale and not anew:
            raise services.NotAsShown
        again = chosen()
        if again is None:
            raise NoResultFound
        run = services.accept(
            session=again.session,
            form=again.form,
            model=model,
            people=people,
            rows=[each for each in proposed.rows if each.revision_id in ticked],
            link=None if anew else proposed.link,
            at=clock.now(),
            by=account(),
        )
    except (Refused, Unsuitable) as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
        return redirect(
            url_for(".calibration", session=session_id, form=form_id, model=model.value), 303
        )
    db.session.commit()
    flash(f"已采用 {len(run.items)} 道题的标定，题库和组卷即时生效；可以在这里撤销。", "success")
    return redirect(url_for(".calibrations"), 303)


def _looked_through(model: IrtModel) -> tuple[Proposed, int]:
    """Raises NotAsShown if it is not what the form was made of, Unsuitable."""
    found = chosen()
    if found is None:
        raise NoResultFound
    proposed = _proposed(found, model)
    if proposed.digest != request.form.get("digest"):
        raise services.NotAsShown
    return proposed, found.sat.people


@bp.get("/quality/calibrations")
@requires(Permission.SESSION_MANAGE)
def calibrations() -> str:
    number, size = paging.asked()
    page = paging.select_page(queries.runs(), number=number, per_page=size)
    return render_template(
        "analytics/calibrations.html",
        tabs=sections("analytics.quality"),
        page=page,
        sizes=queries.sizes([each.id for each in page.items]),
        scale=queries.scale(),
    )


@bp.post("/quality/calibrations/<int:run_id>/undo")
@requires(Permission.SESSION_MANAGE)
def calibration_undo(run_id: int) -> ResponseReturnValue:
    try:
        services.undo(run=queries.run(run_id), at=clock.now(), by=account())
    except Refused as refusal:
        db.session.rollback()
        flash(f"{refusal}。", "warning")
    else:
        db.session.commit()
        flash("已撤销，题库和组卷恢复到此前的标定。", "success")
    return redirect(url_for(".calibrations"), 303)
