"""Pages of reminders: what one was told, what a unit owes, and the log."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, me, requires, unit_limit
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, reading
from core.errors import Refused
from courses.reminding import queries, services
from courses.reminding.escalation import Matter, Owed, Step, Urgency
from courses.reminding.forms import MailForm, RuleForm

bp = Blueprint("reminders", __name__, url_prefix="/reminders")
READ = Permission.COURSE_PROGRESS
TONES = {Urgency.NEAR: "warn", Urgency.OVERDUE: "bad"}


@bp.get("")
@requires(Permission.COURSE_STUDY)
def index() -> ResponseReturnValue:
    return redirect(url_for(".mine"), 301)


@bp.route("/mine", methods=["GET", "POST"])
@requires(Permission.COURSE_STUDY)
def mine() -> ResponseReturnValue:
    """What the reader owes and was told, and their choice of e-mail."""
    found = queries.choice(me().id)
    form = MailForm(obj=found) if found else MailForm()
    if form.validate_on_submit():
        try:
            services.choose(
                person=me(),
                address=form.address.data or "",
                notices=bool(form.notices.data),
                digest=bool(form.digest.data),
                at=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("邮件提醒已保存；页面提醒照常。", "success")
            return redirect(url_for(".mine"), 303)
    number, per_page = paging.asked()
    return render_template(
        "courses/reminders_mine.html",
        owed=queries.owed_in([me()], clock.now()),
        page=paging.select_page(queries.received(me().id), number=number, per_page=per_page),
        form=form,
        mails=bool(current_app.config["XUEFA"].smtp_host),
        tones=TONES,
        days=queries.days(clock.today()),
    )


def _rows() -> tuple[list[Owed], dict[int, Any]]:
    """What the people in reach owe, as the address narrows it, and the people."""
    people = {each.id: each for each in queries.people(clock.today(), unit_limit(READ))}
    owed = queries.owed_in(list(people.values()), clock.now())
    kind, urgency = request.values.get("kind", ""), request.values.get("urgency", "")
    unit_id = request.values.get("unit", type=int)
    today, days = clock.today(), queries.days(clock.today())
    return [
        each
        for each in owed
        if (not kind or each.label == kind)
        and (not urgency or each.urgency(today, days) == urgency)
        and (unit_id is None or people[each.person_id].stat_unit_id == unit_id)
    ], people


@bp.get("/unit")
@requires(READ)
def unit() -> str:
    """Everything overdue and near due in the unit, or the bureau."""
    owed, people = _rows()
    number, per_page = paging.asked()
    today = clock.today()
    units = {each.stat_unit_id: each.stat_unit for each in people.values()}
    return render_template(
        "courses/reminders_unit.html",
        page=paging.of(owed, number=number, per_page=per_page),
        people=people,
        owing=len({each.person_id for each in owed}),
        overdue=sum(each.due_on < today for each in owed),
        told=queries.last_told(unit_limit(READ)),
        tones=TONES,
        days=queries.days(clock.today()),
        kinds=[(each, each) for each in sorted({each.label for each in owed})],
        urgencies=Urgency.choices(),
        units=[(each.id, each.short_name) for each in units.values()],
        limited=unit_limit(READ) is not None,
        unit=me().stat_unit.name if unit_limit(READ) is not None else None,
    )


@bp.post("/unit/press")
@requires(READ)
def press() -> ResponseReturnValue:
    """Remind everybody on the list, as it was narrowed; nobody twice on a day."""
    with reading():
        owed, _ = _rows()
    done = services.press(
        owed=owed, at=clock.now(), by=account(), config=current_app.config["XUEFA"]
    )
    db.session.commit()
    text = f"已催办 {done} 项。" if done else "今天都已催办过，没有重复发送。"
    flash(text, "success" if done else "info")
    back: dict[str, Any] = {
        name: value for name in ("kind", "urgency", "unit") if (value := request.form.get(name))
    }
    return redirect(url_for(".unit", **back), 303)


@bp.get("/log")
@requires(READ)
def log() -> str:
    """What was told to whom about the people in reach."""
    number, per_page = paging.asked()
    return render_template(
        "courses/reminders_log.html",
        page=paging.select_page(queries.sent(unit_limit(READ)), number=number, per_page=per_page),
        steps=Step,
    )


@bp.route("/rules", methods=["GET", "POST"])
@requires(Permission.COURSE_EDIT)
def rules() -> ResponseReturnValue:
    """After how many days who is told: every version, and the next one."""
    today, form = clock.today(), RuleForm()
    now = queries.days(today)
    if request.method == "GET":
        matter = Matter.by_label(request.args.get("matter", ""))
        held = now.of(matter) if matter else now.shared
        form = RuleForm(obj=replace(held, valid_from=today, matter=matter or ""))  # type: ignore[arg-type]  # as the field has it
    if form.validate_on_submit():
        try:
            services.set_rule(
                ladder=form.ladder(), basis=form.basis.data or "", at=clock.now(), by=account()
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("提醒天数已保存；已经发出的提醒不重发。", "success")
            return redirect(url_for(".rules"), 303)
    return render_template(
        "courses/reminders_rules.html",
        form=form,
        now=now,
        matters=Matter,
        rows=queries.rule_rows(),
    )
