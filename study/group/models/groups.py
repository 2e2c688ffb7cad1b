"""Groups, members and parameters; plans and their amendments; files and writings; feeds."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit, Person
from core.db import Code, Line, Model, Prose
from laws.models import Law
from study.group import kinds
from study.group.kinds import ChangeKind, FileKind, MemberKind, PlanState, SessionForm, WorkKind
from study.group.rules import Parameters


class StudyGroup(Model):
    """党组中心组, or that of a unit."""

    __tablename__ = "study_group"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_it_begins"),
    )

    name: Mapped[Line] = mapped_column(unique=True)
    #: The unit whose group it is; None for the bureau's.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(OrgUnit.id))
    unit: Mapped[OrgUnit | None] = relationship()
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]
    members: Mapped[list["GroupMember"]] = relationship(
        back_populates="group", order_by="GroupMember.position, GroupMember.id"
    )


class GroupMember(Model):
    """Somebody in a group from a day on, in one capacity; a change is a new row."""

    __tablename__ = "study_group_member"
    __table_args__ = (
        UniqueConstraint("group_id", "person_id", "joined_on"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"),
        CheckConstraint("NOT is_head OR kind = 'regular'", name="head_is_a_member"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id))
    group: Mapped[StudyGroup] = relationship(back_populates="members")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    kind: Mapped[MemberKind]
    #: 组长: approves the plan.
    is_head: Mapped[bool] = mapped_column(default=False)
    #: Order of the list.
    position: Mapped[int] = mapped_column(default=0)
    joined_on: Mapped[date]
    #: The last day; None while it lasts.
    left_on: Mapped[date | None]
    note: Mapped[Line] = mapped_column(default="")

    def is_in(self, day: date) -> bool:
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


class GroupRules(Model):
    """The parameters set for a year of a group (rules.Parameters)."""

    __tablename__ = "study_group_rules"
    __table_args__ = (
        UniqueConstraint("group_id", "year"),
        CheckConstraint("attendance_percent BETWEEN 0 AND 100", name="percent"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id))
    year: Mapped[int]
    per_quarter: Mapped[int]
    law_sessions: Mapped[int]
    pre_meeting: Mapped[int]
    lectures: Mapped[int]
    attendance_percent: Mapped[int]
    speeches: Mapped[int]
    writings: Mapped[int]
    days: Mapped[int]
    session_hours: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    short_hours: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    set_at: Mapped[datetime]

    @property
    def parameters(self) -> Parameters:
        names = Parameters.__dataclass_fields__
        return Parameters(**{name: getattr(self, name) for name in names})


class GroupPlan(Model):
    """A group's plan of a year."""

    __tablename__ = "group_plan"
    __table_args__ = (
        UniqueConstraint("group_id", "year"),
        CheckConstraint("approved_at IS NULL OR submitted_at IS NOT NULL", name="submitted_first"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id))
    group: Mapped[StudyGroup] = relationship()
    year: Mapped[int]
    #: Guiding words before the table.
    intro: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    approved_by: Mapped[Account | None] = relationship()
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[Line] = mapped_column(default="")
    items: Mapped[list["GroupPlanItem"]] = relationship(
        back_populates="plan", order_by="GroupPlanItem.quarter, GroupPlanItem.id"
    )
    changes: Mapped[list["GroupPlanChange"]] = relationship(
        back_populates="plan", order_by="GroupPlanChange.number"
    )

    @property
    def state(self) -> PlanState:
        return kinds.plan_state(
            submitted_at=self.submitted_at,
            approved_at=self.approved_at,
            returned_at=self.returned_at,
        )


class GroupPlanItem(Model):
    """One study of the plan."""

    __tablename__ = "group_plan_item"
    __table_args__ = (CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter_of_a_year"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey(GroupPlan.id), index=True)
    plan: Mapped[GroupPlan] = relationship(back_populates="items")
    quarter: Mapped[int]
    form: Mapped[SessionForm]
    theme: Mapped[Line]
    #: 主讲 or 重点发言人, as written.
    lead: Mapped[Line] = mapped_column(default="")
    #: Dropped by an amendment after approval; it stays in the table, struck out.
    dropped: Mapped[bool] = mapped_column(default=False)
    laws: Mapped[list["GroupPlanLaw"]] = relationship(
        order_by="GroupPlanLaw.id", cascade="all, delete-orphan"
    )

    @property
    def law_titles(self) -> list[str]:
        return [each.law.short_title for each in self.laws]


class GroupPlanLaw(Model):
    __tablename__ = "group_plan_law"
    __table_args__ = (UniqueConstraint("item_id", "law_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey(GroupPlanItem.id))
    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id))
    law: Mapped[Law] = relationship()


class GroupPlanChange(Model):
    """A numbered amendment of an approved plan: proposed, then decided by the head."""

    __tablename__ = "group_plan_change"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_one_way"),
        CheckConstraint("kind = 'add' OR item_id IS NOT NULL", name="changes_something"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey(GroupPlan.id))
    plan: Mapped[GroupPlan] = relationship(back_populates="changes")
    number: Mapped[int]
    kind: Mapped[ChangeKind]
    item_id: Mapped[int | None] = mapped_column(ForeignKey(GroupPlanItem.id))
    item: Mapped[GroupPlanItem | None] = relationship()
    #: In words: what stood there and what is to stand there.
    before: Mapped[Prose] = mapped_column(default="")
    after: Mapped[Prose] = mapped_column(default="")
    #: JSON of what is to stand there.
    draft: Mapped[Prose] = mapped_column(default="")
    reason: Mapped[Line]
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decision_note: Mapped[Line] = mapped_column(default="")


class GroupFile(Model):
    """A file that somebody handed in; kept as it is."""

    __tablename__ = "group_file"

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id), index=True)
    kind: Mapped[FileKind]
    name: Mapped[Line]
    content_type: Mapped[Line]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[Code]
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class GroupWork(Model):
    """What a member wrote: a plan of one's own, notes, a report, an article."""

    __tablename__ = "group_work"

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    kind: Mapped[WorkKind]
    year: Mapped[int]
    title: Mapped[Line]
    body: Mapped[Prose] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey(GroupFile.id))
    file: Mapped[GroupFile | None] = relationship()
    handed_in_at: Mapped[datetime]
    #: Taken back by its writer; not counted.
    withdrawn_at: Mapped[datetime | None]


class CalendarFeed(Model):
    """A private address of somebody's calendar, until revoked."""

    __tablename__ = "group_feed"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    account: Mapped[Account] = relationship()
    #: SHA-256 of the token in the address.
    token_hash: Mapped[Code] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
