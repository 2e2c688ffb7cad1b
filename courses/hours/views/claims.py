"""Claims for training outside of the bureau: filed, checked, decided."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, can, identity, me, requires, scope
from accounts.permissions import Permission, Scope
from core import attachments, clock, paging
from core.audit.trail import record
from core.db import db, may_write
from core.downloads import attachment
from core.errors import Refused
from courses.hours import conversion, queries, services
from courses.hours.forms import CheckForm, ClaimForm, DecideForm
from courses.hours.kinds import ClaimState
from courses.hours.models import TrainingClaim
from courses.hours.views.base import STATE_TONES, bp

READERS = (Permission.CLAIM_CHECK, Permission.CLAIM_DECIDE)


def _reach() -> tuple[bool, int | None]:
    """Whether the reader sees others' claims, and of which unit; None for the whole bureau."""
    scopes = {scope(each) for each in READERS} - {None}
    return bool(scopes), None if Scope.ALL in scopes else me().stat_unit_id


def _claim(claim_id: int) -> TrainingClaim:
    reaches, unit_id = _reach()
    return queries.claim(claim_id, reader_id=me().id, reaches=reaches, unit_id=unit_id)


@bp.get("/claims")
@requires(Permission.COURSE_STUDY)
def claims() -> str:
    """One's own."""
    number, per_page = paging.asked()
    return render_template(
        "courses/claims.html",
        own=True,
        page=paging.select_page(
            queries.claims(person_id=me().id), number=number, per_page=per_page
        ),
        states=ClaimState.choices(),
        tones=STATE_TONES,
        mine=None,
    )


@bp.get("/claims/work")
@requires(*READERS)
def claim_work() -> str:
    """Those that wait for the liaison or for 人事司, and all others within reach."""
    _, unit_id = _reach()
    turn = ClaimState.CHECKED if can(Permission.CLAIM_DECIDE) else ClaimState.FILED
    asked = request.args.get("state")
    state = ClaimState.by_label(asked) if asked is not None else turn
    number, per_page = paging.asked()
    return render_template(
        "courses/claims.html",
        own=False,
        page=paging.select_page(
            queries.claims(unit_id=unit_id, state=state), number=number, per_page=per_page
        ),
        states=ClaimState.choices(),
        state=state,
        tones=STATE_TONES,
        mine=(turn, queries.waiting(turn, unit_id, me().id)),
    )


@bp.route("/claims/new", methods=["GET", "POST"])
@requires(Permission.COURSE_STUDY)
def new_claim() -> ResponseReturnValue:
    form = ClaimForm()
    if request.method == "GET" and (before := request.args.get("from", type=int)):
        found = _claim(before)
        if found.person_id != me().id:
            raise NoResultFound
        form = ClaimForm(obj=found)
        form.activity.data = found.activity.value
        form.remark.data = found.note
        form.training_kind.data = found.training_kind.value if found.training_kind else ""
    if form.validate_on_submit():
        try:
            made = services.file_claim(
                person=me(),
                draft=form.draft(),
                proof=form.upload(),
                sure=bool(form.sure.data),
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            db.session.commit()
            waits = "联络员核对" if made.state is ClaimState.FILED else "人事司审批"
            flash(f"申报已提交，等待{waits}。", "success")
            return redirect(url_for(".claim", claim_id=made.id), 303)
    return render_template(
        "courses/claim_new.html", form=form, accept=attachments.accept(services.PROOFS)
    )


@bp.get("/claims/<int:claim_id>")
@requires(Permission.COURSE_STUDY, *READERS)
def claim(claim_id: int) -> str:
    return _page(_claim(claim_id), CheckForm(), DecideForm())


def _page(found: TrainingClaim, check_form: CheckForm, decide_form: DecideForm) -> str:
    others = found.person_id != me().id
    rule = conversion.in_force(queries.conversions(), found.activity, found.starts_on)
    hours = conversion.hours_of(found.days, rule)
    before = queries.hours_of_activity(found.person_id, found.activity, found.ends_on.year)
    may_check = others and can(Permission.CLAIM_CHECK) and found.state is ClaimState.FILED
    may_decide = (
        others
        and can(Permission.CLAIM_DECIDE)
        and (found.state is ClaimState.CHECKED or services.is_stranded(found))
    )
    return render_template(
        "courses/claim.html",
        claim=found,
        tones=STATE_TONES,
        own=not others,
        entry=queries.entry_of(found.id),
        rule=rule,
        hours=hours,
        credited=conversion.capped(hours, before, rule),
        alike=queries.alike(found.person_id, found.starts_on, found.ends_on, found.id),
        check_form=check_form if may_check else None,
        decide_form=decide_form if may_decide else None,
        may_withdraw=not others and found.state in (ClaimState.FILED, ClaimState.CHECKED),
    )


@bp.get("/claims/<int:claim_id>/proof")
@requires(Permission.COURSE_STUDY, *READERS)
def claim_proof(claim_id: int) -> Response:
    """The attached file, always as a download; each reading is on the trail."""
    may_write()
    found = _claim(claim_id)
    if found.proof is None:
        raise NoResultFound
    name, data, content_type = found.proof.name, found.proof.data, found.proof.content_type
    record("claim.read", found, file=name)
    db.session.commit()
    return attachment(data, name, content_type)


@bp.post("/claims/<int:claim_id>/check")
@requires(Permission.CLAIM_CHECK)
def check_claim(claim_id: int) -> ResponseReturnValue:
    found, form = _claim(claim_id), CheckForm()
    if not form.validate_on_submit():
        return _page(found, form, DecideForm())
    try:
        services.check(
            claim=found, agrees=form.verdict.data == "yes", text=form.text.data or "",
            at=clock.now(), by=account(),
        )  # fmt: skip
    except services.OwnClaim:
        raise
    except Refused as refusal:
        db.session.rollback()
        form.note(refusal)
        return _page(_claim(claim_id), form, DecideForm())
    return _done(claim_id, "核对意见已提交，转人事司审批。")


@bp.post("/claims/<int:claim_id>/decide")
@requires(Permission.CLAIM_DECIDE)
def decide_claim(claim_id: int) -> ResponseReturnValue:
    found, form = _claim(claim_id), DecideForm()
    if not form.validate_on_submit():
        return _page(found, CheckForm(), form)
    grants = form.verdict.data == "yes"
    try:
        services.decide(
            claim=found, grants=grants, accredited=bool(form.accredited.data),
            text=form.text.data or "", at=clock.now(), by=account(),
        )  # fmt: skip
    except (services.OwnClaim, services.NotNow):
        raise
    except Refused as refusal:
        db.session.rollback()
        form.note(refusal)
        return _page(_claim(claim_id), CheckForm(), form)
    return _done(claim_id, "已认定，学时已登记。" if grants else "已退回，理由已告知本人。")


@bp.post("/claims/<int:claim_id>/withdraw")
@requires(Permission.COURSE_STUDY)
def withdraw_claim(claim_id: int) -> ResponseReturnValue:
    found = _claim(claim_id)
    if found.person_id != me().id:
        raise NoResultFound
    services.withdraw(claim=found, at=clock.now())
    return _done(claim_id, "申报已撤回。")


def _done(claim_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".claim", claim_id=claim_id), 303)


def turn() -> tuple[int, str] | None:
    """Claims that wait for the reader; for the home page."""
    if not any(can(each) for each in READERS):
        return None
    _, unit_id = _reach()
    state = ClaimState.CHECKED if can(Permission.CLAIM_DECIDE) else ClaimState.FILED
    return queries.waiting(state, unit_id, identity().person_id), state.label
