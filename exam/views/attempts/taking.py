"""Pages of those who sit an exam."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import (
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import NoResultFound

from accounts.guards import device, identity, requires
from accounts.permissions import Permission
from core import clock
from core.db import db, may_write, only_reads
from core.errors import Refused, wants_json
from core.shared import shared
from exam.attempts import responses, timing
from exam.forms.taking import LeftForm
from exam.kinds import CandidateStatus
from exam.marking import scoring
from exam.marking.corrections import Ruled
from exam.marking.rubric import Judged
from exam.marking.worth import Worth, worth
from exam.models import Attempt, Candidate, ExamSession
from exam.papers.ordering import order_of
from exam.papers.snapshot import Slot
from exam.queries.attempts import pages
from exam.queries.attempts import taking as queries
from exam.queries.attempts.pages import Sat
from exam.queries.attempts.taking import Kept, Seat
from exam.queries.sessions import overview as session_queries
from exam.saving import token
from exam.services.attempts import taking
from exam.services.marking import marks
from exam.services.sessions.access import NotAdmitted
from exam.views.attempts import after
from exam.views.attempts.before import intro as _intro
from exam.views.attempts.page import frame_of, look_of, page
from exam.views.base import bp
from exam.views.results import own
from exam.views.sessions.door import (
    asks_for_code,
    objection_to_open,
    objection_to_start,
)
from question_bank.types import Order, Response

_HAND_IN = re.compile(r"/exam/attempts/[0-9]{1,9}/submit")
#: So long after its end a session that was called off is told of.
CANCELLED_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Question:
    """A slot as this candidate saw it."""

    #: Which one it was for them.
    number: int
    slot: Slot
    order: Order
    response: Response
    #: None while it waits to be marked.
    earned: Decimal | None
    #: What persons found in it (exam.marking.rubric), None for nothing found yet.
    judged: Judged | None
    #: How its marks come about.
    worth: Worth


@bp.get("/")
@requires(Permission.EXAM_TAKE)
def mine() -> str:
    return _mine()


def _mine(called_off: ExamSession | None = None) -> str:
    at = clock.now()
    candidacies, cancelled = session_queries.own_candidacies(
        identity().person_id, at - CANCELLED_FOR
    )
    states = {each.session_id: timing.state_of(each.session, at) for each in candidacies}
    return render_template(
        "exam/attempts/mine.html",
        candidacies=sorted(candidacies, key=lambda each: _urgency(each, states[each.session_id])),
        states=states,
        cancelled=cancelled,
        called_off=called_off,
        at=at,
    )


def _urgency(candidate: Candidate, state: timing.SessionState) -> tuple[int, float]:
    """What is to be done first at the top: what was begun, what may be sat by when it ends, what
    is to come by when it begins; then all that is over, the newest first."""
    session, attempts = candidate.session, candidate.attempts
    owes = candidate.status is CandidateStatus.DUE and not attempts
    if any(each.submitted_at is None and each.voided_at is None for each in attempts):
        return 0, session.closes_at.timestamp()
    if owes and state is timing.SessionState.OPEN:
        return 1, session.closes_at.timestamp()
    if owes and state is timing.SessionState.UPCOMING:
        return 2, session.opens_at.timestamp()
    return 3, -session.opens_at.timestamp()


@bp.get("/sessions/<int:session_id>")
@requires(Permission.EXAM_TAKE)
def intro(session_id: int) -> ResponseReturnValue:
    try:
        return _intro(session_id)
    except NoResultFound:
        # Gone for its candidates, who are told why.
        _, gone = session_queries.own_candidacies(identity().person_id, clock.now() - CANCELLED_FOR)
        found = next((each.session for each in gone if each.session_id == session_id), None)
        if found is None:
            raise
    return _mine(called_off=found), 404


@bp.post("/sessions/<int:session_id>/attempts")
@requires(Permission.EXAM_TAKE)
def start(session_id: int) -> ResponseReturnValue:
    place, at = queries.place(identity().person_id, session_id), clock.now()
    if place.gated and (objection := _not_let_in(session_id, at)):
        return _intro(session_id, objection), objection.status
    try:
        attempt_id = taking.begin(
            place=place, actor=identity().staff_number, at=at, device=device()
        )
    except Refused as refusal:
        if wants_json():
            raise
        # Whoever was at the door is told there, and goes on from there.
        db.session.rollback()
        return _intro(session_id, refusal), refusal.status
    db.session.commit()
    return redirect(url_for(".attempt", attempt_id=attempt_id), 303)


def _not_let_in(session_id: int, at: datetime) -> NotAdmitted | None:
    return objection_to_start(queries.candidacy(identity().person_id, session_id), at)


@bp.get("/attempts/<int:attempt_id>")
@requires(Permission.EXAM_TAKE)
def attempt(attempt_id: int) -> ResponseReturnValue:
    """The page to answer on. Opening it at another device takes the attempt there.

    Hundreds open theirs in the same minute: what is usual reads two rows and renders little, and
    after the first of them is answered on the server's loop (exam.views.attempts.opening).
    """
    seat, at = queries.seat(identity().person_id, attempt_id), clock.now()
    if is_over(seat, at):
        return redirect(url_for(".result", attempt_id=seat.id))
    if is_to_be_admitted(seat, device()):
        if refusal := _not_admitted(attempt_id, at):
            return refusal
        seat = queries.seat(identity().person_id, attempt_id)
    return page(
        seat,
        identity(),
        at,
        queries.answers_of(seat) if seat.begun else {},
        frame=frame_of(look_of(seat, request.cookies, request.script_root)),
        csrf=generate_csrf(),
        key=token.key_of(current_app.config["SECRET_KEY"]),
    )


def is_to_be_admitted(seat: Seat, device_id: int) -> bool:
    """Whether something has to be shown, or taken over, before the page may be."""
    return seat.gated or seat.holder_id not in (None, device_id)


def _not_admitted(attempt_id: int, at: datetime) -> ResponseReturnValue | None:
    """What to show instead of the attempt; None once it is the reader's at this device."""
    found = queries.attempt_of(identity().person_id, attempt_id)
    if objection := objection_to_open(found, at):
        return _intro(found.session_id, objection), objection.status
    if taking.held_elsewhere(found, device()):
        if asks_for_code(found.candidate):
            return redirect(url_for(".intro", session_id=found.session_id))
        may_write()
        again = queries.attempt_of(identity().person_id, attempt_id)
        taking.take_up(attempt=again, device=device(), at=at)
        db.session.commit()
        only_reads()
    return None


def is_over(attempt: Attempt | Sat | Seat, at: datetime) -> bool:
    ended = attempt.submitted_at is not None or attempt.voided_at is not None
    return ended or attempt.cancelled or attempt.deadline <= at


@bp.get("/attempts/<int:attempt_id>/alive")
@requires(Permission.EXAM_TAKE)
def alive(attempt_id: int) -> ResponseReturnValue:
    """A sign of life of the page: whoever is sitting an exam is not idle."""
    found, at = queries.attempt_of(identity().person_id, attempt_id), clock.now()
    return jsonify(
        submitted=found.submitted_at is not None,
        here=not taking.held_elsewhere(found, device()),
        paused=found.session.paused_at is not None,
        deadline=found.deadline.isoformat(timespec="milliseconds"),
        server_time=at.isoformat(timespec="milliseconds"),
    )


@bp.get("/attempts/<int:attempt_id>/kept")
@requires(Permission.EXAM_TAKE)
def kept(attempt_id: int) -> ResponseReturnValue:
    """For a browser in which answers were left: whether they come too late, and what the server has
    of each question, by its sequence number."""
    found = queries.attempt_of(identity().person_id, attempt_id)
    collected = found.submitted_at is not None or found.cancelled
    answers = queries.answers_of(found)
    return jsonify(
        over=collected or found.deadline + timing.SETTLE < clock.now(),
        title=found.session.title,
        seqs={str(slot): each.seq for slot, each in answers.items()},
    )


@bp.post("/attempts/<int:attempt_id>/left")
@requires(Permission.EXAM_TAKE)
def left(attempt_id: int) -> ResponseReturnValue:
    """The page tells that it was out of sight for some seconds."""
    found = queries.attempt_of(identity().person_id, attempt_id)
    form = LeftForm()
    if not form.validate():
        abort(400)
    taking.note_left(attempt=found, seconds=form.seconds.data or 0, at=clock.now())
    db.session.commit()
    return "", 204


def is_hand_in(method: str, path: str) -> bool:
    """Whether a request hands an attempt in: everybody does in the same minute, and what they read
    afterwards waits until all have."""
    return method == "POST" and _HAND_IN.fullmatch(path) is not None


@bp.post("/attempts/<int:attempt_id>/submit")
@requires(Permission.EXAM_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    # The page says so when it was its clock, and not the candidate, that handed in.
    auto = request.form.get("auto") == "1"
    taking.hand_in(
        person_id=identity().person_id,
        attempt_id=attempt_id,
        device=device(),
        at=clock.now(),
        auto=auto,
    )
    db.session.commit()
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>/result")
@requires(Permission.EXAM_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    seen, at = pages.sat(identity().person_id, attempt_id), clock.now()
    if not is_over(seen, at):
        return redirect(url_for(".attempt", attempt_id=attempt_id))
    if plain := after.plain(seen, at):
        return shared(after.TEMPLATE, plain, **after.texts(seen, seen.earned))
    found = queries.attempt_of(identity().person_id, attempt_id)
    ruled, shown, session = taking.ruled_of(found), queries.shown_of(found, at), found.session
    wanted = shown.paper or (shown.score and not found.settled)
    kept = own.told(found, queries.answers_of(found)) if wanted else {}
    itemised = own.itemised(found, kept)
    return render_template(
        after.TEMPLATE,
        attempt=found,
        handed_in=found.submitted_at is not None,
        **after.texts(found, found.score),
        session=session,
        total=ruled.paper.total,
        shown=shown,
        level=own.level(found.score, session) if shown.score else None,
        # Of a script on paper perhaps nothing but the total is known.
        questions=questions(found, ruled, kept) if shown.paper and itemised else [],
        so_far=scoring.total(each.earned for each in kept.values()),
        waiting=own.waiting(ruled, kept),
        **own.of(found, ruled, kept, shown, at, seen.there_is),
    )


def questions(attempt: Attempt, ruled: Ruled, kept: Mapping[int, Kept]) -> list[Question]:
    """The slots as this candidate saw them, with what they answered."""
    judged = marks.judged_of(attempt)
    return [
        _question(attempt, ruled, number, slot, kept.get(slot.slot), judged.get(slot.slot))
        for number, slot in enumerate(ruled.paper.slots, 1)
    ]


def _question(
    attempt: Attempt,
    ruled: Ruled,
    number: int,
    slot: Slot,
    answer: Kept | None,
    found: Judged | None,
) -> Question:
    response = responses.of(answer.response) if answer else {}
    earned = answer.earned if answer else ruled.blank(slot)
    judged = found if earned is not None else None
    return Question(
        number=number,
        slot=slot,
        order=order_of(attempt.seed, slot.slot, slot),
        response=response,
        earned=earned,
        judged=judged,
        worth=worth(ruled, slot, response, earned, attempt.seed, judged or {}),
    )
