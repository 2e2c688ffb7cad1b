"""Dated rules of conversion and duty, and claims for training outside of the bureau."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Delete,
    ForeignKey,
    LargeBinary,
    Numeric,
    Update,
    event,
)
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, relationship

from accounts.models import Account, Person
from accounts.standing import DutyStatus, RankGroup
from core.db import Line, Model, Prose
from core.errors import Refused
from courses.hours.kinds import Activity, Bucket, ClaimState, TrainingKind

HOURS = Numeric(6, 2)


class ConversionRule(Model):
    """折算规则: from a day on, so many hours a day of an activity.

    A new version never reaches back; of several from the same day the last one made holds.
    """

    __tablename__ = "conversion_rule"
    __table_args__ = (
        CheckConstraint("hours_per_day > 0 AND half_day_hours >= 0", name="hours_positive"),
    )

    activity: Mapped[Activity]
    valid_from: Mapped[date]
    bucket: Mapped[Bucket]
    hours_per_day: Mapped[Decimal] = mapped_column(HOURS)
    half_day_hours: Mapped[Decimal] = mapped_column(HOURS)
    #: The most hours of the activity that count in a year; None for no limit.
    yearly_cap: Mapped[Decimal | None] = mapped_column(HOURS)
    #: 结转: what exceeds a yearly duty counts for the next year.
    carries: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship()


class DutyRule(Model):
    """学时要求 of a rank group from a year on; of several from the same year the last one holds."""

    __tablename__ = "duty_rule"
    __table_args__ = (
        CheckConstraint("years IN (1, 5)", name="one_or_five_years"),
        CheckConstraint("hours > 0 AND days > 0", name="asks_for_something"),
    )

    rank_group: Mapped[RankGroup]
    from_year: Mapped[int]
    #: Within how many years: 1 or 5.
    years: Mapped[int]
    hours: Mapped[Decimal] = mapped_column(HOURS)
    days: Mapped[Decimal] = mapped_column(HOURS)
    #: Network hours a year; None: not judged.
    online_hours: Mapped[Decimal | None] = mapped_column(HOURS)
    #: Law hours a year over all buckets; None: not judged.
    law_hours: Mapped[Decimal | None] = mapped_column(HOURS)
    #: First year of the plan period in which five years are counted.
    plan_from: Mapped[int]
    basis: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship()


class StatusFactor(Model):
    """状态系数: what a duty asks for in the months of a status, from a month on.

    Of several from the same month the last one made holds.
    """

    __tablename__ = "status_factor"
    __table_args__ = (CheckConstraint("factor BETWEEN 0 AND 1", name="part_of_a_month"),)

    status: Mapped[DutyStatus]
    #: The first of a month.
    valid_from: Mapped[date]
    factor: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    basis: Mapped[Line] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account | None] = relationship()


class ClaimProof(Model):
    __tablename__ = "claim_proof"

    name: Mapped[Line]
    content_type: Mapped[Line]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]


class TrainingClaim(Model):
    """申报: training outside of the bureau, checked by the liaison and granted by 人事司."""

    __tablename__ = "training_claim"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_begins"),
        CheckConstraint("days > 0", name="takes_time"),
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_as_a_whole"),
        CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> filed_by_id", name="decided_by_another"
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    title: Mapped[Line]
    organiser: Mapped[Line]
    activity: Mapped[Activity]
    training_kind: Mapped[TrainingKind | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    days: Mapped[Decimal] = mapped_column(HOURS)
    is_law: Mapped[bool]
    #: 调训通知、结业证等文号; a document number or a file proves the claim.
    document: Mapped[Line] = mapped_column(default="")
    proof_id: Mapped[int | None] = mapped_column(ForeignKey(ClaimProof.id))
    proof: Mapped[ClaimProof | None] = relationship()
    note: Mapped[Prose] = mapped_column(default="")
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    #: The liaison's check; None: not yet.
    agrees: Mapped[bool | None]
    check_text: Mapped[Line] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    checked_by: Mapped[Account | None] = relationship(foreign_keys=checked_by_id)
    granted: Mapped[bool | None]
    #: Recognised by the competent department, so that it counts towards duties.
    accredited: Mapped[bool] = mapped_column(default=False)
    decision_text: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    withdrawn_at: Mapped[datetime | None]

    @property
    def state(self) -> ClaimState:
        if self.withdrawn_at is not None:
            return ClaimState.WITHDRAWN
        if self.granted is not None:
            return ClaimState.GRANTED if self.granted else ClaimState.RETURNED
        return ClaimState.FILED if self.checked_at is None else ClaimState.CHECKED


class AppendOnly(Refused):
    message = "登记只增不改；有误时以冲正记录更正"


def append_only(model: type[Model]) -> None:
    """Refuse to change or delete rows of the table through the session, one by one or in bulk."""

    name = model.__tablename__

    def refuse(*_: object) -> None:
        raise AppendOnly

    def refuse_statements(state: ORMExecuteState) -> None:
        statement = state.statement
        # By name: statements of a class hold an annotated copy of its table.
        if isinstance(statement, Update | Delete) and statement.table.description == name:
            raise AppendOnly

    event.listen(model, "before_update", refuse)
    event.listen(model, "before_delete", refuse)
    event.listen(Session, "do_orm_execute", refuse_statements)


append_only(ConversionRule)
append_only(DutyRule)
append_only(StatusFactor)
