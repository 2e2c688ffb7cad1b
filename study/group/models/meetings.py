"""Sessions of a group: the record, the list of those expected, speakers, laws, corrections."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from core import clock
from core.db import Code, Line, Model, Prose
from courses.models import CreditEntry
from laws.models import Article, LawVersion
from study.group import kinds
from study.group.kinds import MemberKind, Method, Presence, SessionForm, SpeakerRole, Stage
from study.group.models.groups import GroupFile, GroupPlanItem, StudyGroup


class GroupMeeting(Model):
    """A session of study in any of its forms; closed, it is locked and only corrected."""

    __tablename__ = "group_meeting"
    __table_args__ = (
        UniqueConstraint("group_id", "year", "number"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        CheckConstraint("(closed_at IS NULL) = (digest = '')", name="closed_with_a_digest"),
        CheckConstraint("closed_at IS NULL OR cancelled_at IS NULL", name="closed_or_cancelled"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey(StudyGroup.id))
    group: Mapped[StudyGroup] = relationship()
    year: Mapped[int]
    #: 次序号 within the year.
    number: Mapped[int]
    plan_item_id: Mapped[int | None] = mapped_column(ForeignKey(GroupPlanItem.id), index=True)
    plan_item: Mapped[GroupPlanItem | None] = relationship()
    form: Mapped[SessionForm]
    topic: Mapped[Line]
    is_law: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[Line] = mapped_column(default="")
    #: As written: a chair or recorder need not be on the register.
    chair: Mapped[Line] = mapped_column(default="")
    recorder: Mapped[Line] = mapped_column(default="")
    minutes: Mapped[Prose] = mapped_column(default="")
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[Line] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    #: SHA-256 of the closed record; "" while it is open.
    digest: Mapped[Code] = mapped_column(default="")
    #: Credit hours that closing entered for each member who was there.
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    lines: Mapped[list["GroupAttendance"]] = relationship(
        back_populates="meeting", order_by="GroupAttendance.position, GroupAttendance.id"
    )
    speakers: Mapped[list["GroupSpeaker"]] = relationship(
        back_populates="meeting", order_by="GroupSpeaker.id", cascade="all, delete-orphan"
    )
    studied: Mapped[list["GroupStudiedLaw"]] = relationship(
        order_by="GroupStudiedLaw.position, GroupStudiedLaw.id", cascade="all, delete-orphan"
    )
    materials: Mapped[list["GroupMaterial"]] = relationship(
        order_by="GroupMaterial.id", cascade="all, delete-orphan"
    )
    corrections: Mapped[list["GroupCorrection"]] = relationship(
        back_populates="meeting", order_by="GroupCorrection.number"
    )

    def stage(self, at: datetime) -> Stage:
        return kinds.stage(
            ends_at=self.ends_at, closed_at=self.closed_at, cancelled_at=self.cancelled_at, at=at
        )

    @property
    def day(self) -> date:
        """The day in Shanghai on which it begins."""
        return clock.local(self.starts_at).date()

    @property
    def last_day(self) -> date:
        return clock.local(self.ends_at).date()

    @property
    def days(self) -> int | None:
        return kinds.study_days(self.form, self.day, self.last_day)


class GroupAttendance(Model):
    """One person on a session's list, as they stood in the group on that day."""

    __tablename__ = "group_attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint("(presence = 'unknown') = (recorded_at IS NULL)", name="said_at_a_time"),
        CheckConstraint(
            "makeup_confirmed_at IS NULL OR makeup_at IS NOT NULL", name="confirmed_after_it"
        ),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey(GroupMeeting.id))
    meeting: Mapped[GroupMeeting] = relationship(back_populates="lines")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    kind: Mapped[MemberKind]
    position: Mapped[int] = mapped_column(default=0)
    presence: Mapped[Presence] = mapped_column(default=Presence.UNKNOWN)
    method: Mapped[Method] = mapped_column(default=Method.NONE)
    #: Of leave, of absence, or why a sign-in was entered by hand.
    reason: Mapped[Line] = mapped_column(default="")
    recorded_at: Mapped[datetime | None]
    #: 补学: what was studied, its proof, and the secretary's confirmation.
    makeup_at: Mapped[datetime | None]
    makeup_note: Mapped[Prose] = mapped_column(default="")
    makeup_file_id: Mapped[int | None] = mapped_column(ForeignKey(GroupFile.id))
    makeup_file: Mapped[GroupFile | None] = relationship()
    makeup_confirmed_at: Mapped[datetime | None]
    #: The entry of the ledger that stands for it now.
    credit_id: Mapped[int | None] = mapped_column(ForeignKey(CreditEntry.id), unique=True)
    credit: Mapped[CreditEntry | None] = relationship()

    @property
    def missed(self) -> bool:
        return self.presence in {Presence.LEAVE, Presence.ABSENT}


class GroupSpeaker(Model):
    __tablename__ = "group_speaker"

    meeting_id: Mapped[int] = mapped_column(ForeignKey(GroupMeeting.id), index=True)
    meeting: Mapped[GroupMeeting] = relationship(back_populates="speakers")
    role: Mapped[SpeakerRole]
    #: None for a guest, who has only a name.
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person | None] = relationship()
    name: Mapped[Line]
    subject: Mapped[Line] = mapped_column(default="")
    #: 发言提纲: as text, or as a file.
    outline: Mapped[Prose] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey(GroupFile.id))
    file: Mapped[GroupFile | None] = relationship()

    @property
    def handed_in(self) -> bool:
        return bool(self.outline) or self.file_id is not None


class GroupStudiedLaw(Model):
    """A law studied, in the version in force on that day; with an article, only that one."""

    __tablename__ = "group_studied_law"

    meeting_id: Mapped[int] = mapped_column(ForeignKey(GroupMeeting.id), index=True)
    position: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id))
    version: Mapped[LawVersion] = relationship()
    article_id: Mapped[int | None] = mapped_column(ForeignKey(Article.id))
    article: Mapped[Article | None] = relationship()


class GroupMaterial(Model):
    """A file that belongs to a session as a whole."""

    __tablename__ = "group_material"
    __table_args__ = (UniqueConstraint("meeting_id", "file_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey(GroupMeeting.id))
    file_id: Mapped[int] = mapped_column(ForeignKey(GroupFile.id), unique=True)
    file: Mapped[GroupFile] = relationship()


class GroupMaterialRead(Model):
    """Somebody on the list opened a material."""

    __tablename__ = "group_material_read"
    __table_args__ = (UniqueConstraint("material_id", "person_id"),)

    material_id: Mapped[int] = mapped_column(ForeignKey(GroupMaterial.id, ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    read_at: Mapped[datetime]


class GroupCorrection(Model):
    """A change of a closed record, numbered; what stood there stays readable."""

    __tablename__ = "group_correction"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey(GroupMeeting.id))
    meeting: Mapped[GroupMeeting] = relationship(back_populates="corrections")
    number: Mapped[int]
    #: What was corrected, in words.
    what: Mapped[Line]
    before: Mapped[Prose]
    after: Mapped[Prose]
    reason: Mapped[Line]
    corrected_at: Mapped[datetime]
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    corrected_by: Mapped[Account] = relationship()
    #: SHA-256 of the record after it.
    digest: Mapped[Code]
