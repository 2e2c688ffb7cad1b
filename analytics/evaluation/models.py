"""Rule sets, what unit heads enter, editions with the inputs of everybody, and appeals."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, OrgUnit, Person, RosterSnapshot
from analytics.evaluation import records, scoring
from analytics.evaluation.kinds import Level, RunState
from analytics.evaluation.rules import Rules
from core.db import Code, Line, Model, Prose


class EvalRules(Model):
    """评价规则: of a year on; a draft until somebody else approves it, then never changed."""

    __tablename__ = "eval_rules"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> created_by_id", name="by_another"
        ),
    )

    year: Mapped[int]
    #: 1 for the first of a year; each change is another one.
    number: Mapped[int]
    #: Why it was changed.
    reason: Mapped[Line] = mapped_column(default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    created_by: Mapped[Account] = relationship(foreign_keys=created_by_id)
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    approved_by: Mapped[Account | None] = relationship(foreign_keys=approved_by_id)

    @property
    def rules(self) -> Rules:
        return Rules.of_json(self.content)

    @property
    def title(self) -> str:
        return f"{self.year}年度评价规则第{self.number}版"


class EvalEntry(Model):
    """用、述 of a person in a year as the unit head has it; the last one stands, none is changed
    but for the check."""

    __tablename__ = "eval_entry"
    __table_args__ = (
        CheckConstraint("usage_mark BETWEEN 0 AND 5", name="of_the_rubric"),
        CheckConstraint("(checked_at IS NULL) = (agrees IS NULL)", name="checked_whole"),
        CheckConstraint("checked_by_id <> entered_by_id", name="checked_by_another"),
    )

    year: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    person: Mapped[Person] = relationship()
    usage_mark: Mapped[int]
    usage_note: Mapped[Line] = mapped_column(default="")
    report_items: Mapped[list[str]] = mapped_column(JSON)
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    entered_by: Mapped[Account] = relationship(foreign_keys=entered_by_id)
    #: 研究室's check; who is found wanting counts as not entered until entered anew.
    agrees: Mapped[bool | None]
    check_note: Mapped[Line] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    @property
    def counts(self) -> bool:
        return self.agrees is not False


class EvalRun(Model):
    """一版评价: computed once, shown for five working days, then final; then only reversed."""

    __tablename__ = "eval_run"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("(finalised_at IS NULL) = (digest = '')", name="final_with_digest"),
        CheckConstraint(
            "(reversed_at IS NULL) = (reverse_reason = '')", name="reversed_with_reason"
        ),
    )

    year: Mapped[int]
    number: Mapped[int]
    rules_id: Mapped[int] = mapped_column(ForeignKey(EvalRules.id))
    rules_row: Mapped[EvalRules] = relationship()
    roster_id: Mapped[int] = mapped_column(ForeignKey(RosterSnapshot.id))
    roster: Mapped[RosterSnapshot] = relationship()
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    made_by: Mapped[Account] = relationship(foreign_keys=made_by_id)
    public_until: Mapped[datetime]
    finalised_at: Mapped[datetime | None]
    finalised_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    finalised_by: Mapped[Account | None] = relationship(foreign_keys=finalised_by_id)
    digest: Mapped[Code] = mapped_column(default="")
    reversed_at: Mapped[datetime | None]
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    reverse_reason: Mapped[Line] = mapped_column(default="")

    def state(self, at: datetime) -> RunState:
        return records.state(
            until=self.public_until,
            finalised_at=self.finalised_at,
            reversed_at=self.reversed_at,
            at=at,
        )

    @property
    def title(self) -> str:
        return f"{self.year}年度学法用法评价第{self.number}版"


class EvalScore(Model):
    """A person in an edition: the inputs, and what they came to."""

    __tablename__ = "eval_score"
    __table_args__ = (UniqueConstraint("run_id", "person_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey(EvalRun.id))
    run: Mapped[EvalRun] = relationship()
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    #: As the roster has them.
    staff_number: Mapped[Code]
    name: Mapped[Line]
    unit_id: Mapped[int] = mapped_column(ForeignKey(OrgUnit.id), index=True)
    unit_name: Mapped[Line]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    #: None where nothing could be scored, or too little for a level.
    level: Mapped[Level | None]

    @property
    def said(self) -> str:
        return scoring.worded(self.level, self.total)


class EvalAppeal(Model):
    """申诉 by the person, answered by somebody who did not make the edition."""

    __tablename__ = "eval_appeal"
    __table_args__ = (
        UniqueConstraint("score_id"),
        CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name="answered_whole"),
        CheckConstraint("answered_by_id <> asked_by_id", name="answered_by_another"),
    )

    score_id: Mapped[int] = mapped_column(ForeignKey(EvalScore.id))
    score: Mapped[EvalScore] = relationship()
    reason: Mapped[Prose]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    accepted: Mapped[bool | None]
    answer: Mapped[Prose] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    answered_by: Mapped[Account | None] = relationship(foreign_keys=answered_by_id)
