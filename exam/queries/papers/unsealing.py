"""Reads for taking the seal off a paper."""

from datetime import datetime

from sqlalchemy import or_, select

from core.db import db
from exam.models import Attempt, ExamSession, Form, SessionForm


def begun_session(form_id: int, at: datetime) -> str | None:
    """The title of a session that has begun with a paper, called off or not."""
    taken = select(Attempt.id).where(
        Attempt.session_id == ExamSession.id, Attempt.form_id == form_id
    )
    given = select(SessionForm.id).where(
        SessionForm.session_id == ExamSession.id, SessionForm.form_id == form_id
    )
    return db.session.scalar(
        select(ExamSession.title)
        .where(
            or_(
                taken.exists(),
                given.exists() & (ExamSession.opens_at <= at) & ExamSession.cancelled_at.is_(None),
            )
        )
        .order_by(ExamSession.opens_at, ExamSession.id)
        .limit(1)
    )


def is_replaced(form_id: int) -> bool:
    """Whether some paper was proposed to take its place."""
    query = select(Form.id).where(Form.replaces_id == form_id).limit(1)
    return db.session.scalar(query) is not None
