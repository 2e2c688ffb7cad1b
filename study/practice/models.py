"""Runs of practice, their items, and the log of answers."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from core.db import Line, Model, Prose
from exam.models.columns import MARKS
from laws.models import Article
from question_bank.item_types import MultiRule
from question_bank.models import ItemRevision
from study.practice.kinds import Reason, RunKind


class PracticeRun(Model):
    """Some items that somebody practises; a mock exam is handed in as a whole."""

    __tablename__ = "practice_run"
    __table_args__ = (
        UniqueConstraint("person_id", "seed"),
        CheckConstraint("(kind = 'mock') = (minutes IS NOT NULL)", name="mock_is_timed"),
        CheckConstraint("kind = 'mock' OR finished_at IS NULL", name="mock_is_handed_in"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    kind: Mapped[RunKind]
    title: Mapped[Line]
    #: Of the draw and of the order of options; begun twice with the same one it is one run.
    seed: Mapped[int] = mapped_column(BigInteger)
    multi_rule: Mapped[MultiRule]
    #: What a wrong choice costs (倒扣), in hundredths of the item's marks.
    penalty_percent: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    #: What a mock exam is meant to take; nothing is cut off after it.
    minutes: Mapped[int | None]
    #: When a mock exam was handed in; the state of every other run follows from its answers.
    finished_at: Mapped[datetime | None]
    entries: Mapped[list["PracticeEntry"]] = relationship(
        back_populates="run", order_by="PracticeEntry.slot", cascade="all, delete-orphan"
    )


class PracticeEntry(Model):
    __tablename__ = "practice_entry"
    __table_args__ = (
        UniqueConstraint("run_id", "slot"),
        UniqueConstraint("revision_id", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(PracticeRun.id))
    run: Mapped[PracticeRun] = relationship(back_populates="entries")
    #: Number of the item in the run, from 1.
    slot: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id))
    revision: Mapped[ItemRevision] = relationship()
    marks: Mapped[Decimal] = mapped_column(MARKS)
    #: Why it was drawn, in 今日五题.
    reason: Mapped[Reason | None]
    #: JSON of what is written down in a mock exam that is not handed in; empty for nothing.
    draft: Mapped[Prose] = mapped_column(default="")
    answer: Mapped["PracticeAnswer | None"] = relationship(back_populates="entry")


class PracticeAnswer(Model):
    """One answer, marked. Never changed and never deleted; read by its person alone."""

    __tablename__ = "practice_answer"
    __table_args__ = (
        CheckConstraint("fraction BETWEEN -1 AND 1", name="fraction_of_one"),
        Index(None, "person_id", "at"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey(PracticeEntry.id), unique=True)
    entry: Mapped[PracticeEntry] = relationship(back_populates="answer")
    #: Whose it is and what was answered; repeated from the run, for what reads the log alone.
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    #: The first article that the item rested on when it was answered.
    article_id: Mapped[int] = mapped_column(ForeignKey(Article.id), index=True)
    article: Mapped[Article] = relationship()
    at: Mapped[datetime]
    #: Since the item before it was answered, or the run was begun, by the server's clock: at most
    #: as long as the person took. None where a paper was handed in as a whole.
    seconds: Mapped[int | None]
    #: The share of the marks that it earned, at most 1; negative where wrong choices cost marks.
    fraction: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    #: Canonical JSON of what was answered, letters as shown; {} for nothing.
    response: Mapped[Prose]
