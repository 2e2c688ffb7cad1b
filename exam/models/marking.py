"""Who marks: those named for a session, and the answers that each has at hand."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Model
from exam.marking.double_marking import Reader
from exam.models.attempts import Answer
from exam.models.sessions import ExamSession


class SessionMarker(Model):
    """Somebody named to mark a session. Where nobody is, everybody who may mark does."""

    __tablename__ = "session_marker"
    __table_args__ = (UniqueConstraint("session_id", "account_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    named_at: Mapped[datetime]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class MarkingClaim(Model):
    """An answer in somebody's hands: for a while, and for good once they have marked it.

    Its id is what markers see of an answer: given out in the order in which answers are taken up,
    it says nothing about whose they are.
    """

    __tablename__ = "marking_claim"
    __table_args__ = (
        UniqueConstraint("answer_id", "reader"),
        # Nobody marks an answer twice, as whoever it be.
        UniqueConstraint("answer_id", "account_id"),
        CheckConstraint("done_at IS NULL OR skipped_at IS NULL", name="done_is_not_skipped"),
    )

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id))
    answer: Mapped[Answer] = relationship()
    reader: Mapped[Reader]
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    account: Mapped[Account] = relationship()
    #: When it was taken up, or looked at again.
    claimed_at: Mapped[datetime]
    #: When its holder passed it over, which lets go of it.
    skipped_at: Mapped[datetime | None]
    #: When its holder marked it, which makes the claim theirs for good.
    done_at: Mapped[datetime | None]
