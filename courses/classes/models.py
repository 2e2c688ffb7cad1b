"""Classes, their timetables, who takes part, attendance, leave, and what was entered for them."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit, Person
from accounts.standing import RankGroup, StaffCategory
from core.db import Line, Model, Prose
from courses.classes.kinds import ClassKind, Mark, Way
from courses.hours.kinds import TrainingKind
from courses.models import HOURS, Course, CourseCategory, CreditEntry
from courses.plans.models import PlanItem
from exam.models import ExamSession
from laws.models import Law

DAYS = Numeric(5, 1)


class Teacher(Model):
    __tablename__ = "class_teacher"
    __table_args__ = (UniqueConstraint("name", "employer"),)

    name: Mapped[str] = mapped_column(String(60))
    employer: Mapped[str] = mapped_column(String(100), default="")
    #: Somebody of the bureau; None for an expert from outside.
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), unique=True)
    person: Mapped[Person | None] = relationship()

    @property
    def origin(self) -> str:
        return "本机关" if self.person_id is not None else "外聘"

    @property
    def full_name(self) -> str:
        return f"{self.name}（{self.employer}）" if self.employer else self.name


class TrainingClass(Model):
    __tablename__ = "train_class"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        CheckConstraint("signup_from < signup_until", name="signup_order"),
        CheckConstraint("capacity > 0", name="has_seats"),
        CheckConstraint("days > 0", name="takes_days"),
        CheckConstraint("attend_percent BETWEEN 1 AND 100", name="attend_part"),
    )

    title: Mapped[Line]
    class_kind: Mapped[ClassKind]
    training_kind: Mapped[TrainingKind]
    category: Mapped[CourseCategory]
    #: The first edition's item of the plan that it carries out.
    plan_item_id: Mapped[int | None] = mapped_column(ForeignKey(PlanItem.id), index=True)
    plan_item: Mapped[PlanItem | None] = relationship()
    #: The course that it teaches, for reports by course.
    course_id: Mapped[int | None] = mapped_column(ForeignKey(Course.id), index=True)
    course: Mapped[Course | None] = relationship()
    organiser: Mapped[Line]
    place: Mapped[Line]
    about: Mapped[Prose] = mapped_column(default="")
    contact: Mapped[Line] = mapped_column(default="")
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    days: Mapped[Decimal] = mapped_column(DAYS)
    signup_from: Mapped[datetime]
    signup_until: Mapped[datetime]
    #: None for as many as come.
    capacity: Mapped[int | None]
    #: None for all.
    rank_group: Mapped[RankGroup | None]
    staff_category: Mapped[StaffCategory | None]
    #: Whether unit heads and 人事司 decide on each; without, whoever signs up takes a seat.
    approval: Mapped[bool] = mapped_column(default=True)
    #: 脱产: leave of more than a seventh of the hours means withdrawal.
    full_time: Mapped[bool] = mapped_column(default=False)
    #: Recognised by the competent department, and by which paper.
    accredited: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[Line] = mapped_column(default="")
    #: What completion asks: so much of the hours attended, and a pass in the post-test or not.
    attend_percent: Mapped[int] = mapped_column(default=80)
    needs_pass: Mapped[bool] = mapped_column(default=False)
    pre_session_id: Mapped[int | None] = mapped_column(ForeignKey(ExamSession.id))
    pre_session: Mapped[ExamSession | None] = relationship(foreign_keys=pre_session_id)
    post_session_id: Mapped[int | None] = mapped_column(ForeignKey(ExamSession.id))
    post_session: Mapped[ExamSession | None] = relationship(foreign_keys=post_session_id)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[Line] = mapped_column(default="")
    concluded_at: Mapped[datetime | None]
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    units: Mapped[list["ClassUnit"]] = relationship(
        back_populates="owner", order_by="ClassUnit.starts_at, ClassUnit.id",
        cascade="all, delete-orphan",
    )  # fmt: skip

    @property
    def hours(self) -> Decimal:
        return sum((each.hours for each in self.units), Decimal(0))

    @property
    def teachers(self) -> list[Teacher]:
        """Each once, in the order of the timetable."""
        return list({each.teacher.id: each.teacher for each in self.units if each.teacher}.values())

    @property
    def attend_share(self) -> Fraction:
        return Fraction(self.attend_percent, 100)


class ClassUnit(Model):
    """A unit of the timetable (一讲)."""

    __tablename__ = "class_unit"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="takes_time"),
        CheckConstraint("hours > 0", name="has_hours"),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey(TrainingClass.id), index=True)
    owner: Mapped[TrainingClass] = relationship(back_populates="units")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hours: Mapped[Decimal] = mapped_column(HOURS)
    topic: Mapped[Line]
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey(Teacher.id), index=True)
    teacher: Mapped[Teacher | None] = relationship()
    #: What it is about; None for what is about none of them.
    category: Mapped[CourseCategory | None]
    is_law: Mapped[bool] = mapped_column(default=True)
    laws: Mapped[list["ClassUnitLaw"]] = relationship(
        order_by="ClassUnitLaw.position, ClassUnitLaw.id", cascade="all, delete-orphan"
    )


class ClassUnitLaw(Model):
    __tablename__ = "class_unit_law"
    __table_args__ = (UniqueConstraint("unit_id", "law_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey(ClassUnit.id))
    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id), index=True)
    law: Mapped[Law] = relationship()
    position: Mapped[int]


class Enrolment(Model):
    """Somebody's way through a class: signed up, approved, seated, done. What was done is stored,
    where they stand is derived (courses.classes.standing)."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        CheckConstraint("(opinion IS NULL) = (opined_at IS NULL)", name="opined_whole"),
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_whole"),
        CheckConstraint("(completed IS NULL) = (judged_at IS NULL)", name="judged_whole"),
        CheckConstraint("seated_at IS NULL OR decided_at IS NOT NULL", name="seat_granted"),
        CheckConstraint("revoked_at IS NULL OR judged_at IS NOT NULL", name="judged_first"),
    )

    class_id: Mapped[int] = mapped_column(ForeignKey(TrainingClass.id), index=True)
    owner: Mapped[TrainingClass] = relationship()
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    #: The statistics unit of the day on which they signed up.
    unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id), index=True)
    unit: Mapped[OrgUnit] = relationship()
    #: The place in the queue goes by this.
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    asked_by: Mapped[Account] = relationship(foreign_keys=asked_by_id)
    opinion: Mapped[bool | None]
    opinion_text: Mapped[Line] = mapped_column(default="")
    opined_at: Mapped[datetime | None]
    opined_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    opined_by: Mapped[Account | None] = relationship(foreign_keys=opined_by_id)
    granted: Mapped[bool | None]
    decision_text: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    seated_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    withdraw_reason: Mapped[Line] = mapped_column(default="")
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    dismiss_reason: Mapped[Line] = mapped_column(default="")
    completed: Mapped[bool | None]
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    #: Why the decision is not what the rule proposed.
    judge_reason: Mapped[Line] = mapped_column(default="")
    #: What was entered in the register.
    hours: Mapped[Decimal | None] = mapped_column(HOURS)
    days: Mapped[Decimal | None] = mapped_column(DAYS)
    #: Number of the certificate of completion.
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    excellent: Mapped[bool] = mapped_column(default=False)
    #: 培训小结, by the person.
    summary: Mapped[Prose] = mapped_column(default="")
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoke_reason: Mapped[Line] = mapped_column(default="")


class Attendance(Model):
    __tablename__ = "class_attendance"
    __table_args__ = (UniqueConstraint("unit_id", "enrolment_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey(ClassUnit.id))
    unit: Mapped[ClassUnit] = relationship()
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    mark: Mapped[Mark]
    way: Mapped[Way]
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class CheckInMiss(Model):
    """A wrong code that somebody typed; too many and they wait."""

    __tablename__ = "check_in_miss"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    at: Mapped[datetime]


class ClassLeave(Model):
    """Leave that somebody asks for: the units that begin in it."""

    __tablename__ = "class_leave"
    __table_args__ = (
        CheckConstraint("from_at < until_at", name="takes_time"),
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_whole"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    enrolment: Mapped[Enrolment] = relationship()
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    reason: Mapped[Line]
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None]
    decision_text: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    withdrawn_at: Mapped[datetime | None]


class ClassCredit(Model):
    """A register entry that completing a class made."""

    __tablename__ = "class_credit"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(CreditEntry.id), unique=True)
    entry: Mapped[CreditEntry] = relationship()
