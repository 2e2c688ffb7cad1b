"""Attempts, their answers, and what persons judged of them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person, SignIn
from core.db import Line, Model, Prose
from exam.kinds import EventKind, Misconduct
from exam.marking.double_marking import Reader
from exam.models.building import Form
from exam.models.columns import MARKS
from exam.models.sessions import Candidate, ExamSession


class Attempt(Model):
    """One sitting. Its state is derived from its times."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("candidate_id", "number"),
        CheckConstraint(
            "(earned IS NULL) = (submitted_at IS NULL OR unmarked > 0)",
            name="scored_when_submitted",
        ),
        CheckConstraint("unmarked >= 0", name="counts_unmarked"),
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
    #: Given to everybody who sat at the time: pauses, and time added for all.
    added_seconds: Mapped[int] = mapped_column(default=0)
    #: Bumped to revoke every token given out before.
    epoch: Mapped[int] = mapped_column(default=1)
    #: The signed-in device that it is sat at; none for attempts that no browser began.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey(SignIn.id))
    #: Seed of the option order of this attempt (exam.papers.ordering); stored, never sent.
    seed: Mapped[int] = mapped_column(BigInteger)
    #: Seed of its items and their order (exam.papers.drawing); 0 for the paper as it was sealed.
    draw_seed: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Slots that its draw left out, as they stood for the candidate when it began.
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)
    submitted_at: Mapped[datetime | None]
    auto_submitted: Mapped[bool] = mapped_column(default=False)
    #: Answers of a handed-in attempt that wait for a person to mark them.
    unmarked: Mapped[int] = mapped_column(default=0)
    #: Its answers that persons mark: the most that ever waited for them.
    by_hand: Mapped[int] = mapped_column(default=0, server_default="0")
    #: The marks of the whole paper, once it is handed in and nothing waits to be marked.
    earned: Mapped[Decimal | None] = mapped_column(MARKS)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[Line] = mapped_column(default="")
    #: What was done that voided it; none for an attempt that was voided for another reason.
    misconduct: Mapped[Misconduct | None]
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.slot")
    events: Mapped[list["AttemptEvent"]] = relationship(order_by="AttemptEvent.at, AttemptEvent.id")

    @property
    def cancelled(self) -> bool:
        return self.session.cancelled_at is not None

    @property
    def settled(self) -> bool:
        """Whether nobody marks any of it any more: persons mark none, or the marking is final."""
        return not self.unmarked and (self.by_hand == 0 or self.session.marking_final)

    @property
    def score(self) -> Decimal | None:
        """The marks of the whole paper as anybody may be told them: none before they are final."""
        return self.earned if self.settled else None


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
    #: Marks earned; set with the submit, or by the person who marks what needs one.
    earned: Mapped[Decimal | None] = mapped_column(MARKS)
    markings: Mapped[list["Marking"]] = relationship(back_populates="answer", order_by="Marking.id")


class Marking(Model):
    """What a person judged an answer to hold. Never changed; the newest of each reader counts.

    What they come to together is exam.marking.double_marking.
    """

    __tablename__ = "marking"

    answer_id: Mapped[int] = mapped_column(ForeignKey(Answer.id), index=True)
    answer: Mapped[Answer] = relationship(back_populates="markings")
    reader: Mapped[Reader] = mapped_column(default=Reader.FIRST)
    #: By question of the item ("0" for the item itself, "1" for its first part …) the points of
    #: the marking guide that the answer holds, as indices.
    points: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    #: The marks of the answer if this judgement alone counted.
    earned: Mapped[Decimal] = mapped_column(MARKS)
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    marked_by: Mapped[Account | None] = relationship()
    #: Why it was marked once more; empty for the first time.
    reason: Mapped[Line] = mapped_column(default="")


class AttemptEvent(Model):
    __tablename__ = "attempt_event"

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), index=True)
    at: Mapped[datetime]
    kind: Mapped[EventKind]
    detail: Mapped[Prose] = mapped_column(default="")


class AttemptVector(Model):
    """What statistics read of a submitted attempt, one byte a slot.

    What waits to be marked, or was marked by persons and is not final yet, is 0 in ``right`` and
    255 in ``share``; slots that were not drawn for it are 0 and 254.
    """

    __tablename__ = "attempt_vector"

    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id), index=True)
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    #: Statistics unit at the time of the session's roster.
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    #: 1 for fully right.
    right: Mapped[bytes] = mapped_column(LargeBinary)
    #: The share of the marks in whole percent.
    share: Mapped[bytes] = mapped_column(LargeBinary)
