"""Pages of who may sit a session: its rules, who lacks what, its appointees, the year after one."""

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, spreadsheets
from core.db import db
from core.errors import Refused
from exam.attempts.timing import SessionState, state_of
from exam.forms.admission import ListForm, RuleForm
from exam.kinds import ExamKind
from exam.models import ExamSession
from exam.queries.sessions import appointing as appointing_queries
from exam.queries.sessions import eligibility as queries
from exam.queries.sessions import naming as naming_queries
from exam.queries.sessions import overview as session_queries
from exam.services.sessions import appointing
from exam.services.sessions import eligibility as services
from exam.sessions import eligibility as rules
from exam.sessions import naming
from exam.sessions.appointment import Verdict
from exam.sessions.eligibility import Need
from exam.sessions.naming import Appointment, Named
from exam.views.attempts.before import AHEAD
from exam.views.base import bp

#: Sessions that are offered as one to be passed before.
OFFERED = 50


@bp.route("/sessions/<int:session_id>/eligibility", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def eligibility(session_id: int) -> ResponseReturnValue:
    """What a session asks for, one more rule (?need=), and 尚未具备资格."""
    found, at = session_queries.session(session_id), clock.now()
    need = Need.by_label(request.args.get("need", "")) or Need.HOURS
    form, report = _rule_form(found).of(need), []
    if form.validate_on_submit():
        try:
            report = _named(form) if need is Need.LISTED else []
            if not any(each.fault for each in report):
                return _added(found, form, need, report)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        found = session_queries.session(session_id)
    stored = queries.stored(session_id)
    read = [rules.read(each.need, each.terms) for each in stored]
    names = queries.names_of(read)
    number, size = paging.asked()
    return render_template(
        "exam/sessions/eligibility.html",
        session=found,
        form=form,
        need=need,
        needs=list(Need),
        rules=[(row, rules.in_words(rule, names)) for row, rule in zip(stored, read, strict=True)],
        untold=queries.untold(read, at),
        report=[each for each in report if each.fault],
        good=sum(not each.fault for each in report),
        may_change=state_of(found, at) in AHEAD,
        page=paging.of(queries.ineligible(found, at), number=number, per_page=size),
    )


def _added(
    session: ExamSession, form: RuleForm, need: Need, report: Sequence[Named]
) -> ResponseReturnValue:
    listed = frozenset(each.known.person_id for each in report if each.known)
    services.add_rule(session=session, rule=form.rule(need, listed), at=clock.now(), by=account())
    session_id = session.id
    db.session.commit()
    flash("条件已增加，对尚未开始作答的人立即生效。", "success")
    return redirect(url_for(".eligibility", session_id=session_id))


def _rule_form(session: ExamSession) -> RuleForm:
    form = RuleForm()
    others = session_queries.sessions().where(
        ExamSession.id != session.id,
        ExamSession.makeup_of_id.is_(None),
        ExamSession.cancelled_at.is_(None),
    )
    form.offer(
        courses=queries.courses(),
        buckets=queries.buckets(),
        sessions={each.id: each.title for each in db.session.scalars(others.limit(OFFERED))},
        units={each.id: each.name for each in session_queries.units()},
    )
    return form


def _named(form: ListForm) -> list[Named]:
    """Whom the form's file, or else its text, names; the text then shows the file's rows.

    Raises Unreadable, Refused for an empty or a very long list.
    """
    if (sent := form.upload()) is not None:
        name, data = sent
        sheet = (
            spreadsheets.read_workbook(data)[0]
            if name.lower().endswith(".xlsx")
            else spreadsheets.read_csv(data)
        )
        rows: Sequence[Sequence[str]] = sheet.rows
        form.named.data = "\n".join("\t".join(row).rstrip() for row in rows)
    else:
        rows = naming.split(form.named.data or "")
    if len(rows) > naming.MAX_ROWS:
        raise Refused(f"名单超过 {naming.MAX_ROWS} 行，请拆分后重试")
    found = naming.resolve(rows, naming_queries.register())
    if not found:
        raise Refused("名单是空的，请粘贴或上传名单")
    return found


@bp.post("/sessions/<int:session_id>/eligibility/<int:rule_id>/remove")
@requires(Permission.SESSION_MANAGE)
def remove_rule(session_id: int, rule_id: int) -> ResponseReturnValue:
    rule = queries.stored_rule(session_id, rule_id)
    services.remove_rule(rule=rule, at=clock.now(), by=account())
    db.session.commit()
    flash("条件已取消。", "success")
    return redirect(url_for(".eligibility", session_id=session_id))


@bp.route("/sessions/<int:session_id>/appointees", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def appointees(session_id: int) -> ResponseReturnValue:
    """The appointees of a 任前考试 with their posts and dates, and what became of each."""
    found, at = session_queries.session(session_id), clock.now()
    if found.exam_kind is not ExamKind.PRE_APPOINTMENT:
        raise appointing.NotForAppointees
    form, report = ListForm(), []
    if form.validate_on_submit():
        try:
            report = [_appointed(each) for each in _named(form)]
            rows = [(each.known.person_id, said) for each, said in report
                    if each.known and isinstance(said, Appointment)]  # fmt: skip
            if len(rows) == len(report):
                changed = appointing.name_appointees(session=found, rows=rows, at=at, by=account())
                db.session.commit()
                flash(f"已登记，新增或更新 {changed} 人。", "success")
                return redirect(url_for(".appointees", session_id=session_id))
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
            found = session_queries.session(session_id)
    judged = appointing_queries.judged(found, at)
    number, size = paging.asked()
    return render_template(
        "exam/sessions/appointees.html",
        session=found,
        form=form,
        report=[replace(each, fault=said) for each, said in report if isinstance(said, str)],
        good=sum(not isinstance(said, str) for _, said in report),
        page=paging.of(judged, number=number, per_page=size),
        to_report=[each for each in judged if each.verdict is Verdict.REPORT],
        may_change=state_of(found, at) in AHEAD | {SessionState.CLOSED},
    )


def _appointed(named: Named) -> tuple[Named, Appointment | str]:
    return named, named.fault or naming.appointment(named)


@bp.get("/appointments")
@requires(Permission.SESSION_MANAGE)
def appointments() -> str:
    """Who is in the year after an appointment, the least days left first."""
    everybody = appointing_queries.in_the_year(clock.today())
    left = [each for each in everybody if not each.done]
    number, size = paging.asked()
    shown = everybody if request.args.get("all") else left
    return render_template(
        "exam/sessions/appointments.html",
        page=paging.of(shown, number=number, per_page=size),
        left=len(left),
        overdue=sum(each.countdown.overdue for each in left),
        everybody=len(everybody),
    )
