"""A session's list as one query: counted, filtered and put in order by the database.

Where somebody stands is the rule's to say (exam.sessions.standing); the database tells apart what
the rule asks about, which is little, and the rule is asked once for each such case.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from accounts.models import RosterEntry
from core.db import db
from exam.kinds import CandidateStatus, ScorePolicy
from exam.models import Attempt, Candidate, ExamSession, Form
from exam.models.columns import MARKS
from exam.results.outcomes import GradeLevel, Outcome, lines
from exam.sessions.standing import Standing, standing

_SCORED = "scored"
#: What sittings come to, as far as it decides where somebody stands.
_CAME_TO = {
    "voided": Outcome(Decimal(0), GradeLevel.FAILED, voided=True),
    "pending": Outcome(None, None, pending=True),
    _SCORED: Outcome(Decimal(0), None),
    "none": Outcome(None, None),
}


@dataclass(frozen=True)
class Listed:
    """The list of a session at a moment; of a unit alone where its rows are narrowed to it."""

    session: ExamSession
    at: datetime
    #: A row for each candidate: id, status, came_to, begun, score, unit_id.
    told: Subquery

    def counts(self, *where: ColumnElement[bool]) -> Counter[Standing]:
        """How many stand where."""
        told = self.told.c
        keys = (told.status, told.came_to, told.begun)
        rows = db.session.execute(
            select(*keys, func.count()).where(*where).group_by(*keys).order_by(*keys)
        )
        found: Counter[Standing] = Counter()
        for status, came_to, begun, count in rows:
            found[self._standing(status, came_to, begun=bool(begun))] += count
        return found

    def stand(self, standings: Collection[Standing]) -> ColumnElement[bool]:
        """SQL, of rows of ``told``: they stand at one of these."""
        told = self.told.c
        cases = [
            and_(told.status == status, told.came_to == came_to, told.begun == int(begun))
            for status, came_to, begun in _cases()
            if self._standing(status, came_to, begun=begun) in standings
        ]
        return or_(false(), *cases)

    def passed(self) -> ColumnElement[bool]:
        """SQL, of rows of ``told``."""
        told = self.told.c
        return and_(told.came_to == _SCORED, told.score >= self.session.pass_score)

    def at_level(self, level: GradeLevel) -> ColumnElement[bool]:
        """SQL, of rows of ``told``: the score that counts is of this level."""
        told = self.told.c
        scored = told.came_to == _SCORED
        higher: list[ColumnElement[bool]] = []
        for each, line in self._lines():
            if each is level:
                return and_(scored, told.score >= line, *higher)
            higher = [told.score < line]
        if level is GradeLevel.FAILED:
            return or_(told.came_to == "voided", and_(scored, *higher))
        return false()

    def candidates(self, *where: ColumnElement[bool]) -> Select[Candidate]:
        """Those whom the filters let through, with attempts; they are to be put in order yet."""
        return (
            select(Candidate)
            .join(self.told, self.told.c.id == Candidate.id)
            .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
            .where(*where)
            .options(
                joinedload(Candidate.entry),
                joinedload(Candidate.form).defer(Form.snapshot),
                selectinload(Candidate.attempts),
            )
        )

    def key(self, sort: str) -> ColumnElement[Any] | None:
        """SQL: what to put the list in order by; None for the order of the bureau."""
        told = self.told.c
        if sort == "standing":
            places = [(self.stand([each]), place) for place, each in enumerate(Standing)]
            return case(*places)
        keys: dict[str, ColumnElement[Any]] = {
            "unit": RosterEntry.unit_position.expression,
            "name": RosterEntry.name.expression,
            "score": func.coalesce(told.score, -1),
        }
        return keys.get(sort)

    def _lines(self) -> Sequence[tuple[GradeLevel, Decimal]]:
        exam, makeup = self.session, self.session.makeup_of_id is not None
        return lines(exam.pass_score, exam.excellent_score, makeup=makeup)

    def _standing(self, status: CandidateStatus, came_to: str, *, begun: bool) -> Standing:
        exam = self.session
        return standing(
            status,
            _CAME_TO[came_to],
            begun=begun,
            closed=self.at >= exam.closes_at,
            awaited=exam.on_paper and exam.published_at is None,
            called_off=exam.cancelled_at is not None,
        )


def _cases() -> Iterator[tuple[CandidateStatus, str, bool]]:
    return product(CandidateStatus, _CAME_TO, (False, True))


def in_order(key: ColumnElement[Any] | None, *, descending: bool) -> list[ColumnElement[Any]]:
    """SQL: by a key, equals in the order of the bureau."""
    bureau = [RosterEntry.unit_position.expression, RosterEntry.id.expression]
    return bureau if key is None else [key.desc() if descending else key, *bureau]


def listed(session: ExamSession, at: datetime, unit_id: int | None = None) -> Listed:
    """The list of a session, for readers limited to a unit only of it."""
    tried = _tried(session)
    count = tried.c
    came_to = case(
        (count.voided > 0, "voided"),
        (count.pending > 0, "pending"),
        (count.taken > 0, _SCORED),
        else_="none",
    )
    nothing = literal(0, MARKS)
    score = case((count.voided > 0, nothing), (count.pending > 0, null()), else_=count.best)
    query = (
        select(
            Candidate.id,
            Candidate.status,
            came_to.label("came_to"),
            case((count.candidate_id.is_not(None), 1), else_=0).label("begun"),
            score.label("score"),
            RosterEntry.unit_id,
        )
        .join(RosterEntry, RosterEntry.id == Candidate.entry_id)
        .outerjoin(tried, count.candidate_id == Candidate.id)
        .where(Candidate.session_id == session.id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return Listed(session, at, query.subquery())


def _tried(session: ExamSession) -> Subquery:
    """What those who began come to, as exam.results.outcomes.outcome reckons it."""
    counts = _counts(session.score_policy)
    not_final = and_(Attempt.by_hand > 0, false() if session.marking_final else ~false())
    pending = or_(Attempt.earned.is_(None), Attempt.unmarked > 0, not_final)
    return (
        select(
            Attempt.candidate_id,
            _many(Attempt.voided_at.is_not(None)).label("voided"),
            _many(counts).label("taken"),
            _many(and_(counts, pending)).label("pending"),
            func.max(case((counts, Attempt.earned))).label("best"),
        )
        .where(Attempt.session_id == session.id)
        .group_by(Attempt.candidate_id)
        .subquery()
    )


def _counts(policy: ScorePolicy) -> ColumnElement[bool]:
    """SQL: an attempt is one of those whose scores count."""
    other = aliased(Attempt)
    sat = or_(Attempt.submitted_at.is_not(None), Attempt.voided_at.is_not(None))
    if policy is ScorePolicy.BEST:
        return sat
    beyond = (
        other.number > Attempt.number
        if policy is ScorePolicy.LAST
        else other.number < Attempt.number
    )
    ahead = select(other.id).where(
        other.candidate_id == Attempt.candidate_id,
        or_(other.submitted_at.is_not(None), other.voided_at.is_not(None)),
        beyond,
    )
    return and_(sat, ~ahead.exists())


def _many(that: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((that, 1), else_=0))
