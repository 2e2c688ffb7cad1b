"""Texts as parts of keys and responses: cells that hold several, answers that clients send."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from question_bank.types.base import BadResponse, Unclear

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LETTERS = "ABCDEFGHIJ"


def split(text: str, separators: str) -> list[str]:
    """The parts between the separators, stripped, a backslash before one making it text."""
    parts, part, escaped = [], "", False
    for char in text:
        if escaped:
            part += ("" if char in separators or char == "\\" else "\\") + char
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in separators:
            parts.append(part)
            part = ""
        else:
            part += char
    return [each.strip() for each in (*parts, part + ("\\" if escaped else ""))]


def escaped(text: str, separators: str) -> str:
    """So that ``split`` gives it back as one part."""
    return re.sub(rf"[\\{re.escape(separators)}]", lambda match: "\\" + match[0], text)


def answer_text(sent: Mapping[str, Any], name: str, most: int) -> str:
    """A text of a response. Raises BadResponse."""
    text = sent.get(name)
    if not isinstance(text, str):
        raise BadResponse(f"应给出 {name}（文字）")
    return checked(text, most)


def checked(text: str, most: int) -> str:
    if len(text) > most:
        raise BadResponse(f"答案超过 {most} 字")
    return _CONTROL.sub("", text).strip()


def letters(sent: Mapping[str, Any], options: int, *, gaps: bool = False) -> list[str]:
    """The letters of "choice", each of one of so many options; with gaps "" too. BadResponse."""
    chosen = sent.get("choice")
    if not isinstance(chosen, list) or not all(isinstance(each, str) for each in chosen):
        raise BadResponse("应给出 choice（选项字母的列表）")
    if not set(chosen) <= {*_LETTERS[:options], *([""] if gaps else [])}:
        raise BadResponse("含有不存在的选项")
    return chosen


def places(written: str, options: Sequence[str]) -> list[int]:
    """Options by letter or number in the order named: CAB, C-A-B, 3,1,2. Raises Unclear."""
    found = re.findall(r"[A-Ja-j]|\d+", written)
    rest = re.sub(r"[A-Ja-j]|\d+|[\s,，、;；\-—→>.]", "", written)
    if rest or not found:
        raise Unclear(f"看不懂“{written}”；请填选项字母，如 CAB")
    if len(found) == 1 and found[0].isdecimal() and int(found[0]) > len(options):
        found = list(found[0])
    numbers = [int(each) - 1 if each.isdecimal() else _LETTERS.index(each.upper())
               for each in found]  # fmt: skip
    outside = [found[n] for n, each in enumerate(numbers) if not 0 <= each < len(options)]
    if outside:
        raise Unclear(f"答案 {'、'.join(outside)} 不在选项之中；请改正答案或补上选项")
    return numbers
