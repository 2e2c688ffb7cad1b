"""Reads of makeups: who owes one, who was called to one, who could sit both."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from accounts.models import RosterEntry
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession
from exam.queries.sessions.listed import Listed, listed
from exam.queries.sessions.overview import outcome_of, sits_yet, standing_of
from exam.sessions.standing import POSSIBLE, Act, Standing, owes_another, owes_makeup


def makeups_of(session_id: int) -> Sequence[ExamSession]:
    """Makeup sessions of a session, cancelled ones left out."""
    return db.session.scalars(
        select(ExamSession)
        .where(ExamSession.makeup_of_id == session_id, ExamSession.cancelled_at.is_(None))
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()


def makeups_by_person(session_id: int) -> Counter[int]:
    """On the lists of how many makeups of a session each person stands and is not deferred."""
    return Counter(
        db.session.scalars(
            select(Candidate.person_id)
            .join(ExamSession, ExamSession.id == Candidate.session_id)
            .where(
                ExamSession.makeup_of_id == session_id,
                ExamSession.cancelled_at.is_(None),
                Candidate.status != CandidateStatus.DEFERRED,
            )
            .order_by(Candidate.id)
        )
    )


def makeup_places(
    session_id: int, only: Collection[int] | None = None
) -> Mapping[int, Sequence[Candidate]]:
    """By person, their places on the lists of a session's makeups, the earliest makeup first.

    ``only``: of these people.
    """
    found: defaultdict[int, list[Candidate]] = defaultdict(list)
    if only is not None and not only:
        return found
    query = (
        select(Candidate)
        .join(Candidate.session)
        .where(ExamSession.makeup_of_id == session_id, ExamSession.cancelled_at.is_(None))
        .options(contains_eager(Candidate.session), selectinload(Candidate.attempts))
        .order_by(ExamSession.opens_at, ExamSession.id, Candidate.id)
    )
    if only is not None:
        query = query.where(Candidate.person_id.in_(only))
    for each in db.session.scalars(query):
        found[each.person_id].append(each)
    return found


def makeup_candidates(
    session: ExamSession, at: datetime, *, only: CandidateStatus | None = None
) -> list[Candidate]:
    """Who may sit a makeup of a session that is over: absent, failed or deferred.

    Nobody whose score was voided or whose paper is not marked yet, and nobody who was called to a
    makeup already, unless they owe another. ``only`` narrows it to those of a status: the deferred.
    """
    own = listed(session, at)
    narrowed = [] if only is None else [Candidate.status == only]
    first = own.candidates(_owing(own), ~_called(session.id), *narrowed)
    again = own.candidates(_owing(own), _may_owe_another(session.id), *narrowed)
    fresh = db.session.scalars(first).all()
    found = [*fresh, *_owing_another(session, db.session.scalars(again).all(), at)]
    return sorted(found, key=lambda each: (each.entry.unit_position, each.entry.id))


def makeup_counts(session: ExamSession, at: datetime) -> Counter[CandidateStatus]:
    """How many of each status may sit a makeup."""
    own = listed(session, at)
    rows = db.session.execute(
        select(Candidate.status, func.count())
        .join(own.told, own.told.c.id == Candidate.id)
        .where(_owing(own), ~_called(session.id))
        .group_by(Candidate.status)
        .order_by(Candidate.status)
    )
    found = Counter({row[0]: row[1] for row in rows})
    again = db.session.scalars(own.candidates(_owing(own), _may_owe_another(session.id))).all()
    found.update(each.status for each in _owing_another(session, again, at))
    return found


def _owing(own: Listed) -> ColumnElement[bool]:
    """SQL, of rows of a list: they belong on that of a makeup."""
    owing = [each for each in Standing if owes_makeup(each, passed=False)]
    return and_(own.stand(owing), ~own.passed())


def _called(session_id: int, *, to_sit: bool = False) -> ColumnElement[bool]:
    """SQL, of candidates: they stand on the list of a makeup; ``to_sit``: and are not deferred."""
    again, makeup = aliased(Candidate), aliased(ExamSession)
    on_list = exists().where(
        again.session_id == makeup.id,
        makeup.makeup_of_id == session_id,
        makeup.cancelled_at.is_(None),
        again.person_id == Candidate.person_id,
    )
    return on_list.where(again.status != CandidateStatus.DEFERRED) if to_sit else on_list


def _may_owe_another(session_id: int) -> ColumnElement[bool]:
    """SQL, of candidates called to a makeup: more than one may be theirs (owes_another)."""
    deferred = Candidate.status == CandidateStatus.DEFERRED
    return and_(_called(session_id), or_(deferred, ~_called(session_id, to_sit=True)))


def _owing_another(
    session: ExamSession, first: Sequence[Candidate], at: datetime
) -> list[Candidate]:
    """Those of them who were called to makeups before and owe one more."""
    places = makeup_places(session.id, [each.person_id for each in first])
    return [
        each for each in first if _owes_another(standing_of(each, at), places[each.person_id], at)
    ]


def _owes_another(first: Standing, makeups: Sequence[Candidate], at: datetime) -> bool:
    over = all(each.session.closes_at <= at for each in makeups)
    passed = any(outcome_of(each.session, each).passed for each in makeups)
    wheres = [standing_of(each, at) for each in makeups]
    return over and not passed and owes_another(first, wheres)


def without_result(session: ExamSession, at: datetime) -> int:
    """How many sit, or wait to be marked or entered: whether they owe a makeup is not known yet."""
    open_ = (Standing.SITTING, Standing.MARKING, Standing.UNSCORED)
    counts = listed(session, at).counts()
    return sum(counts[each] for each in open_)


def may_sit(place: Candidate, at: datetime) -> bool:
    """Whether somebody on a list sits, or may begin before the window closes."""
    return Act.START in POSSIBLE[standing_of(place, at)] and sits_yet(place, at)


def on_both_lists(session: ExamSession, at: datetime) -> Sequence[Candidate]:
    """Those who may sit a session at a moment and are to sit a makeup of it as well; a makeup, and
    one that was made for those who missed it."""
    again, makeup = aliased(Candidate), aliased(ExamSession)
    called = (
        select(again.person_id)
        .join(makeup, makeup.id == again.session_id)
        .where(
            makeup.makeup_of_id == (session.makeup_of_id or session.id),
            makeup.id > session.id,
            makeup.cancelled_at.is_(None),
            again.status == CandidateStatus.DUE,
        )
    )
    listed = db.session.scalars(
        select(Candidate)
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .where(
            Candidate.session_id == session.id,
            Candidate.status == CandidateStatus.DUE,
            Candidate.person_id.in_(called),
        )
        .options(joinedload(Candidate.entry), selectinload(Candidate.attempts))
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    )
    return [each for each in listed if may_sit(each, at)]


def places_beside(session: ExamSession, person_id: int) -> Sequence[Candidate]:
    """Where else somebody is to sit of what belongs together: a session and all makeups of it."""
    first = session.makeup_of_id or session.id
    return db.session.scalars(
        select(Candidate)
        .join(Candidate.session)
        .where(
            or_(ExamSession.id == first, ExamSession.makeup_of_id == first),
            ExamSession.id != session.id,
            ExamSession.cancelled_at.is_(None),
            Candidate.person_id == person_id,
            Candidate.status == CandidateStatus.DUE,
        )
        .options(contains_eager(Candidate.session), selectinload(Candidate.attempts))
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
