"""What was found out about an index. The indices themselves follow from the scripts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from analytics.integrity.kinds import Finding, IndexKind
from core.db import Line, Model
from exam.models import Attempt, ExamSession


class IntegrityNote(Model):
    """Never changed; the last one of a script, or a pair of scripts, stands."""

    __tablename__ = "integrity_note"
    __table_args__ = (
        CheckConstraint("note <> ''", name="says_why"),
        CheckConstraint("other_id IS NULL OR attempt_id < other_id", name="in_order"),
        CheckConstraint("(kind = 'copying') = (other_id IS NOT NULL)", name="a_pair_copies"),
        Index("ix_integrity_note_subject", "session_id", "kind"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    kind: Mapped[IndexKind]
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    other_id: Mapped[int | None] = mapped_column(ForeignKey(Attempt.id))
    finding: Mapped[Finding]
    note: Mapped[Line]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account] = relationship()
