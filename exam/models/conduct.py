"""What a session asks of those who come in, who opened its paper, and what happened in the hall."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from core.db import Code, Model, Prose
from exam.kinds import HallEventKind
from exam.models.attempts import Attempt
from exam.models.building import Form
from exam.models.sessions import ExamSession


class SessionGate(Model):
    """What has to be shown to begin a session; a session that names none asks for nothing."""

    __tablename__ = "session_gate"
    __table_args__ = (CheckConstraint("code_minutes >= 0", name="code_lasts"),)

    #: What the access code (场次口令) is computed from; empty for none.
    code_secret: Mapped[Code] = mapped_column(default="")
    #: A new code every so many minutes; 0 for one that stays until somebody renews it.
    code_minutes: Mapped[int] = mapped_column(default=0)
    #: Addresses that may come in, one network (CIDR) a line; anywhere if empty.
    networks: Mapped[Prose] = mapped_column(default="")
    #: Safe Exam Browser: Config Keys and Browser Exam Keys, one a line; any browser if empty.
    seb_config_keys: Mapped[Prose] = mapped_column(default="")
    seb_exam_keys: Mapped[Prose] = mapped_column(default="")
    #: Somebody other than who sealed the paper has to open it first (开考前由第二人启封).
    second_opening: Mapped[bool] = mapped_column(default=False)


class FormOpening(Model):
    """A sealed paper was opened for a session, and what the check of its hash found."""

    __tablename__ = "form_opening"

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship()
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    opened_by: Mapped[Account | None] = relationship()
    #: The seal that was looked at; another seal has to be opened anew.
    hash: Mapped[str] = mapped_column(String(64))
    intact: Mapped[bool]


class HallEvent(Model):
    """What happened in a session besides its attempts: pauses, refusals at the door."""

    __tablename__ = "hall_event"

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    at: Mapped[datetime]
    kind: Mapped[HallEventKind]
    detail: Mapped[Prose] = mapped_column(default="")
    #: Who was refused.
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    person: Mapped[Person | None] = relationship()
    #: Who acted.
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account | None] = relationship()


class AttemptPulse(Model):
    """When the page of an attempt was last heard of (exam.saving.pulses)."""

    __tablename__ = "attempt_pulse"
    __table_args__ = (UniqueConstraint("attempt_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    seen_at: Mapped[datetime]
