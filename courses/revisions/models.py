"""What learners saw of a course, revision by revision."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model
from courses.models import Course


class CourseRevision(Model):
    """One published state of a course, kept whole. Never changed."""

    __tablename__ = "course_revision"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("number > 0", name="numbered"),
    )

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    course: Mapped[Course] = relationship()
    number: Mapped[int]
    #: What changed and why, in the author's words.
    note: Mapped[Line]
    #: courses.revisions.snapshots.Snapshot, as JSON.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_by: Mapped[Account | None] = relationship()
