"""Who may sit a session, who is to be appointed, and the notice that calls them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model, Prose
from exam.models.sessions import Candidate, ExamSession
from exam.sessions.eligibility import Need


class EligibilityRule(Model):
    """Something that a candidate of a session must have before they begin; all rules must hold."""

    __tablename__ = "eligibility_rule"

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    session: Mapped[ExamSession] = relationship()
    need: Mapped[Need]
    #: What is needed, as exam.sessions.eligibility reads it. Courses lie above exams and are named
    #: by id.
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class Appointee(Model):
    """A candidate of a 任前考试, with the post and its dates."""

    __tablename__ = "appointee"
    __table_args__ = (
        CheckConstraint("public_until IS NULL OR public_from IS NOT NULL", name="publicity_whole"),
        CheckConstraint(
            "public_until IS NULL OR public_until >= public_from", name="publicity_ends_after"
        ),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey(Candidate.id), unique=True)
    candidate: Mapped[Candidate] = relationship()
    #: 拟任职务.
    post: Mapped[Line]
    #: First and last day of 公示; the day of appointment.
    public_from: Mapped[date | None]
    public_until: Mapped[date | None]
    appointed_on: Mapped[date | None]


class ExamNotice(Model):
    """考试通知: what the session says is filled in, the rest is written; issued once."""

    __tablename__ = "exam_notice"
    __table_args__ = (UniqueConstraint("session_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    session: Mapped[ExamSession] = relationship()
    number: Mapped[Line] = mapped_column(default="")
    addressees: Mapped[Line]
    basis: Mapped[Prose]
    people: Mapped[Prose]
    schedule: Mapped[Prose]
    content: Mapped[Prose]
    manner: Mapped[Prose]
    requirements: Mapped[Prose]
    contact: Mapped[Line]
    organ: Mapped[Line]
    dated: Mapped[date]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    issued_at: Mapped[datetime | None]
