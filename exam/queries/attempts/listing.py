"""What somebody's home page lists of their exams: those to sit, and those handed in."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Integer, and_, bindparam, exists, func, or_, select

from core.db import table
from core.prepared import Prepared
from exam.attempts.timing import shown_end
from exam.kinds import CandidateStatus, Release
from exam.models import Attempt, Candidate, ExamSession

_ATTEMPT, _SESSION, _CANDIDATE = table(Attempt), table(ExamSession), table(Candidate)


class Owed(NamedTuple):
    """An exam that somebody is to sit or is sitting, read with no object behind it."""

    session_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    paused_at: datetime | None
    #: With those granted to them.
    minutes: int
    remind_hours: int
    #: They are in the middle of it: the end of the running attempt.
    running_until: datetime | None

    @property
    def shown_end(self) -> datetime:
        return shown_end(self.closes_at, self.paused_at)

    @property
    def shown_running_until(self) -> datetime | None:
        return self.running_until and shown_end(self.running_until, self.paused_at)


_OF_CANDIDATE = _ATTEMPT.c.candidate_id == _CANDIDATE.c.id
#: Also a further attempt, and one whose extra time goes past the window.
_RUNNING = (
    _OF_CANDIDATE,
    _ATTEMPT.c.submitted_at.is_(None),
    _ATTEMPT.c.deadline > bindparam("at"),
)
_OWED = Prepared(
    select(
        _SESSION.c.id, _SESSION.c.title, _SESSION.c.opens_at, _SESSION.c.closes_at,
        _SESSION.c.paused_at, _SESSION.c.minutes + _CANDIDATE.c.extra_minutes,
        _SESSION.c.remind_hours,
        select(func.max(_ATTEMPT.c.deadline)).where(*_RUNNING).scalar_subquery(),
    )
    .join_from(_CANDIDATE, _SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .where(
        _CANDIDATE.c.person_id == bindparam("person_id"),
        _SESSION.c.cancelled_at.is_(None),
        ~exists().where(_OF_CANDIDATE, _ATTEMPT.c.voided_at.is_not(None)),
        or_(
            exists().where(*_RUNNING),
            and_(
                _CANDIDATE.c.status == CandidateStatus.DUE,
                _SESSION.c.closes_at > bindparam("at"),
                ~exists().where(_OF_CANDIDATE, _ATTEMPT.c.submitted_at.is_not(None)),
            ),
        ),
    )
    .order_by(_SESSION.c.closes_at, _SESSION.c.id)
)  # fmt: skip


def owed(person_id: int, at: datetime) -> list[Owed]:
    """The exams that somebody still owes or is sitting, those planned to end first at the top."""
    return [Owed._make(row) for row in _OWED.rows(person_id=person_id, at=at)]


class HandedIn(NamedTuple):
    """An attempt that was handed in, as a list names it."""

    attempt_id: int
    title: str
    submitted_at: datetime
    published_at: datetime | None
    score_release: Release

    @property
    def announced_at(self) -> datetime | None:
        """When its score was announced; None before, and where nobody is to see it."""
        return None if self.score_release is Release.NEVER else self.published_at


_HANDED_IN = Prepared(
    select(
        _ATTEMPT.c.id,
        _SESSION.c.title,
        _ATTEMPT.c.submitted_at,
        _SESSION.c.published_at,
        _SESSION.c.score_release,
    )
    .join_from(_ATTEMPT, _SESSION, _SESSION.c.id == _ATTEMPT.c.session_id)
    .where(_ATTEMPT.c.person_id == bindparam("person_id"), _ATTEMPT.c.submitted_at.is_not(None))
    .order_by(_ATTEMPT.c.submitted_at.desc(), _ATTEMPT.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)


def handed_in(person_id: int, limit: int) -> list[HandedIn]:
    """The attempts that somebody handed in last, the newest first."""
    return [HandedIn._make(row) for row in _HANDED_IN.rows(person_id=person_id, limit=limit)]
