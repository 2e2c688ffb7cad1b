"""Accepted calibrations. Never overwritten: a newer one counts, and one that is undone does not."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from analytics.psychometrics.irt import IrtModel
from core.db import Model
from exam.models import ExamSession, Form
from question_bank.models import ItemRevision


class CalibrationRun(Model):
    """What the scripts of one paper in one session said of its items, as an officer accepted it."""

    __tablename__ = "calibration_run"
    __table_args__ = (
        CheckConstraint(
            "(common IS NULL) = (slope IS NULL) AND (common IS NULL) = (shift IS NULL)",
            name="linked_as_a_whole",
        ),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_as_a_whole"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    session: Mapped[ExamSession] = relationship()
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship()
    model: Mapped[IrtModel]
    people: Mapped[int]
    #: Parameters compare within a scale; the newest scale that has a live run is the one in use.
    scale: Mapped[int]
    #: How it was brought onto the scale, by so many common items; none for the run that began it.
    common: Mapped[int | None]
    slope: Mapped[float | None]
    shift: Mapped[float | None]
    accepted_at: Mapped[datetime]
    accepted_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    accepted_by: Mapped[Account] = relationship(foreign_keys=accepted_by_id)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    undone_by: Mapped[Account | None] = relationship(foreign_keys=undone_by_id)
    items: Mapped[list["CalibratedItem"]] = relationship(
        back_populates="run", order_by="CalibratedItem.slot"
    )


class CalibratedItem(Model):
    """Parameters of a revision on the scale of its run."""

    __tablename__ = "calibrated_item"
    __table_args__ = (
        UniqueConstraint("run_id", "revision_id"),
        CheckConstraint("a > 0 AND a_error >= 0 AND b_error >= 0", name="proper"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CalibrationRun.id))
    run: Mapped[CalibrationRun] = relationship(back_populates="items")
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    slot: Mapped[int]
    #: How many of the people were asked it.
    people: Mapped[int]
    a: Mapped[float]
    b: Mapped[float]
    a_error: Mapped[float]
    b_error: Mapped[float]
    #: P of S-X²; none where people were asked different items.
    fit: Mapped[float | None]
    #: Somebody earned part of its marks.
    partial: Mapped[bool]
