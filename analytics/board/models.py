"""Editions of the board: what was counted of whom, frozen, and what is not known."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import OrgUnit, RosterSnapshot
from accounts.standing import RankGroup, StaffCategory
from analytics import tables
from analytics.periods import Period
from core.db import Code, Line, Model


class BoardEdition(Model):
    """一版看板: the figures of a period as they were on a day. Made anew, never changed."""

    __tablename__ = "board_edition"
    __table_args__ = (
        UniqueConstraint("first_day", "last_day", "made_on", name="uq_board_edition_days"),
        CheckConstraint("first_day <= last_day", name="first_before_last"),
    )

    first_day: Mapped[date]
    last_day: Mapped[date]
    #: The day, in Shanghai, whose edition it is; the last one made on a day stays.
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    #: How long it took, in milliseconds.
    took: Mapped[int]
    roster_id: Mapped[int] = mapped_column(ForeignKey(RosterSnapshot.id))
    roster: Mapped[RosterSnapshot] = relationship()
    #: Counts by unit, line, rank group and category of staff, and all else that pages show
    #: (board.facts).
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    #: One column of numbers a count, one row a person (board.facts.packed): whom each figure
    #: counts. Kept of the newest edition of a period.
    people: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    #: SHA-256 of the content, which holds those of people and topics.
    digest: Mapped[Code]

    @property
    def period(self) -> Period:
        return Period(self.first_day, self.last_day)


class BoardTopic(Model):
    """What some people earned of the items on a law or an article: sums over people, from which
    means and intervals follow. Kept of the newest edition of a period."""

    __tablename__ = "board_topic"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey(BoardEdition.id, ondelete="CASCADE"), index=True
    )
    law: Mapped[Line]
    #: "" for the law as a whole.
    article: Mapped[Code]
    unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id))
    #: The line of the department table (analytics.tables) that the people are on.
    line: Mapped[Code] = mapped_column(default=tables.RANKED, server_default=tables.RANKED)
    rank_group: Mapped[RankGroup]
    staff_category: Mapped[StaffCategory]
    people: Mapped[int]
    #: Sums of each person's share of the marks (0–1), and of its square.
    shares: Mapped[float] = mapped_column(Float)
    squares: Mapped[float] = mapped_column(Float)
    #: Items asked, summed over people; and the most that anybody was asked.
    items: Mapped[int]
    most: Mapped[int]
