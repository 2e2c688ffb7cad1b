"""The candidates of an exam session, with what their sittings came to."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import pandas as pd
from sqlalchemy import Row, select

from accounts.models import RosterEntry
from accounts.standing import Line
from analytics import rates
from analytics.frames.shape import PERSON, frame, person
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Attempt, Candidate, ExamSession
from exam.queries.attempts.taking import scores_out
from exam.queries.marking import marks
from exam.results.outcomes import Outcome, Sitting, combined, outcome

#: One row a person on the list of a session, then one for each on its roster who is not counted.
#: ``score`` is hundredths of the mark that counts, -1 for somebody who never handed in or whose
#: paper is not marked yet (``unmarked``).
CANDIDATES = PERSON | {
    "exempt": "bool",
    "deferred": "bool",
    "sat": "bool",
    "sat_first": "bool",
    "sat_makeup": "bool",
    "passed": "bool",
    "passed_first": "bool",
    "excellent": "bool",
    "voided": "bool",
    "unmarked": "bool",
    "score": "int64",
}
_ENTRY = (
    RosterEntry.person_id,
    RosterEntry.staff_number,
    RosterEntry.name,
    RosterEntry.unit_id,
    RosterEntry.unit_name,
    RosterEntry.unit_position,
    RosterEntry.line,
    RosterEntry.duty_status,
    RosterEntry.reason,
)
_ORDER = (RosterEntry.unit_position, RosterEntry.unit_id, RosterEntry.id)
_NOBODY = Outcome(None, None)


def counted(session: ExamSession, at: datetime, *, untold: bool = True) -> pd.DataFrame:
    """The candidates of a session and its makeups as they count at a moment.

    ``untold``: with makeups whose scores are not out yet; without, they are still to come.
    """
    makeups = makeups_of(session, at)
    told = [each for each in makeups if untold or scores_out(each, at)]
    over = bool(makeups) and max(each.closes_at for each in makeups) <= at
    stage = rates.Stage(
        closed=session.closes_at <= at and not _awaited(session),
        makeup_over=over and len(told) == len(makeups),
    )
    return rates.counted(candidates(session, told), stage)


def _awaited(session: ExamSession) -> bool:
    """Scores of papers are still being entered: who has none yet is not absent."""
    return session.on_paper and session.published_at is None


def makeups_of(session: ExamSession, at: datetime) -> Sequence[ExamSession]:
    """The makeups announced so far, those to come included."""
    return db.session.scalars(
        select(ExamSession)
        .where(
            ExamSession.makeup_of_id == session.id,
            ExamSession.cancelled_at.is_(None),
            ExamSession.created_at <= at,
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
    ).all()


def candidates(session: ExamSession, makeups: Sequence[ExamSession] = ()) -> pd.DataFrame:
    results = [_outcomes(each) for each in (session, *makeups)]
    excused = _exempt_in([each.id for each in makeups])
    rows = [_candidate(row, results, excused) for row in _listed(session.id)]
    units = {row[3] for row in rows}
    rows += [_left_out(row) for row in _excluded(session.roster_id) if row.unit_id in units]
    return frame(rows, CANDIDATES)


def _listed(session_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(*_ENTRY, Candidate.status, Candidate.reason.label("status_reason"))
        .join(Candidate, Candidate.entry_id == RosterEntry.id)
        .where(Candidate.session_id == session_id)
        .order_by(*_ORDER)
    )


def _excluded(roster_id: int) -> Iterable[Row[Any]]:
    return db.session.execute(
        select(*_ENTRY)
        .where(RosterEntry.snapshot_id == roster_id, RosterEntry.line == Line.EXCLUDED)
        .order_by(*_ORDER)
    )


def _exempt_in(session_ids: Sequence[int]) -> set[int]:
    """People who were exempted in one of the sessions."""
    query = (
        select(Candidate.person_id)
        .where(Candidate.session_id.in_(session_ids), Candidate.status == CandidateStatus.EXEMPT)
        .order_by(Candidate.id)
    )
    return set(db.session.scalars(query))


def _outcomes(session: ExamSession) -> dict[int, Outcome]:
    """What the handed-in sittings of each person came to in one session."""
    rows = db.session.execute(
        select(
            Attempt.person_id,
            Attempt.number,
            marks.score().label("score"),
            Attempt.voided_at,
        )
        .where(Attempt.session_id == session.id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.person_id, Attempt.number)
    )

    return {
        person_id: outcome(
            [Sitting(row.number, row.score, row.voided_at is not None) for row in sittings],
            policy=session.score_policy,
            pass_score=session.pass_score,
            excellent_score=session.excellent_score,
            makeup=session.makeup_of_id is not None,
        )
        for person_id, sittings in groupby(rows, key=lambda row: row.person_id)
    }


def _candidate(
    row: Row[Any], results: Sequence[dict[int, Outcome]], excused: Collection[int]
) -> tuple[Any, ...]:
    """``excused``: exempted in a makeup, which takes the deferred off the list who never sat."""
    first, *makeups = (each.get(row.person_id, _NOBODY) for each in results)
    year = combined(first, makeups)
    deferred = row.status is CandidateStatus.DEFERRED
    later = deferred and row.person_id in excused and not year.taken
    return (
        *person(row, excluded=False, reason=row.status_reason or row.reason),
        row.status is CandidateStatus.EXEMPT or later,
        deferred and not later,
        year.taken,
        first.taken,
        any(each.taken for each in makeups),
        year.passed,
        first.passed,
        year.excellent,
        year.voided,
        year.pending,
        -1 if year.score is None else int(year.score * 100),
    )


def _left_out(row: Row[Any]) -> tuple[Any, ...]:
    flags = [False] * 10
    return (*person(row, excluded=True, reason=row.reason), *flags, -1)
