"""Pages about one person on a session's list, and the list's additions."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires, scope, unit_limit
from accounts.permissions import Permission, Scope
from core import clock, paging
from core.db import db
from core.errors import Refused
from exam.attempts.timing import SessionState, state_of
from exam.forms.hall import VoidForm
from exam.forms.sessions import AidForm, MinutesForm, ReasonForm, StatusForm
from exam.models import Attempt
from exam.papers.rebuilding import rebuilt
from exam.queries.attempts.taking import shown_of
from exam.queries.marking import corrections
from exam.queries.results import finals as final_queries
from exam.queries.sessions import overview as queries
from exam.queries.sessions import requests
from exam.services.assembling import building
from exam.services.attempts import conduct, taking
from exam.services.sessions import candidates as services
from exam.views.base import bp
from exam.views.sessions.acting import acted
from exam.views.sessions.rows import row_of, sees_score


class NotReleased(Refused):
    message = "答卷尚未按本场次的规定开放查看，不能还原试卷"


@bp.get("/sessions/candidates/<int:candidate_id>")
@requires(Permission.SESSION_READ)
def candidate(candidate_id: int) -> str:
    found = queries.candidate(candidate_id, unit_limit(Permission.SESSION_READ))
    at = clock.now()
    state = state_of(found.session, at)
    score_shown = sees_score(found.session)(found)
    return render_template(
        "exam/sessions/candidate.html",
        candidate=found,
        session=found.session,
        row=row_of(found.session, found, at),
        state=state,
        may_add_time=queries.may_have_time(found, at),
        open_list=state in {SessionState.UPCOMING, SessionState.OPEN},
        answered=queries.answered([each.id for each in found.attempts]),
        score_shown=score_shown,
        changes=corrections.changes_to([each.id for each in found.attempts]) if score_shown else [],
        released={each.id for each in found.attempts if shown_of(each, at).paper},
        requests=requests.of_candidate(found.id) if scope(Permission.REQUEST_FILE) else [],
        may_file=scope(Permission.REQUEST_FILE) is Scope.ALL or state is SessionState.UPCOMING,
        status_form=StatusForm(status=found.status.value, reason=found.reason),
        status_mark=services.status_mark(found),
        void_form=VoidForm(),
        may_help=queries.may_have_time(found, at) and at < found.session.closes_at,
        aid_form=AidForm(large_print=found.large_print, aid=found.aid),
        minutes_form=MinutesForm(minutes=found.extra_minutes or 30, reason=found.extra_reason),
        at=at,
        final=final_queries.latest(found.session_id),
    )


def _back(candidate_id: int) -> ResponseReturnValue:
    return redirect(url_for(".candidate", candidate_id=candidate_id))


@bp.post("/sessions/candidates/<int:candidate_id>/status")
@requires(Permission.CANDIDATE_STATUS)
def candidate_status(candidate_id: int) -> ResponseReturnValue:
    found = queries.candidate(candidate_id, unit_limit(Permission.CANDIDATE_STATUS))
    form = StatusForm()

    def act() -> str:
        services.set_status(
            candidate=found,
            status=form.chosen(),
            reason=form.reason.data or "",
            at=clock.now(),
            by=account(),
            seen=request.form.get("seen", ""),
        )
        return f"{found.entry.name}已登记为{found.status.label}。"

    acted(form, act)
    return _back(candidate_id)


@bp.post("/sessions/candidates/<int:candidate_id>/minutes")
@requires(Permission.SESSION_MANAGE)
def candidate_minutes(candidate_id: int) -> ResponseReturnValue:
    found, form = queries.candidate(candidate_id), MinutesForm()

    def act() -> str:
        services.grant_minutes(
            candidate=found,
            minutes=form.amount(),
            reason=form.reason.data or "",
            at=clock.now(),
            by=account(),
        )
        return f"{found.entry.name}共加时 {found.extra_minutes} 分钟，已即时生效。"

    acted(form, act)
    return _back(candidate_id)


@bp.post("/sessions/candidates/<int:candidate_id>/aid")
@requires(Permission.SESSION_MANAGE)
def candidate_aid(candidate_id: int) -> ResponseReturnValue:
    found, form = queries.candidate(candidate_id), AidForm()

    def act() -> str:
        services.set_aid(
            candidate=found,
            large_print=bool(form.large_print.data),
            aid=form.aid.data or "",
            reason=form.reason.data or "",
            at=clock.now(),
            by=account(),
        )
        return f"{found.entry.name}的考试便利：{found.aids or '无'}。"

    acted(form, act)
    return _back(candidate_id)


@bp.post("/sessions/candidates/<int:candidate_id>/remove")
@requires(Permission.SESSION_MANAGE)
def remove_candidate(candidate_id: int) -> ResponseReturnValue:
    found = queries.candidate(candidate_id)
    name, session_id = found.entry.name, found.session_id
    services.remove(
        candidate=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account()
    )
    db.session.commit()
    flash(f"{name}已移出名单。", "success")
    return redirect(url_for(".session", session_id=session_id))


@bp.get("/sessions/<int:session_id>/candidates/new")
@requires(Permission.SESSION_MANAGE)
def new_candidate(session_id: int) -> str:
    """People who are not on the list yet."""
    found = queries.session(session_id)
    number, size = paging.asked()
    query = queries.unlisted(session_id, request.args.get("q", "").strip())
    return render_template(
        "exam/sessions/candidate_new.html",
        session=found,
        page=paging.select_page(query, number=number, per_page=size),
    )


@bp.post("/sessions/<int:session_id>/candidates/<int:person_id>")
@requires(Permission.SESSION_MANAGE)
def add_candidate(session_id: int, person_id: int) -> ResponseReturnValue:
    made = services.add(
        session=queries.session(session_id),
        person=queries.person(person_id),
        reason=ReasonForm().reason.data or "",
        at=clock.now(),
        by=account(),
    )
    db.session.commit()
    flash(f"{made.entry.name}已列入名单（{made.status.label}）。", "success")
    return redirect(url_for(".session", session_id=session_id))


@bp.get("/attempts/<int:attempt_id>/paper")
@requires(Permission.SESSION_MANAGE)
def attempt_paper(attempt_id: int) -> str:
    """One candidate's paper, made again from seal and seeds, once candidates may see theirs."""
    found, at = queries.attempt(attempt_id), clock.now()
    if not shown_of(found, at).paper:
        raise NotReleased
    sealed = taking.sealed(found.form)
    return render_template(
        "exam/sessions/attempt_paper.html",
        attempt=found,
        paper=taking.paper_of(found),
        places=rebuilt(sealed, seed=found.seed, draw_seed=found.draw_seed, left_out=found.left_out),
        intact=building.intact(found.form),
    )


@bp.post("/attempts/<int:attempt_id>/hand-in")
@requires(Permission.SESSION_MANAGE)
def hand_in(attempt_id: int) -> ResponseReturnValue:
    return _conduct(attempt_id, conduct.hand_in, "已代为交卷，按已保存的答案评分。")


@bp.post("/attempts/<int:attempt_id>/void")
@requires(Permission.SESSION_MANAGE)
def void(attempt_id: int) -> ResponseReturnValue:
    act = partial(conduct.void, misconduct=VoidForm().kind())
    return _conduct(attempt_id, act, "已登记成绩无效。")


@bp.post("/attempts/<int:attempt_id>/restore")
@requires(Permission.SESSION_MANAGE)
def restore(attempt_id: int) -> ResponseReturnValue:
    return _conduct(attempt_id, conduct.restore, "已撤销，成绩恢复有效。")


@bp.post("/attempts/<int:attempt_id>/cut-off")
@requires(Permission.SESSION_MANAGE)
def cut_off(attempt_id: int) -> ResponseReturnValue:
    return _conduct(attempt_id, conduct.cut_off, "设备已切断，须重新登录才能继续作答。")


def _conduct(attempt_id: int, act: Callable[..., None], message: str) -> ResponseReturnValue:
    found: Attempt = queries.attempt(attempt_id)
    act(attempt=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account())
    db.session.commit()
    flash(message, "success")
    return _back(found.candidate_id)
