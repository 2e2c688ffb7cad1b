"""Tokens of server-side sessions and how long they last. Pure but for the system's randomness."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts.permissions import Lane


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


def may_be_several(lane: Lane) -> bool:
    """Whether an account of the lane may be signed in on several machines at a time.

    People who change machines in the middle of an examination must not be shut out of either;
    an administrator's second session is a sign that somebody else has the password.
    """
    return lane is Lane.BUSINESS
