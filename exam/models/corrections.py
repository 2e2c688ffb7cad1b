"""Keys found wrong after the exam, and what became of the scores."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model
from exam.marking.corrections import Remedy, Stage
from exam.models.attempts import Attempt
from exam.models.building import Form
from exam.models.columns import MARKS
from exam.models.rechecks import Recheck


class Correction(Model):
    """更正: laid over an item of a sealed form when scoring; the snapshot stays as it is."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint("(approved_at IS NULL) = (before IS NULL)", name="applied_as_a_whole"),
        CheckConstraint("approved_at IS NULL OR declined_at IS NULL", name="approved_or_declined"),
        CheckConstraint("undone_at IS NULL OR approved_at IS NOT NULL", name="undone_if_applied"),
        CheckConstraint(
            "approved_at IS NULL OR approved_by_id <> proposed_by_id", name="approved_by_another"
        ),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id), index=True)
    form: Mapped[Form] = relationship()
    #: The correction that it was proposed with, for another paper with the item; all of them are
    #: decided at once. None for the one that the others name.
    together_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True)
    slot: Mapped[int]
    #: The sub-question of a case that it is about, counted from 1; NULL for the whole item.
    part: Mapped[int | None]
    remedy: Mapped[Remedy]
    #: The new or the further key, as the type keeps it; NULL for remedies without one.
    key: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    reason: Mapped[Line]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    proposed_by: Mapped[Account] = relationship(foreign_keys=proposed_by_id)
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    #: Who approved or declined it, and why.
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    approved_by: Mapped[Account | None] = relationship(foreign_keys=approved_by_id)
    opinion: Mapped[Line] = mapped_column(default="")
    #: SHA-256 over all scores on the form before and after it was applied
    #: (exam.marking.corrections).
    before: Mapped[str | None] = mapped_column(String(64))
    after: Mapped[str | None] = mapped_column(String(64))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    undone_by: Mapped[Account | None] = relationship(foreign_keys=undone_by_id)
    undo_reason: Mapped[Line] = mapped_column(default="")

    #: Every time it was asked to be taken back, oldest first.
    undoings: Mapped[list["UndoRequest"]] = relationship(
        back_populates="correction", order_by="UndoRequest.id"
    )
    #: First approvals of two, of the proposal and of every undoing, oldest first.
    countersignatures: Mapped[list["Countersignature"]] = relationship(
        back_populates="correction", order_by="Countersignature.id"
    )

    @property
    def place(self) -> str:
        """Where on the sealed paper it is."""
        return f"第 {self.slot} 题{self.within}"

    @property
    def done(self) -> str:
        """What is done, named for the item or for the sub-question."""
        return self.remedy.named(self.part)

    @property
    def within(self) -> str:
        """Which sub-question; "" for the whole item."""
        return f"第 {self.part} 小题" if self.part else ""

    @property
    def undo_asked(self) -> "UndoRequest | None":
        """What waits for another person's decision."""
        return next((each for each in self.undoings if each.decided_at is None), None)

    def joined(self, undoing: "UndoRequest | None" = None) -> list["Countersignature"]:
        """Who approved together with the one that the decision names; nobody where one was
        enough."""
        about = undoing.id if undoing else None
        return [
            each
            for each in self.countersignatures
            if each.counted and each.undo_request_id == about
        ]

    @property
    def stage(self) -> Stage:
        if self.undone_at is not None:
            return Stage.UNDONE
        if self.approved_at is not None:
            return Stage.APPLIED
        return Stage.PROPOSED if self.declined_at is None else Stage.DECLINED


class UndoRequest(Model):
    """One person asks to take a correction back; another one decides."""

    __tablename__ = "undo_request"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_whole"),
        CheckConstraint("NOT approved OR decided_by_id <> asked_by_id", name="approved_by_another"),
        CheckConstraint("NOT approved OR decided_at IS NOT NULL", name="approved_if_decided"),
        CheckConstraint("reason <> ''", name="with_reason"),
    )

    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), index=True)
    correction: Mapped[Correction] = relationship(back_populates="undoings")
    reason: Mapped[Line]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    asked_by: Mapped[Account] = relationship(foreign_keys=asked_by_id)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    opinion: Mapped[Line] = mapped_column(default="")
    approved: Mapped[bool] = mapped_column(default=False)


class Countersignature(Model):
    """会签: an approval by one whose own score changes, which takes effect with that of another."""

    __tablename__ = "countersignature"
    __table_args__ = (CheckConstraint("opinion <> ''", name="with_opinion"),)

    #: The one that the others name.
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), index=True)
    correction: Mapped[Correction] = relationship(back_populates="countersignatures")
    #: The undoing that it approves of; NULL for the correction itself.
    undo_request_id: Mapped[int | None] = mapped_column(ForeignKey(UndoRequest.id))
    #: Names the preview that was approved of; of another one it counts for nothing.
    seen: Mapped[str] = mapped_column(String(64))
    opinion: Mapped[Line]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account] = relationship()
    #: Another one joined it, and both decided.
    counted: Mapped[bool] = mapped_column(default=False)


class ScoreChange(Model):
    """A score that was changed after it was given, and by what. Never changed itself."""

    __tablename__ = "score_change"
    __table_args__ = (
        CheckConstraint("(correction_id IS NULL) <> (recheck_id IS NULL)", name="has_one_cause"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    attempt: Mapped[Attempt] = relationship()
    #: The marks of the whole paper; NULL while some of it is not marked.
    old: Mapped[Decimal | None] = mapped_column(MARKS)
    new: Mapped[Decimal | None] = mapped_column(MARKS)
    at: Mapped[datetime]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey(Correction.id), index=True)
    correction: Mapped[Correction | None] = relationship()
    #: The correction was taken back.
    undoing: Mapped[bool] = mapped_column(default=False)
    recheck_id: Mapped[int | None] = mapped_column(ForeignKey(Recheck.id), index=True)
    recheck: Mapped[Recheck | None] = relationship()
