"""A code on the wall that changes every half minute, so that being told it elsewhere is of no use.

Six digits by HMAC-SHA256 of what the code is for, which one it is, and the server's time step.
Pure: the key and the moment are arguments.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

#: How long a code stands.
STEP = timedelta(seconds=30)
#: Codes before the present one that are accepted, for those who type slowly.
EARLIER = 1
DIGITS = 6

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def code_at(key: str, purpose: str, number: int, at: datetime) -> str:
    """The digits of a moment; ``purpose`` and ``number`` say what they let somebody into."""
    return _digits(key, purpose, number, _step(at))


def code_until(at: datetime) -> datetime:
    """When the next code comes."""
    return datetime.fromtimestamp(0, UTC) + (_step(at) + 1) * STEP


def code_fits(key: str, purpose: str, number: int, given: str, at: datetime) -> bool:
    """Whether the code of now was given, or the one before it; every one is compared, and each
    comparison takes the same time."""
    typed = "".join(given.translate(_FULL_WIDTH).split()).encode()
    now = _step(at)
    fits = [
        hmac.compare_digest(_digits(key, purpose, number, step).encode(), typed)
        for step in range(now - EARLIER, now + 1)
    ]
    return any(fits)


def _step(at: datetime) -> int:
    return int(at.timestamp()) // int(STEP.total_seconds())


def _digits(key: str, purpose: str, number: int, step: int) -> str:
    text = f"{purpose}\0{number}\0{step}"
    mac = hmac.digest(key.encode(), text.encode(), hashlib.sha256)
    return f"{int.from_bytes(mac[:8]) % 10**DIGITS:0{DIGITS}}"
