"""What the timer runs: telling, the weekly digest, and handing e-mail in. Safe to run twice."""

import smtplib
from datetime import datetime

import structlog
from flask import current_app

from core import clock
from core.config import Config
from core.db import db, only_reads
from core.mail import sending
from courses.reminding import services

log = structlog.get_logger()
#: The digest goes out on Mondays from this hour on.
DIGEST_HOUR = 8


def _config() -> Config:
    found: Config = current_app.config["XUEFA"]
    return found


def tell() -> int:
    """Tell what the ladder has to tell; looks first, so that the write lock is short."""
    at = clock.now()
    only_reads()
    waiting = services.due(at=at)
    db.session.rollback()
    told = services.tell(notices=waiting, at=at, config=_config()) if waiting else 0
    if _is_digest_time(at):
        services.digest(at=at, config=_config())
    db.session.commit()
    return told


def _is_digest_time(at: datetime) -> bool:
    local = clock.local(at)
    return local.weekday() == 0 and local.hour >= DIGEST_HOUR


def hand_in_mail() -> int:
    """Hand in what is queued; what fails is tried again later, and given up in the end."""
    config = _config()
    if not config.smtp_host:
        return 0
    only_reads()
    ids = sending.due_ids(at=clock.now())
    db.session.rollback()
    done = 0
    for mail_id in ids:
        mail = sending.claim(mail_id, at=clock.now())
        db.session.commit()
        if mail is None:
            continue
        error = ""
        try:
            # No transaction is open while the server is spoken to.
            db.session.refresh(mail)
            db.session.expunge(mail)
            db.session.rollback()
            sending.hand_in(config, mail)
        except (OSError, smtplib.SMTPException, ValueError) as failure:
            error = str(failure) or type(failure).__name__
            log.warning("mail not handed in", mail=mail_id, error=error)
        sending.note(mail_id, error=error, at=clock.now())
        db.session.commit()
        done += not error
    return done
