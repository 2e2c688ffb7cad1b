"""What somebody shows to be let into a session: its code, their address, their browser. Pure."""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network

#: Wrong codes of one person before they have to wait, and for how long those count.
TRIES = 5
TRIES_FOR = timedelta(minutes=10)

_KEY = re.compile(r"[0-9a-f]{64}")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


class Unreadable(ValueError):
    """A line that is no network, or no key; the text says which and why."""


@dataclass(frozen=True)
class Shown:
    """What a request shows of itself."""

    address: str
    #: The address of the page, without its fragment, as the browser asked for it.
    url: str
    code: str = ""
    #: The headers X-SafeExamBrowser-ConfigKeyHash and X-SafeExamBrowser-RequestHash.
    config_hash: str = ""
    exam_hash: str = ""


def code_at(secret: str, minutes: int, at: datetime) -> str:
    """The six digits of a moment; ``minutes`` 0 for a code that does not change."""
    return _digits(secret, _turn(minutes, at))


def code_until(minutes: int, at: datetime) -> datetime | None:
    """When the next code comes; None if none comes by itself."""
    if not minutes:
        return None
    span = timedelta(minutes=minutes)
    return datetime.fromtimestamp(0, at.tzinfo) + (_turn(minutes, at) + 1) * span


def code_fits(secret: str, minutes: int, given: str, at: datetime) -> bool:
    """Whether the code of now was given, or the one before it."""
    turn = _turn(minutes, at)
    typed = "".join(given.translate(_FULL_WIDTH).split())
    turns = (turn, turn - 1) if minutes else (turn,)
    return any(
        hmac.compare_digest(_digits(secret, each).encode(), typed.encode()) for each in turns
    )


def _turn(minutes: int, at: datetime) -> int:
    return int(at.timestamp()) // (minutes * 60) if minutes else 0


def _digits(secret: str, turn: int) -> str:
    mac = hmac.digest(secret.encode(), str(turn).encode(), hashlib.sha256)
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06}"


def networks(text: str) -> list[Network]:
    """The networks of a list, one a line; a single address is a network of itself.

    Raises Unreadable.
    """
    found: list[Network] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (written := line.strip()):
            continue
        try:
            found.append(ipaddress.ip_network(written))
        except ValueError as error:
            hint = "，网段应从网络地址写起" if "host bits" in str(error) else ""
            raise Unreadable(
                f"第 {number} 行“{written}”不是网段{hint}，"
                "请写成 10.1.2.0/24、2001:db8::/32 或单个地址"
            ) from None
    return found


def within(allowed: Sequence[Network], address: str) -> bool:
    """Whether an address lies in one of the networks; any does if there are none."""
    if not allowed:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found.version == each.version and found in each for each in allowed)


def keys(text: str) -> list[str]:
    """Keys of Safe Exam Browser, one a line, in lower case. Raises Unreadable."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (written := line.strip().lower()):
            continue
        if not _KEY.fullmatch(written):
            raise Unreadable(f"第 {number} 行不是密钥，应为 64 位十六进制字符（0–9、a–f）")
        found.append(written)
    return found


def key_fits(accepted: Sequence[str], url: str, given: str) -> bool:
    """Whether the header proves one of the keys: it is SHA-256 of the address and the key."""
    return any(
        hmac.compare_digest(
            hashlib.sha256((url + key).encode()).hexdigest().encode(),
            given.strip().lower().encode(),
        )
        for key in accepted
    )
