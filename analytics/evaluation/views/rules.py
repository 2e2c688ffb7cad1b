"""Rule sets: every version, the next one, and its approval."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from analytics.evaluation import queries
from analytics.evaluation.forms import RulesForm, as_fields
from analytics.evaluation.kinds import Group, Indicator, Measure
from analytics.evaluation.rules import PRESET
from analytics.evaluation.services import ruling
from analytics.evaluation.views.base import APPROVE, MANAGE, bp, done, not_done, sections
from core import clock, paging
from core.db import db
from core.errors import Refused


@bp.get("/rules")
@requires(MANAGE, APPROVE)
def rules() -> str:
    number, per_page = paging.asked()
    return render_template(
        "analytics/evaluation/rules.html",
        tabs=sections("evaluation.rules"),
        page=paging.select_page(queries.rule_sets(), number=number, per_page=per_page),
    )


@bp.get("/rules/<int:rules_id>")
@requires(MANAGE, APPROVE)
def rule_set(rules_id: int) -> str:
    found = queries.rule_set(rules_id)
    return render_template(
        "analytics/evaluation/rule_set.html",
        row=found,
        rules=found.rules,
        groups=list(Group),
        indicators=list(Indicator),
        measures=list(Measure),
        own=found.created_by_id == account().id,
    )


@bp.route("/rules/new", methods=["GET", "POST"])
@requires(MANAGE)
def new_rules() -> ResponseReturnValue:
    """Begins with what holds, or with the draft of the year asked for."""
    this = clock.today().year
    year = request.args.get("year", this + 1, type=int)
    known = queries.draft(year) or queries.in_force(year)
    data = as_fields(known.rules if known else PRESET)
    if known and "least_weight" not in known.content:
        # Approved before there was one: what follows begins with the proposal.
        data["least_weight"] = PRESET.least_weight
    reason = known.reason if known and known.approved_at is None else ""
    form = RulesForm(data={**data, "year": year, "reason": reason})
    if form.validate_on_submit():
        try:
            made = ruling.write(
                year=form.year.data or 0, rules=form.rules(), reason=form.reason.data or "",
                at=clock.now(), by=account(),
            )  # fmt: skip
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return done("规则已保存为草稿，由研究室批准后生效。", ".rule_set", rules_id=made.id)
    return render_template("analytics/evaluation/rules_edit.html", form=form, groups=list(Group))


@bp.post("/rules/<int:rules_id>/approve")
@requires(APPROVE)
def approve_rules(rules_id: int) -> ResponseReturnValue:
    found = queries.rule_set(rules_id)
    try:
        ruling.approve(rules=found, at=clock.now(), by=account())
    except Refused as refusal:
        return not_done(refusal, ".rule_set", rules_id=rules_id)
    return done("规则已批准；以前各版和已计算的评价不变。", ".rule_set", rules_id=rules_id)
