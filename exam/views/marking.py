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
from exam.models import Answer, ExamSession
from exam.queries import marking as queries
from exam.queries.marking import Progress
from exam.services import marking as services
from exam.services.taking import sealed
from exam.snapshot import Slot
from exam.views.base import bp


@dataclass(frozen=True)
class Task:
    """One item of a session, to be marked across all candidates."""

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
            Task(slot, progress[each.id, slot.slot])
            for slot in sealed(each.form).slots
            if (each.id, slot.slot) in progress
        ]
        for each in page.items
    }
    return render_template(
        "exam/marking.html",
        page=page,
        tasks=tasks,
        allowed={each.id: services.may_mark(each.form, account()) for each in page.items},
        every=every,
    )


def _place(session_id: int, number: int) -> tuple[ExamSession, Slot]:
    """A session and one of its items that persons mark. Raises NoResultFound, OwnPaper."""
    session = queries.session(session_id)
    if not services.may_mark(session.form, account()):
        raise services.OwnPaper
    slots = sealed(session.form).slots
    if not 1 <= number <= len(slots) or not rubric.needs_person(slots[number - 1]):
        raise NoResultFound
    return session, slots[number - 1]


@bp.get("/marking/<int:session_id>/<int:slot>")
@requires(Permission.ANSWER_MARK)
def mark_next(session_id: int, slot: int) -> str:
    """The next answer that waits, or that there is none."""
    session, item = _place(session_id, slot)
    after = request.args.get("after", type=int)
    found = queries.next_waiting(session_id, slot, account(), after)
    return _page(session, item, found)


def _page(session: ExamSession, item: Slot, answer: Answer | None, error: str = "") -> str:
    asked = rubric.questions(item, responses.of(answer.response)) if answer else []
    latest = answer.markings[-1] if answer and answer.markings else None
    return render_template(
        "exam/mark.html",
        session=session,
        slot=item,
        answer=answer,
        questions=asked,
        latest=latest,
        progress=queries.progress_of(session.id, item.slot, account()),
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
    _, item = _place(session_id, slot)
    answer = queries.answer(session_id, slot, answer_id, account())
    try:
        services.mark(answer=answer, found=_found(item), at=clock.now(), by=account())
    except services.MarkedMeanwhile as meanwhile:
        db.session.rollback()
        flash(str(meanwhile), "info")
    else:
        db.session.commit()
    return redirect(url_for(".mark_next", session_id=session_id, slot=slot, after=answer_id))


@bp.get("/marking/<int:session_id>/<int:slot>/marked")
@requires(Permission.ANSWER_MARK)
def marked(session_id: int, slot: int) -> str:
    """The answers of an item that were marked; any of them can be looked at and marked again."""
    session, item = _place(session_id, slot)
    number, size = paging.asked()
    query = queries.marked(session_id, slot, account())
    return render_template(
        "exam/marked.html",
        session=session,
        slot=item,
        page=paging.select_page(query, number=number, per_page=size),
        progress=queries.progress_of(session_id, slot, account()),
    )


@bp.get("/marking/<int:session_id>/<int:slot>/<int:answer_id>")
@requires(Permission.ANSWER_MARK)
def marked_one(session_id: int, slot: int, answer_id: int) -> str:
    session, item = _place(session_id, slot)
    return _page(session, item, queries.answer(session_id, slot, answer_id, account()))


@bp.post("/marking/<int:session_id>/<int:slot>/<int:answer_id>/again")
@requires(Permission.ANSWER_MARK)
def mark_again(session_id: int, slot: int, answer_id: int) -> ResponseReturnValue:
    session, item = _place(session_id, slot)
    answer = queries.answer(session_id, slot, answer_id, account())
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
        answer = queries.answer(session_id, slot, answer_id, account())
        return _page(session, item, answer, error=str(refusal)), 422
    db.session.commit()
    flash("已改评，原评阅和理由留有记录。", "success")
    return redirect(url_for(".marked", session_id=session_id, slot=slot))
