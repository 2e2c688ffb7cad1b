"""Periods, plans with their amendments, what each asks of whom and which classes it plans."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from accounts.standing import RankGroup, StaffCategory
from core.db import Line, Model, Prose
from courses.classes.kinds import ClassKind
from courses.hours.kinds import TrainingKind
from courses.models import HOURS, CourseCategory


class PlanPeriod(Model):
    """规划期: five years by custom; which ones, and what they are called, is data."""

    __tablename__ = "plan_period"
    __table_args__ = (CheckConstraint("first_year <= last_year", name="years_in_order"),)

    name: Mapped[str] = mapped_column(String(100), unique=True)
    first_year: Mapped[int]
    last_year: Mapped[int]
    created_at: Mapped[datetime]

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class TrainingPlan(Model):
    """A draft until somebody other than its maker approves it; then only amended by another."""

    __tablename__ = "train_plan"
    __table_args__ = (
        UniqueConstraint("period_id", "year", "number"),
        CheckConstraint("number >= 0", name="counted"),
        CheckConstraint(
            "approved_by_id IS NULL OR created_by_id IS NULL OR approved_by_id <> created_by_id",
            name="by_another",
        ),
    )

    period_id: Mapped[int] = mapped_column(ForeignKey(PlanPeriod.id), index=True)
    period: Mapped[PlanPeriod] = relationship()
    #: None for the plan of the whole period.
    year: Mapped[int | None]
    #: 0 for the plan itself, 1 for its first amendment.
    number: Mapped[int] = mapped_column(default=0)
    #: Why it was amended.
    note: Mapped[Line] = mapped_column(default="")
    about: Mapped[Prose] = mapped_column(default="")
    #: Percentages of the planned hours that are at least about these.
    constitution_share: Mapped[int | None]
    law_share: Mapped[int | None]
    party_share: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship(foreign_keys=created_by_id)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    approved_by: Mapped[Account | None] = relationship(foreign_keys=approved_by_id)
    targets: Mapped[list["PlanTarget"]] = relationship(
        order_by="PlanTarget.position, PlanTarget.id", cascade="all, delete-orphan"
    )
    items: Mapped[list["PlanItem"]] = relationship(
        back_populates="plan", order_by="PlanItem.position, PlanItem.id",
        cascade="all, delete-orphan",
    )  # fmt: skip

    @property
    def title(self) -> str:
        if self.year is None:
            return f"{self.period.name}法治培训总体规划"
        return f"{self.year}年度法治培训计划"

    @property
    def edition(self) -> str:
        return f"第{self.number}次修改" if self.number else "原计划"


class PlanTarget(Model):
    """What a plan asks of an audience: hours of accredited concentrated training each."""

    __tablename__ = "plan_target"
    __table_args__ = (
        CheckConstraint("hours > 0", name="asks_something"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="some_people"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey(TrainingPlan.id), index=True)
    position: Mapped[int]
    #: None for all.
    rank_group: Mapped[RankGroup | None]
    staff_category: Mapped[StaffCategory | None]
    hours: Mapped[Decimal] = mapped_column(HOURS)
    #: So many of a hundred people are to reach the hours.
    percent: Mapped[int] = mapped_column(default=100)


class PlanItem(Model):
    """A class that a plan intends."""

    __tablename__ = "plan_item"
    __table_args__ = (
        CheckConstraint("month BETWEEN 1 AND 12", name="a_month"),
        CheckConstraint("hours > 0 AND people > 0", name="something"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey(TrainingPlan.id), index=True)
    plan: Mapped[TrainingPlan] = relationship(back_populates="items")
    #: The item of the first edition that this one continues; None for one that begins here.
    root_id: Mapped[int | None] = mapped_column(ForeignKey("plan_item.id"), index=True)
    position: Mapped[int]
    title: Mapped[Line]
    month: Mapped[int | None]
    class_kind: Mapped[ClassKind]
    training_kind: Mapped[TrainingKind]
    category: Mapped[CourseCategory]
    rank_group: Mapped[RankGroup | None]
    staff_category: Mapped[StaffCategory | None]
    hours: Mapped[Decimal] = mapped_column(HOURS)
    people: Mapped[int]

    @property
    def key(self) -> int:
        """What stays the same through amendments."""
        return self.root_id or self.id
