"""What lets a browser save answers to one attempt without asking who it is. Pure.

``attempt.person.epoch.counts.mac``: ``counts`` has one digit a slot, its number of options, so
that a batch is checked without reading the paper.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = "0123456789a"


@dataclass(frozen=True)
class Ticket:
    attempt_id: int
    person_id: int
    epoch: int
    option_counts: Sequence[int]


def sign(key: bytes, ticket: Ticket) -> str:
    counts = "".join(_DIGITS[count] for count in ticket.option_counts)
    text = f"{ticket.attempt_id}.{ticket.person_id}.{ticket.epoch}.{counts}"
    return f"{text}.{_mac(key, text)}"


def unsign(key: bytes, token: str) -> Ticket | None:
    """The ticket of a token that we signed; None for any other text."""
    text, _, given = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(_mac(key, text), given):
        return None
    attempt, person, epoch, counts = text.split(".")
    return Ticket(int(attempt), int(person), int(epoch), [_DIGITS.index(each) for each in counts])


def _mac(key: bytes, text: str) -> str:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()


def key_of(secret: str) -> bytes:
    """The key of tokens, apart from every other use of the installation's secret."""
    return hashlib.sha256(b"attempt token\0" + secret.encode()).digest()
