"""Reads of makeups: who owes one, who was called to one, who could sit both."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from accounts.models import RosterEntry
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Candidate, ExamSession
from exam.queries.sessions.overview import candidates, outcome_of, sits_yet, standing_of
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


def makeup_places(session_id: int) -> Mapping[int, Sequence[Candidate]]:
    """By person, their places on the lists of a session's makeups, the earliest makeup first."""
    found: defaultdict[int, list[Candidate]] = defaultdict(list)
    for makeup in makeups_of(session_id):
        for each in candidates(makeup.id):
            found[each.person_id].append(each)
    return found


def makeup_candidates(
    session: ExamSession, at: datetime, *, only: CandidateStatus | None = None
) -> list[Candidate]:
    """Who may sit a makeup of a session that is over: absent, failed or deferred.

    Nobody whose score was voided or whose paper is not marked yet, and nobody who was called to a
    makeup already, unless they owe another. ``only`` narrows it to those of a status: the deferred.
    """
    called = makeup_places(session.id)
    return [
        each
        for each in candidates(session.id)
        if (only is None or each.status is only)
        and owes_makeup(where := standing_of(each, at), passed=outcome_of(session, each).passed)
        and (each.person_id not in called or _owes_another(where, called[each.person_id], at))
    ]


def _owes_another(first: Standing, makeups: Sequence[Candidate], at: datetime) -> bool:
    over = all(each.session.closes_at <= at for each in makeups)
    passed = any(outcome_of(each.session, each).passed for each in makeups)
    wheres = [standing_of(each, at) for each in makeups]
    return over and not passed and owes_another(first, wheres)


def without_result(session: ExamSession, at: datetime) -> int:
    """How many sit, or wait to be marked or entered: whether they owe a makeup is not known yet."""
    open_ = {Standing.SITTING, Standing.MARKING, Standing.UNSCORED}
    return sum(standing_of(each, at) in open_ for each in candidates(session.id))


def may_sit(place: Candidate, at: datetime) -> bool:
    """Whether somebody on a list sits, or may begin before the window closes."""
    return Act.START in POSSIBLE[standing_of(place, at)] and sits_yet(place, at)


def on_both_lists(session: ExamSession, at: datetime) -> Sequence[Candidate]:
    """Those who may sit a session at a moment and are to sit a makeup of it as well."""
    again, makeup = aliased(Candidate), aliased(ExamSession)
    called = (
        select(again.person_id)
        .join(makeup, makeup.id == again.session_id)
        .where(
            makeup.makeup_of_id == session.id,
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
    """Where somebody is to sit what a session makes up for, or the makeups of it."""
    beside = (
        ExamSession.makeup_of_id == session.id
        if session.makeup_of_id is None
        else ExamSession.id == session.makeup_of_id
    )
    return db.session.scalars(
        select(Candidate)
        .join(Candidate.session)
        .where(
            beside,
            ExamSession.cancelled_at.is_(None),
            Candidate.person_id == person_id,
            Candidate.status == CandidateStatus.DUE,
        )
        .options(contains_eager(Candidate.session), selectinload(Candidate.attempts))
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()
