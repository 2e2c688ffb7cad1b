"""One row an act. Rows are never changed or deleted by the application."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Code, Model, Prose


class AuditRecord(Model):
    __tablename__ = "audit_record"
    __table_args__ = (
        CheckConstraint("number > 0", name="counted_from_one"),
        Index("ix_audit_record_object", "object_type", "object_id"),
    )

    #: Position in the chain, without gaps.
    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    #: What was done, e.g. ``exam.form.seal``.
    action: Mapped[Code] = mapped_column(index=True)
    #: The staff number of who did it; empty for the system and for unknown people.
    actor: Mapped[Code] = mapped_column(index=True)
    #: Address the request came from, or the operating system's user of a command; empty for jobs.
    source: Mapped[Code]
    object_type: Mapped[Code]
    object_id: Mapped[Code]
    #: ``done`` or ``refused``.
    result: Mapped[Code]
    #: The whole record as canonical JSON; what the chain covers.
    body: Mapped[Prose]
    previous: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
