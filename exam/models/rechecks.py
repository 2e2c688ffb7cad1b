"""复核: candidates ask for their marks to be looked at again; and the days that count."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model, Prose
from exam.marking.rechecks import Verdict
from exam.models.attempts import Attempt


class Recheck(Model):
    """A candidate asked for one item of a paper, or for all of it, to be looked at again."""

    __tablename__ = "recheck"
    __table_args__ = (
        UniqueConstraint("attempt_id", "slot"),
        CheckConstraint("(answered_at IS NULL) = (verdict IS NULL)", name="answered_with_verdict"),
        CheckConstraint("verdict IS NULL OR answer <> ''", name="answered_with_reason"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    attempt: Mapped[Attempt] = relationship()
    #: 0 for the whole paper.
    slot: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Prose]
    asked_at: Mapped[datetime]
    #: By when it is to be answered.
    due_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    answered_by: Mapped[Account | None] = relationship()
    verdict: Mapped[Verdict | None]
    answer: Mapped[Prose] = mapped_column(default="")


class CalendarDay(Model):
    """A day that is not what its weekday says: a holiday, or a weekend that is worked (调休)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(unique=True)
    working: Mapped[bool]
    note: Mapped[Line] = mapped_column(default="")
