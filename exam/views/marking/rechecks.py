"""Pages of rechecks: asked for by the candidate, answered by another person; and the calendar."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, identity, me, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from exam.attempts import responses
from exam.forms.results import AnswerForm, CalendarForm, RecheckForm
from exam.marking import rubric
from exam.marking.rubric import Judged
from exam.models import Recheck
from exam.queries.attempts import taking as taking_queries
from exam.queries.marking import rechecks as queries
from exam.services.attempts import taking
from exam.services.marking import marks, rechecking
from exam.views.attempts.taking import questions
from exam.views.base import bp


@bp.route("/attempts/<int:attempt_id>/recheck", methods=["GET", "POST"])
@requires(Permission.EXAM_TAKE)
def ask_recheck(attempt_id: int) -> ResponseReturnValue:
    """Ask for one's own marks to be looked at again."""
    found = taking_queries.attempt_of(identity().person_id, attempt_id)
    if not taking_queries.shown_of(found, clock.now()).score:
        raise rechecking.TooLate("成绩公布后才能申请复核")
    form = RecheckForm(slot=request.args.get("slot", type=int))
    asked = {each.slot for each in queries.of_attempt(attempt_id)}
    form.offer(
        [
            (each.slot, f"第 {number} 题（{each.item_type.label}）")
            for number, each in enumerate(taking.paper_of(found).slots, 1)
        ],
        asked,
    )
    if form.validate_on_submit():
        try:
            rechecking.ask(
                attempt=found,
                person=me(),
                slot=form.slot.data,
                reason=form.reason.data or "",
                at=clock.now(),
            )
        except Refused as refusal:
            db.session.rollback()
            form[refusal.field or "reason"].errors = [str(refusal)]
        else:
            db.session.commit()
            flash("复核申请已提交，答复会显示在成绩页和首页。", "success")
            return redirect(url_for(".result", attempt_id=attempt_id))
    found = taking_queries.attempt_of(identity().person_id, attempt_id)
    page = render_template(
        "exam/marking/recheck_ask.html",
        attempt=found,
        session=found.session,
        form=form,
        until=queries.asked_until(found.session),
        at=clock.now(),
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/rechecks")
@requires(Permission.RECHECK_ANSWER)
def rechecks() -> str:
    answered = request.args.get("answered") == "1"
    number, size = paging.asked()
    page = paging.select_page(queries.rechecks_of(answered=answered), number=number, per_page=size)
    at = clock.now()
    return render_template(
        "exam/marking/rechecks.html",
        page=page,
        numbers=rechecking.numbers(page.items),
        open_to_me=queries.answerable(
            [e.id for e in page.items if e.answered_at is None],
            account_id=account().id,
            person_id=account().person_id,
        ),
        answered=answered,
        at=at,
        waiting=queries.waiting(at),
    )


@bp.route("/rechecks/<int:recheck_id>", methods=["GET", "POST"])
@requires(Permission.RECHECK_ANSWER)
def recheck(recheck_id: int) -> ResponseReturnValue:
    found = queries.recheck(recheck_id)
    mine = found.attempt.person_id == account().person_id
    if mine or (found.answered_at is None and not rechecking.may_answer(found, account())):
        raise rechecking.NotYours
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            rechecking.answer(
                recheck=found,
                verdict=form.chosen(),
                reply=form.reply.data or "",
                found=_meant(found),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form[refusal.field if refusal.field in form.data else "verdict"].errors = [str(refusal)]
        else:
            db.session.commit()
            flash("已答复，考生可以看到。", "success")
            return redirect(url_for(".rechecks"))
    page = _recheck_page(queries.recheck(recheck_id), form)
    return page, 422 if request.method == "POST" else 200


def _meant(found: Recheck) -> dict[int, Judged]:
    """The points that the form ticks, by slot and question.

    Where two readings count in part, ticks count only if the form says that they are meant. Raises
    Refused for some that are changed without saying so.
    """
    counted, meant = _counted(found), _ticked(found)
    for slot in sorted(meant.keys() & _between(found) - _changing(found)):
        unmeant, before = meant.pop(slot), counted[slot]
        if any(set(points) != before.get(name, set()) for name, points in unmeant.items()):
            number = taking.numbers_of(found.attempt)[slot]
            raise Refused(
                f"第 {number} 题改动了采分点，却没有勾选“改评本题”；要改评请勾选，"
                "不改评请恢复原来的勾选",
                field="verdict",
            )
    return meant


def _ticked(found: Recheck) -> dict[int, Judged]:
    """What the form ticks, by slot and question."""
    slots = {each.slot: each for each in taking.paper_of(found.attempt).slots}
    return {
        number: {
            each.name: request.form.getlist(f"points-{number}-{each.name}", type=int)
            for each in rubric.questions(slots[number], None)
        }
        for number in rechecking.by_hand(found.attempt, found.slot)
    }


def _changing(found: Recheck) -> set[int]:
    """Of the slots where two readings count in part, those whose points the form says are meant."""
    return {slot for slot in _between(found) if f"change-{slot}" in request.form}


def _counted(found: Recheck) -> dict[int, dict[str, set[int]]]:
    """The points that count in full now, by slot and question: those ticked to begin with."""
    return {
        slot: {
            name: {n for n, each in rubric.credits(points).items() if each == 1}
            for name, points in judged.items()
        }
        for slot, judged in marks.judged_of(found.attempt).items()
    }


def _between(found: Recheck) -> set[int]:
    judged = marks.judged_of(found.attempt)
    return {number for number, each in judged.items() if rubric.between(each)}


def _recheck_page(found: Recheck, form: AnswerForm) -> str:
    attempt = found.attempt
    ruled = taking.ruled_of(attempt)
    kept = taking_queries.answers_of(attempt)
    answers = queries.answers(attempt.id)
    by_hand: dict[int, list[Any]] = {
        slot.slot: rubric.questions(slot, responses.of(answers[slot.slot].response))
        for slot in ruled.paper.slots
        if slot.slot in rechecking.by_hand(attempt, found.slot)
        and slot.slot in answers
        and answers[slot.slot].markings
    }
    return render_template(
        "exam/marking/recheck.html",
        recheck=found,
        session=attempt.session,
        questions=[
            each for each in questions(attempt, ruled, kept) if found.slot in (0, each.slot.slot)
        ],
        by_hand=by_hand,
        between=_between(found),
        ticked=_ticked(found) if request.method == "POST" else _counted(found),
        changing=_changing(found),
        credits=rubric.credits,
        number=rechecking.numbers([found])[found.id],
        form=form,
        at=clock.now(),
    )


@bp.route("/calendar", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def calendar() -> ResponseReturnValue:
    """Holidays and worked weekends, by which deadlines are counted."""
    form = CalendarForm()
    if form.validate_on_submit():
        if days := form.days():
            rechecking.set_days(
                days=days,
                working=form.working.data == "1",
                note=form.note.data or "",
                at=clock.now(),
                by=account(),
            )
            db.session.commit()
            flash(f"已登记 {len(days)} 天，尚未到期的新申请按新日历计算。", "success")
            return redirect(url_for(".calendar"))
        form.last.errors = ["结束日期应不早于开始日期，一次不超过 31 天"]
    number, size = paging.asked()
    page = paging.select_page(queries.calendar_days(), number=number, per_page=size)
    status = 422 if request.method == "POST" else 200
    return render_template("exam/marking/calendar.html", page=page, form=form), status


@bp.post("/calendar/<int:day_id>/remove")
@requires(Permission.SESSION_MANAGE)
def forget_day(day_id: int) -> ResponseReturnValue:
    rechecking.forget_day(row=queries.calendar_row(day_id), at=clock.now(), by=account())
    db.session.commit()
    flash("已移除，这一天按星期计算。", "success")
    return redirect(url_for(".calendar"))
