"""What lets a browser save answers to one attempt without asking who it is. Pure.

``attempt.person.epoch.shapes.mac``: ``shapes`` says of each slot what its type needs to know to
read an answer, so that a batch is checked without reading the paper.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from exam.attempts.responses import Shape
from question_bank.item_types import ItemType

#: Tokens that are remembered with their tickets: a candidate sends the same one all along.
KEPT = 8192


class Ticket(NamedTuple):
    attempt_id: int
    person_id: int
    epoch: int
    shapes: Sequence[Shape]


def sign(key: bytes, ticket: Ticket) -> str:
    return sign_packed(
        key, ticket.attempt_id, ticket.person_id, ticket.epoch, packed(ticket.shapes)
    )


def sign_packed(key: bytes, attempt_id: int, person_id: int, epoch: int, shapes: str) -> str:
    """The token of a ticket whose shapes are packed already; a paper's are always the same."""
    text = f"{attempt_id}.{person_id}.{epoch}.{shapes}"
    return f"{text}.{_mac(key, text)}"


def unsign(key: bytes, token: str) -> Ticket | None:
    """The ticket of a token that we signed; None for any other text."""
    try:
        return _ticket(key, token)
    except _Forged:
        return None


class _Forged(ValueError):
    """Not our signature; such a token is not remembered."""


@lru_cache(maxsize=KEPT)
def _ticket(key: bytes, token: str) -> Ticket:
    text, _, given = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(_mac(key, text), given):
        raise _Forged
    attempt, person, epoch, packed = text.split(".")
    return Ticket(int(attempt), int(person), int(epoch), _shapes(packed))


def packed(shapes: Sequence[Shape]) -> str:
    """Runs of equal shapes, [type, shape, length] each: a paper of choices is two or three."""
    runs = [(each, len(list(run))) for each, run in groupby(shapes)]
    data = json.dumps(
        [[item_type.value, shape, length] for (item_type, shape), length in runs],
        separators=(",", ":"),
    )
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


@lru_cache(maxsize=64)
def _shapes(packed: str) -> Sequence[Shape]:
    runs = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    return [(ItemType.of(value), shape) for value, shape, length in runs for _ in range(length)]


def _mac(key: bytes, text: str) -> str:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()


def key_of(secret: str) -> bytes:
    """The key of tokens, apart from every other use of the installation's secret."""
    return hashlib.sha256(b"attempt token\0" + secret.encode()).digest()
