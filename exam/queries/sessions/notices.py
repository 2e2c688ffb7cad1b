"""Reads of notices, and of who is to be reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
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
        .where(
            ExamSession.cancelled_at.is_(None),
            ExamSession.opens_at <= at,
            ExamSession.closes_at > at,
            ExamSession.remind_hours > 0,
            ~ExamSession.on_paper,
            Candidate.status == CandidateStatus.DUE,
            # Who waits for a paper (命题回避) cannot begin yet.
            Candidate.form_id.is_not(None),
            ~select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists(),
        )
        .options(contains_eager(Candidate.session), contains_eager(Candidate.entry))
        .order_by(ExamSession.closes_at, ExamSession.id, RosterEntry.unit_position, RosterEntry.id)
    )
    if unit_id is not None:
        query = query.where(RosterEntry.unit_id == unit_id)
    return [
        Reminder(each, each.session.closes_at - at)
        for each in db.session.scalars(query)
        if at >= each.session.closes_at - timedelta(hours=each.session.remind_hours)
    ]
