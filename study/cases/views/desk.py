"""案例管理: writing cases, reviewing those of others, seeing to what was amended."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.guards import account, can, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from courses.citing import Unclear
from courses.queries import managing
from study.cases import queries
from study.cases.forms import CaseForm, ItemsForm, ReasonForm, SettleForm
from study.cases.kinds import CaseState, Field
from study.cases.models import StudyCase
from study.cases.services import amending, writing
from study.cases.services.writing import CaseDraft
from study.cases.views.base import TONES, bp

DESK = (Permission.CASE_WRITE, Permission.CASE_REVIEW)


def _kept(case_id: int) -> StudyCase:
    return queries.kept(case_id, account(), reviews=can(Permission.CASE_REVIEW))


def _own(case_id: int) -> StudyCase:
    """A case that the reader may change: an author's own."""
    found = _kept(case_id)
    return found if found.author_id == account().id else abort(403)


@bp.get("/desk")
@requires(*DESK)
def desk() -> str:
    """The reader's own cases; a reviewer's, everybody's."""
    number, per_page = paging.asked()
    state = request.args.get("state", "")
    states = [(each.value, each.label) for each in CaseState] + [("flagged", "条文有变，待核对")]
    query = queries.desk(
        account(),
        reviews=can(Permission.CASE_REVIEW),
        state=state if state in dict(states) else "",
        text=request.args.get("q", "").strip(),
    )
    return render_template(
        "study/case_desk.html",
        page=paging.select_page(query, number=number, per_page=per_page),
        states=states,
        tones=TONES,
        waiting=queries.waiting() if can(Permission.CASE_REVIEW) else 0,
        flagged=queries.flagged() if can(Permission.CASE_REVIEW) else 0,
    )


@bp.get("/desk/<int:case_id>")
@requires(*DESK)
def kept(case_id: int) -> str:
    return _page(_kept(case_id))


def _page(found: StudyCase, settle: SettleForm | None = None) -> str:
    today = clock.today()
    return render_template(
        "study/case_kept.html",
        case=found,
        tones=TONES,
        own=found.author_id == account().id,
        cited=queries.cited(found, today),
        coming={
            each.id: queries.cited(found, each.version.begins_on)
            for each in found.open_flags
            if not each.repealed and each.version.begins_on > today
        },
        offered=queries.items_on([each.article_id for each in found.articles], today),
        chosen={each.item_id for each in found.items},
        settle=settle or SettleForm(formdata=None),
    )


@bp.route("/desk/new", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def new() -> ResponseReturnValue:
    return _edit(CaseForm(), None)


@bp.route("/desk/<int:case_id>/edit", methods=["GET", "POST"])
@requires(Permission.CASE_WRITE)
def edit(case_id: int) -> ResponseReturnValue:
    found = _own(case_id)
    if found.state not in (CaseState.DRAFT, CaseState.WITHDRAWN):
        raise writing.NotNow
    return _edit(CaseForm(data=_written(found)), found)


def _edit(form: CaseForm, found: StudyCase | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            case = _save(form, found)
        except Refused as refusal:
            db.session.rollback()
            form.note(refusal)
        else:
            return _done(case.id, "案例已保存，核对后请送审。")
    return render_template("study/case_edit.html", form=form, case=found)


def _save(form: CaseForm, found: StudyCase | None) -> StudyCase:
    """Raises Refused."""
    try:
        articles = managing.articles(form.cited(), clock.today())
    except Unclear as unclear:
        raise Refused(str(unclear), field="articles") from None
    draft = CaseDraft(
        title=form.title.data or "",
        field=Field.of(form.field.data),
        facts=form.facts.data or "",
        issue=form.issue.data or "",
        reasoning=form.reasoning.data or "",
        article_ids=[each.id for each in articles],
    )
    if found is None:
        return writing.create(draft=draft, at=clock.now(), by=account())
    writing.edit(case=found, draft=draft, at=clock.now())
    return found


def _written(found: StudyCase) -> dict[str, Any]:
    """The case as the form's fields."""
    by_law: dict[str, list[str]] = {}
    for each in found.articles:
        by_law.setdefault(each.article.version.law.short_title, []).append(each.article.number)
    return {
        "title": found.title,
        "field": found.field.value,
        "facts": found.facts,
        "issue": found.issue,
        "reasoning": found.reasoning,
        "articles": "\n".join(f"{law} {'、'.join(numbers)}" for law, numbers in by_law.items()),
    }


@bp.post("/desk/<int:case_id>/items")
@requires(Permission.CASE_WRITE)
def items(case_id: int) -> ResponseReturnValue:
    """Which items are tied to the case."""
    found, form = _own(case_id), ItemsForm()
    offered = queries.items_on([each.article_id for each in found.articles], clock.today())
    form.offer(offered)
    if not form.validate():
        flash("所选试题已有变化，请重新选择。", "warning")
        return redirect(url_for(".kept", case_id=case_id), 303)
    writing.choose_items(case=found, item_ids=form.items.data or (), at=clock.now())
    return _done(case_id, "配套试题已保存。")


@bp.post("/desk/<int:case_id>/submit")
@requires(Permission.CASE_WRITE)
def submit(case_id: int) -> ResponseReturnValue:
    writing.submit(case=_own(case_id), at=clock.now())
    return _done(case_id, "已送审，由作者以外的人审核。")


@bp.post("/desk/<int:case_id>/publish")
@requires(Permission.CASE_REVIEW)
def publish(case_id: int) -> ResponseReturnValue:
    writing.publish(case=_kept(case_id), at=clock.now(), by=account())
    return _done(case_id, "案例已发布，全体人员可以学习。")


@bp.post("/desk/<int:case_id>/send-back")
@requires(Permission.CASE_REVIEW)
def send_back(case_id: int) -> ResponseReturnValue:
    found, reason = _kept(case_id), _reason()
    writing.send_back(case=found, reason=reason, at=clock.now(), by=account())
    return _done(case_id, "已退回作者修改。")


@bp.post("/desk/<int:case_id>/withdraw")
@requires(*DESK)
def withdraw(case_id: int) -> ResponseReturnValue:
    found, reason = _kept(case_id), _reason()
    writing.withdraw(case=found, reason=reason, at=clock.now())
    return _done(case_id, "案例已撤下，可由作者修改后重新送审。")


def _reason() -> str:
    """Raises Refused, with what is wrong."""
    form = ReasonForm()
    if not form.validate():
        raise writing.WithoutReason(form.first_error())
    return form.reason.data or ""


@bp.post("/desk/<int:case_id>/flags/<int:flag_id>")
@requires(Permission.CASE_REVIEW)
def settle(case_id: int, flag_id: int) -> ResponseReturnValue:
    """What became of a case whose article was amended."""
    found, form = _kept(case_id), SettleForm()
    flag = next((each for each in found.flags if each.id == flag_id), None) or abort(404)
    if not form.validate():
        return _page(found, form)
    amending.settle(flag=flag, at=clock.now(), by=account(), **form.as_told())
    return _done(case_id, "已登记核对结果。")


def _done(case_id: int, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".kept", case_id=case_id), 303)
