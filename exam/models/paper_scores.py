"""Scores of exams on paper, as somebody entered them and somebody else checked them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model
from exam.kinds import PaperState
from exam.models.building import Form
from exam.models.columns import MARKS
from exam.models.sessions import Candidate


class PaperScore(Model):
    """One entry. Its marks never change; the newest of a candidate is the one to check.

    What was checked last counts: it makes the attempt that rates and results read.
    """

    __tablename__ = "paper_score"
    __table_args__ = (
        UniqueConstraint("candidate_id", "number"),
        CheckConstraint("(state = 'absent') = (total IS NULL)", name="absent_without_total"),
        CheckConstraint("state <> 'voided' OR reason <> ''", name="voided_with_reason"),
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="checked_by_one"),
        CheckConstraint("checked_by_id <> entered_by_id", name="checked_by_another"),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey(Candidate.id))
    candidate: Mapped[Candidate] = relationship()
    #: Counts the entries of a candidate, from 1.
    number: Mapped[int]
    #: The paper that was sat.
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    state: Mapped[PaperState]
    total: Mapped[Decimal | None] = mapped_column(MARKS)
    #: Marks by section of the paper; empty where only the total is known.
    sections: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: By slot ``{"response": {…}}`` or, where a person marked it, ``{"marks": "3.5"}``.
    items: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Why it was corrected or declared void.
    reason: Mapped[Line] = mapped_column(default="")
    #: The name of the file that it came in with; empty for what was typed.
    file: Mapped[Line] = mapped_column(default="")
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    entered_by: Mapped[Account | None] = relationship(foreign_keys=entered_by_id)
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    checked_by: Mapped[Account | None] = relationship(foreign_keys=checked_by_id)
