"""How a file sets its lines: broken at a fixed width, text boxes beside the text, a foot. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from laws.parsing import headings

#: What stands under a text that was copied or printed from somewhere.
_FOOT = re.compile(
    r"[【\[(（]?\s*(?:(?:信息|文章|文件)?来源|(?:责任)?编辑|(?:打印|下载|发布|更新)(?:日期|时间)|下载链接"
    r"|(?:打印|关闭)(?:本页|窗口)?|版权所有|相关链接|[上下]一篇)\s*(?:[:：】\])）]|$)"
)
#: How a paragraph ends, and how none begins.
_WHOLE = re.compile(r"[。；：;:！!？?][”’）)》】]*$")
_GOES_ON = re.compile(r"[、，。；：？！”’）》】,;]")
#: A line shorter than this is not broken for want of room.
_NARROW = 12
#: Lines that break off, at least so many and such a share of the long ones: a fixed width.
_MANY, _SHARE = 10, 0.3
#: Figures and punctuation make lines of one width differ by as many characters.
_UNEVEN = 3


def without_foot(lines: Sequence[str]) -> list[str]:
    """The lines without those under the text that say where it was copied from."""
    end = len(lines)
    while end and len(lines[end - 1]) <= 60 and _FOOT.match(lines[end - 1]):
        end -= 1
    return list(lines[:end])


def width(lines: Sequence[str]) -> int | None:
    """How many characters the lines hold if the text was broken at a fixed width."""
    long = [line for line in lines if len(line) >= _NARROW]
    broken = Counter(
        len(line)
        for line, after in pairwise(lines)
        if len(line) >= _NARROW and not _WHOLE.search(line) and not _begins(line, after)
    )
    if not broken:
        return None
    most = max(broken, key=lambda size: sum(broken[size + by] for by in range(-_UNEVEN, 1)))
    even = sum(broken[most + by] for by in range(-_UNEVEN, _UNEVEN + 1))
    return most if even >= _MANY and even >= _SHARE * len(long) else None


def unbroken(lines: Sequence[str], width: int) -> list[str]:
    """The paragraphs of a text that was broken at the width.

    A full line goes on in the next one unless it ends as a paragraph does; where a sentence ends
    at the very edge nobody can tell, and the break stays.
    """
    found = list(lines[:1])
    for line, after in pairwise(lines):
        full = len(line) >= width - _UNEVEN
        begins = _WHOLE.search(line) is not None or _begins(line, after)
        if full and (_GOES_ON.match(after) or not begins):
            found[-1] += after
        else:
            found.append(after)
    return found


def _begins(line: str, after: str) -> bool:
    """The lower line begins something of its own, or the upper one is a heading."""
    return (
        headings.division(line) is not None
        or headings.division(after) is not None
        or headings.begins_article(after)
        or headings.item(after, bracketed=True) is not None
        or headings.begins_annex(after)
        or after.startswith(("#", "- ", "* ", "|", "http"))
    )
