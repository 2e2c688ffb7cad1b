"""Words of a search, and the places of a text where they stand. Pure."""

import re
from collections.abc import Sequence

#: More words than this are not looked for.
MAX_WORDS = 8
#: Characters shown around the first hit.
WINDOW = 120


def words(text: str) -> list[str]:
    """The words to look for, each once, in the order typed."""
    found = re.split(r"[\s,，、;；]+", text.strip())
    return list(dict.fromkeys(word for word in found if word))[:MAX_WORDS]


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a hit: 信访[人]应当…"""
    if not wanted:
        return [(text, False)] if text else []
    pattern = re.compile("|".join(map(re.escape, sorted(wanted, key=len, reverse=True))))
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            pieces.append((text[end : match.start()], False))
        pieces.append((match[0], True))
        end = match.end()
    if end < len(text):
        pieces.append((text[end:], False))
    return pieces


def excerpt(text: str, wanted: Sequence[str], window: int = WINDOW) -> list[tuple[str, bool]]:
    """The part of the text around its first hit, in marked pieces, with … where it is cut."""
    flat = " ".join(text.split("\n"))
    first = min((at for word in wanted if (at := flat.find(word)) >= 0), default=0)
    begin = max(0, first - window // 3)
    end = min(len(flat), begin + window)
    shown = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(shown, wanted)
