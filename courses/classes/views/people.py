"""Who takes part: nominations, opinions, decisions, leave, leaving."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires, unit_limit
from accounts.permissions import Permission
from core import clock, paging
from core.errors import Refused
from courses.classes.forms import AnswerForm, ReasonForm
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services import enrolling, leaving
from courses.classes.views.base import bp, done, may_manage, not_done, reach

NOMINATING = (Permission.CLASS_MANAGE, Permission.CLASS_NOMINATE)


@bp.route("/manage/<int:class_id>/nominate", methods=["GET", "POST"])
@requires(*NOMINATING)
def nominate(class_id: int) -> ResponseReturnValue:
    """Choose people of one's unit and put them on the list."""
    found = queries.training_class(class_id, drafts=False)
    if request.method == "POST":
        return _nominate(class_id)
    number, per_page = paging.asked()
    query = people.nominees(found, reach(), request.args.get("q", "").strip())
    return render_template(
        "courses/classes/nominate.html",
        course_class=found,
        page=paging.select_page(query, number=number, per_page=per_page),
        count=queries.counts([class_id]).get(class_id, queries.Count()),
    )


def _nominate(class_id: int) -> ResponseReturnValue:
    found, at = queries.training_class(class_id, drafts=False), clock.now()
    chosen = people.people_named(request.form.getlist("person", type=int), reach())
    if not chosen:
        return not_done(class_id, "请至少选择一名人员")
    added = 0
    try:
        for person in chosen:
            try:
                enrolling.sign_up(owner=found, person=person, at=at, by=account())
            except enrolling.AlreadyIn:
                continue
            added += 1
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, f"已报名 {added} 人。", "people")


@bp.post("/manage/enrolments/<int:enrolment_id>/opine")
@requires(Permission.CLASS_OPINE)
def opine(enrolment_id: int) -> ResponseReturnValue:
    each = people.enrolment(enrolment_id, unit_limit(Permission.CLASS_OPINE))
    class_id, form = each.class_id, AnswerForm()
    if not form.validate_on_submit():
        return not_done(class_id, form.first_error())
    try:
        enrolling.opine(
            each=each,
            agree=form.answer.data == "yes",
            text=form.text.data or "",
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, "意见已提交。", "people")


@bp.post("/manage/<int:class_id>/decide")
@requires(Permission.CLASS_MANAGE)
def decide(class_id: int) -> ResponseReturnValue:
    """Decide on those who were ticked, in the order in which they signed up."""
    queries.training_class(class_id, drafts=True)
    form = AnswerForm()
    ticked = set(request.form.getlist("enrolment", type=int))
    chosen = [each for each in people.of_class(class_id) if each.id in ticked]
    if not chosen or not form.validate_on_submit():
        return not_done(class_id, "请勾选报名人员，并选择同意或不同意")
    try:
        for each in sorted(chosen, key=lambda one: (one.asked_at, one.id)):
            enrolling.decide(
                each=each,
                grant=form.answer.data == "yes",
                text=form.text.data or "",
                at=clock.now(),
                by=account(),
            )
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, f"已办理 {len(chosen)} 人。", "people")


@bp.post("/manage/enrolments/<int:enrolment_id>/withdraw")
@requires(*NOMINATING)
def withdraw_other(enrolment_id: int) -> ResponseReturnValue:
    """Take somebody off the list on their behalf."""
    each, form = people.enrolment(enrolment_id, reach()), ReasonForm()
    class_id = each.class_id
    if not form.validate_on_submit():
        return not_done(class_id, form.first_error())
    try:
        moved = enrolling.withdraw(
            each=each, reason=form.reason.data or "", at=clock.now(), by=account()
        )
    except Refused as refusal:
        return not_done(class_id, refusal)
    names = "、".join(one.person.name for one in moved) if may_manage() else ""
    return done(class_id, "已退出" + (f"，{names}由候补转为录取。" if names else "。"), "people")


@bp.post("/manage/leaves/<int:leave_id>/decide")
@requires(Permission.CLASS_MANAGE)
def decide_leave(leave_id: int) -> ResponseReturnValue:
    found, form = people.leave(leave_id), AnswerForm()
    class_id = found.enrolment.class_id
    if not form.validate_on_submit():
        return not_done(class_id, form.first_error())
    try:
        leaving.decide(
            leave=found,
            grant=form.answer.data == "yes",
            text=form.text.data or "",
            at=clock.now(),
            by=account(),
        )
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, "请假已办理。", "leaves")


@bp.post("/manage/enrolments/<int:enrolment_id>/<any(dismiss,readmit):act>")
@requires(Permission.CLASS_MANAGE)
def dismiss(enrolment_id: int, act: str) -> ResponseReturnValue:
    """退学, and taking it back."""
    each, form = people.enrolment(enrolment_id), ReasonForm()
    class_id = each.class_id
    if not form.validate_on_submit():
        return not_done(class_id, form.first_error())
    do = leaving.dismiss if act == "dismiss" else leaving.readmit
    try:
        do(each=each, reason=form.reason.data or "", at=clock.now(), by=account())
    except Refused as refusal:
        return not_done(class_id, refusal)
    return done(class_id, "已登记退学。" if act == "dismiss" else "已撤销退学。", "people")
