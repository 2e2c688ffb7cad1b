"""Texts and queries as pairs of neighbouring characters. Pure.

Chinese has no spaces between words, and queries are short: 听证, 六十日, 第三十四条.
A text is cut into the pairs of its neighbouring characters (信访工作: 信访 访工 工作) and the last
character of each run (作), so that one character is the beginning of a pair, two are one pair, and
more are pairs in a row: each is looked up, and none is scanned for.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Where in a document a term stands."""

    TITLE = "title"
    #: Looked up whole, never in part: 第三十四条.
    NUMBER = "number"
    BODY = "body"


@dataclass(frozen=True)
class Term:
    """Characters that stand next to each other in a field; only what ``runs`` gives."""

    field: Field
    text: str


#: What may stand for one word of a query; any one of the terms will do.
Word = Sequence[Term]
#: Words that must all be found.
Query = Sequence[Word]


class _Fold(dict[int, str]):
    """Code point → the character that is searched for in its place, one for one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).lower()
        self[code] = folded if len(folded) == 1 else char.lower()[:1]
        return self[code]


_FOLD = _Fold({ord("○"): "〇", ord("Ο"): "〇"})
_RUN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text in half width and lower case; as long as it was, so that places stay."""
    return text.translate(_FOLD)


def runs(text: str) -> list[str]:
    """The stretches of letters and figures between punctuation and spaces, folded."""
    return _RUN.findall(fold(text))


def plain(text: str) -> str:
    """The runs of the text, separated by single spaces: what the index knows of it."""
    return " ".join(runs(text))


def grams(text: str) -> list[str]:
    """The pairs of each run, and its last character alone."""
    return [gram for run in runs(text) for gram in (*pairs(run), run[-1])]


def pairs(run: str) -> list[str]:
    """信访人 as 信访, 访人; nothing for a single character."""
    return [run[at : at + 2] for at in range(len(run) - 1)]
