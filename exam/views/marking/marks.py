"""Pages of those who mark: what waits, one answer after the other, what they marked themselves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.guards import account, requires
from accounts.permissions import Permission
from core import clock, paging
from core.db import db, may_write, only_reads
from core.errors import Refused
from exam.attempts import responses
from exam.marking import rubric
from exam.marking.alike import MOST
from exam.marking.double_marking import Reader
from exam.models import ExamSession, Form, Marking, MarkingClaim
from exam.papers.snapshot import Slot
from exam.queries.marking import alike as alike_queries
from exam.queries.marking import keeping_apart
from exam.queries.marking import marks as queries
from exam.queries.marking.marks import Pile
from exam.services.attempts.taking import sealed
from exam.services.marking import alike, claims, tasks
from exam.services.marking import marks as services
from exam.views.base import bp
from question_bank.views.base import noted_as_seen

PLACE = "/marking/<int:session_id>/<int:form_id>/<int:slot>"


@dataclass(frozen=True)
class Place:
    """Where somebody marks: the item of a form, in a session."""

    session: ExamSession
    form: Form
    item: Slot

    @property
    def pile(self) -> Pile:
        return Pile(self.session.id, self.form.id, self.item.slot)

    @property
    def ids(self) -> dict[str, Any]:
        """The place as addresses name it."""
        return {
            "session_id": self.session.id, "form_id": self.form.id, "slot": self.item.slot,
        }  # fmt: skip

    @property
    def closed(self) -> bool:
        session = self.session
        return session.published_at is not None or session.marking_closed_at is not None


@bp.get("/marking")
@requires(Permission.ANSWER_MARK)
def marking() -> str:
    every = request.args.get("all") == "1"
    number, size = paging.asked()
    query = queries.sessions(account(), open_only=not every)
    page = paging.select_page(query, number=number, per_page=size)
    return render_template(
        "exam/marking/marking.html",
        page=page,
        tasks=tasks.of_sessions([each.id for each in page.items], account(), clock.now()),
        every=every,
    )


def _place(session_id: int, form_id: int, number: int) -> Place:
    """Raises NoResultFound for what the reader has nothing to do with, OwnPaper, SitsFirst."""
    session = queries.session(session_id, account())
    form = queries.forms_of([session_id]).get(form_id)
    slots = sealed(form).slots if form is not None else []
    if form is None or not 1 <= number <= len(slots) or not rubric.needs_person(slots[number - 1]):
        raise NoResultFound
    item = slots[number - 1]
    if not services.may_mark(form, account()) or queries.written_by([item.revision_id], account()):
        raise services.OwnPaper
    if keeping_apart.to_sit([form_id], account(), clock.now()):
        raise services.SitsFirst
    return Place(session, form, item)


@bp.get(PLACE)
@requires(Permission.ANSWER_MARK)
def mark_next(session_id: int, form_id: int, slot: int) -> str:
    """The answer in hand, or the next one, which is taken up; or that there is none."""
    return _next(session_id, form_id, slot, arbitration=False)


@bp.get(f"{PLACE}/arbitration")
@requires(Permission.ANSWER_MARK)
def arbitrate(session_id: int, form_id: int, slot: int) -> str:
    """The same for the answers on which two others differ too far."""
    return _next(session_id, form_id, slot, arbitration=True)


def _next(session_id: int, form_id: int, slot: int, *, arbitration: bool) -> str:
    noted_as_seen([_place(session_id, form_id, slot).item.revision_id])
    may_write()
    place = _place(session_id, form_id, slot)
    claim = claims.take(
        session=place.session,
        pile=place.pile,
        at=clock.now(),
        by=account(),
        arbitration=arbitration,
    )
    taken = claim and claim.id
    db.session.commit()
    # The page looks through all that waits: those who sit an exam are not to wait for it.
    only_reads()
    place = _place(session_id, form_id, slot)
    claim = queries.claim(place.pile, taken, account()) if taken else None
    return _page(place, claim, arbitration=arbitration)


def _page(
    place: Place, claim: MarkingClaim | None, *, arbitration: bool = False, error: str = ""
) -> str:
    answer = claim.answer if claim else None
    now = clock.now()
    own = (
        [each for each in answer.markings if each.reader is claim.reader]
        if claim and answer
        else []
    )
    return render_template(
        "exam/marking/mark.html",
        place=place,
        session=place.session,
        slot=place.item,
        claim=claim,
        questions=rubric.questions(place.item, responses.of(answer.response)) if answer else [],
        latest=own[-1] if own else None,
        readings=_readings(claim) if claim else [],
        alike=_alike(place, claim, now) if claim and not place.closed else 0,
        arbitration=arbitration,
        progress=queries.progress_of(place.pile, account()),
        onwards=None if claim or place.closed else _elsewhere(place, arbitration=arbitration),
        given=rubric.given,
        stretches=rubric.stretches,
        hints=rubric.hints,
        error=error,
    )


def _elsewhere(place: Place, *, arbitration: bool) -> tuple[str, str] | None:
    """The next item of the session that has something for the reader, as a link."""

    def waits(task: tasks.Task) -> bool:
        progress = task.progress
        return not task.barred and bool(progress.arbitration if arbitration else progress.waiting)

    found = tasks.of_sessions([place.session.id], account(), clock.now())[place.session.id]
    waiting = [each.pile for each in found if waits(each)]
    # What follows on the same form, then whatever comes first.
    here = (place.form.id, place.item.slot)
    waiting.sort(key=lambda each: ((each.form_id, each.slot) <= here, each.form_id, each.slot))
    if not waiting or waiting[0] == place.pile:
        return None
    pile = waiting[0]
    endpoint = ".arbitrate" if arbitration else ".mark_next"
    name = f"{'仲裁' if arbitration else '评'}第 {pile.slot} 题"
    return name, url_for(endpoint, **asdict(pile))


def _alike(place: Place, claim: MarkingClaim, at: datetime) -> int:
    """How many answers say the same: that wait for the reader, or that they marked with it."""
    if claim.done_at is not None:
        return min(len(alike_queries.marked(place.pile, place.item, claim, account())), MOST)
    return len(alike_queries.waiting(place.pile, place.item, claim, account(), at))


def _asked_alike() -> int:
    """To how many equal answers the reader was offered to say the same, if they want to."""
    return min(request.form.get("alike", 0, type=int), MOST)


def _readings(claim: MarkingClaim) -> list[Marking]:
    """For an arbiter, and nobody else, what the two others found."""
    if claim.reader is not Reader.ARBITER:
        return []
    newest = {each.reader: each for each in claim.answer.markings}
    return [newest[each] for each in queries.READERS if each in newest]


def _found(item: Slot) -> dict[str, list[int]]:
    """The points that the form ticks, by question."""
    return {
        each.name: request.form.getlist(f"points-{each.name}", type=int)
        for each in rubric.questions(item, None)
    }


def _onwards(place: Place, reader: Reader) -> ResponseReturnValue:
    endpoint = ".arbitrate" if reader is Reader.ARBITER else ".mark_next"
    return redirect(url_for(endpoint, **place.ids))


@bp.post(f"{PLACE}/<int:claim_id>")
@requires(Permission.ANSWER_MARK)
def mark(session_id: int, form_id: int, slot: int, claim_id: int) -> ResponseReturnValue:
    place = _place(session_id, form_id, slot)
    claim = queries.claim(place.pile, claim_id, account())
    try:
        if claim is None:
            raise services.Lapsed
        reader, item = claim.reader, place.item
        beside = alike.mark(
            claim=claim,
            session=place.session,
            pile=place.pile,
            item=item,
            found=_found(item),
            most=_asked_alike(),
            at=clock.now(),
            by=account(),
        )
    except (services.Lapsed, services.AlreadyMarked) as late:
        db.session.rollback()
        flash(str(late), "info")
        return redirect(url_for(".mark_next", session_id=session_id, form_id=form_id, slot=slot))
    db.session.commit()
    if beside:
        flash(
            f"另有 {beside} 份相同的作答已同样评阅；要更改，从“已评阅”打开其中一份，可一并改评。",
            "success",
        )
    return _onwards(place, reader)


@bp.post(f"{PLACE}/<int:claim_id>/skip")
@requires(Permission.ANSWER_MARK)
def skip(session_id: int, form_id: int, slot: int, claim_id: int) -> ResponseReturnValue:
    place = _place(session_id, form_id, slot)
    claim = queries.claim(place.pile, claim_id, account())
    if claim is None:
        return _onwards(place, Reader.FIRST)
    claims.skip(claim=claim, at=clock.now())
    db.session.commit()
    return _onwards(place, claim.reader)


@bp.get(f"{PLACE}/marked")
@requires(Permission.ANSWER_MARK)
def marked(session_id: int, form_id: int, slot: int) -> str:
    """The answers that the reader marked; any of them can be looked at and marked again."""
    place = _place(session_id, form_id, slot)
    number, size = paging.asked()
    page = paging.select_page(queries.marked(place.pile, account()), number=number, per_page=size)
    return render_template(
        "exam/marking/marked.html",
        place=place,
        session=place.session,
        slot=place.item,
        page=page,
        given=rubric.given,
        own={
            claim.id: [each for each in claim.answer.markings if each.reader is claim.reader]
            for claim in page.items
        },
        progress=queries.progress_of(place.pile, account()),
    )


def _marked_claim(place: Place, claim_id: int) -> MarkingClaim:
    """Raises NoResultFound for what is not the reader's own marking."""
    claim = queries.claim(place.pile, claim_id, account())
    if claim is None or claim.done_at is None:
        raise NoResultFound
    return claim


@bp.get(f"{PLACE}/<int:claim_id>")
@requires(Permission.ANSWER_MARK)
def marked_one(session_id: int, form_id: int, slot: int, claim_id: int) -> str:
    place = _place(session_id, form_id, slot)
    return _page(place, _marked_claim(place, claim_id))


@bp.post(f"{PLACE}/<int:claim_id>/again")
@requires(Permission.ANSWER_MARK)
def mark_again(session_id: int, form_id: int, slot: int, claim_id: int) -> ResponseReturnValue:
    place = _place(session_id, form_id, slot)
    try:
        beside = alike.amend(
            claim=_marked_claim(place, claim_id),
            pile=place.pile,
            item=place.item,
            most=_asked_alike(),
            found=_found(place.item),
            reason=request.form.get("reason", "")[:200],
            at=clock.now(),
            by=account(),
        )
    except services.Final:
        raise
    except Refused as refusal:
        db.session.rollback()
        place = _place(session_id, form_id, slot)
        return _page(place, _marked_claim(place, claim_id), error=str(refusal)), 422
    db.session.commit()
    also = f"相同的 {beside} 份一并改评，" if beside else ""
    flash(f"已改评，{also}原评阅和理由留有记录。", "success")
    return redirect(url_for(".marked", **place.ids))
