"""How audit records are chained, and where a chain breaks. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: The predecessor of the first record.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Entry:
    number: int
    body: str
    previous: str
    mac: str


@dataclass(frozen=True)
class Break:
    """The first record that cannot be what was written."""

    number: int
    reason: str


def body(fields: Mapping[str, Any]) -> str:
    """The canonical text of a record: the same fields give the same text, on one line."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def mac(key: bytes, number: int, text: str, previous: str) -> str:
    message = f"{number}\n{previous}\n{text}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def first_break(
    entries: Iterable[Entry], *, key: bytes, anchors: Mapping[int, str]
) -> Break | None:
    """The first broken record; None for a whole chain.

    ``anchors`` are (number → mac) pairs kept outside the database: without them a cut tail
    would pass, because what is left is still a chain.
    """
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.number != expected:
            return Break(expected, "记录缺失或次序被改动")
        if entry.previous != previous:
            return Break(entry.number, "与前一条记录不相连")
        if not hmac.compare_digest(mac(key, entry.number, entry.body, previous), entry.mac):
            return Break(entry.number, "内容与校验值不符")
        if anchors.get(entry.number, entry.mac) != entry.mac:
            return Break(entry.number, "与库外锚点不符")
        previous, expected = entry.mac, expected + 1
    lost = [number for number in anchors if number >= expected]
    return Break(min(lost), "库外锚点存在而记录已不在") if lost else None
