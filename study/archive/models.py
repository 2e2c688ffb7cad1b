"""Archives as they were frozen."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person
from core.db import Code, Model, Prose
from courses.hours.models import append_only


class ArchiveEdition(Model):
    """定版存档: what a person's archive of a year said at a moment. Never changed."""

    __tablename__ = "archive_edition"
    __table_args__ = (
        UniqueConstraint("person_id", "year", "number"),
        CheckConstraint("number > 0", name="numbered"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    person: Mapped[Person] = relationship()
    year: Mapped[int]
    number: Mapped[int]
    #: study.archive.sections.Archive.said
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: SHA-256 of the content.
    digest: Mapped[Code]
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    frozen_by: Mapped[Account] = relationship()


append_only(ArchiveEdition)


class ArchiveRemark(Model):
    """本人说明: what somebody says to their archive of a year, until it is frozen."""

    __tablename__ = "archive_remark"
    __table_args__ = (UniqueConstraint("person_id", "year"),)

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    person: Mapped[Person] = relationship()
    year: Mapped[int]
    #: "" where it was taken back.
    body: Mapped[Prose] = mapped_column(default="")
    written_at: Mapped[datetime]
