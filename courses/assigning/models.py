"""Rules that say of whom courses are required, and who is excepted from them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit, Person
from accounts.standing import Grade, RankGroup, StaffCategory
from core.db import Line, Model
from laws.lists.models import MustKnowList


class LearningRule(Model):
    """All that is named must fit; what is None or empty asks for nothing."""

    __tablename__ = "learning_rule"
    __table_args__ = (
        CheckConstraint("(due_on IS NULL) <> (due_days IS NULL)", name="one_kind_of_due"),
        CheckConstraint("due_days IS NULL OR due_days > 0", name="time_to_learn"),
    )

    title: Mapped[Line]
    rank_group: Mapped[RankGroup | None]
    grade: Mapped[Grade | None]
    #: What the post's title must contain, e.g. 处长.
    post: Mapped[Line] = mapped_column(default="")
    staff_category: Mapped[StaffCategory | None]
    #: Newcomers: those who joined on this day or later.
    joined_from: Mapped[date | None]
    #: Those whom this must-know list binds, by whatever version is in force.
    list_id: Mapped[int | None] = mapped_column(ForeignKey(MustKnowList.id))
    must_know: Mapped[MustKnowList | None] = relationship()
    starts_on: Mapped[date]
    #: A fixed day, or so many days after somebody came under the rule.
    due_on: Mapped[date | None]
    due_days: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship(foreign_keys=created_by_id)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    ended_by: Mapped[Account | None] = relationship(foreign_keys=ended_by_id)
    #: Any of these units, or those that continue them; none: the whole bureau.
    units: Mapped[list["LearningRuleUnit"]] = relationship(order_by="LearningRuleUnit.id")
    exceptions: Mapped[list["LearningException"]] = relationship(
        back_populates="rule", order_by="LearningException.id"
    )


class LearningRuleUnit(Model):
    __tablename__ = "learning_rule_unit"
    __table_args__ = (UniqueConstraint("rule_id", "unit_id"),)

    rule_id: Mapped[int] = mapped_column(ForeignKey(LearningRule.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    unit: Mapped[OrgUnit] = relationship()


class LearningException(Model):
    """Somebody whom the rule would bind and does not, with the reason."""

    __tablename__ = "learning_exception"

    rule_id: Mapped[int] = mapped_column(ForeignKey(LearningRule.id), index=True)
    rule: Mapped[LearningRule] = relationship(back_populates="exceptions")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    person: Mapped[Person] = relationship()
    reason: Mapped[Line]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    #: When the exception was lifted.
    ended_at: Mapped[datetime | None]
