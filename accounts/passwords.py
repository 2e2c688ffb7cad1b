"""How passwords are kept and how an issued one is made. Pure but for the system's randomness.

argon2id with m=19456 KiB, t=2, p=1; one hash at a time in a process, so that a rush of sign-ins
cannot take all processors and memory.
"""

import secrets
import threading

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

_PASSES, _MEMORY = 2, 19_456 * 1024
_one_at_a_time = threading.Lock()

#: Without characters that look alike in print.
_ISSUED = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def issued() -> str:
    """A random password to hand out once (92 bits)."""
    return "-".join("".join(secrets.choice(_ISSUED) for _ in range(4)) for _ in range(4))


def hashed(password: str) -> str:
    with _one_at_a_time:
        return argon2id.str(password.encode(), _PASSES, _MEMORY).decode()


def matches(password: str, kept: str) -> bool:
    """Whether the password is the one kept. Takes as long for a wrong one as for a right one."""
    with _one_at_a_time:
        try:
            return argon2id.verify(kept.encode(), password.encode())
        except CryptoError:  # another password, or nothing that could be kept
            return False


#: What an unknown user's password is compared with, so that the answer takes as long.
NOBODYS = hashed(secrets.token_hex(16))
