"""Departments, people, accounts, roles, sessions and frozen rosters."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts import standing
from accounts.permissions import LANES, Lane, Role
from accounts.standing import (
    DutyStatus,
    Establishment,
    Grade,
    LeaderLevel,
    RankGroup,
    StaffCategory,
)
from accounts.standing import Line as CountingLine
from core.db import Code, Line, Model, Prose
from core.labels import Labelled


class UnitKind(Labelled):
    LEADERSHIP = "leadership", "局领导"
    DEPARTMENT = "department", "司局"
    INSTITUTION = "institution", "直属单位"


class OrgUnit(Model):
    """A department for as long as it bears this name; a renamed one continues its predecessor."""

    __tablename__ = "org_unit"
    __table_args__ = (
        UniqueConstraint("name", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_after_it_begins"),
        CheckConstraint("merged_into_id IS NULL OR valid_to IS NOT NULL", name="merged_when_ended"),
    )

    name: Mapped[Line]
    short_name: Mapped[Line]
    kind: Mapped[UnitKind] = mapped_column(default=UnitKind.DEPARTMENT)
    #: 单位编码 of the personnel system; "" where it is not known.
    code: Mapped[Code] = mapped_column(default="", server_default=text("''"))
    #: Fixed order of the bureau in lists and tables.
    position: Mapped[int]
    valid_from: Mapped[date]
    #: First day on which the unit no longer exists; None while it does.
    valid_to: Mapped[date | None]
    #: The unit that this one continues under a new name.
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    predecessor: Mapped["OrgUnit | None"] = relationship(
        remote_side="OrgUnit.id", foreign_keys=predecessor_id
    )
    #: The unit that took over this one's people when it ended.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))


class Person(Model):
    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="leaves_after_joining"),
    )

    #: 工号, normalised (NFKC, upper case), so that look-alikes cannot both exist.
    staff_number: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[Line]
    gender: Mapped[Code] = mapped_column(default="")
    #: 编制部门, 实际工作部门, 统计部门.
    home_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id), index=True)
    work_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    stat_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id), index=True)
    home_unit: Mapped[OrgUnit] = relationship(foreign_keys=home_unit_id)
    work_unit: Mapped[OrgUnit] = relationship(foreign_keys=work_unit_id)
    stat_unit: Mapped[OrgUnit] = relationship(foreign_keys=stat_unit_id)
    #: 处室 and 职务, as written.
    division: Mapped[Line] = mapped_column(default="")
    post_title: Mapped[Line] = mapped_column(default="")
    leader_level: Mapped[LeaderLevel | None]
    grade: Mapped[Grade | None]
    staff_category: Mapped[StaffCategory] = mapped_column(default=StaffCategory.CADRE)
    establishment: Mapped[Establishment] = mapped_column(default=Establishment.CIVIL_SERVANT)
    duty_status: Mapped[DutyStatus] = mapped_column(default=DutyStatus.ON_DUTY)
    in_study_group: Mapped[bool] = mapped_column(default=False)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    #: 任现职时间.
    post_since: Mapped[date | None]
    note: Mapped[Prose] = mapped_column(default="")
    postings: Mapped[list["Posting"]] = relationship(
        back_populates="person", order_by="Posting.valid_from, Posting.id"
    )

    @property
    def department_name(self) -> str:
        return self.stat_unit.short_name

    @property
    def present_posting(self) -> "Posting | None":
        return next((each for each in self.postings if each.valid_to is None), None)

    @property
    def rank_group(self) -> RankGroup:
        return standing.rank_group(self.leader_level, self.grade)

    @property
    def counting(self) -> standing.Counting:
        return standing.counting(self.duty_status, self.staff_category)


class Posting(Model):
    """Where somebody stood over a period; the last one is open and repeats the person's row."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_it_begins"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship(back_populates="postings")
    home_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    work_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    stat_unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    leader_level: Mapped[LeaderLevel | None]
    grade: Mapped[Grade | None]
    duty_status: Mapped[DutyStatus]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Account(Model):
    """A person's sign-in. Its lane keeps the three administrators apart from everybody else."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("id", "lane"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), unique=True)
    person: Mapped[Person] = relationship()
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[Line]
    #: The next request must change the password (issued or reset by an administrator).
    must_change: Mapped[bool] = mapped_column(default=True)
    #: An issued password that was not used by then no longer opens the account.
    issued_until: Mapped[datetime | None]
    password_set_at: Mapped[datetime]
    lane: Mapped[Lane] = mapped_column(default=Lane.BUSINESS)
    disabled_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account",
        foreign_keys="[RoleGrant.account_id, RoleGrant.lane]",
        order_by="RoleGrant.id",
        cascade="all, delete-orphan",
    )

    @property
    def roles(self) -> list[Role]:
        return [grant.role for grant in self.grants]


def _lane_matches_role() -> str:
    """SQL: each administrator role lies in its own lane, all others in the business lane."""
    own = " OR ".join(
        f"(role = '{r.value}' AND lane = '{lane.value}')" for r, lane in LANES.items()
    )
    names = ", ".join(f"'{role}'" for role in LANES)
    return f"{own} OR (role NOT IN ({names}) AND lane = '{Lane.BUSINESS}')"


class RoleGrant(Model):
    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role"),
        ForeignKeyConstraint(["account_id", "lane"], [Account.id, Account.lane]),
        CheckConstraint(_lane_matches_role(), name="role_in_its_lane"),
    )

    account_id: Mapped[int]
    account: Mapped[Account] = relationship(
        back_populates="grants", foreign_keys="[RoleGrant.account_id, RoleGrant.lane]"
    )
    role: Mapped[Role]
    lane: Mapped[Lane]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class SignIn(Model):
    """A session on the server's side: what the cookie points to, and what sign-out ends."""

    __tablename__ = "sign_in"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    account: Mapped[Account] = relationship()
    #: SHA-256 of the token in the cookie.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[Code]
    agent: Mapped[Line]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInFailure(Model):
    """A refused sign-in; what lock-out counts, by source and by account."""

    __tablename__ = "sign_in_failure"

    username: Mapped[str] = mapped_column(String(60), index=True)
    source: Mapped[Code] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class RosterSnapshot(Model):
    """The roster as it stood at a moment; every published figure names the one it rests on."""

    __tablename__ = "roster_snapshot"

    title: Mapped[Line]
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    entries: Mapped[list["RosterEntry"]] = relationship(
        back_populates="snapshot", order_by="RosterEntry.id"
    )


class RosterEntry(Model):
    """One person on a snapshot, with everything that statistics read: never changed afterwards."""

    __tablename__ = "roster_entry"
    __table_args__ = (UniqueConstraint("snapshot_id", "person_id"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey(RosterSnapshot.id))
    snapshot: Mapped[RosterSnapshot] = relationship(back_populates="entries")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    staff_number: Mapped[Code]
    name: Mapped[Line]
    #: The statistics unit at that moment, with its name of that day.
    unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id), index=True)
    unit_name: Mapped[Line]
    unit_position: Mapped[int]
    post_title: Mapped[Line]
    grade_label: Mapped[Line]
    rank_group: Mapped[RankGroup]
    duty_status: Mapped[DutyStatus]
    staff_category: Mapped[StaffCategory]
    line: Mapped[CountingLine]
    #: Why the person is listed apart or left out.
    reason: Mapped[Line] = mapped_column(default="")
    proposes_deferral: Mapped[bool] = mapped_column(default=False)
    target_factor: Mapped[Decimal] = mapped_column(Numeric(4, 2), default=Decimal(1))
