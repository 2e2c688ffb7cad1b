"""Requests for 免考, 缓考 and accommodations, with what was attached to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Line, Model, Prose
from exam.models.sessions import Candidate
from exam.sessions import asking
from exam.sessions.asking import Asked, ReasonCode, RequestKind, RequestState


class CandidateRequest(Model):
    """What somebody on a list asks for. Its state is derived from what was done with it."""

    __tablename__ = "candidate_request"
    __table_args__ = (
        CheckConstraint("(opinion IS NULL) = (opined_at IS NULL)", name="opined_as_a_whole"),
        CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_as_a_whole"),
        CheckConstraint("withdrawn_at IS NULL OR decided_at IS NULL", name="open_when_withdrawn"),
        CheckConstraint("reversed_at IS NULL OR decided_at IS NOT NULL", name="decided_before"),
        CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )

    candidate_id: Mapped[int] = mapped_column(ForeignKey(Candidate.id), index=True)
    candidate: Mapped[Candidate] = relationship()
    kind: Mapped[RequestKind]
    code: Mapped[ReasonCode]
    text: Mapped[Prose]
    minutes: Mapped[int] = mapped_column(default=0)
    large_print: Mapped[bool] = mapped_column(default=False)
    aid: Mapped[Line] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    asked_by: Mapped[Account] = relationship(foreign_keys=asked_by_id)
    #: Why 人事司 files it after the session opened; empty for one in time.
    late_reason: Mapped[Line] = mapped_column(default="")
    proof: Mapped["RequestProof | None"] = relationship(back_populates="request")
    #: What the head of the unit says; None until then.
    opinion: Mapped[bool | None]
    opinion_text: Mapped[Line] = mapped_column(default="")
    opined_at: Mapped[datetime | None]
    opined_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    opined_by: Mapped[Account | None] = relationship(foreign_keys=opined_by_id)
    granted: Mapped[bool | None]
    decision_text: Mapped[Line] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    #: How the candidate stood before it was granted, for the reversal.
    stood_before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    withdrawn_at: Mapped[datetime | None]
    reversed_at: Mapped[datetime | None]
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    reversed_by: Mapped[Account | None] = relationship(foreign_keys=reversed_by_id)
    reversal_reason: Mapped[Line] = mapped_column(default="")

    @property
    def state(self) -> RequestState:
        return asking.state(
            opined_at=self.opined_at,
            granted=self.granted,
            withdrawn_at=self.withdrawn_at,
            reversed_at=self.reversed_at,
        )

    @property
    def asked(self) -> Asked:
        return Asked(
            kind=self.kind,
            code=self.code,
            text=self.text,
            minutes=self.minutes,
            large_print=self.large_print,
            aid=self.aid,
        )


class RequestProof(Model):
    """The paper that proves the reason: read by those who decide, and by who handed it in."""

    __tablename__ = "request_proof"

    request_id: Mapped[int] = mapped_column(ForeignKey(CandidateRequest.id), unique=True)
    request: Mapped[CandidateRequest] = relationship(back_populates="proof")
    name: Mapped[Line]
    content_type: Mapped[Line]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]
