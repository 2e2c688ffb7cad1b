"""The queue of e-mails."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Line, Model, Prose


class MailOut(Model):
    __tablename__ = "mail_out"

    #: What causes it; nobody gets the same thing twice.
    cause: Mapped[str] = mapped_column(String(100), unique=True)
    address: Mapped[Line]
    subject: Mapped[Line]
    body: Mapped[Prose]
    queued_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    #: When it is tried next; None once it was handed in or given up.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    error: Mapped[Line] = mapped_column(default="")
