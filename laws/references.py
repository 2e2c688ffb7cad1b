"""Articles that articles of the same law mention by number. Pure."""

import re
from collections.abc import Mapping

from laws.numerals import NUMERAL, Key, article_key
from laws.parsing.comparing import bare

#: 第三十四条, and whether another law's title stands before it.
_REFERENCE = re.compile(rf"(》?)(第[{NUMERAL}]+条(?:之[{NUMERAL}]+)?)")


def key_of(number: str) -> Key | str:
    """What makes two numbers the same: 第10条 is 第十条; odd ones are compared as written."""
    try:
        return article_key(bare(number))
    except ValueError:
        return bare(number)


def mentioned(text: str) -> set[Key | str]:
    """The articles of its own law that a text names."""
    return {key_of(number) for foreign, number in _REFERENCE.findall(bare(text)) if not foreign}


def only_follow(old: str, new: str, moved: Mapping[Key | str, Key | str]) -> bool:
    """Whether two texts differ in nothing but the numbers of articles they mention, and each of
    these went where ``moved`` (old number → new number) says.
    """
    before, after = _REFERENCE.split(bare(old)), _REFERENCE.split(bare(new))
    if len(before) != len(after) or len(before) == 1:
        return False
    # Runs of three: text, a closing 》 or nothing, the reference.
    return all(
        one == other
        or (n % 3 == 2 and not before[n - 1] and moved.get(key_of(one)) == key_of(other))
        for n, (one, other) in enumerate(zip(before, after, strict=True))
    )
