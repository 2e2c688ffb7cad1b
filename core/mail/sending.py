"""Queueing e-mails and handing them in. Only when an SMTP server is configured."""

import re
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.config import Config
from core.db import db, lock
from core.mail.models import MailOut

log = structlog.get_logger()

#: Waits between tries; after the last one it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
#: How many are handed in by one run of the job.
BATCH = 50
TIMEOUT = 20
_ADDRESS = re.compile(r"[^@\s,;<>\"()\\]{1,64}@[A-Za-z0-9.-]{1,180}")

Send = Callable[[Config, MailOut], None]


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text)) and text.isascii()


def queue(*, cause: str, address: str, subject: str, body: str, at: datetime) -> bool:
    """Put an e-mail into the queue; False if it was there already."""
    made = MailOut(
        cause=cause[:100],
        address=address,
        subject=" ".join(subject.split())[:200],
        body=body,
        queued_at=at,
        next_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        return False
    return True


def is_any_due(*, at: datetime) -> bool:
    return db.session.scalar(select(MailOut.id).where(MailOut.next_at <= at).limit(1)) is not None


def due_ids(*, at: datetime) -> list[int]:
    return list(
        db.session.scalars(
            select(MailOut.id).where(MailOut.next_at <= at).order_by(MailOut.id).limit(BATCH)
        )
    )


def claim(mail_id: int, *, at: datetime) -> MailOut | None:
    """Take an e-mail for one try: its next try is put off, so that no other process takes it."""
    mail = db.session.get(MailOut, mail_id)
    if mail is None:
        return None
    lock(mail)
    if mail.next_at is None or mail.next_at > at:
        return None
    wait = WAITS[mail.attempts] if mail.attempts < len(WAITS) else None
    mail.attempts += 1
    mail.next_at = None if wait is None else at + wait
    db.session.flush()
    return mail


def note(mail_id: int, *, error: str, at: datetime) -> None:
    """Say how the try went; an empty error for well."""
    mail = db.session.get_one(MailOut, mail_id)
    if error:
        mail.error = error[:300]
    else:
        mail.sent_at, mail.next_at, mail.error = at, None, ""
    db.session.flush()


def hand_in(config: Config, mail: MailOut) -> None:
    """Hand an e-mail to the server. Raises OSError and smtplib.SMTPException."""
    message = EmailMessage()
    message["From"] = Address(config.unit_name, addr_spec=config.smtp_from)
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = (
        f"<xuefa-{mail.id}@{config.smtp_from.rpartition('@')[2] or 'localhost'}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT) as server:
        if config.smtp_tls:
            server.starttls()
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password)
        server.send_message(message)
