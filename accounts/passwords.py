"""How passwords are kept and how an issued one is made. Pure but for the system's randomness.

argon2id with m=7168 KiB, t=5, p=1: of the settings that OWASP's password storage cheat sheet counts
as equally strong, the one that takes least here, because half of what m=19456, t=2 takes is the
system's handing out the memory. One hash at a time in a process, so that a rush of sign-ins cannot
take all processors and memory.
"""

import secrets
import threading

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

_PASSES, _MEMORY = 5, 7_168 * 1024
#: How a hash of this cost begins.
_OURS = "$argon2id$v=19$m=7168,t=5,p=1$"
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


def is_of_other_cost(kept: str) -> bool:
    """Whether a hash was made at another cost than new ones are."""
    return not kept.startswith(_OURS)


#: What an unknown user's password is compared with, so that the answer takes as long.
NOBODYS = hashed(secrets.token_hex(16))
