"""Pages of those who mark: what waits, one answer after the other, what was marked."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db
from core.errors import Refused
from exam import responses, rubric
from exam.models import Answer, ExamSession, Form
from exam.queries import marking as queries
from exam.queries.marking import Progress
from exam.services import marking as services
from exam.services.taking import sealed
from exam.snapshot import Slot
from exam.views.base import bp


@dataclass(frozen=True)
class Task:
    """One item of a paper of a session, to be marked across all who had it."""

    form: Form
    slot: Slot
    progress: Progress


@bp.get("/marking")
@requires(Permission.ANSWER_MARK)
def marking() -> str:
    every = request.args.get("all") == "1"
    number, size = paging.asked()
    page = paging.select_page(queries.sessions(open_only=not every), number=number, per_page=size)
    progress = queries.progress([each.id for each in page.items], account())
    tasks = {
        each.id: [
            Task(form, slot, progress[each.id, form.id, slot.slot])
            for form in each.forms
            for slot in sealed(form).slots
            if (each.id, form.id, slot.slot) in progress
        ]
        for each in page.items
    }
    return render_template(
        "exam/marking.html",
        page=page,
        tasks=tasks,
        barred={each.id: _barred(each) for each in page.items},
        every=every,
    )


def _barred(session: ExamSession) -> list[Form]:
    """Papers of a session that the marker must not mark."""
    return [each for each in session.forms if not services.may_mark(each, account())]


def _place(session_id: int, number: int) -> tuple[ExamSession, Form, Slot]:
    """A session, the paper that the address asks for (its first one if none), and one of its items
    that persons mark. Raises NoResultFound, OwnPaper."""
    session = queries.session(session_id)
    wanted = request.args.get("form", session.form.id, type=int)
    form = next((each for each in session.forms if each.id == wanted), None)
    if form is None:
        raise NoResultFound
    if not services.may_mark(form, account()):
        raise services.OwnPaper
    slots = sealed(form).slots
    if not 1 <= number <= len(slots) or not rubric.needs_person(slots[number - 1]):
        raise NoResultFound
    return session, form, slots[number - 1]


@bp.get("/marking/<int:session_id>/<int:slot>")
@requires(Permission.ANSWER_MARK)
def mark_next(session_id: int, slot: int) -> str:
    """The next answer that waits, or that there is none."""
    session, form, item = _place(session_id, slot)
    after = request.args.get("after", type=int)
    found = queries.next_waiting(session_id, form.id, slot, account(), after)
    return _page(session, form, item, found)


def _page(
    session: ExamSession, form: Form, item: Slot, answer: Answer | None, error: str = ""
) -> str:
    asked = rubric.questions(item, responses.of(answer.response)) if answer else []
    latest = answer.markings[-1] if answer and answer.markings else None
    return render_template(
        "exam/mark.html",
        session=session,
        form=form,
        slot=item,
        answer=answer,
        questions=asked,
        latest=latest,
        progress=queries.progress_of(session.id, form.id, item.slot, account()),
        stretches=rubric.stretches,
        hints=rubric.hints,
        error=error,
        me_id=account().id,
    )


def _found(item: Slot) -> dict[str, list[int]]:
    """The points that the form ticks, by question."""
    return {
        each.name: request.form.getlist(f"points-{each.name}", type=int)
        for each in rubric.questions(item, None)
    }


@bp.post("/marking/<int:session_id>/<int:slot>/<int:answer_id>")
@requires(Permission.ANSWER_MARK)
def mark(session_id: int, slot: int, answer_id: int) -> ResponseReturnValue:
    _, form, item = _place(session_id, slot)
    answer = queries.answer(session_id, form.id, slot, answer_id, account())
    try:
        services.mark(answer=answer, found=_found(item), at=clock.now(), by=account())
    except services.MarkedMeanwhile as meanwhile:
        db.session.rollback()
        flash(str(meanwhile), "info")
    else:
        db.session.commit()
    return redirect(
        url_for(".mark_next", session_id=session_id, slot=slot, form=form.id, after=answer_id)
    )


@bp.get("/marking/<int:session_id>/<int:slot>/marked")
@requires(Permission.ANSWER_MARK)
def marked(session_id: int, slot: int) -> str:
    """The answers of an item that were marked; any of them can be looked at and marked again."""
    session, form, item = _place(session_id, slot)
    number, size = paging.asked()
    query = queries.marked(session_id, form.id, slot, account())
    return render_template(
        "exam/marked.html",
        session=session,
        form=form,
        slot=item,
        page=paging.select_page(query, number=number, per_page=size),
        progress=queries.progress_of(session_id, form.id, slot, account()),
    )


@bp.get("/marking/<int:session_id>/<int:slot>/<int:answer_id>")
@requires(Permission.ANSWER_MARK)
def marked_one(session_id: int, slot: int, answer_id: int) -> str:
    session, form, item = _place(session_id, slot)
    return _page(
        session, form, item, queries.answer(session_id, form.id, slot, answer_id, account())
    )


@bp.post("/marking/<int:session_id>/<int:slot>/<int:answer_id>/again")
@requires(Permission.ANSWER_MARK)
def mark_again(session_id: int, slot: int, answer_id: int) -> ResponseReturnValue:
    session, form, item = _place(session_id, slot)
    answer = queries.answer(session_id, form.id, slot, answer_id, account())
    try:
        services.mark_again(
            answer=answer,
            found=_found(item),
            reason=request.form.get("reason", "")[:200],
            at=clock.now(),
            by=account(),
        )
    except services.Final:
        raise
    except Refused as refusal:
        db.session.rollback()
        answer = queries.answer(session_id, form.id, slot, answer_id, account())
        return _page(session, form, item, answer, error=str(refusal)), 422
    db.session.commit()
    flash("已改评，原评阅和理由留有记录。", "success")
    return redirect(url_for(".marked", session_id=session_id, slot=slot, form=form.id))
