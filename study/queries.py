"""Reads for the home page. Everybody gets their own and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from core.db import db
from exam.kinds import CandidateStatus
from exam.models import Attempt, ExamSession
from exam.queries import sessions
from question_bank.models import Item, ItemState
from study.tasks import ExamTask


def exam_tasks(person: Person, at: datetime) -> list[ExamTask]:
    """Exams that the person still owes, those that end first at the top."""
    tasks = []
    for each in sessions.own_candidacies(person):
        session = each.session
        running = [one for one in each.attempts if one.submitted_at is None and one.deadline > at]
        done = any(one.submitted_at is not None for one in each.attempts)
        if done or each.status is not CandidateStatus.DUE or session.closes_at <= at:
            continue
        tasks.append(
            ExamTask(
                session_id=session.id,
                title=session.title,
                opens_at=session.opens_at,
                closes_at=session.closes_at,
                minutes=session.minutes,
                running_until=running[0].deadline if running else None,
                at=at,
            )
        )
    return sorted(tasks, key=lambda task: (task.closes_at, task.session_id))


def recent_results(person: Person, at: datetime, limit: int = 5) -> Sequence[Attempt]:
    """Handed-in attempts, newest first."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.submitted_at.is_not(None))
        .options(joinedload(Attempt.session))
        .order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
        .limit(limit)
    ).all()


def running_sessions(at: datetime) -> Sequence[ExamSession]:
    return db.session.scalars(
        select(ExamSession)
        .where(
            ExamSession.opens_at <= at,
            ExamSession.closes_at > at,
            ExamSession.cancelled_at.is_(None),
        )
        .order_by(ExamSession.closes_at, ExamSession.id)
    ).all()


def drafts_waiting() -> int:
    count = select(func.count()).select_from(Item).where(Item.state == ItemState.DRAFT)
    return db.session.scalar(count) or 0
