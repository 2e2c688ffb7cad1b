"""合格证书: what it says, its number, its signature, what strangers see of it. Pure."""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from core.labels import Labelled

#: Digits and letters that nobody confuses (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: So many of them: 80 bits, which nobody guesses.
LENGTH = 16


class Status(Labelled):
    VALID = "valid", "有效"
    INVALID = "invalid", "无效"
    REVOKED = "revoked", "已撤销"


@dataclass(frozen=True)
class Fields:
    """Every word of a certificate, as printed."""

    name: str
    staff_number: str
    unit: str
    #: The organ whose exam it is.
    organ: str
    exam: str
    #: The year of the exam.
    year: int
    score: str
    level: str
    issuer: str
    #: As an ISO date.
    issued_on: str

    @property
    def issued(self) -> date:
        return date.fromisoformat(self.issued_on)

    def data(self) -> dict[str, Any]:
        return asdict(self)

    def sentence(self) -> str:
        """兹证明…: the body of the certificate."""
        return (
            f"兹证明{self.name}同志（{self.unit}）于{self.year}年参加{self.organ}"
            f"“{self.exam}”，成绩{self.score}分，等次：{self.level}。"
        )

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(**data)


def number(raw: bytes) -> str:
    """XF-XXXX-XXXX-XXXX-XXXX, from 16 or more random bytes."""
    drawn = "".join(ALPHABET[each % len(ALPHABET)] for each in raw[:LENGTH])
    return "XF-" + "-".join(drawn[n : n + 4] for n in range(0, LENGTH, 4))


def read_number(written: str) -> str:
    """A number as people type it: any case, with or without hyphens; O is 0, I and L are 1."""
    bare = written.upper().replace("-", "").replace(" ", "").removeprefix("XF")
    bare = bare.translate(str.maketrans("OIL", "011"))
    return "XF-" + "-".join(bare[n : n + 4] for n in range(0, len(bare), 4))


def sign(key: bytes, number: str, data: Mapping[str, Any]) -> str:
    """HMAC-SHA256 over number and fields."""
    text = json.dumps([number, dict(data)], ensure_ascii=False, sort_keys=True,
                      separators=(",", ":"))  # fmt: skip
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def key_of(secret: str) -> bytes:
    """The signing key, made of the configured secret."""
    return hashlib.sha256(b"certificates\0" + secret.encode()).digest()


def status(
    key: bytes, number: str, data: Mapping[str, Any], signature: str, *, revoked: bool
) -> Status:
    if not hmac.compare_digest(sign(key, number, data), signature):
        return Status.INVALID
    return Status.REVOKED if revoked else Status.VALID


def holds(fields: Fields, *, name: str, score: str, level: str) -> bool:
    """Whether a certificate that says so is the one that was signed, however it is written."""
    return (
        "".join(name.split()) == "".join(fields.name.split())
        and _number(score) == _number(fields.score)
        and level == fields.level
    )


def _number(written: str) -> Decimal | None:
    """A score as people type it; None for what is none."""
    try:
        found = Decimal(unicodedata.normalize("NFKC", written).strip().removesuffix("分"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def masked(name: str) -> str:
    """王*, 欧**: only the first character of a name."""
    return name[:1] + "*" * max(1, len(name) - 1)
