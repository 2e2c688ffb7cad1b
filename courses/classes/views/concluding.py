"""Completion: decided for everybody at once, revoked or awarded one by one."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock
from core.db import db
from core.errors import Refused
from courses.classes import attending as rules
from courses.classes.forms import ReasonForm
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services import completing
from courses.classes.services.completing import Decision
from courses.classes.views.base import bp, done, not_done


@bp.route("/manage/<int:class_id>/conclude", methods=["GET", "POST"])
@requires(Permission.CLASS_MANAGE)
def conclude(class_id: int) -> ResponseReturnValue:
    """What the rule proposes for each participant, and what is decided."""
    found = queries.training_class(class_id, drafts=True)
    refused = ""
    if request.method == "POST":
        decisions = {
            case.enrolment.id: _decision(case.enrolment.id) for case in completing.cases(found)
        }
        try:
            count = completing.conclude(
                owner=found, decisions=decisions, at=clock.now(), by=account()
            )
        except Refused as refusal:
            db.session.rollback()
            refused = str(refusal)
            found = queries.training_class(class_id, drafts=True)
        else:
            return done(class_id, f"结业已办理，{count} 人结业，学时已登记。")
    return render_template(
        "courses/classes/conclude.html",
        course_class=found,
        cases=completing.cases(found),
        share=rules.share_in_words,
        refused=refused,
        given=request.form,
    )


def _decision(enrolment_id: int) -> Decision:
    given = request.form
    return Decision(
        complete=given.get(f"complete-{enrolment_id}") == "yes",
        excellent=given.get(f"excellent-{enrolment_id}") == "y",
        reason=given.get(f"reason-{enrolment_id}", "")[:300],
    )


@bp.post("/manage/enrolments/<int:enrolment_id>/<any(revoke,award):act>")
@requires(Permission.CLASS_MANAGE)
def revoke(enrolment_id: int, act: str) -> ResponseReturnValue:
    """撤销结业 and 补办结业."""
    each, form = people.enrolment(enrolment_id), ReasonForm()
    class_id = each.class_id
    if not form.validate_on_submit():
        return not_done(class_id, form.first_error())
    do = completing.revoke if act == "revoke" else completing.award
    try:
        do(each=each, reason=form.reason.data or "", at=clock.now(), by=account())
    except Refused as refusal:
        return not_done(class_id, refusal)
    said = "结业已撤销，登记的学时已冲正。" if act == "revoke" else "已补办结业，学时已登记。"
    return done(class_id, said, "people")
