"""Whether two copies of an article say the same. Pure."""

import re
import unicodedata

#: Spellings of one character that official copies of a text use in turn.
_SPELLINGS = str.maketrans({"○": "〇", "零": "〇", "〈": "<", "〉": ">", "“": '"', "”": '"'})


def same_text(one: str, other: str) -> bool:
    """Equal but for white space, full-width forms and spellings of punctuation."""
    return one == other or _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(_SPELLINGS)))
