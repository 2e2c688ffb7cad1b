"""A list of repealed laws, as a JSON file: names, days and what took their place. Pure.

`{"entries": [{"name", "type", "repealed_date", "replaced_by_name"}, …]}`, or the bare list. Only
entries of the type "repealed" are repeals; other types name older versions of laws.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import files
from laws.parsing.source import clean_title
from laws.parsing.text import short_title

#: A part of the successor: （第三编 合同）; or a remark instead of one.
_PART = re.compile(r"（[^（）]*）$")
REPEALED = "repealed"


@dataclass(frozen=True)
class Listed:
    """Short titles; no successor is ""."""

    repealed: str
    successor: str
    on: date


@dataclass(frozen=True)
class RepealList:
    listed: Sequence[Listed]
    #: What was left out, and why, in Chinese.
    left: Sequence[str]


def read(data: bytes) -> RepealList:
    """Read the file. Raises core.files.Unreadable if it is no such list."""
    try:
        whole = json.loads(files.decode(data))
    except (ValueError, RecursionError):
        raise files.Unreadable("不是 JSON 文件，请核对后再试") from None
    entries = whole.get("entries") if isinstance(whole, dict) else whole
    if not isinstance(entries, list):
        raise files.Unreadable("文件里没有 entries 列表，请核对后再试")
    listed: list[Listed] = []
    left: list[str] = []
    for number, entry in enumerate(entries, 1):
        try:
            listed.append(_listed(entry))
        except ValueError as fault:
            left.append(f"第 {number} 项{fault}")
    return RepealList(listed, left)


def _listed(entry: Any) -> Listed:
    """Raises ValueError, in Chinese."""
    if not isinstance(entry, dict) or not _text(entry, "name"):
        raise ValueError("没有法律名称（name）")
    name = _text(entry, "name")
    if _text(entry, "type") not in {"", REPEALED}:
        raise ValueError(f"“{name}”不是废止（是旧版本），新版本登记后自然取代它")
    try:
        on = date.fromisoformat(_text(entry, "repealed_date"))
    except ValueError:
        raise ValueError(f"“{name}”的废止日期（repealed_date）应写成 2021-01-01 的样子") from None
    successor = _PART.sub("", _text(entry, "replaced_by_name"))
    return Listed(_short(name), _short(successor) if successor else "", on)


def _text(entry: dict[str, Any], field: str) -> str:
    value = entry.get(field)
    return value.strip() if isinstance(value, str) else ""


def _short(title: str) -> str:
    return short_title(clean_title(title))
