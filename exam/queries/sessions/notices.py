"""Reads of notices, and of who is to be reminded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from accounts.models import RosterEntry
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Attempt, BlueprintSection, Candidate, ExamNotice, ExamSession, SectionLaw
from laws.models import Law


def notice(session_id: int) -> ExamNotice | None:
    return db.session.scalars(
        select(ExamNotice).where(ExamNotice.session_id == session_id)
    ).one_or_none()


def laws_of(blueprint_id: int) -> Sequence[str]:
    """Titles of the laws that a blueprint asks about, in the order of its sections."""
    titles = db.session.scalars(
        select(Law.title)
        .join(SectionLaw, SectionLaw.law_id == Law.id)
        .join(BlueprintSection, BlueprintSection.id == SectionLaw.section_id)
        .where(BlueprintSection.blueprint_id == blueprint_id)
        .order_by(BlueprintSection.position, SectionLaw.id)
    )
    return list(dict.fromkeys(titles))


@dataclass(frozen=True)
class Reminder:
    """Somebody who has not begun a session that ends soon."""

    candidate: Candidate
    left: timedelta


def reminders(at: datetime, unit_id: int | None = None) -> list[Reminder]:
    """Who is to be reminded now, the sessions that end first at the top.

    Made from how things stand: nobody is listed twice, and nobody who has begun.
    """
    query = (
        select(Candidate)
        .join(Candidate.session)
        .join(Candidate.entry)
        .where(*_idle(at, unit_id))
        .options(contains_eager(Candidate.session), contains_eager(Candidate.entry))
        .order_by(ExamSession.closes_at, ExamSession.id, RosterEntry.unit_position, RosterEntry.id)
    )
    return [
        Reminder(each, each.session.closes_at - at)
        for each in db.session.scalars(query)
        if _is_near(each.session.closes_at, each.session.remind_hours, at)
    ]


def reminded(at: datetime, unit_id: int | None = None) -> int:
    """How many there are of them; just before an end they may be thousands."""
    rows = db.session.execute(
        select(ExamSession.closes_at, ExamSession.remind_hours, func.count())
        .join_from(Candidate, ExamSession, Candidate.session)
        .join(Candidate.entry)
        .where(*_idle(at, unit_id))
        .group_by(ExamSession.id, ExamSession.closes_at, ExamSession.remind_hours)
        .order_by(ExamSession.id)
    )
    return sum(count for closes_at, hours, count in rows if _is_near(closes_at, hours, at))


def _idle(at: datetime, unit_id: int | None) -> Iterator[ColumnElement[bool]]:
    """SQL: the candidate may sit a session, of those that remind, and has not begun."""
    yield ExamSession.cancelled_at.is_(None)
    yield ExamSession.opens_at <= at
    yield ExamSession.closes_at > at
    yield ExamSession.remind_hours > 0
    yield ~ExamSession.on_paper
    yield Candidate.status == CandidateStatus.DUE
    # Who waits for a paper (命题回避) cannot begin yet.
    yield Candidate.form_id.is_not(None)
    yield ~select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists()
    if unit_id is not None:
        yield RosterEntry.unit_id == unit_id


def _is_near(closes_at: datetime, remind_hours: int, at: datetime) -> bool:
    return at >= closes_at - timedelta(hours=remind_hours)
