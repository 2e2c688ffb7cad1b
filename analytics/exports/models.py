"""Exports of a year: ordered for a day, made once, kept as they were made."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from accounts.models import Account, RosterSnapshot
from analytics.exports.kinds import ExportKind
from core.db import Line, Model


class YearExport(Model):
    """Waits until it is due; then has the figures of that moment, and their hash."""

    __tablename__ = "year_export"
    __table_args__ = (
        CheckConstraint(
            "(made_at IS NULL) = (digest = '') AND (made_at IS NULL) = (content IS NULL)",
            name="made_as_a_whole",
        ),
        CheckConstraint("made_at IS NULL OR cancelled_at IS NULL", name="made_or_cancelled"),
    )

    kind: Mapped[ExportKind]
    year: Mapped[int]
    due_at: Mapped[datetime]
    ordered_at: Mapped[datetime]
    ordered_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    ordered_by: Mapped[Account] = relationship(foreign_keys=ordered_by_id)
    cancelled_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    #: The roster that the figures stand on.
    roster_id: Mapped[int | None] = mapped_column(ForeignKey(RosterSnapshot.id))
    roster: Mapped[RosterSnapshot | None] = relationship()
    row_count: Mapped[int] = mapped_column(default=0)
    #: SHA-256 of the content.
    digest: Mapped[Line] = mapped_column(default="")
    #: Columns and rows as JSON, of which every format of file is made.
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
