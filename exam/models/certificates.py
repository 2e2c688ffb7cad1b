"""合格证书, each signed and open to be checked by its number."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Code, Line, Model
from exam.models.attempts import Attempt
from exam.models.sessions import Candidate


class Certificate(Model):
    """What somebody was certified to have passed. Never changed, only revoked and issued anew."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason = '')", name="revoked_with_reason"),
    )

    number: Mapped[Code] = mapped_column(unique=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey(Candidate.id), index=True)
    candidate: Mapped[Candidate] = relationship()
    #: The sitting whose score it states.
    attempt_id: Mapped[int] = mapped_column(ForeignKey(Attempt.id))
    attempt: Mapped[Attempt] = relationship()
    #: Every word that is printed on it (exam.results.certificates).
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Over number and fields, in hexadecimal.
    signature: Mapped[str] = mapped_column(String(64))
    #: The last day on which its holder may print it; NULL for no such limit.
    print_until: Mapped[date | None]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoke_reason: Mapped[Line] = mapped_column(default="")
