"""Papers that people will open soon, or are opening."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select

from core.db import db
from exam.models import ExamSession, Form, SessionForm


class Sat(NamedTuple):
    """A sealed paper and the session that gives it out."""

    title: str
    digest: str
    form_id: int


def opened_soon(at: datetime, ahead: timedelta, most: int) -> Sequence[Sat]:
    """The papers of sessions that are open or open within ``ahead``, those that open last first,
    ``most`` at most."""
    query = (
        select(ExamSession.title, Form.hash, Form.id)
        .join(SessionForm, SessionForm.session_id == ExamSession.id)
        .join(Form, Form.id == SessionForm.form_id)
        .where(
            ExamSession.opens_at <= at + ahead,
            or_(ExamSession.closes_at > at, ExamSession.makeup_until > at),
            ExamSession.cancelled_at.is_(None),
            ~ExamSession.on_paper,
            Form.hash.is_not(None),
        )
        .order_by(ExamSession.opens_at.desc(), ExamSession.id, SessionForm.position)
        .limit(most)
    )
    return [
        Sat(title, digest or "", form_id) for title, digest, form_id in db.session.execute(query)
    ]
