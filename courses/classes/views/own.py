"""Pages of those who take part: what is on offer, one's own classes, checking in, leave."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.classes import attending as rules
from courses.classes import audience, standing
from courses.classes.forms import CodeForm, LeaveForm, SummaryForm, aware
from courses.classes.kinds import THERE, Stage
from courses.classes.models import Enrolment
from courses.classes.queries import classes as queries
from courses.classes.queries import people
from courses.classes.services import attending, completing, enrolling, leaving
from courses.classes.views.base import STAGE_TONES, STATE_TONES, bp, secret, state_of


@bp.get("/mine")
@requires(Permission.COURSE_STUDY)
def mine_too() -> ResponseReturnValue:
    return redirect(url_for(".mine"), 301)


@bp.get("")
@requires(Permission.COURSE_STUDY)
def mine() -> str:
    """What is open for sign-up, and one's own classes."""
    number, per_page = paging.asked()
    at = clock.now()
    offered = [each for each in queries.offered(me().id, at, clock.today())
               if audience.fits(each, me())]  # fmt: skip
    return render_template(
        "courses/classes/mine.html",
        offered=offered,
        counts=queries.counts([each.id for each in offered]),
        page=paging.select_page(people.own_all(me().id), number=number, per_page=per_page),
        stage=standing.stage,
        tones=STAGE_TONES,
        state_of=state_of,
        audience=audience.label,
    )


@bp.get("/<int:class_id>")
@requires(Permission.COURSE_STUDY)
def show(class_id: int) -> str:
    return _show(class_id)


def _show(class_id: int, leave: LeaveForm | None = None, summary: SummaryForm | None = None) -> str:
    found, at = queries.training_class(class_id, drafts=False), clock.now()
    each = people.own(me().id, class_id)
    stage = standing.stage(each) if each else None
    marks = people.marks([class_id]).get(each.id, {}) if each else {}
    state = state_of(found)
    signing = state == "sign_up" and at >= found.signup_from
    return render_template(
        "courses/classes/show.html",
        course_class=found,
        state=state,
        state_tones=STATE_TONES,
        each=each,
        stage=stage,
        tones=STAGE_TONES,
        count=queries.counts([class_id]).get(class_id, queries.Count()),
        queue=people.place_in_queue(each) if each and stage is Stage.WAITING else 0,
        audience=audience.label(found),
        may_sign_up=signing and stage in (None, Stage.WITHDRAWN, Stage.DECLINED)
        and audience.fits(found, me()),
        may_withdraw=stage in enrolling.ACTIVE
        and (clock.today() < found.starts_on or stage is not Stage.SEATED),
        marks=marks,
        tally=people.tally_of(found, each.id) if each else None,
        share=rules.share_in_words,
        open_unit=next(
            (unit for unit in found.units
             if rules.open_for_check_in(unit.starts_at, unit.ends_at, at)
             and (unit.id not in marks or marks[unit.id].mark not in THERE)),
            None,
        ) if stage is Stage.SEATED else None,
        leaves=people.leaves_of(each.id) if each else [],
        leave_form=leave or LeaveForm(formdata=None),
        summary_form=summary or SummaryForm(formdata=None, obj=each),
        manages=can(Permission.CLASS_MANAGE),
    )  # fmt: skip


def _mine(class_id: int) -> Enrolment:
    """The reader's own place in a published class; a class without one does not exist for this."""
    queries.training_class(class_id, drafts=False)
    found = people.own(me().id, class_id)
    if found is None:
        raise NoResultFound
    return found


def _back(class_id: int, message: str, tone: str = "success") -> ResponseReturnValue:
    flash(message, tone)
    return redirect(url_for(".show", class_id=class_id), 303)


@bp.post("/<int:class_id>/sign-up")
@requires(Permission.COURSE_STUDY)
def sign_up(class_id: int) -> ResponseReturnValue:
    found = queries.training_class(class_id, drafts=False)
    try:
        each = enrolling.sign_up(owner=found, person=me(), at=clock.now(), by=account())
    except Refused as refusal:
        db.session.rollback()
        return _back(class_id, str(refusal), "error")
    stage = standing.stage(each)
    db.session.commit()
    if stage is Stage.SEATED:
        return _back(class_id, "报名成功，已录取。")
    if stage is Stage.WAITING:
        return _back(class_id, "名额已满，已列入候补；有人退出时按报名先后自动录取。", "info")
    return _back(class_id, "报名已提交，等待部门负责人意见和人事司审批。")


@bp.post("/<int:class_id>/withdraw")
@requires(Permission.COURSE_STUDY)
def withdraw(class_id: int) -> ResponseReturnValue:
    each = _mine(class_id)
    try:
        enrolling.withdraw(each=each, reason="本人退出", at=clock.now(), by=account())
    except Refused as refusal:
        db.session.rollback()
        return _back(class_id, str(refusal), "error")
    db.session.commit()
    return _back(class_id, "已退出，名额让给候补的同志。")


@bp.route("/units/<int:unit_id>/check-in", methods=["GET", "POST"])
@requires(Permission.COURSE_STUDY)
def check_in(unit_id: int) -> ResponseReturnValue:
    """Where the QR code leads: the code on the wall, and one press. Opening the page checks nobody
    in."""
    unit, form, at = queries.unit(unit_id), CodeForm(), clock.now()
    if not form.is_submitted():
        form.code.data = request.args.get("code", "")[:20]
    each = people.own(me().id, unit.class_id)
    if each is None:
        raise NoResultFound
    mark = people.mark_of(each.id, unit.id)
    if form.validate_on_submit():
        try:
            attending.check_in(unit=unit, each=each, code=form.code.data or "", key=secret(), at=at)
        except attending.WrongCode as refusal:
            db.session.commit()  # the miss counts
            form.note(refusal)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            return _back(unit.class_id, f"签到成功：{unit.topic}。")
        unit = queries.unit(unit_id)
    return render_template(
        "courses/classes/check_in.html",
        unit=unit,
        form=form,
        mark=mark,
        open=rules.open_for_check_in(unit.starts_at, unit.ends_at, at),
        there=THERE,
    )


@bp.post("/<int:class_id>/leave")
@requires(Permission.COURSE_STUDY)
def ask_leave(class_id: int) -> ResponseReturnValue:
    each, form = _mine(class_id), LeaveForm()
    if form.validate_on_submit():
        try:
            leaving.ask(
                each=each,
                from_at=aware(form.from_at.data),
                until_at=aware(form.until_at.data),
                reason=form.reason.data or "",
                at=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            return _back(class_id, "请假已提交，等待审批。")
    return _show(class_id, leave=form)


@bp.post("/leaves/<int:leave_id>/withdraw")
@requires(Permission.COURSE_STUDY)
def withdraw_leave(leave_id: int) -> ResponseReturnValue:
    found = people.leave(leave_id, me().id)
    class_id = found.enrolment.class_id
    try:
        leaving.withdraw(leave=found, at=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _back(class_id, str(refusal), "error")
    db.session.commit()
    return _back(class_id, "请假已撤回。")


@bp.post("/<int:class_id>/summary")
@requires(Permission.COURSE_STUDY)
def write_summary(class_id: int) -> ResponseReturnValue:
    each, form = _mine(class_id), SummaryForm()
    if not form.validate_on_submit():
        return _show(class_id, summary=form)
    try:
        completing.write_summary(each=each, text=form.summary.data or "", at=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _back(class_id, str(refusal), "error")
    db.session.commit()
    return _back(class_id, "培训小结已保存。")
