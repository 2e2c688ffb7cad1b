"""What changed between two wordings, character by character. Pure."""

from difflib import SequenceMatcher

from core.labels import Labelled
from question_bank import markup


class Change(Labelled):
    SAME = "same", "未改"
    REMOVED = "removed", "删去"
    ADDED = "added", "增加"


#: A shorter run of equal characters between two changes is part of the change: 「日内」 is kept,
#: a lone 的 is not, so that what is read stays words.
_SHORTEST = 2


def pieces(old: str, new: str) -> list[tuple[str, Change]]:
    """Both texts in one reading: what stayed, what was removed, what was added in its place."""
    old, new = markup.readable(old), markup.readable(new)
    found: list[tuple[str, Change]] = []
    removed = added = ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed = bool(removed or added)
        inside = changed and b < len(old) and d < len(new)
        if tag == "equal" and not (inside and b - a < _SHORTEST):
            found += _changed(removed, added)
            found.append((old[a:b], Change.SAME))
            removed = added = ""
        else:
            removed += old[a:b]
            added += new[c:d]
    return found + _changed(removed, added)


def _changed(removed: str, added: str) -> list[tuple[str, Change]]:
    pairs = ((removed, Change.REMOVED), (added, Change.ADDED))
    return [(text, change) for text, change in pairs if text]
