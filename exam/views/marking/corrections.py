"""Pages that put a wrong key right after the exam: proposed, previewed, approved, taken back."""

from collections.abc import Callable, Sequence

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging, progress
from core.db import db, reading
from core.errors import Refused
from exam.forms.results import CorrectionForm, OpinionForm
from exam.marking import corrections as rules
from exam.marking.corrections import Stage
from exam.models import Form
from exam.papers.snapshot import Slot
from exam.queries.assembling import building as building_queries
from exam.queries.marking import corrections as queries
from exam.services.attempts.taking import sealed
from exam.services.marking import applying, correcting, undoing
from exam.services.marking.regrading import NotAsScored
from exam.views.assembling.building import seen
from exam.views.base import bp
from exam.views.marking.correction_page import shown
from question_bank.types import kind_of
from question_bank.views.base import noted_as_seen

#: Said to the first of two who approve together.
SIGNED = "已记下您的批准，另一人共同批准以后生效；此前成绩不变。"


@bp.get("/corrections")
@requires(Permission.RESULT_CORRECT, Permission.RESULT_APPROVE)
def corrections() -> str:
    number, size = paging.asked()
    page = paging.select_page(queries.leading(), number=number, per_page=size)
    beside = queries.counts_beside([each.id for each in page.items])
    return render_template("exam/marking/corrections.html", page=page, with_others=beside)


@bp.route("/forms/<int:form_id>/corrections/new", methods=["GET", "POST"])
@requires(Permission.RESULT_CORRECT)
def new_correction(form_id: int) -> ResponseReturnValue:
    """Choose an item (?slot=), then say what is to become of it."""
    found = building_queries.form(form_id)
    if found.sealed_at is None:
        raise Refused("试卷没有封存，可以直接换题")
    number = request.args.get("slot", type=int)
    if number is None:
        correcting.must_be_sat([found])
        return _choose(seen(found))
    slot, part = correcting.slot_of(found, number), request.args.get("part", type=int)
    correcting.must_have(slot, part)
    correcting.must_be_sat([found, *queries.other_forms(found.id, slot.revision_id)])
    if noted_as_seen([slot.revision_id]):
        found = building_queries.form(form_id)
    form = CorrectionForm()
    form.offer(rules.remedies_of(slot, part), part)
    if form.validate_on_submit():
        try:
            made = correcting.propose(
                form=found,
                slot=number,
                part=part,
                remedy=form.chosen(),
                key=form.key.data or "",
                reason=form.reason.data or "",
                at=clock.now(),
                by=account(),
            )
        except Refused as refusal:
            db.session.rollback()
            name = refusal.field if refusal.field in form.data else "reason"
            form[name].errors = [str(refusal)]
            return _propose(building_queries.form(form_id), slot, part, form), 422
        missed = correcting.left_out(made)
        db.session.commit()
        flash("已提出更正，请由其他人查看影响后批准。", "success")
        if missed:
            named = "、".join(each.title for each in missed)
            flash(f"未一并提出：{named}。这些试卷的同一题已有更正，请另行核对。", "info")
        return redirect(url_for(".correction", correction_id=made.id))
    status = 422 if request.method == "POST" else 200
    return _propose(found, slot, part, form), status


def _choose(form: Form) -> str:
    waiting = {(each.slot, each.part): each
               for each in db.session.scalars(queries.corrections(form.id))
               if each.stage in (Stage.PROPOSED, Stage.APPLIED)}  # fmt: skip
    return render_template(
        "exam/marking/correction_choose.html",
        form=form,
        slots=sealed(form).slots,
        corrected=waiting,
        cases={each.slot: bool(kind_of(each.item_type).parts(each)) for each in sealed(form).slots},
        kind_of=kind_of,
    )


def _propose(form: Form, slot: Slot, part: int | None, asked: CorrectionForm) -> str:
    about = rules.question_of(slot, part)
    kind = kind_of(about.item_type)
    return render_template(
        "exam/marking/correction_new.html",
        form=form,
        slot=slot,
        part=part,
        about=about,
        asked=asked,
        key_text=kind.key_text(about),
        key_help=kind.key_help if rules.Remedy.NEW_KEY in rules.remedies_of(slot, part) else None,
        others=queries.other_forms(form.id, slot.revision_id),
    )


@bp.get("/corrections/progress")
@requires(Permission.RESULT_APPROVE)
def correction_progress() -> ResponseReturnValue:
    """How far the regrading has come that the account has going on; empty for none."""
    return jsonify(progress.of(account().id) or {})


@bp.get("/corrections/<int:correction_id>")
@requires(Permission.RESULT_CORRECT, Permission.RESULT_APPROVE)
def correction(correction_id: int) -> ResponseReturnValue:
    found = queries.correction(correction_id)
    if found.together_id is not None:
        return redirect(url_for(".correction", correction_id=found.together_id))
    if noted_as_seen([correcting.slot_of(found.form, found.slot).revision_id]):
        found = queries.correction(correction_id)
    return shown(found)


def _planned(correction_id: int) -> applying.Plans:
    """What deciding does, computed while nobody waits for the write lock. Raises NotAsScored."""
    with progress.shown(account().id) as say, reading():
        return applying.plan(queries.correction(correction_id), say=say)


@bp.post("/corrections/<int:correction_id>/approve")
@requires(Permission.RESULT_APPROVE)
def approve_correction(correction_id: int) -> ResponseReturnValue:
    def act(opinion: str) -> str:
        changed = _carry_out(correcting.approve, correction_id, opinion)
        return SIGNED if changed is None else f"更正已生效，{changed} 份答卷的成绩有变化。"

    return _done(correction_id, act)


@bp.post("/corrections/<int:correction_id>/decline")
@requires(Permission.RESULT_CORRECT, Permission.RESULT_APPROVE)
def decline_correction(correction_id: int) -> ResponseReturnValue:
    def act(opinion: str) -> str:
        _turn_down(correcting.decline, correction_id, opinion)
        return "已登记为不批准，成绩没有变化。"

    return _done(correction_id, act)


@bp.post("/corrections/<int:correction_id>/undo/ask")
@requires(Permission.RESULT_CORRECT, Permission.RESULT_APPROVE)
def ask_undo_correction(correction_id: int) -> ResponseReturnValue:
    def act(reason: str) -> str:
        found = queries.correction(correction_id)
        undoing.ask_undo(correction=found, reason=reason, at=clock.now(), by=account())
        return "已提出撤销，请由其他人查看影响后批准；批准以前更正仍然有效。"

    return _done(correction_id, act)


@bp.post("/corrections/<int:correction_id>/undo/decline")
@requires(Permission.RESULT_CORRECT, Permission.RESULT_APPROVE)
def decline_undo_correction(correction_id: int) -> ResponseReturnValue:
    def act(opinion: str) -> str:
        _turn_down(undoing.decline_undo, correction_id, opinion)
        return "更正继续有效，成绩没有变化。"

    return _done(correction_id, act)


@bp.post("/corrections/<int:correction_id>/undo")
@requires(Permission.RESULT_APPROVE)
def undo_correction(correction_id: int) -> ResponseReturnValue:
    def act(opinion: str) -> str:
        changed = _carry_out(undoing.undo, correction_id, opinion)
        return SIGNED if changed is None else f"更正已撤销，{changed} 份答卷的成绩恢复。"

    return _done(correction_id, act)


def _turn_down(decide: Callable[..., None], correction_id: int, why: str) -> None:
    """Decline, as one whose own score stays. Raises Refused."""
    try:
        changes = applying.changes(_planned(correction_id))
    except NotAsScored:
        # Nothing would be changed before somebody has looked at the scores.
        changes = []
    found, at = queries.correction(correction_id), clock.now()
    decide(correction=found, changes=changes, opinion=why, at=at, by=account())


def _carry_out(
    decide: Callable[..., Sequence[rules.Change] | None], correction_id: int, why: str
) -> int | None:
    """Approve or undo what was looked at; how many scores change, None while another one has to
    approve. Raises Refused."""
    plans = _planned(correction_id)
    changed = decide(
        correction=queries.correction(correction_id),
        plans=plans,
        opinion=why,
        seen=request.form.get("seen", ""),
        at=clock.now(),
        by=account(),
    )
    return None if changed is None else len(changed)


def _done(correction_id: int, act: Callable[[str], str]) -> ResponseReturnValue:
    """Act with the words that were given and say what was done, or why nothing was."""
    form = OpinionForm()
    words = form.opinion.data or ""
    try:
        # What is missing without any, each act says itself.
        if words and not form.validate():
            raise Refused(form.opinion.errors[0], field="opinion")
        said = act(words)
    except Refused as refusal:
        db.session.rollback()
        return shown(queries.correction(correction_id), error=str(refusal)), 422
    db.session.commit()
    flash(said, "success")
    return redirect(url_for(".correction", correction_id=correction_id))
