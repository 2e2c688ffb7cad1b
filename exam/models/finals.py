"""定版: a session's results sealed, and the reversals after it."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model
from exam.kinds import Misconduct
from exam.models.attempts import Attempt
from exam.models.sessions import ExamSession
from exam.results.finals import ReversalAct


class Final(Model):
    """The results of a session as they were at a moment; only a reversal makes a further one."""

    __tablename__ = "exam_final"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        CheckConstraint("number > 0", name="counted_from_one"),
        CheckConstraint("number = 1 OR reason <> ''", name="reversed_with_reason"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    session: Mapped[ExamSession] = relationship()
    number: Mapped[int]
    #: SHA-256 over the digests of the parts, which are named by exam.results.finals.
    hash: Mapped[str] = mapped_column(String(64))
    parts: Mapped[dict[str, str]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    made_by: Mapped[Account | None] = relationship()
    #: Why it was made before everything was settled, or what was reversed.
    reason: Mapped[Line] = mapped_column(default="")


class Reversal(Model):
    """冲正: an act on an attempt of a final session, proposed by one person, done by another."""

    __tablename__ = "reversal"
    __table_args__ = (
        CheckConstraint(
            "final_id IS NULL OR decided_by_id <> proposed_by_id", name="decided_by_another"
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_whole"),
        CheckConstraint("reason <> ''", name="with_reason"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    attempt: Mapped[Attempt] = relationship()
    act: Mapped[ReversalAct]
    #: What was done that is to void it; none for another reason.
    misconduct: Mapped[Misconduct | None]
    reason: Mapped[Line]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    proposed_by: Mapped[Account] = relationship(foreign_keys=proposed_by_id)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    #: The results that it led to; NULL if it was declined.
    final_id: Mapped[int | None] = mapped_column(ForeignKey(Final.id))
    final: Mapped[Final | None] = relationship()
