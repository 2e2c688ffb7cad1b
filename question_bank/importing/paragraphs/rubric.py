"""The answer to a question in words, with its points, as one text. Pure."""

import re
from collections.abc import Mapping
from typing import Any

POINTS = "得分点："
_LINE = re.compile(r"(\d{1,2})\.(.*)（(\d{1,3}(?:\.\d{1,2})?)分）(?:〔关键词：(.*)〕)?")


def write(key: Mapping[str, Any]) -> str:
    """The reference, then the points, one a line with weight and words."""
    lines = [str(key.get("reference", "")).strip()]
    points = key.get("points", ())
    if points:
        lines.append(POINTS)
    for number, point in enumerate(points, 1):
        words = "、".join(point.get("words", ()))
        kept = f"〔关键词：{words}〕" if words else ""
        lines.append(f"{number}.{point['text']}（{point.get('weight', 1)}分）{kept}")
    return "\n".join(line for line in lines if line)


def read(text: str) -> dict[str, Any] | None:
    """The key in a text that ``write`` made; None for other texts."""
    before, found, after = text.rpartition(POINTS)
    lines = [line.strip() for line in after.split("\n") if line.strip()]
    matches = [_LINE.fullmatch(line) for line in lines]
    if not found or not matches or not all(matches):
        return None
    points = [_point(match) for match in matches if match]
    return {"points": points, "reference": before.strip()}


def _point(match: re.Match[str]) -> dict[str, Any]:
    weight = float(match[3])
    return {
        "text": match[2].strip(),
        "weight": int(weight) if weight.is_integer() else weight,
        "words": [each for each in (match[4] or "").split("、") if each],
    }
