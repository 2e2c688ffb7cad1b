"""Marks as a text that people keep. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    law: str
    version: str
    number: str
    text: str
    starred: bool
    note: str
    changed: str
    on: str


def write(name: str, lines: Iterable[Line]) -> str:
    """All marks as plain text: the article as it was when it was marked, and the note."""
    parts = [f"{name}的收藏与笔记", ""]
    for each in lines:
        signs = "、".join(sign for sign in ("收藏" if each.starred else "", each.changed) if sign)
        parts += [
            f"《{each.law}》（{each.version}）{each.number}" + (f"〔{signs}〕" if signs else ""),
            *each.text.splitlines(),
            *([f"笔记（{each.on}）：{each.note}"] if each.note else []),
            "",
        ]
    return "\r\n".join("\r\n".join(part.splitlines()) for part in parts)
