"""The code on the projector: made of a secret, the session and the time, anew every half minute.

A code is worth nothing after a minute, so that one passed on outside the room comes too late; and
none is worth anything outside the session's own window. Pure: the server's time is an argument.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

#: Seconds that a code is shown.
STEP = 30
#: A code that has just been replaced is taken for as long as it takes to raise a phone.
GRACE = timedelta(seconds=15)
DIGITS = 8
#: The window opens so long before the session begins.
EARLY = timedelta(minutes=30)


def key_of(secret: str) -> bytes:
    """The key of all codes of an installation."""
    return hashlib.sha256(b"study group sign-in\0" + secret.encode()).digest()


def code(key: bytes, meeting_id: int, at: datetime) -> str:
    """What the projector shows at a moment."""
    return _of_step(key, meeting_id, int(at.timestamp()) // STEP)


def _of_step(key: bytes, meeting_id: int, step: int) -> str:
    mac = hmac.new(key, f"{meeting_id}/{step}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def left(at: datetime) -> int:
    """Seconds until the code changes, at least 1."""
    return STEP - int(at.timestamp()) % STEP


def is_valid(key: bytes, meeting_id: int, given: str, at: datetime) -> bool:
    """Whether the code is that of the moment, or of the one that a phone was raised at."""
    text = "".join(each for each in given if each.isascii() and each.isdigit())
    return any(
        hmac.compare_digest(text, code(key, meeting_id, moment)) for moment in (at, at - GRACE)
    )


def is_open(*, starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether the session can be signed in to: from half an hour before it until it ends."""
    return starts_at - EARLY <= at < ends_at
