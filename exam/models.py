"""Blueprints, forms, sessions, candidates, attempts and answers."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person, RosterEntry, RosterSnapshot, SignIn
from core.db import Line, Model, Prose
from exam.kinds import CandidateStatus, EventKind, ExamKind, Release, ScorePolicy
from laws.models import Law
from question_bank.item_types import CognitiveLevel, ItemType, MultiRule
from question_bank.models import ItemRevision, ItemTypeColumn

MARKS = Numeric(7, 2)


class Blueprint(Model):
    """细目表: what a form must consist of."""

    __tablename__ = "blueprint"

    title: Mapped[Line]
    exam_kind: Mapped[ExamKind]
    multi_rule: Mapped[MultiRule]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    sections: Mapped[list["BlueprintSection"]] = relationship(
        back_populates="blueprint",
        order_by="BlueprintSection.position, BlueprintSection.id",
        cascade="all, delete-orphan",
    )

    @property
    def total_marks(self) -> Decimal:
        return sum((section.count * section.marks for section in self.sections), Decimal(0))


class BlueprintSection(Model):
    """A number of items of one type at the same marks, from given laws and difficulties."""

    __tablename__ = "blueprint_section"
    __table_args__ = (
        UniqueConstraint("blueprint_id", "position"),
        CheckConstraint("count > 0", name="asks_for_items"),
        CheckConstraint("marks > 0", name="is_worth_something"),
        CheckConstraint("difficulty_min <= difficulty_max", name="difficulty_range"),
    )

    blueprint_id: Mapped[int] = mapped_column(ForeignKey(Blueprint.id))
    blueprint: Mapped[Blueprint] = relationship(back_populates="sections")
    position: Mapped[int]
    item_type: Mapped[ItemType] = mapped_column(ItemTypeColumn)
    count: Mapped[int]
    marks: Mapped[Decimal] = mapped_column(MARKS)
    difficulty_min: Mapped[int] = mapped_column(default=1)
    difficulty_max: Mapped[int] = mapped_column(default=5)
    cognitive_level: Mapped[CognitiveLevel | None]
    #: Only items that cite one of these; any law if empty.
    laws: Mapped[list["SectionLaw"]] = relationship(
        order_by="SectionLaw.id", cascade="all, delete-orphan"
    )


class SectionLaw(Model):
    __tablename__ = "section_law"
    __table_args__ = (UniqueConstraint("section_id", "law_id"),)

    section_id: Mapped[int] = mapped_column(ForeignKey(BlueprintSection.id))
    law_id: Mapped[int] = mapped_column(ForeignKey(Law.id))
    law: Mapped[Law] = relationship()


class Form(Model):
    """试卷. Sealing freezes it into a snapshot, which is all that candidates ever see."""

    __tablename__ = "exam_form"
    __table_args__ = (
        CheckConstraint(
            "(sealed_at IS NULL) = (snapshot IS NULL) AND (sealed_at IS NULL) = (hash IS NULL)",
            name="sealed_as_a_whole",
        ),
    )

    title: Mapped[Line]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey(Blueprint.id), index=True)
    blueprint: Mapped[Blueprint] = relationship()
    multi_rule: Mapped[MultiRule]
    #: Seed of the draw, so that it can be repeated.
    seed: Mapped[int] = mapped_column(BigInteger)
    #: The day of the exam that items are drawn for: each rests on law in force on it.
    exam_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    sealed_at: Mapped[datetime | None]
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    #: Canonical JSON of exam.snapshot; its SHA-256 is ``hash``.
    snapshot: Mapped[str | None] = mapped_column(Text)
    hash: Mapped[str | None] = mapped_column(String(64))
    slots: Mapped[list["FormItem"]] = relationship(
        back_populates="form", order_by="FormItem.slot", cascade="all, delete-orphan"
    )


class FormItem(Model):
    __tablename__ = "form_item"
    __table_args__ = (
        UniqueConstraint("form_id", "slot"),
        UniqueConstraint("form_id", "revision_id"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship(back_populates="slots")
    #: Number of the item on the form, from 1.
    slot: Mapped[int]
    #: Position of its section in the blueprint.
    section: Mapped[int]
    revision_id: Mapped[int] = mapped_column(ForeignKey(ItemRevision.id), index=True)
    revision: Mapped[ItemRevision] = relationship()
    marks: Mapped[Decimal] = mapped_column(MARKS)


class ExamSession(Model):
    """场次: a sealed form, a window, and the people who are to sit it."""

    __tablename__ = "exam_session"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_closing"),
        CheckConstraint("minutes > 0", name="takes_time"),
        CheckConstraint("max_attempts > 0", name="can_be_taken"),
        CheckConstraint("pass_score <= excellent_score", name="lines_in_order"),
    )

    title: Mapped[Line]
    exam_kind: Mapped[ExamKind]
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship()
    opens_at: Mapped[datetime] = mapped_column(index=True)
    closes_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    max_attempts: Mapped[int] = mapped_column(default=1)
    score_policy: Mapped[ScorePolicy] = mapped_column(default=ScorePolicy.BEST)
    pass_score: Mapped[Decimal] = mapped_column(MARKS)
    excellent_score: Mapped[Decimal] = mapped_column(MARKS)
    #: When candidates see their score; their own paper with what was right; key and rationale.
    score_release: Mapped[Release] = mapped_column(default=Release.AT_SUBMIT)
    paper_release: Mapped[Release] = mapped_column(default=Release.AFTER_CLOSE)
    key_release: Mapped[Release] = mapped_column(default=Release.AFTER_CLOSE)
    shuffle_options: Mapped[bool] = mapped_column(default=True)
    notice: Mapped[Prose] = mapped_column(default="")
    #: The session whose absentees and failures this one is for.
    makeup_of_id: Mapped[int | None] = mapped_column(ForeignKey("exam_session.id"))
    roster_id: Mapped[int] = mapped_column(ForeignKey(RosterSnapshot.id))
    roster: Mapped[RosterSnapshot] = relationship()
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    candidates: Mapped[list["Candidate"]] = relationship(
        back_populates="session", order_by="Candidate.id"
    )


class Candidate(Model):
    """A person on the list of a session, as the roster snapshot had them."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("status = 'due' OR reason <> ''", name="exempt_with_reason"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    session: Mapped[ExamSession] = relationship(back_populates="candidates")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    entry_id: Mapped[int] = mapped_column(ForeignKey(RosterEntry.id))
    entry: Mapped[RosterEntry] = relationship()
    status: Mapped[CandidateStatus] = mapped_column(default=CandidateStatus.DUE)
    #: Why exempt or deferred; empty for those due.
    reason: Mapped[Line] = mapped_column(default="")
    extra_minutes: Mapped[int] = mapped_column(default=0)
    #: Why extra minutes were granted.
    extra_reason: Mapped[Line] = mapped_column(default="")
    attempts: Mapped[list["Attempt"]] = relationship(
        back_populates="candidate", order_by="Attempt.number"
    )


class Attempt(Model):
    """One sitting. Its state is derived from its times."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("candidate_id", "number"),
        CheckConstraint("(submitted_at IS NULL) = (earned IS NULL)", name="scored_when_submitted"),
        CheckConstraint("started_at <= deadline", name="starts_before_deadline"),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey(Candidate.id))
    candidate: Mapped[Candidate] = relationship(back_populates="attempts")
    number: Mapped[int]
    #: Whose it is and of which session; repeated from the candidate for the save path.
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    session: Mapped[ExamSession] = relationship()
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    form: Mapped[Form] = relationship()
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    #: Bumped to revoke every token given out before.
    epoch: Mapped[int] = mapped_column(default=1)
    #: The signed-in device that it is sat at; none for attempts that no browser began.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey(SignIn.id))
    #: Seed of the option order of this attempt (exam.ordering); stored, never sent.
    seed: Mapped[int] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime | None]
    auto_submitted: Mapped[bool] = mapped_column(default=False)
    earned: Mapped[Decimal | None] = mapped_column(MARKS)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[Line] = mapped_column(default="")
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.slot")
    events: Mapped[list["AttemptEvent"]] = relationship(order_by="AttemptEvent.at, AttemptEvent.id")


class Answer(Model):
    """What the candidate last chose for a slot. An older sequence never overwrites a newer."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "slot"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    slot: Mapped[int]
    #: The client's sequence number of this answer.
    seq: Mapped[int] = mapped_column(BigInteger)
    #: JSON of the answer as sent: ``{"choice": ["A"]}``, letters as shown to this candidate.
    response: Mapped[Prose]
    saved_at: Mapped[datetime]
    #: Marks earned; set with the submit.
    earned: Mapped[Decimal | None] = mapped_column(MARKS)


class AttemptEvent(Model):
    __tablename__ = "attempt_event"

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    at: Mapped[datetime]
    kind: Mapped[EventKind]
    detail: Mapped[Prose] = mapped_column(default="")


class AttemptVector(Model):
    """What statistics read of a submitted attempt: one byte a slot, 1 for fully right."""

    __tablename__ = "attempt_vector"

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    #: Statistics unit at the time of the session's roster.
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    right: Mapped[bytes] = mapped_column(LargeBinary)
