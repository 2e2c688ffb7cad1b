"""The list of a session as its pages and its score table show it: who, where they stand, score."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, true

from accounts.guards import me, scope
from accounts.models import RosterEntry
from accounts.permissions import Permission, Scope
from core import clock
from core.figures import duration
from exam.models import Attempt, Candidate, ExamSession
from exam.queries.attempts import taking
from exam.queries.sessions import overview as queries
from exam.results.outcomes import Outcome
from exam.sessions.standing import Standing, in_score_table


def may_see_scores(session: ExamSession) -> bool:
    """Whether the reader sees scores of a session at all: those of a department from when its own
    people may see theirs."""
    reach = scope(Permission.RESULT_READ)
    if reach is not Scope.DEPARTMENT:
        return reach is Scope.ALL
    return taking.scores_out(session, clock.now())


#: Whether the reader sees the score of somebody on a list.
Sees = Callable[[Candidate], bool]


def sees_score(session: ExamSession) -> Sees:
    """Of whom on a session's list: lists may reach further than scores do. Asked once a page."""
    if not may_see_scores(session):
        return lambda _: False
    unit_id = _own_unit()
    return lambda candidate: unit_id in (None, candidate.entry.unit_id)


def seen(session: ExamSession) -> ColumnElement[bool]:
    """SQL, of those on a session's list: the same."""
    if not may_see_scores(session):
        return false()
    unit_id = _own_unit()
    return true() if unit_id is None else RosterEntry.unit_id == unit_id


def _own_unit() -> int | None:
    """The unit whose scores alone the reader sees."""
    return None if scope(Permission.RESULT_READ) is Scope.ALL else me().stat_unit_id


@dataclass(frozen=True)
class Row:
    """A candidate as lists show them. ``outcome`` is for those who may see scores."""

    candidate: Candidate
    outcome: Outcome
    standing: Standing

    @property
    def entry(self) -> RosterEntry:
        return self.candidate.entry

    @property
    def latest(self) -> Attempt | None:
        return self.candidate.attempts[-1] if self.candidate.attempts else None

    @property
    def taken(self) -> timedelta | None:
        """How long the sitting took whose score counts; nobody timed one on paper."""
        if self.candidate.session.on_paper:
            return None
        for attempt in self.candidate.attempts:
            if attempt.number == self.outcome.number and attempt.submitted_at is not None:
                return attempt.submitted_at - attempt.started_at
        return None

    @property
    def remarks(self) -> str:
        """Everything that a reader of the list should know besides figures."""
        candidate = self.candidate
        parts = [candidate.reason or self.entry.reason]
        if candidate.extra_minutes:
            parts.append(
                f"加时 {candidate.extra_minutes} 分钟：{candidate.extra_reason}".rstrip("：")
            )
        parts.append(candidate.aids)
        parts += [
            f"{each.misconduct.label}：{each.void_reason}" if each.misconduct else each.void_reason
            for each in candidate.attempts
            if each.voided_at is not None
        ]
        return "；".join(filter(None, parts))


def row_of(session: ExamSession, candidate: Candidate, at: datetime) -> Row:
    found = queries.outcome_of(session, candidate)
    return Row(candidate, found, queries.standing_of(candidate, at))


def counts_of(of: Counter[Standing]) -> dict[str, int]:
    """The numbers of the live board."""
    return {
        "total": of.total(),
        "submitted": of[Standing.DONE] + of[Standing.MARKING] + of[Standing.VOIDED],
        "marking": of[Standing.MARKING],
        "running": of[Standing.SITTING],
        "waiting": of[Standing.WAITING] + of[Standing.UNSCORED] + of[Standing.ABSENT],
        "called_off": of[Standing.CALLED_OFF],
        "excused": of[Standing.EXEMPT] + of[Standing.DEFERRED],
    }


def score_record(number: int, row: Row, session: ExamSession) -> dict[str, Any]:
    """A line of the score table (成绩表)."""
    found, entry = row.outcome, row.entry
    return {
        "number": number,
        "unit": entry.unit_name,
        "name": entry.name,
        "post": " ".join(filter(None, (entry.post_title, entry.grade_label))),
        "title": session.title,
        "attempts": len(row.candidate.attempts),
        "score": found.score,
        "level": found.level.label if found.level else None,
        "passed": found.passed if found.level else None,
        "standing": in_score_table(row.standing, makeup=session.makeup_of_id is not None),
        "taken": duration(row.taken) if row.taken is not None else None,
        "remarks": row.remarks,
    }
