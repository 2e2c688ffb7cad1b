"""Reads of requests. Loading is authorising: a department's readers get their department's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Account, Person, RosterEntry
from core.db import db
from exam.models import Candidate, CandidateRequest, ExamSession, RequestProof
from exam.sessions.asking import RequestState

_R = CandidateRequest
_DECIDED = and_(_R.withdrawn_at.is_(None), _R.reversed_at.is_(None), _R.decided_at.is_not(None))
_OPEN = and_(_R.withdrawn_at.is_(None), _R.decided_at.is_(None))


def in_state(state: RequestState) -> ColumnElement[bool]:
    """SQL: the request stands so (exam.sessions.asking.state)."""
    return {
        RequestState.ASKED: and_(_OPEN, _R.opined_at.is_(None)),
        RequestState.OPINED: and_(_OPEN, _R.opined_at.is_not(None)),
        RequestState.GRANTED: and_(_DECIDED, _R.granted.is_(True)),
        RequestState.DECLINED: and_(_DECIDED, _R.granted.is_(False)),
        RequestState.WITHDRAWN: _R.withdrawn_at.is_not(None),
        RequestState.REVERSED: _R.reversed_at.is_not(None),
    }[state]


def _all() -> Select[CandidateRequest]:
    return (
        select(_R)
        .join(_R.candidate)
        .join(Candidate.entry)
        .join(Candidate.session)
        .options(
            contains_eager(_R.candidate).options(
                contains_eager(Candidate.entry), contains_eager(Candidate.session)
            ),
            joinedload(_R.proof),
            joinedload(_R.asked_by).joinedload(Account.person),
        )
        .order_by(_R.asked_at.desc(), _R.id.desc())
    )


def requests(unit_id: int | None) -> Select[CandidateRequest]:
    """Requests about people of a unit, or of the bureau; the newest first."""
    query = _all()
    return query if unit_id is None else query.where(RosterEntry.unit_id == unit_id)


def request(request_id: int, unit_id: int | None) -> CandidateRequest:
    return db.session.scalars(requests(unit_id).where(_R.id == request_id)).one()


def readable(
    request_id: int, person: Person, *, unit_id: int | None, reaches: bool
) -> CandidateRequest:
    """A request that concerns the person or, for whom it ``reaches``, one of the unit."""
    mine = _concerns(person.id)
    if reaches:
        mine = true() if unit_id is None else or_(mine, RosterEntry.unit_id == unit_id)
    return db.session.scalars(_all().where(_R.id == request_id, mine)).one()


def named(text: str) -> ColumnElement[bool]:
    """SQL: the request is about somebody of that name or staff number."""
    return or_(
        RosterEntry.name.contains(text, autoescape=True),
        RosterEntry.staff_number.contains(text.upper(), autoescape=True),
    )


def own(person: Person, request_id: int) -> CandidateRequest:
    """A request that the person filed or that is about them."""
    return db.session.scalars(_all().where(_R.id == request_id, _concerns(person.id))).one()


def chosen(request_ids: Sequence[int], unit_id: int | None) -> Sequence[CandidateRequest]:
    """Those of the requests that the reader reaches, the oldest first."""
    query = requests(unit_id).where(_R.id.in_(request_ids)).order_by(None)
    return db.session.scalars(query.order_by(_R.id)).all()


def _concerns(person_id: int) -> ColumnElement[bool]:
    filed = select(Account.id).where(Account.person_id == person_id)
    return or_(Candidate.person_id == person_id, _R.asked_by_id.in_(filed))


_RECENT = (
    Candidate.person_id == bindparam("person_id"),
    _R.withdrawn_at.is_(None),
    or_(*(each >= bindparam("since") for each in (_R.asked_at, _R.decided_at, _R.reversed_at))),
)
#: SQL: ``recent`` finds some.
ANY_RECENT = exists(select(_R.id).join(_R.candidate).where(*_RECENT))


def recent(person_id: int, since: datetime) -> Sequence[CandidateRequest]:
    """Requests about somebody that were filed or decided since a moment; the newest first."""
    return db.session.scalars(
        _all().where(*_RECENT), {"person_id": person_id, "since": since}
    ).all()


def of_candidate(candidate_id: int) -> Sequence[CandidateRequest]:
    """The requests about somebody on a list, the newest first."""
    return db.session.scalars(_all().where(_R.candidate_id == candidate_id)).all()


def granted_since(found: CandidateRequest) -> bool:
    """Whether another of the kind about the same person was granted after it, and still is."""
    later = or_(
        _R.decided_at > found.decided_at, and_(_R.decided_at == found.decided_at, _R.id > found.id)
    )
    query = select(_R.id).where(
        _R.candidate_id == found.candidate_id,
        _R.kind == found.kind,
        in_state(RequestState.GRANTED),
        later,
    )
    return db.session.scalar(query.limit(1)) is not None


def waiting(state: RequestState, unit_id: int | None, reader_id: int) -> int:
    """How many requests wait in a state for somebody other than who asked or is concerned."""
    query = (
        select(func.count())
        .select_from(_R)
        .join(_R.candidate)
        .join(Candidate.entry)
        .join(Candidate.session)
        .where(in_state(state), ~_concerns(reader_id), ExamSession.cancelled_at.is_(None))
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalar(query) or 0


def proof_of(request_id: int) -> RequestProof:
    """The attached file with its content; whoever asks must have loaded the request."""
    return db.session.scalars(
        select(RequestProof).where(RequestProof.request_id == request_id)
    ).one()
