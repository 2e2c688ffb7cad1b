"""The catalogue, who is to take what, and what each person has done."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit, Person
from core import kept
from core.db import Line, Model, Prose, table
from core.labels import Labelled
from courses.assigning.models import LearningRule
from courses.hours.kinds import Activity, CreditSource
from courses.hours.kinds import Bucket as Bucket
from courses.hours.models import ConversionRule, TrainingClaim, append_only
from courses.new_law import LawEventKind
from exam.models import ExamSession
from laws.models import Article, LawVersion

if TYPE_CHECKING:
    from courses.lessons.models import Chapter, CourseAudience, CourseTag, LessonSetup, Prerequisite

HOURS = Numeric(6, 2)


class CourseCategory(Labelled):
    CONSTITUTION = "constitution", "宪法"
    LAW = "law", "法律"
    ADMIN_REGULATION = "admin_regulation", "行政法规"
    PARTY_REGULATION = "party_regulation", "党内法规"
    PETITION_WORK = "petition_work", "信访业务"


class LessonKind(Labelled):
    TEXT = "text", "图文"
    ARTICLES = "articles", "法条"
    FILE = "file", "文件"
    MEDIA = "media", "音视频"
    PACKAGE = "package", "课件包"
    QUIZ = "quiz", "测验"
    SURVEY = "survey", "问卷"
    ASSIGNMENT = "assignment", "作业"


class Course(Model):
    __tablename__ = "course"
    __table_args__ = (CheckConstraint("credit_hours >= 0", name="hours_not_negative"),)

    title: Mapped[Line]
    category: Mapped[CourseCategory] = mapped_column(index=True)
    summary: Mapped[Prose] = mapped_column(default="")
    credit_hours: Mapped[Decimal] = mapped_column(HOURS)
    #: Whether its hours count as law hours (法治学时).
    is_law: Mapped[bool] = mapped_column(default=True)
    #: The session that closes the course, if it has one.
    final_session_id: Mapped[int | None] = mapped_column(ForeignKey(ExamSession.id))
    final_session: Mapped[ExamSession | None] = relationship()
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: The published course that this row is the working copy of (修订稿); one at a time.
    revises_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), unique=True)
    revises: Mapped["Course | None"] = relationship(remote_side="Course.id")
    #: Those that are taught; what a revision dropped keeps its row (``Lesson.retired_at``).
    lessons: Mapped[list["Lesson"]] = relationship(
        primaryjoin="and_(Lesson.course_id == Course.id, Lesson.retired_at.is_(None))",
        back_populates="course",
        order_by="Lesson.position, Lesson.id",
    )
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="course", order_by="Assignment.id"
    )
    chapters: Mapped[list["Chapter"]] = relationship(
        "Chapter", back_populates="course", order_by="Chapter.position, Chapter.id"
    )
    tags: Mapped[list["CourseTag"]] = relationship(
        "CourseTag", order_by="CourseTag.id", cascade="all, delete-orphan"
    )
    audience: Mapped["CourseAudience | None"] = relationship(
        "CourseAudience", uselist=False, cascade="all, delete-orphan"
    )
    prerequisites: Mapped[list["Prerequisite"]] = relationship(
        "Prerequisite",
        order_by="Prerequisite.id",
        foreign_keys="Prerequisite.course_id",
        cascade="all, delete-orphan",
    )


class Lesson(Model):
    __tablename__ = "lesson"
    __table_args__ = (CheckConstraint("minutes > 0", name="takes_time"),)

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    course: Mapped[Course] = relationship(back_populates="lessons")
    position: Mapped[int]
    title: Mapped[Line]
    kind: Mapped[LessonKind]
    #: Markdown; rendered through an allow-list.
    body: Mapped[Prose] = mapped_column(default="")
    #: Planned study time; completion needs part of it by the server's clock.
    minutes: Mapped[int]
    #: In a working copy, the lesson of the published course that this one will replace.
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"), unique=True)
    #: A revision dropped the lesson; what people did in it stays.
    retired_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("lesson_file.id"))
    file: Mapped["LessonFile | None"] = relationship()
    articles: Mapped[list["LessonArticle"]] = relationship(
        order_by="LessonArticle.position, LessonArticle.id", cascade="all, delete-orphan"
    )
    #: Its chapter and what else it is made of; None for a plain lesson.
    setup: Mapped["LessonSetup | None"] = relationship(
        "LessonSetup", back_populates="lesson", uselist=False, cascade="all, delete-orphan"
    )


class LessonFile(Model):
    __tablename__ = "lesson_file"

    name: Mapped[Line]
    content_type: Mapped[Line]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]


class LessonArticle(Model):
    """An article that the lesson teaches, quoted from the register."""

    __tablename__ = "lesson_article"
    __table_args__ = (UniqueConstraint("lesson_id", "article_id"),)

    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    position: Mapped[int]


class LessonCase(Model):
    """A lesson that cited an article which a version edits or removes, and what was decided; or one
    that a revision of its course asks to be studied again."""

    __tablename__ = "lesson_case"
    __table_args__ = (
        UniqueConstraint("lesson_id", "version_id", "repealed"),
        CheckConstraint("(restudy IS NULL) = (decided_at IS NULL)", name="decided_as_a_whole"),
        CheckConstraint("(version_id IS NULL) <> (revision_id IS NULL)", name="one_cause"),
    )

    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    lesson: Mapped[Lesson] = relationship()
    version_id: Mapped[int | None] = mapped_column(ForeignKey(LawVersion.id), index=True)
    version: Mapped[LawVersion | None] = relationship()
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("course_revision.id"), index=True)
    #: The version was repealed; False: it edits or removes what the lesson cites.
    repealed: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    #: Whether those who completed the lesson before have to study it again; None: not decided.
    restudy: Mapped[bool | None]
    reason: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class RestudyDone(Model):
    """Somebody has studied again what was amended in a lesson."""

    __tablename__ = "restudy_done"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey(LessonCase.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    done_at: Mapped[datetime]


class NewLawEvent(Model):
    """新法事件: a law was made, amended or repealed, and 研究室 decides whether it is studied."""

    __tablename__ = "new_law_event"
    __table_args__ = (
        UniqueConstraint("version_id", "kind"),
        CheckConstraint("(included IS NULL) = (decided_at IS NULL)", name="decided_as_a_whole"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey(LawVersion.id))
    version: Mapped[LawVersion] = relationship()
    kind: Mapped[LawEventKind]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    #: Whether it is studied and tested; None until 研究室 decides.
    included: Mapped[bool | None]
    #: Why it is not.
    reason: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship()


class Assignment(Model):
    """A course is required of a unit (and the units that continue it), of everybody, or of those
    whom a rule names."""

    __tablename__ = "assignment"

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    course: Mapped[Course] = relationship(back_populates="assignments")
    #: None for the whole bureau.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(OrgUnit.id))
    unit: Mapped[OrgUnit | None] = relationship()
    #: The rule that says of whom; the unit is then None.
    rule_id: Mapped[int | None] = mapped_column(ForeignKey(LearningRule.id), index=True)
    rule: Mapped[LearningRule | None] = relationship()
    starts_on: Mapped[date]
    #: None where the rule counts days.
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    ended_at: Mapped[datetime | None]

    @property
    def of_whom(self) -> str:
        if self.rule is not None:
            return f"按规则：{self.rule.title}"
        return self.unit.name if self.unit else "全局"


class LessonProgress(Model):
    """One person's passage through one lesson, timed by the server."""

    __tablename__ = "lesson_progress"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_id"),
        CheckConstraint("seconds >= 0", name="time_not_negative"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    lesson: Mapped[Lesson] = relationship()
    opened_at: Mapped[datetime]
    #: Last sign of life of the page; what the next one is measured from.
    seen_at: Mapped[datetime]
    #: Study time credited so far.
    seconds: Mapped[int] = mapped_column(default=0)
    completed_at: Mapped[datetime | None]


class StudyDay(Model):
    """What a person was credited on a day (in Shanghai) over all lessons: the daily limit, and how
    regularly somebody studies."""

    __tablename__ = "study_day"
    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        CheckConstraint("seconds >= 0", name="time_not_negative"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    day: Mapped[date]
    seconds: Mapped[int] = mapped_column(default=0)


class CourseCompletion(Model):
    __tablename__ = "course_completion"
    __table_args__ = (UniqueConstraint("person_id", "course_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    course: Mapped[Course] = relationship()
    completed_at: Mapped[datetime]


class CreditEntry(Model):
    """学时登记: append-only; a wrong entry is reversed by another, never changed."""

    __tablename__ = "credit_entry"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    bucket: Mapped[Bucket]
    hours: Mapped[Decimal] = mapped_column(HOURS)
    is_law: Mapped[bool]
    #: The same in days, as the register keeps both; None where hours are not had by the day.
    days: Mapped[Decimal | None] = mapped_column(HOURS)
    #: Recognised by the competent department, as the document says or the claim's file shows.
    accredited: Mapped[bool] = mapped_column(default=False)
    document: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[CreditSource] = mapped_column(
        default=CreditSource.OTHER, server_default=CreditSource.OTHER.value
    )
    activity: Mapped[Activity | None]
    #: The conversion by which days became hours, if they did.
    conversion_id: Mapped[int | None] = mapped_column(ForeignKey(ConversionRule.id))
    conversion: Mapped[ConversionRule | None] = relationship()
    #: The claim that was granted; once.
    claim_id: Mapped[int | None] = mapped_column(ForeignKey(TrainingClaim.id), index=True)
    claim: Mapped[TrainingClaim | None] = relationship()
    earned_on: Mapped[date] = mapped_column(index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey(Course.id))
    course: Mapped[Course | None] = relationship()
    reason: Mapped[Line] = mapped_column(default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("credit_entry.id"), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


append_only(CreditEntry)
kept.keep(table(CreditEntry))
# What hangs on courses and lessons is declared there and has to be known wherever these are.
import courses.lessons.models  # noqa: E402
import courses.revisions.models  # noqa: E402, F401
