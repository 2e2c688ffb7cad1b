"""What was told to whom, and who gets e-mail."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from core.db import Code, Line, Model
from courses.hours.models import append_only
from courses.reminding.escalation import Matter, Step


class ReminderSent(Model):
    """Somebody was told at a step that somebody (themself or another) owes something; once."""

    __tablename__ = "reminder_sent"
    __table_args__ = (
        UniqueConstraint(
            "recipient_id", "subject_id", "kind", "ref_id", "step", "day", name="uq_reminder_sent"
        ),
    )

    recipient_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    recipient: Mapped[Person] = relationship(foreign_keys=recipient_id)
    subject_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    subject: Mapped[Person] = relationship(foreign_keys=subject_id)
    kind: Mapped[Code]
    ref_id: Mapped[int]
    title: Mapped[Line]
    due_on: Mapped[date]
    step: Mapped[Step]
    #: The due day for steps of the ladder, the day itself for what somebody pressed.
    day: Mapped[date]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    #: Who pressed; None for the rule.
    pressed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class ReminderRule(Model):
    """提醒天数 from a day on, of everything or of one kind of matter; of several from the same day
    the last one made holds."""

    __tablename__ = "reminder_rule"
    __table_args__ = (
        CheckConstraint("before >= 0 AND after >= 0 AND claim_days > 0", name="days_positive"),
        CheckConstraint("matter IS NOT NULL OR NOT follows", name="shared_follows_none"),
    )

    valid_from: Mapped[date]
    #: None for everything that has no days of its own.
    matter: Mapped[Matter | None]
    #: The matter goes by the shared days again; its numbers are those that held then.
    follows: Mapped[bool] = mapped_column(default=False, server_default=false())
    before: Mapped[int]
    after: Mapped[int]
    claim_days: Mapped[int]
    basis: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship()


append_only(ReminderRule)


class MailChoice(Model):
    """Where somebody wants e-mail, and which; the page tells them in any case."""

    __tablename__ = "mail_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), unique=True)
    person: Mapped[Person] = relationship()
    address: Mapped[Line]
    notices: Mapped[bool] = mapped_column(default=True)
    digest: Mapped[bool] = mapped_column(default=True)
