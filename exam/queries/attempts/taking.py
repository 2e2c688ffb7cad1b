"""Reads for taking an exam. Loading is authorising: everybody gets their own and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Person, RosterEntry
from accounts.queries.accounts import IDENTITY, Identity, told
from accounts.sessions import token_hash
from core.apart import Apart
from core.db import any_of, db, table
from core.prepared import Asked, Held, Prepared, Row, often, together
from exam.kinds import CandidateStatus, EventKind, Release
from exam.models import (
    Answer,
    Attempt,
    AttemptEvent,
    Candidate,
    EligibilityRule,
    ExamSession,
    Form,
)
from exam.queries.attempts.pages import Sat, Sitting, Told
from exam.results import review
from exam.results.review import Shown


class Kept(NamedTuple):
    """A saved answer."""

    id: int
    seq: int
    response: str
    earned: Decimal | None


class Seat(NamedTuple):
    """An attempt as the page to answer on needs it, read with no object behind it."""

    id: int
    session_id: int
    person_id: int
    epoch: int
    holder_id: int | None
    seed: int
    draw_seed: int
    left_out: Sequence[int]
    deadline: datetime
    submitted_at: datetime | None
    voided_at: datetime | None
    #: Whether any answer is saved.
    begun: bool
    form_id: int
    #: The seal of the paper.
    digest: str
    title: str
    #: Whether something has to be shown to come in.
    gated: bool
    #: Whether the session was called off.
    cancelled: bool
    large_print: bool


#: Statements that run hundreds of times a second name tables, not objects, and are made once.
_ATTEMPT, _ANSWER, _FORM = table(Attempt), table(Answer), table(Form)
_SESSION, _CANDIDATE, _ENTRY = table(ExamSession), table(Candidate), table(RosterEntry)
_FACTS = (
    _ATTEMPT.c.id, _ATTEMPT.c.session_id, _ATTEMPT.c.person_id, _ATTEMPT.c.epoch,
    _ATTEMPT.c.holder_id, _ATTEMPT.c.seed, _ATTEMPT.c.draw_seed, _ATTEMPT.c.left_out,
    _ATTEMPT.c.deadline, _ATTEMPT.c.submitted_at, _ATTEMPT.c.voided_at,
    exists().where(_ANSWER.c.attempt_id == _ATTEMPT.c.id), _FORM.c.id, _FORM.c.hash,
    _SESSION.c.title, _SESSION.c.gate_id.is_not(None), _SESSION.c.cancelled_at.is_not(None),
    _CANDIDATE.c.large_print,
)  # fmt: skip


def _prepared(attempts: Select[*tuple[Any, ...]]) -> Prepared:
    """A query for attempts as the query for the seat of one of them."""
    return Prepared(
        attempts.join(_FORM, _FORM.c.id == _ATTEMPT.c.form_id)
        .join(_SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
        .join(_CANDIDATE, _CANDIDATE.c.id == _ATTEMPT.c.candidate_id)
        .where(_ATTEMPT.c.id == bindparam("attempt_id"))
    )


_SEAT = _prepared(
    select(*_FACTS).select_from(_ATTEMPT).where(_ATTEMPT.c.person_id == bindparam("person_id"))
)


def seat(person_id: int, attempt_id: int) -> Seat:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    for facts in _SEAT.rows(attempt_id=attempt_id, person_id=person_id):
        return Seat(*facts)
    raise NoResultFound


_SEATED = _prepared(
    IDENTITY.add_columns(*_FACTS).join(_ATTEMPT, _ATTEMPT.c.person_id == table(Person).c.id)
)


async def seated(token: str, attempt_id: int, apart: Apart) -> tuple[Identity, Seat] | None:
    """Whose open session a token is, with their own attempt; None unless they have both.

    Raises Away.
    """
    rows = await apart.rows(_SEATED, token_hash=token_hash(token), attempt_id=attempt_id)
    reader, facts = told(rows)
    return reader and (reader, Seat(*facts))


_CANDIDACY = often(
    select(Candidate)
    .join(Candidate.session)
    .where(
        Candidate.session_id == bindparam("session_id"),
        Candidate.person_id == bindparam("person_id"),
        ExamSession.cancelled_at.is_(None),
    )
    .options(
        contains_eager(Candidate.session),
        joinedload(Candidate.form).defer(Form.snapshot),
        joinedload(Candidate.attempts),
    )
)


def candidacy(person_id: int, session_id: int) -> Candidate:
    """The person's place on a session's list; NoResultFound for a session not theirs."""
    whose = {"session_id": session_id, "person_id": person_id}
    return db.session.scalars(_CANDIDACY, whose).unique().one()


@dataclass(frozen=True)
class Place:
    """A person's place on a session's list as beginning needs it, read with no object behind it."""

    #: The candidate's.
    id: int
    session_id: int
    person_id: int
    status: CandidateStatus
    #: Why they are exempt or deferred.
    reason: str
    extra_minutes: int
    left_out: Sequence[int]
    on_paper: bool
    opens_at: datetime
    closes_at: datetime
    paused_at: datetime | None
    minutes: int
    max_attempts: int
    shuffle_options: bool
    shuffle_items: bool
    #: Whether something has to be shown to come in, or papers to be opened before.
    gated: bool
    #: Whether something has to be had to sit it.
    conditional: bool
    #: The paper that was dealt to them, its seal and what was sealed; "" for what is not.
    form_id: int | None
    digest: str
    snapshot: str
    alternatives: int
    #: Whether anybody has begun that paper in the session.
    begun: bool
    tried: Sequence[Sitting]


_WHOSE = (
    _CANDIDATE.c.session_id == bindparam("session_id"),
    _CANDIDATE.c.person_id == bindparam("person_id"),
)
_CANDIDATE_HELD = Held(select(_CANDIDATE.c.id).where(*_WHOSE))
_RULE = table(EligibilityRule)
_OTHERS = _ATTEMPT.alias()
_PLACE = Prepared(
    select(
        _CANDIDATE.c.id, _CANDIDATE.c.session_id, _CANDIDATE.c.person_id, _CANDIDATE.c.status,
        _CANDIDATE.c.reason, _CANDIDATE.c.extra_minutes, _CANDIDATE.c.left_out,
        _SESSION.c.on_paper, _SESSION.c.opens_at, _SESSION.c.closes_at, _SESSION.c.paused_at,
        _SESSION.c.minutes, _SESSION.c.max_attempts, _SESSION.c.shuffle_options,
        _SESSION.c.shuffle_items, _SESSION.c.gate_id.is_not(None),
        any_of(select(_RULE.c.id).where(_RULE.c.session_id == _SESSION.c.id)),
        _CANDIDATE.c.form_id, func.coalesce(_FORM.c.hash, ""), func.coalesce(_FORM.c.snapshot, ""),
        func.coalesce(_FORM.c.alternatives, 1),
        any_of(
            select(_OTHERS.c.id).where(
                _OTHERS.c.session_id == _SESSION.c.id, _OTHERS.c.form_id == _CANDIDATE.c.form_id
            )
        ),
    )
    .join_from(_CANDIDATE, _SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .outerjoin(_FORM, _FORM.c.id == _CANDIDATE.c.form_id)
    .where(*_WHOSE, _SESSION.c.cancelled_at.is_(None))
)  # fmt: skip
_TRIED = Prepared(
    select(*[_ATTEMPT.c[name] for name in Sitting._fields])
    .join_from(_CANDIDATE, _ATTEMPT, _ATTEMPT.c.candidate_id == _CANDIDATE.c.id)
    .where(*_WHOSE)
    .order_by(_ATTEMPT.c.number)
)


def place(person_id: int, session_id: int) -> Place:
    """The person's place on a session's list, held until the transaction ends; NoResultFound for a
    session not theirs."""
    whose = {"session_id": session_id, "person_id": person_id}
    _, found, tried = together(
        _CANDIDATE_HELD.asked(**whose), _PLACE.asked(**whose), _TRIED.asked(**whose)
    )
    for facts in found:
        return Place(*[*facts, [*map(Sitting._make, tried)]])
    raise NoResultFound


_OWN_ATTEMPT = often(
    select(Attempt)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
    .options(
        joinedload(Attempt.session, innerjoin=True),
        joinedload(Attempt.form, innerjoin=True).defer(Form.snapshot),
    )
)


def attempt_of(person_id: int, attempt_id: int) -> Attempt:
    """The person's own attempt; NoResultFound, shown as 404, for anyone else's."""
    return db.session.scalars(
        _OWN_ATTEMPT, {"attempt_id": attempt_id, "person_id": person_id}
    ).one()


@dataclass(frozen=True)
class Submission:
    """An attempt as handing it in needs it, read with no object behind it."""

    id: int
    candidate_id: int
    session_id: int
    person_id: int
    form_id: int
    #: The seal of the paper.
    digest: str
    seed: int
    draw_seed: int
    left_out: Sequence[int]
    deadline: datetime
    submitted_at: datetime | None
    holder_id: int | None
    #: Whether the session is sat on paper.
    on_paper: bool
    #: Staff number and unit, as the list of the session has them.
    staff_number: str
    unit_id: int
    #: What is saved, by slot.
    answers: Mapping[int, Kept]


_OWN = (
    _ATTEMPT.c.id == bindparam("attempt_id"),
    _ATTEMPT.c.person_id == bindparam("person_id"),
)
_FORM_SHARED = Held(
    select(_FORM.c.id).where(
        _FORM.c.id == select(_ATTEMPT.c.form_id).where(*_OWN).scalar_subquery()
    ),
    shared=True,
)
_ATTEMPT_HELD = Held(select(_ATTEMPT.c.id).where(*_OWN))
_SUBMISSION = Prepared(
    select(
        _ATTEMPT.c.id, _ATTEMPT.c.candidate_id, _ATTEMPT.c.session_id, _ATTEMPT.c.person_id,
        _ATTEMPT.c.form_id, _FORM.c.hash, _ATTEMPT.c.seed, _ATTEMPT.c.draw_seed,
        _ATTEMPT.c.left_out, _ATTEMPT.c.deadline, _ATTEMPT.c.submitted_at, _ATTEMPT.c.holder_id,
        _SESSION.c.on_paper, _ENTRY.c.staff_number, _ENTRY.c.unit_id,
    )
    .join_from(_ATTEMPT, _FORM, _FORM.c.id == _ATTEMPT.c.form_id)
    .join(_SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
    .join(_CANDIDATE, _CANDIDATE.c.id == _ATTEMPT.c.candidate_id)
    .join(_ENTRY, _ENTRY.c.id == _CANDIDATE.c.entry_id)
    .where(*_OWN)
)  # fmt: skip


_ANSWERS = Prepared(
    select(
        _ANSWER.c.slot, _ANSWER.c.id, _ANSWER.c.seq, _ANSWER.c.response, _ANSWER.c.earned
    )
    .where(_ANSWER.c.attempt_id == bindparam("attempt_id"))
    .order_by(_ANSWER.c.slot)
)  # fmt: skip


def submission(
    person_id: int, attempt_id: int, *besides: Asked
) -> tuple[Submission, Sequence[Sequence[Row]]]:
    """The person's own attempt, held until the transaction ends; NoResultFound for anyone else's.

    Its paper is shared before: a correction that is being applied finds this attempt, or this
    attempt finds the correction. ``besides``: what else is read once it is held, and returned.
    """
    whose = {"attempt_id": attempt_id, "person_id": person_id}
    _, _, found, answers, *read = together(
        _FORM_SHARED.asked(**whose),
        _ATTEMPT_HELD.asked(**whose),
        _SUBMISSION.asked(**whose),
        _ANSWERS.asked(attempt_id=attempt_id),
        *besides,
    )
    for facts in found:
        return Submission(*[*facts, _kept(answers)]), read
    raise NoResultFound


def overdue(before: datetime, limit: int = 1_000) -> Sequence[int]:
    """Ids of attempts whose deadline lies before a moment and that nobody handed in."""
    return db.session.scalars(
        select(Attempt.id)
        .where(Attempt.submitted_at.is_(None), Attempt.deadline < before)
        .order_by(Attempt.deadline, Attempt.id)
        .limit(limit)
    ).all()


_SNAPSHOT = Prepared(select(_FORM.c.snapshot).where(_FORM.c.id == bindparam("form_id")))


def snapshot_of(form_id: int) -> str:
    """The sealed paper of a form as the database has it now; "" for one that is not sealed."""
    [(text,)] = _SNAPSHOT.rows(form_id=form_id)
    return text or ""


def answers_of(attempt: Attempt | Seat) -> Mapping[int, Kept]:
    """What is saved of an attempt, by slot, as the database has it now."""
    return _kept(_ANSWERS.rows(attempt_id=attempt.id))


async def answers_apart(attempt: Seat, apart: Apart) -> Mapping[int, Kept]:
    """The same, apart from any request. Raises Away."""
    return _kept(await apart.rows(_ANSWERS, attempt_id=attempt.id))


def _kept(rows: Sequence[Row]) -> Mapping[int, Kept]:
    return {slot: Kept(*kept) for slot, *kept in rows}


def events(attempt: Attempt, kind: EventKind) -> int:
    """How many events of a kind an attempt has."""
    query = select(func.count()).where(
        AttemptEvent.attempt_id == attempt.id, AttemptEvent.kind == kind
    )
    return db.session.scalar(query) or 0


def latest_event(attempt: Attempt, kind: EventKind) -> AttemptEvent | None:
    query = (
        select(AttemptEvent)
        .where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.kind == kind)
        .order_by(AttemptEvent.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


_LAST_DEADLINE = select(func.max(_ATTEMPT.c.deadline)).where(
    _ATTEMPT.c.session_id == bindparam("session_id"),
    _ATTEMPT.c.submitted_at.is_(None),
    _ATTEMPT.c.voided_at.is_(None),
)


def ends_at(session: ExamSession | Told) -> datetime:
    """When the last one's time is over: the window's end, or later while extra time is used."""
    last = db.session.execute(_LAST_DEADLINE, {"session_id": session.id}).scalar()
    return session.closes_at if last is None else max(last, session.closes_at)


def _open(session: ExamSession | Told, releases: Sequence[Release], at: datetime) -> Sequence[bool]:
    """Whether each of the releases is due, for those who handed in."""
    closes_at = session.closes_at
    if Release.AFTER_CLOSE in releases and closes_at <= at:
        # Others may still have extra time.
        closes_at = ends_at(session)
    published = session.published_at is not None
    return [
        review.released(each, closes_at=closes_at, published=published, at=at) for each in releases
    ]


def scores_open(session: ExamSession, at: datetime) -> bool:
    """Whether candidates who handed in may see their scores."""
    [score] = _open(session, [session.score_opens], at)
    return score


_LAST_DEADLINES = (
    select(_ATTEMPT.c.session_id, func.max(_ATTEMPT.c.deadline))
    .where(
        _ATTEMPT.c.session_id.in_(bindparam("session_ids", expanding=True)),
        _ATTEMPT.c.submitted_at.is_(None),
        _ATTEMPT.c.voided_at.is_(None),
    )
    .group_by(_ATTEMPT.c.session_id)
    .order_by(_ATTEMPT.c.session_id)
)


def open_among(sessions: Iterable[ExamSession], at: datetime) -> frozenset[int]:
    """The ids of those whose candidates may see their scores, as scores_open says; in one query."""
    every = {each.id: each for each in sessions}
    over = [
        each.id
        for each in every.values()
        if each.score_opens is Release.AFTER_CLOSE and each.closes_at <= at
    ]
    last: dict[int, datetime] = {}
    if over:
        rows = db.session.execute(_LAST_DEADLINES, {"session_ids": over})
        last = {row[0]: row[1] for row in rows}
    return frozenset(
        session_id
        for session_id, each in every.items()
        if review.released(
            each.score_opens,
            closes_at=max(each.closes_at, last.get(session_id, each.closes_at)),
            published=each.published_at is not None,
            at=at,
        )
    )


def score_shown(attempt: Attempt, at: datetime) -> bool:
    """Whether the candidate may see the score of an attempt."""
    return attempt.submitted_at is not None and scores_open(attempt.session, at)


def scores_out(session: ExamSession, at: datetime) -> bool:
    """Whether scores were told besides 人事司 at a moment: published, or opened to candidates."""
    if session.published_at is not None and session.published_at <= at:
        return True
    return session.score_opens is not Release.ON_PUBLICATION and scores_open(session, at)


def shown_of(attempt: Attempt | Sat, at: datetime) -> Shown:
    """What of an attempt its candidate may look at."""
    if attempt.submitted_at is None:
        return Shown(score=False, paper=False, key=False)
    session = attempt.session
    releases = session.score_opens, session.paper_opens, session.key_release
    score, paper, key = _open(session, releases, at)
    return Shown(score=score, paper=paper, key=key)
