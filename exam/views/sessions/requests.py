"""Pages of requests for 免考, 缓考 and accommodations: asked, opined on, decided."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import standing
from accounts.guards import account, can, identity, me, requires, scope, unit_limit
from accounts.permissions import Permission, Scope
from core import attachments, clock, paging
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused
from exam.forms.requests import DecisionForm, OpinionForm, RequestForm
from exam.forms.sessions import ReasonForm
from exam.models import Candidate, CandidateRequest, ExamSession
from exam.queries.attempts import taking as own_queries
from exam.queries.sessions import overview as session_queries
from exam.queries.sessions import requests as queries
from exam.services.sessions import asking as services
from exam.sessions import asking
from exam.sessions.asking import RequestKind, RequestState, Step
from exam.views.base import bp, ticked
from exam.views.sessions.acting import acted, tell_of_each

READERS = (Permission.REQUEST_FILE, Permission.REQUEST_OPINE, Permission.CANDIDATE_STATUS)


def _reach() -> tuple[bool, int | None]:
    """Whether the reader sees others' requests, and of which unit; None for the whole bureau."""
    scopes = {scope(each) for each in READERS} - {None}
    return bool(scopes), None if Scope.ALL in scopes else me().stat_unit_id


def _readable(request_id: int) -> CandidateRequest:
    reaches, unit_id = _reach()
    return queries.readable(request_id, me(), unit_id=unit_id, reaches=reaches)


@bp.get("/requests")
@requires(*READERS)
def requests() -> str:
    """The worklist: the head's, the liaison's and 人事司's, each as far as they reach."""
    number, size = paging.asked()
    _, unit_id = _reach()
    query = queries.requests(unit_id)
    state = RequestState.by_label(request.args.get("state", ""))
    if state is not None:
        query = query.where(queries.in_state(state))
    if kind := RequestKind.by_label(request.args.get("kind", "")):
        query = query.where(CandidateRequest.kind == kind)
    if text := request.args.get("q", "").strip():
        query = query.where(queries.named(text))
    session_id = request.args.get("session", type=int)
    if session_id is not None:
        query = query.where(ExamSession.id == session_id)
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/sessions/requests.html",
        page=page,
        states=RequestState.choices(),
        kinds=RequestKind.choices(),
        mine=_my_turn(),
        to_decide={each.id for each in page.items if _is_to_decide(each)},
    )


def _is_to_decide(found: CandidateRequest) -> bool:
    """Whether it waits for the reader to decide."""
    decides = can(Permission.CANDIDATE_STATUS) and found.state is RequestState.OPINED
    return decides and not _is_own(found)


@bp.post("/requests/granted")
@requires(Permission.CANDIDATE_STATUS)
def grant_requests() -> ResponseReturnValue:
    """Grant several at once to which their units said yes."""
    ids = ticked("request")
    chosen = queries.chosen(ids[: paging.SIZES[-1]], unit_limit(Permission.CANDIDATE_STATUS))
    left = services.grant_each(requests=chosen, at=clock.now(), by=account())
    db.session.commit()
    tell_of_each(
        len(chosen),
        [(each.candidate.entry.name, reason) for each, reason in left],
        done="已批准 {} 项，即时生效。",
        undone="{}的申请没有批准",
        none="没有选申请，请先勾选要批准的。",
    )
    return redirect(url_for(".requests", state=RequestState.OPINED.value))


def _my_turn() -> tuple[RequestState, int] | None:
    """The state in which requests wait for the reader, and how many do."""
    reader = identity().person_id
    if can(Permission.CANDIDATE_STATUS):
        return RequestState.OPINED, queries.waiting(RequestState.OPINED, None, reader)
    if can(Permission.REQUEST_OPINE):
        unit_id = unit_limit(Permission.REQUEST_OPINE)
        return RequestState.ASKED, queries.waiting(RequestState.ASKED, unit_id, reader)
    return None


@bp.get("/requests/<int:request_id>")
@requires(Permission.EXAM_TAKE, *READERS)
def candidate_request(request_id: int) -> str:
    found = _readable(request_id)
    open_to = asking.POSSIBLE[found.state]
    others = not _is_own(found)
    opines = can(Permission.REQUEST_OPINE) and found.candidate.entry.unit_id == me().stat_unit_id
    return render_template(
        "exam/sessions/request.html",
        request_=found,
        candidate=found.candidate,
        session=found.candidate.session,
        may_read_proof=_may_read_proof(found),
        leave=_leave_of(found),
        opinion_form=OpinionForm() if others and opines and Step.OPINE in open_to else None,
        decision_form=DecisionForm()
        if others and can(Permission.CANDIDATE_STATUS) and Step.DECIDE in open_to
        else None,
        may_withdraw=not others and Step.WITHDRAW in open_to,
        may_reverse=others and can(Permission.CANDIDATE_STATUS) and Step.REVERSE in open_to,
        lists=_reach()[0],
    )


def _is_own(found: CandidateRequest) -> bool:
    return found.asked_by_id == account().id or found.candidate.person_id == me().id


def _may_read_proof(found: CandidateRequest) -> bool:
    in_unit = found.candidate.entry.unit_id == me().stat_unit_id
    return (
        _is_own(found)
        or can(Permission.CANDIDATE_STATUS)
        or (can(Permission.REQUEST_OPINE) and in_unit)
    )


def _leave_of(found: CandidateRequest) -> str:
    """What the register says about a leave on which an exemption may rest."""
    posting = found.candidate.person.present_posting
    leave = {asking.ReasonCode.SICK_LEAVE, asking.ReasonCode.MATERNITY_LEAVE}
    if found.kind is not RequestKind.EXEMPTION or found.code not in leave:
        return ""
    rule = f"病假、产假连续超过 {standing.EXEMPT_AFTER_MONTHS} 个月的可以免考，不足的按缓考办理。"
    if posting is None:
        return rule
    day = clock.local(found.candidate.session.opens_at).date()
    long = standing.may_be_exempted(posting.duty_status, since=posting.valid_from, on=day)
    return f"{rule}按名册，到开考日{'已经' if long else '尚未'}超过。"


@bp.get("/requests/<int:request_id>/proof")
@requires(Permission.EXAM_TAKE, *READERS)
def request_proof(request_id: int) -> Response:
    """The attached file, always as a download; each reading is on the trail."""
    found = _readable(request_id)
    if not _may_read_proof(found):
        abort(404)
    may_write()
    proof = queries.proof_of(request_id)
    name, data, content_type = proof.name, proof.data, proof.content_type
    record("request.read", object_type="CandidateRequest", object_id=request_id, file=name)
    db.session.commit()
    return attachment(data, name, content_type)


@bp.route("/sessions/<int:session_id>/request", methods=["GET", "POST"])
@requires(Permission.EXAM_TAKE)
def ask(session_id: int) -> ResponseReturnValue:
    """The candidate's own request."""
    candidate = own_queries.candidacy(identity().person_id, session_id)
    return _ask(candidate, url_for(".intro", session_id=session_id), late=None)


@bp.route("/sessions/candidates/<int:candidate_id>/request", methods=["GET", "POST"])
@requires(Permission.REQUEST_FILE)
def file_request(candidate_id: int) -> ResponseReturnValue:
    """The liaison, or 人事司, files one for somebody."""
    candidate = session_queries.candidate(candidate_id, unit_limit(Permission.REQUEST_FILE))
    late = scope(Permission.REQUEST_FILE) is Scope.ALL
    return _ask(candidate, url_for(".candidate", candidate_id=candidate_id), late=late)


def _ask(candidate: Candidate, back: str, *, late: bool | None) -> ResponseReturnValue:
    kind = RequestKind.by_label(request.args.get("kind", "")) or RequestKind.DEFERRAL
    form = RequestForm().of(kind)
    if form.validate_on_submit():
        try:
            made = services.ask(
                candidate=candidate,
                asked=form.asked(kind),
                proof=form.upload(),
                at=clock.now(),
                by=account(),
                late_reason=(form.late_reason.data or "") if late else None,
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            flash("申请已提交，等待部门负责人提出意见。", "success")
            return redirect(url_for(".candidate_request", request_id=made.id))
    return render_template(
        "exam/sessions/request_new.html",
        form=form,
        kind=kind,
        kinds=list(RequestKind),
        candidate=candidate,
        session=candidate.session,
        back=back,
        late=bool(late) and clock.now() >= candidate.session.opens_at,
        filing=late is not None,
        accept=attachments.accept(asking.PROOF_KINDS),
    )


@bp.post("/requests/<int:request_id>/opinion")
@requires(Permission.REQUEST_OPINE)
def opine(request_id: int) -> ResponseReturnValue:
    found = queries.request(request_id, unit_limit(Permission.REQUEST_OPINE))
    form = OpinionForm()

    def act() -> str:
        services.opine(
            request=found,
            agrees=form.says_yes(),
            text=form.text.data or "",
            at=clock.now(),
            by=account(),
        )
        return "意见已提交，转人事司审批。"

    acted(form, act)
    return _back(request_id)


@bp.post("/requests/<int:request_id>/decision")
@requires(Permission.CANDIDATE_STATUS)
def decide(request_id: int) -> ResponseReturnValue:
    found = queries.request(request_id, unit_limit(Permission.CANDIDATE_STATUS))
    form = DecisionForm()

    def act() -> str:
        services.decide(
            request=found,
            grants=form.says_yes(),
            text=form.text.data or "",
            at=clock.now(),
            by=account(),
        )
        return "已批准，即时生效。" if form.says_yes() else "已登记为不批准。"

    acted(form, act)
    return _back(request_id)


@bp.post("/requests/<int:request_id>/withdraw")
@requires(Permission.EXAM_TAKE, Permission.REQUEST_FILE)
def withdraw(request_id: int) -> ResponseReturnValue:
    services.withdraw(request=queries.own(me(), request_id), at=clock.now(), by=account())
    db.session.commit()
    flash("申请已撤回。", "success")
    return _back(request_id)


@bp.post("/requests/<int:request_id>/reverse")
@requires(Permission.CANDIDATE_STATUS)
def reverse(request_id: int) -> ResponseReturnValue:
    found = queries.request(request_id, unit_limit(Permission.CANDIDATE_STATUS))
    services.reverse(
        request=found, reason=ReasonForm().reason.data or "", at=clock.now(), by=account()
    )
    db.session.commit()
    flash("批准已撤销，该人员恢复为批准前的情况。", "success")
    return _back(request_id)


def _back(request_id: int) -> ResponseReturnValue:
    return redirect(url_for(".candidate_request", request_id=request_id))
