"""Standard setting (Angoff): a panel of judges, what each estimates, and what was made of it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model, Prose
from exam.models.building import Form
from exam.models.columns import MARKS
from exam.models.sessions import ExamSession


class AngoffPanel(Model):
    """Judges over a sealed paper. Its state follows from its times."""

    __tablename__ = "angoff_panel"
    __table_args__ = (
        CheckConstraint(
            "concluded_at IS NULL OR second_at IS NOT NULL", name="second_round_before_end"
        ),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id), index=True)
    form: Mapped[Form] = relationship()
    #: Whom the judges have in mind: the person who is only just competent.
    minimal: Mapped[Prose]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account] = relationship(foreign_keys=created_by_id)
    #: Since when the first round is over and the second one goes on.
    second_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    #: What was said between the rounds.
    discussion: Mapped[Prose] = mapped_column(default="")
    judges: Mapped[list["AngoffJudge"]] = relationship(
        back_populates="panel", order_by="AngoffJudge.id", cascade="all, delete-orphan"
    )

    @property
    def round_number(self) -> int:
        return 1 if self.second_at is None else 2


class AngoffJudge(Model):
    __tablename__ = "angoff_judge"
    __table_args__ = (UniqueConstraint("panel_id", "name"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey(AngoffPanel.id))
    panel: Mapped[AngoffPanel] = relationship(back_populates="judges")
    name: Mapped[Line]
    post: Mapped[Line] = mapped_column(default="")
    ratings: Mapped[list["AngoffRating"]] = relationship(
        order_by="AngoffRating.round_number, AngoffRating.slot", cascade="all, delete-orphan"
    )


class AngoffRating(Model):
    """Of a hundred people who are only just competent so many are right."""

    __tablename__ = "angoff_rating"
    __table_args__ = (
        UniqueConstraint("judge_id", "round_number", "slot"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="a_share"),
        CheckConstraint("round_number IN (1, 2)", name="two_rounds"),
    )

    judge_id: Mapped[int] = mapped_column(ForeignKey(AngoffJudge.id))
    round_number: Mapped[int]
    slot: Mapped[int]
    percent: Mapped[int]


class AngoffUse(Model):
    """A panel's cut became the pass mark of a session before its results were released."""

    __tablename__ = "angoff_use"

    panel_id: Mapped[int] = mapped_column(ForeignKey(AngoffPanel.id), index=True)
    panel: Mapped[AngoffPanel] = relationship()
    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    session: Mapped[ExamSession] = relationship()
    earlier: Mapped[Decimal] = mapped_column(MARKS)
    score: Mapped[Decimal] = mapped_column(MARKS)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    by: Mapped[Account] = relationship()
