"""Reads of 任前考试: its appointees, and who is in the year after an appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from accounts.models import OrgUnit, Person, RosterEntry
from accounts.standing import GONE, StaffCategory
from core import clock
from core.db import db
from exam.kinds import ExamKind
from exam.models import Appointee, Attempt, Candidate, ExamSession
from exam.queries.sessions import makeups, training
from exam.queries.sessions import overview as queries
from exam.sessions.appointment import KEPT_DAYS, Countdown, Verdict, countdown, verdict
from exam.sessions.standing import Standing


def appointees(session_id: int) -> Sequence[Appointee]:
    """The appointees of a session in the order of the bureau."""
    return db.session.scalars(
        select(Appointee)
        .join(Appointee.candidate)
        .join(Candidate.entry)
        .where(Candidate.session_id == session_id)
        .options(
            contains_eager(Appointee.candidate).options(
                contains_eager(Candidate.entry), selectinload(Candidate.attempts)
            )
        )
        .order_by(RosterEntry.unit_position, RosterEntry.id)
    ).all()


@dataclass(frozen=True)
class Judged:
    """A candidate of a 任前考试 with what the exam and the makeup came to."""

    candidate: Candidate
    appointee: Appointee | None
    verdict: Verdict


def judged(session: ExamSession, at: datetime) -> list[Judged]:
    """Everybody on the list of a 任前考试 in its order."""
    named = {each.candidate_id: each for each in appointees(session.id)}
    later = makeups.makeup_places(session.id)
    return [
        Judged(each, named.get(each.id), _verdict([each, *later.get(each.person_id, ())], at))
        for each in queries.candidates(session.id)
    ]


def _verdict(places: Sequence[Candidate], at: datetime) -> Verdict:
    """What the sittings of somebody come to; where they were deferred they had none."""
    found = [(_where(each, at), queries.outcome_of(each.session, each)) for each in places]
    had = [each for each in found if each[0] is not Standing.DEFERRED] or found
    return verdict(had[0], had[1] if len(had) > 1 else None)


def _where(candidate: Candidate, at: datetime) -> Standing:
    """Where somebody stands; who has not passed and may sit once more is not through."""
    where = queries.standing_of(candidate, at)
    ahead = where is Standing.DONE and queries.sits_yet(candidate, at)
    return Standing.SITTING if ahead else where


@dataclass(frozen=True)
class InTheYear:
    """Somebody with a leading post of less than a year, or not much longer."""

    person: Person
    countdown: Countdown
    #: When a 任前考试 was passed, for this post; None if it was not.
    passed_on: date | None
    #: When 任职培训 was completed after the appointment; None if it was not.
    trained_on: date | None

    @property
    def done(self) -> bool:
        return self.passed_on is not None and self.trained_on is not None


def in_the_year(today: date) -> list[InTheYear]:
    """Who took a leading post within the last year or so, the least days left first."""
    oldest = today - timedelta(days=366 + KEPT_DAYS)
    people = db.session.scalars(
        select(Person)
        .join(OrgUnit, OrgUnit.id == Person.stat_unit_id)
        .where(
            Person.leader_level.is_not(None),
            Person.post_since.is_not(None),
            Person.post_since >= oldest,
            Person.post_since <= today,
            or_(Person.left_on.is_(None), Person.left_on > today),
            Person.duty_status.not_in(GONE),
            Person.staff_category != StaffCategory.OPERATOR,
        )
        .options(joinedload(Person.stat_unit))
        .order_by(Person.post_since, OrgUnit.position, Person.id)
    ).all()
    passed = _passes([each.id for each in people])
    trained = training.completed_since(
        {each.id: each.post_since for each in people if each.post_since}
    )
    return [
        InTheYear(
            each, left, _counting(passed.get(each.id, []), each.post_since), trained.get(each.id)
        )
        for each in people
        if each.post_since and (left := countdown(each.post_since, today)).days_left >= -KEPT_DAYS
    ]


def _counting(days: Sequence[date], post_since: date) -> date | None:
    """The first pass that counts for the post: from a year before the appointment on."""
    since = post_since - timedelta(days=365)
    return min((each for each in days if each >= since), default=None)


def _passes(person_ids: Sequence[int]) -> dict[int, list[date]]:
    """The days on which people passed a 任前考试 or a makeup of one."""
    root = aliased(ExamSession)
    rows = db.session.scalars(
        select(Candidate)
        .join(Candidate.session)
        .outerjoin(root, root.id == ExamSession.makeup_of_id)
        .where(
            Candidate.person_id.in_(person_ids),
            ExamSession.cancelled_at.is_(None),
            or_(
                ExamSession.exam_kind == ExamKind.PRE_APPOINTMENT,
                root.exam_kind == ExamKind.PRE_APPOINTMENT,
            ),
            select(Attempt.id)
            .where(Attempt.candidate_id == Candidate.id, Attempt.submitted_at.is_not(None))
            .exists(),
        )
        .options(contains_eager(Candidate.session), selectinload(Candidate.attempts))
        .order_by(Candidate.id)
    )
    found: dict[int, list[date]] = {}
    for each in rows:
        if queries.outcome_of(each.session, each).passed:
            last = max(one.submitted_at for one in each.attempts if one.submitted_at)
            found.setdefault(each.person_id, []).append(clock.local(last).date())
    return found
