"""Tokens of server-side sessions and how long they last. Pure but for the system's randomness."""

import hashlib
import secrets
from datetime import datetime, timedelta


def new_token() -> str:
    """A cookie value that nobody can guess (256 bits)."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token, so that a copy of the database opens no session."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_live(
    *, created_at: datetime, seen_at: datetime, at: datetime, idle: timedelta, life: timedelta
) -> bool:
    """Whether a session still counts at ``at``: not idle too long, not open too long."""
    return at - seen_at < idle and at - created_at < life
