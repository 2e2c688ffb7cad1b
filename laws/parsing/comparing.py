"""Whether two copies of an article say the same. Pure."""

import re
import unicodedata

#: Spellings of one character that official copies of a text use in turn.
_SPELLINGS = str.maketrans({"○": "〇", "零": "〇", "〈": "<", "〉": ">", "“": '"', "”": '"'})
#: White space, and characters that are there but not seen: zero-width space and joiners, BOM.
_UNSEEN = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\u00ad]+")


def same_text(one: str, other: str) -> bool:
    """Equal but for white space, full-width forms and spellings of punctuation."""
    return one == other or bare(one) == bare(other)


def bare(text: str) -> str:
    """What is left of a text when spaces, widths and spellings of characters do not count."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text.translate(_SPELLINGS)))
