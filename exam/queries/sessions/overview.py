"""Reads for the pages of sessions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts.models import OrgUnit, Person, RosterEntry
from accounts.standing import StaffCategory
from core.db import db
from core.prepared import often
from exam.attempts.timing import SessionState
from exam.kinds import CandidateStatus
from exam.models import (
    Answer,
    Appointee,
    Attempt,
    Candidate,
    CandidateRequest,
    ExamSession,
    Form,
    SessionForm,
)
from exam.queries.marking.marks import settled
from exam.results.outcomes import Outcome, Sitting, outcome
from exam.sessions.standing import (
    POSSIBLE,
    Act,
    Standing,
    standing,
)


def sessions(unit_id: int | None = None) -> Select[ExamSession]:
    """Sessions, newest first; with a unit only those that some of its people are to sit."""
    query = select(ExamSession).order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
    if unit_id is not None:
        query = query.where(
            select(Candidate.id)
            .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
            .where(Candidate.session_id == ExamSession.id, RosterEntry.unit_id == unit_id)
            .exists()
        )
    return query


def session(session_id: int, unit_id: int | None = None) -> ExamSession:
    """A session, for readers limited to a unit only if its people are to sit it."""
    return db.session.scalars(
        sessions(unit_id)
        .where(ExamSession.id == session_id)
        .options(selectinload(ExamSession.papers).joinedload(SessionForm.form))
    ).one()


def in_state(state: SessionState, at: datetime) -> ColumnElement[bool]:
    """SQL: the session stands so at a moment (exam.attempts.timing.state)."""
    alive = ExamSession.cancelled_at.is_(None)
    over = and_(alive, ExamSession.opens_at <= at, ExamSession.closes_at <= at)
    return {
        SessionState.CANCELLED: ~alive,
        SessionState.UPCOMING: and_(alive, ExamSession.opens_at > at),
        SessionState.OPEN: and_(alive, ExamSession.opens_at <= at, ExamSession.closes_at > at),
        SessionState.CLOSED: and_(over, ExamSession.published_at.is_(None)),
        SessionState.PUBLISHED: and_(over, ExamSession.published_at.is_not(None)),
    }[state]


def sessions_titled(title: str) -> Sequence[ExamSession]:
    """Sessions of exactly this title that were not cancelled, the newest first."""
    return db.session.scalars(
        select(ExamSession)
        .where(ExamSession.title == title, ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.id.desc())
    ).all()


def turnout(session_ids: Sequence[int], unit_id: int | None = None) -> dict[int, tuple[int, int]]:
    """(people who owe the exam, people who handed in) of each session, of a unit if given."""
    handed_in = (
        select(Attempt.id)
        .where(Attempt.candidate_id == Candidate.id, Attempt.submitted_at.is_not(None))
        .exists()
    )
    query = (
        select(Candidate.session_id, func.count(), func.count().filter(handed_in))
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id.in_(session_ids), Candidate.status == CandidateStatus.DUE)
        .group_by(Candidate.session_id)
        .order_by(Candidate.session_id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def candidates(session_id: int, unit_id: int | None = None) -> Sequence[Candidate]:
    """The list of a session in the order of the bureau, with attempts."""
    query = (
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.session_id == session_id)
        .options(
            joinedload(Candidate.entry),
            joinedload(Candidate.form).defer(Form.snapshot),
            selectinload(Candidate.attempts),
        )
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalars(query).all()


def units_of(session_id: int, unit_id: int | None = None) -> Sequence[str]:
    """The names of the units of those on a list in the order of the bureau."""
    query = (
        select(RosterEntry.unit_name)
        .join(Candidate, Candidate.entry_id == RosterEntry.id)
        .where(Candidate.session_id == session_id)
        .group_by(RosterEntry.unit_name)
        .order_by(func.min(RosterEntry.unit_position), func.min(RosterEntry.id))
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalars(query).all()


def candidate(candidate_id: int, unit_id: int | None = None) -> Candidate:
    """Somebody on a list with what they did; for readers limited to a unit only of it."""
    query = (
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(Candidate.id == candidate_id)
        .options(
            joinedload(Candidate.session),
            joinedload(Candidate.entry),
            selectinload(Candidate.attempts).selectinload(Attempt.events),
        )
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return db.session.scalars(query).one()


def yet_to_sit(person_id: int, form_id: int, at: datetime) -> Sequence[Candidate]:
    """Where somebody is to sit a form in a session that is not over and has not begun it."""
    return db.session.scalars(
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.person_id == person_id,
            Candidate.form_id == form_id,
            ExamSession.cancelled_at.is_(None),
            ExamSession.closes_at > at,
            ~select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists(),
        )
        .order_by(Candidate.id)
    ).all()


def attempt(attempt_id: int) -> Attempt:
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .options(
            joinedload(Attempt.session),
            joinedload(Attempt.candidate).joinedload(Candidate.entry),
        )
    ).one()


def is_listed(session_id: int, person_id: int) -> bool:
    query = select(Candidate.id).where(
        Candidate.session_id == session_id, Candidate.person_id == person_id
    )
    return db.session.scalar(query) is not None


def roster_entry(roster_id: int, person_id: int) -> RosterEntry | None:
    return db.session.scalars(
        select(RosterEntry).where(
            RosterEntry.snapshot_id == roster_id, RosterEntry.person_id == person_id
        )
    ).one_or_none()


def unlisted(session_id: int, text: str) -> Select[Person]:
    """People on the books who are not on a session's list, in the order of the bureau."""
    listed = select(Candidate.person_id).where(Candidate.session_id == session_id)
    query = (
        select(Person)
        .join(Person.stat_unit)
        .where(
            Person.id.not_in(listed),
            Person.left_on.is_(None),
            Person.staff_category != StaffCategory.OPERATOR,
        )
        .options(joinedload(Person.stat_unit))
        .order_by(OrgUnit.position, Person.staff_number, Person.id)
    )
    if text:
        query = query.where(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.staff_number.contains(text.upper(), autoescape=True),
            )
        )
    return query


def person(person_id: int) -> Person:
    return db.session.scalars(select(Person).where(Person.id == person_id)).one()


def has_papers(candidate_id: int) -> bool:
    """Whether somebody on a list has a request or stands there as an appointee."""
    asked = select(CandidateRequest.id).where(CandidateRequest.candidate_id == candidate_id)
    named = select(Appointee.id).where(Appointee.candidate_id == candidate_id)
    return any(db.session.scalar(query.limit(1)) is not None for query in (asked, named))


def has_attempts(session_id: int) -> bool:
    query = select(Attempt.id).where(Attempt.session_id == session_id).limit(1)
    return db.session.scalar(query) is not None


def not_begun(session_id: int) -> int:
    """How many of those who are due to sit have not begun."""
    begun = select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists()
    query = (
        select(func.count())
        .select_from(Candidate)
        .where(Candidate.session_id == session_id, Candidate.status == CandidateStatus.DUE, ~begun)
    )
    return db.session.scalar(query) or 0


def _running(at: datetime) -> Select[Attempt]:
    """Attempts that somebody is sitting, locked; the rows behind them are read afresh."""
    return (
        select(Attempt)
        .where(Attempt.submitted_at.is_(None), Attempt.voided_at.is_(None), Attempt.deadline > at)
        .options(selectinload(Attempt.candidate))
        .order_by(Attempt.id)
        .with_for_update()
    )


def running(session_id: int, at: datetime) -> Sequence[Attempt]:
    return db.session.scalars(_running(at).where(Attempt.session_id == session_id)).all()


def not_handed_in(session_id: int) -> int:
    """How many attempts are not handed in, over or not."""
    query = select(func.count()).where(
        Attempt.session_id == session_id, Attempt.submitted_at.is_(None)
    )
    return db.session.scalar(query) or 0


def unmarked(session_id: int) -> int:
    """How many valid papers of a session wait to be marked."""
    query = select(func.count()).where(
        Attempt.session_id == session_id, Attempt.unmarked > 0, Attempt.voided_at.is_(None)
    )
    return db.session.scalar(query) or 0


def unsettled(session_id: int) -> int:
    """How many valid papers of a session have marks that persons have to give or make final."""
    query = select(func.count()).where(
        Attempt.session_id == session_id,
        Attempt.voided_at.is_(None),
        or_(Attempt.unmarked > 0, ~settled()),
    )
    return db.session.scalar(query) or 0


def running_of(candidate_id: int, at: datetime) -> Attempt | None:
    return db.session.scalars(_running(at).where(Attempt.candidate_id == candidate_id)).first()


def answered(attempt_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How many slots each attempt has answered, and when it was saved last."""
    rows = db.session.execute(
        select(Answer.attempt_id, func.count(), func.max(Answer.saved_at))
        .where(Answer.attempt_id.in_(attempt_ids))
        .group_by(Answer.attempt_id)
        .order_by(Answer.attempt_id)
    )
    return {attempt: (count, last) for attempt, count, last in rows}


def outcome_of(
    session: ExamSession,
    candidate: Candidate,
    instead: Mapping[int, Decimal | None] | None = None,
) -> Outcome:
    """What somebody's sittings come to; one voided while it ran counts, too.

    Nothing yet where what persons marked of them is not final.

    ``instead`` has, by attempt, marks that are to be thought of in place of the real ones.
    """
    marks = {each.id: each.earned for each in candidate.attempts} | dict(instead or {})
    marks |= dict.fromkeys([each.id for each in candidate.attempts if not each.settled])
    return outcome(
        [
            Sitting(each.number, marks[each.id], each.voided_at is not None)
            for each in candidate.attempts
            if each.submitted_at is not None or each.voided_at is not None
        ],
        policy=session.score_policy,
        pass_score=session.pass_score,
        excellent_score=session.excellent_score,
        makeup=session.makeup_of_id is not None,
    )


def standing_of(candidate: Candidate, at: datetime) -> Standing:
    """Where somebody on a list stands at a moment."""
    session = candidate.session
    return standing(
        candidate.status,
        outcome_of(session, candidate),
        begun=bool(candidate.attempts),
        closed=at >= session.closes_at,
        awaited=session.on_paper and session.published_at is None,
        called_off=session.cancelled_at is not None,
    )


def sits_yet(candidate: Candidate, at: datetime) -> bool:
    """Whether somebody has time ahead in a session: sits, or may begin (again) before it closes."""
    session, had = candidate.session, candidate.attempts
    if at < session.closes_at and len(had) < session.max_attempts:
        return True
    return any(
        each.submitted_at is None and each.voided_at is None and each.deadline > at for each in had
    )


def may_have_time(candidate: Candidate, at: datetime) -> bool:
    """Whether more time can be given to somebody, and is of use to them."""
    allowed = Act.AID in POSSIBLE[standing_of(candidate, at)]
    return allowed and sits_yet(candidate, at)


_OWN_CANDIDACIES = often(
    select(Candidate)
    .join(Candidate.session)
    .where(
        Candidate.person_id == bindparam("person_id"),
        or_(ExamSession.cancelled_at.is_(None), ExamSession.closes_at > bindparam("since")),
    )
    .options(contains_eager(Candidate.session), joinedload(Candidate.attempts))
    .order_by(ExamSession.opens_at.desc(), ExamSession.id.desc())
)


def own_candidacies(
    person_id: int, called_off_since: datetime
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The sessions that somebody is on the list of, newest first; and those that were called off,
    of what they were to sit after a moment."""
    asked = {"person_id": person_id, "since": called_off_since}
    found = db.session.scalars(_OWN_CANDIDACIES, asked).unique().all()
    return (
        [each for each in found if each.session.cancelled_at is None],
        [each for each in found if each.session.cancelled_at is not None],
    )


def units() -> Sequence[OrgUnit]:
    """The units that exist now, in the order of the bureau."""
    return db.session.scalars(
        select(OrgUnit).where(OrgUnit.valid_to.is_(None)).order_by(OrgUnit.position, OrgUnit.id)
    ).all()
