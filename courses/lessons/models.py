"""Chapters, what a lesson is made of, what people did in it, and what a course says of itself.

Each row here hangs on a row of ``courses.models``: a course or a lesson without one is a plain one.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from accounts.standing import RankGroup, StaffCategory
from core.db import Code, Line, Model, Prose
from courses.lessons.standards import Standard
from courses.models import Course, Lesson
from laws.models import Article


class Chapter(Model):
    __tablename__ = "course_chapter"

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    course: Mapped[Course] = relationship(back_populates="chapters")
    position: Mapped[int]
    title: Mapped[Line]


class Asset(Model):
    """A file in the data directory that lessons play or launch. Never changed, only replaced."""

    __tablename__ = "lesson_asset"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"),)

    name: Mapped[Line]
    content_type: Mapped[Line]
    size: Mapped[int]
    sha256: Mapped[Code]
    #: Of a recording.
    seconds: Mapped[int | None]
    #: Of a package; None for a recording.
    standard: Mapped[Standard | None]
    #: What of the package is launched, and from what score on it counts as passed (0 to 100).
    entry: Mapped[Line] = mapped_column(default="")
    pass_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class LessonSetup(Model):
    """What a lesson is made of besides its text, and which chapter it is in."""

    __tablename__ = "lesson_setup"

    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), unique=True)
    lesson: Mapped[Lesson] = relationship(back_populates="setup")
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey(Chapter.id), index=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey(Asset.id), index=True)
    asset: Mapped[Asset | None] = relationship()
    #: JSON; what it says is the lesson's kind's own (courses/lessons/kinds).
    settings: Mapped[Prose] = mapped_column(default="{}")


class Playing(Model):
    """How far somebody has really played a recording."""

    __tablename__ = "lesson_playing"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    #: The recording that the rest is about.
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id))
    #: What of it was played, as JSON [[from, to], …] in tenths of a second.
    played: Mapped[Prose] = mapped_column(default="[]")
    #: Where it goes on, in tenths of a second.
    position: Mapped[int] = mapped_column(default=0)
    #: The page that plays it; any other one that reports is told so.
    holder: Mapped[Code] = mapped_column(default="")
    reported_at: Mapped[datetime]


class Launch(Model):
    """A package opened by somebody: what its address is good for, and until when."""

    __tablename__ = "package_launch"

    #: SHA-256 of the token in its addresses.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    lesson: Mapped[Lesson] = relationship()
    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id))
    asset: Mapped[Asset] = relationship()
    opened_at: Mapped[datetime]
    #: Nothing is kept of a preview.
    preview: Mapped[bool] = mapped_column(default=False)
    #: What a cmi5 package exchanges its address for, once.
    fetched_at: Mapped[datetime | None]


class PackageRecord(Model):
    """What a package said of somebody's passage through it."""

    __tablename__ = "package_record"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    #: Commits of one launch are numbered; an older one never replaces a newer one.
    launch_id: Mapped[int] = mapped_column(ForeignKey(Launch.id))
    number: Mapped[int] = mapped_column(default=0)
    #: The data model as JSON: element → value.
    cmi: Mapped[Prose] = mapped_column(default="{}")
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    #: When it first said completed or passed; that is never taken back.
    completed_at: Mapped[datetime | None]
    said_at: Mapped[datetime]


class Statement(Model):
    """An xAPI statement, kept as it came."""

    __tablename__ = "xapi_statement"
    __table_args__ = (UniqueConstraint("lesson_id", "statement_id"),)

    launch_id: Mapped[int] = mapped_column(ForeignKey(Launch.id), index=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id))
    statement_id: Mapped[Code]
    verb: Mapped[Line]
    body: Mapped[Prose]
    stored_at: Mapped[datetime]


class QuizTry(Model):
    """One try at a quiz: its items are drawn when it begins and marked once."""

    __tablename__ = "lesson_quiz_try"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_id", "number"),
        CheckConstraint("(percent IS NULL) = (finished_at IS NULL)", name="marked_when_finished"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    number: Mapped[int]
    seed: Mapped[int]
    #: JSON: the revisions asked, in their order.
    revisions: Mapped[Prose]
    #: JSON: slot → response.
    answers: Mapped[Prose] = mapped_column(default="{}")
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    passed: Mapped[bool] = mapped_column(default=False)


class SurveyDone(Model):
    """Somebody handed a survey in; what they said is not here."""

    __tablename__ = "lesson_survey_done"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)


class SurveyAnswer(Model):
    """What somebody said to a question of a survey: without a person, a time or a sheet."""

    __tablename__ = "lesson_survey_answer"

    #: Drawn by lot, so that the order of the rows says nothing of who wrote when.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    question: Mapped[int]
    value: Mapped[Prose]


class HandIn(Model):
    """What somebody handed in for an assignment lesson, and what became of it."""

    __tablename__ = "lesson_hand_in"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_id", "number"),
        CheckConstraint("(accepted IS NULL) = (judged_at IS NULL)", name="judged_as_a_whole"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    person: Mapped[Person] = relationship()
    lesson_id: Mapped[int] = mapped_column(ForeignKey(Lesson.id), index=True)
    lesson: Mapped[Lesson] = relationship()
    number: Mapped[int]
    text: Mapped[Prose] = mapped_column(default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("lesson_file.id"))
    handed_at: Mapped[datetime] = mapped_column(index=True)
    #: None: not judged yet; False: returned.
    accepted: Mapped[bool | None]
    score: Mapped[int | None]
    comment: Mapped[Prose] = mapped_column(default="")
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class ArticleRead(Model):
    """A wording of an article that somebody has read in a lesson."""

    __tablename__ = "article_read"
    __table_args__ = (UniqueConstraint("person_id", "article_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id))
    read_at: Mapped[datetime]


class CourseTag(Model):
    __tablename__ = "course_tag"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    name: Mapped[str] = mapped_column(String(20), index=True)


class CourseAudience(Model):
    """Whom a course is written for; empty fields say anybody."""

    __tablename__ = "course_audience"

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), unique=True)
    rank_group: Mapped[RankGroup | None]
    staff_category: Mapped[StaffCategory | None]
    #: Words that one of occurs in the post; separated by 、.
    posts: Mapped[Line] = mapped_column(default="")


class Prerequisite(Model):
    """A course that is to be completed before another is begun."""

    __tablename__ = "course_prerequisite"
    __table_args__ = (
        UniqueConstraint("course_id", "needs_id"),
        CheckConstraint("course_id <> needs_id", name="not_itself"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    needs_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    needs: Mapped[Course] = relationship(foreign_keys=needs_id)


class Rating(Model):
    __tablename__ = "course_rating"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="one_to_five"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    stars: Mapped[int]
