"""Sessions, the papers that they give out, and the people who are to sit them."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Person, RosterEntry, RosterSnapshot
from accounts.standing import RankGroup
from core.db import Line, Model, Prose
from exam.attempts.timing import shown_end
from exam.kinds import CandidateStatus, ExamKind, Release, ScorePolicy
from exam.marking.double_marking import Combining, Scheme, Unit
from exam.models.building import Form
from exam.models.columns import MARKS
from exam.results import review

if TYPE_CHECKING:
    from exam.models.attempts import Attempt
    from exam.models.conduct import SessionGate


class ExamSession(Model):
    """场次: sealed papers, a window, and the people who are to sit one of them each."""

    __tablename__ = "exam_session"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_closing"),
        CheckConstraint("minutes > 0", name="takes_time"),
        CheckConstraint("max_attempts > 0", name="can_be_taken"),
        CheckConstraint("pass_score <= excellent_score", name="lines_in_order"),
        CheckConstraint("recheck_days >= 0", name="recheck_days_count"),
        CheckConstraint("mark_tolerance >= 0", name="tolerates_something"),
        CheckConstraint("avoid_exams BETWEEN 0 AND 10", name="avoids_some_exams"),
        CheckConstraint("(makeup_from IS NULL) = (makeup_until IS NULL)", name="makeup_whole"),
        CheckConstraint("makeup_from < makeup_until", name="makeup_from_before_until"),
        CheckConstraint("remind_hours >= 0", name="reminds_before_end"),
        CheckConstraint("max_attempts = 1 OR NOT on_paper", name="on_paper_once"),
    )

    title: Mapped[Line]
    exam_kind: Mapped[ExamKind]
    papers: Mapped[list["SessionForm"]] = relationship(
        back_populates="session", order_by="SessionForm.position", cascade="all, delete-orphan"
    )
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
    #: Working days after publication in which a recheck may be asked for, and after that in which
    #: it is to be answered; 0 for an exam without rechecks.
    recheck_days: Mapped[int] = mapped_column(default=5)
    shuffle_options: Mapped[bool] = mapped_column(default=True)
    #: Sat on paper in a room (线下); nobody begins it here, scores are entered afterwards.
    on_paper: Mapped[bool] = mapped_column(default=False)
    #: Each candidate meets the items of a section in an order of their own.
    shuffle_items: Mapped[bool] = mapped_column(default=False)
    #: Items that somebody met in so many exams before are kept from them where it can be done.
    avoid_exams: Mapped[int] = mapped_column(default=1)
    notice: Mapped[Prose] = mapped_column(default="")
    #: Two people mark each answer in words; how far apart they may be, and what counts then.
    double_marking: Mapped[bool] = mapped_column(default=False)
    mark_tolerance: Mapped[Decimal] = mapped_column(MARKS, default=Decimal(20))
    tolerance_unit: Mapped[Unit] = mapped_column(default=Unit.BY_HAND)
    mark_combining: Mapped[Combining] = mapped_column(default=Combining.MEAN)
    #: Why one person marks alone though two could; empty where two do, or where nobody has to.
    single_reason: Mapped[Line] = mapped_column(default="", server_default=text("''"))
    #: When what persons marked was declared final (定评).
    marking_closed_at: Mapped[datetime | None]
    #: When a makeup is planned; the makeup itself is a session with a window of its own.
    makeup_from: Mapped[datetime | None]
    makeup_until: Mapped[datetime | None]
    #: So many hours before the end who has not begun is reminded; 0 for never.
    remind_hours: Mapped[int] = mapped_column(default=48)
    #: The session whose absentees and failures this one is for.
    makeup_of_id: Mapped[int | None] = mapped_column(ForeignKey("exam_session.id"))
    roster_id: Mapped[int] = mapped_column(ForeignKey(RosterSnapshot.id))
    roster: Mapped[RosterSnapshot] = relationship()
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    #: Since when the clock stands still; the ends are put off for so long (timing.HOLD).
    paused_at: Mapped[datetime | None]
    #: What has to be shown to begin it; named from here, so that asking for none costs no query.
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("session_gate.id"))
    gate: Mapped["SessionGate | None"] = relationship()
    candidates: Mapped[list["Candidate"]] = relationship(
        back_populates="session", order_by="Candidate.id"
    )

    @property
    def scheme(self) -> Scheme:
        """How answers in words are marked."""
        return Scheme(
            self.double_marking, self.mark_tolerance, self.tolerance_unit, self.mark_combining
        )

    @property
    def score_opens(self) -> Release:
        return review.opens(self.score_release, on_paper=self.on_paper)

    @property
    def paper_opens(self) -> Release:
        return review.paper_opens(self.score_release, self.paper_release, on_paper=self.on_paper)

    @property
    def marking_final(self) -> bool:
        """Whether what persons marked is declared final, by itself or with the scores."""
        return self.marking_closed_at is not None or self.published_at is not None

    @property
    def shown_end(self) -> datetime:
        """The window's end as people know it: without what a pause holds."""
        return shown_end(self.closes_at, self.paused_at)

    @property
    def form(self) -> Form:
        """The first of its papers. All have the same total; who sits which is on the candidate."""
        return self.papers[0].form

    @property
    def forms(self) -> list[Form]:
        """Its papers, each once."""
        return list({each.form_id: each.form for each in self.papers}.values())


class SessionForm(Model):
    """A paper that a session gives out, to one rank group or to everybody without one's own."""

    __tablename__ = "session_form"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        UniqueConstraint("session_id", "form_id", "rank_group", name="uq_session_form_of_group"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey(ExamSession.id))
    session: Mapped[ExamSession] = relationship(back_populates="papers")
    position: Mapped[int]
    form_id: Mapped[int] = mapped_column(ForeignKey(Form.id), index=True)
    form: Mapped[Form] = relationship()
    rank_group: Mapped[RankGroup | None]


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
    #: The paper that was dealt to them; none while it has to be decided which (命题回避).
    form_id: Mapped[int | None] = mapped_column(ForeignKey(Form.id), index=True)
    form: Mapped[Form | None] = relationship()
    #: Why this paper, or why none.
    form_reason: Mapped[Line] = mapped_column(default="")
    #: Slots of a paper with alternatives that they must not or should not be asked.
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)
    #: Why exempt or deferred; empty for those due.
    reason: Mapped[Line] = mapped_column(default="")
    extra_minutes: Mapped[int] = mapped_column(default=0)
    #: Why extra minutes were granted.
    extra_reason: Mapped[Line] = mapped_column(default="")
    #: The paper opens in 大字版.
    large_print: Mapped[bool] = mapped_column(default=False)
    #: What else was granted: read out, an own room …
    aid: Mapped[Line] = mapped_column(default="")
    attempts: Mapped[list["Attempt"]] = relationship(
        back_populates="candidate", order_by="Attempt.number"
    )

    @property
    def aids(self) -> str:
        """What was granted besides time, in words."""
        return "、".join(filter(None, ("大字版" if self.large_print else "", self.aid)))
