"""Passwords: what is accepted, how it is kept, how an issued one is made.

argon2id with m=19456 KiB, t=2, p=1; one hash at a time in a process, so that a rush of sign-ins
cannot take all processors and memory.
"""

import secrets
import string
import threading
import unicodedata

import argon2

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_one_at_a_time = threading.Lock()

SHORT, LONG, LONGEST = 10, 15, 128
_EASY_PARTS = ("xinfang", "gjxfj", "信访", "password", "qwerty", "123456", "abc123", "admin")
_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
#: Without characters that look alike in print.
_ISSUED = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def faults(password: str, *, username: str, name: str) -> list[str]:
    """Why a password is not accepted, in Chinese; empty if it is."""
    found = []
    if not SHORT <= len(password) <= LONGEST:
        found.append(f"口令长度应为 {SHORT} 至 {LONGEST} 位")
    elif len(password) < LONG and _classes(password) < 3:
        found.append(f"口令不足 {LONG} 位时，应包含大写字母、小写字母、数字、符号中的三类")
    folded = unicodedata.normalize("NFKC", password).lower()
    if username.lower() in folded or (name and name in folded):
        found.append("口令不得包含工号或姓名")
    if any(part in folded for part in _EASY_PARTS) or len(set(folded)) < 4:
        found.append("口令过于常见，容易被猜中")
    return found


def _classes(password: str) -> int:
    known = [any(char in letters for char in password) for letters in _CLASSES]
    return sum(known) + any(all(char not in letters for letters in _CLASSES) for char in password)


def issued() -> str:
    """A random password to hand out once."""
    return "-".join("".join(secrets.choice(_ISSUED) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    with _one_at_a_time:
        return _hasher.hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one kept. Takes as long for a wrong one as for a right one."""
    with _one_at_a_time:
        try:
            return _hasher.verify(kept, password)
        except argon2.exceptions.VerificationError:
            return False
        except argon2.exceptions.InvalidHashError:
            return False


#: What an unknown user's password is compared with, so that the answer takes as long.
NOBODYS = hashed(secrets.token_hex(16))
