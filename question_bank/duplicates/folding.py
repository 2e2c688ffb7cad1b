"""Chinese wording brought to one form, so that what is compared is what is said. Pure.

Width, spaces and punctuation go; numerals become figures (六十日 is 60日); the long name of a law
becomes its short one; words that people exchange freely become one of them.
"""

import re
import unicodedata
from functools import lru_cache

from laws.numerals import to_int

_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万两]+")
#: Numerals that are parts of words and no figures.
_WORDS = re.compile(
    r"[上下]一级|一般|一定|一律|一切|一致|统一|一并|一旦|任一|唯一|同一|之一|一些|一方|一经|一次性|万一|千万|第[一二三]人|"
    r"[哪某每任]一[个项种类]?|一[个项种]|十分"
)
_TITLE = re.compile(r"《([^《》]*)》")
_COUNTRY = "中华人民共和国"
#: What is only a way of asking; it says nothing of what is asked.
_ASKING = re.compile(
    r"(?:根据|依照|按照|依据|我国|现行|中国)|(?:的?相关|有关)?(?:法律)?规定|下列|以下|下面|关于|"
    r"哪[一几]?[个项些种类]?|(?:的)?(?:说法|表述|选项|判断|观点|理解|做法|叙述|陈述)|"
    r"(?:中)?(?:属于|符合|是|有|为)?(?:正确|准确|恰当)的?(?:是|有|为)?|选择|多少|什么|几|吗|呢"
)
_SAME_WORDS: tuple[tuple[str, str], ...] = (
    ("准确", "正确"), ("不允许", "不得"), ("不可以", "不得"), ("不能够", "不得"), ("不能", "不得"),
    ("禁止", "不得"), ("不准", "不得"), ("严禁", "不得"), ("必须", "应"), ("应该", "应"),
    ("应当", "应"), ("须要", "应"), ("能够", "可"), ("可以", "可"), ("有权", "可"), ("没有", "未"),
    ("尚未", "未"), ("以及", "和"), ("并且", "和"), ("或者", "或"),
    ("工作人员", "人员"), ("期限", "期间"),
    ("以内", "内"), ("之内", "内"), ("之日", "日"), ("个月", "月"), ("周岁", "岁"), ("天", "日"),
    ("向其", "向"), ("对于", "对"), ("进行", ""), ("予以", ""), ("给予", ""), ("作出", ""),
    ("做出", ""), ("的", ""), ("了", ""), ("其", ""),
)  # fmt: skip


@lru_cache(maxsize=200_000)
def folded(text: str) -> str:
    """The wording in its one form: letters, Han characters and figures only."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = _TITLE.sub(lambda match: match[1].replace(_COUNTRY, ""), plain).replace(_COUNTRY, "")
    plain = with_figures(plain)
    for old, new in _SAME_WORDS:
        plain = plain.replace(old, new)
    return "".join(filter(str.isalnum, plain))


def with_figures(text: str) -> str:
    """The text with its numerals as figures, but for those that are parts of words."""
    kept = [match.span() for match in _WORDS.finditer(text)]

    def figure(match: re.Match[str]) -> str:
        if any(start <= match.start() < end for start, end in kept):
            return match[0]
        try:
            return str(to_int(match[0]))
        except ValueError:
            return match[0]

    return _NUMERAL.sub(figure, text)


@lru_cache(maxsize=200_000)
def content(stem: str) -> str:
    """What a stem says beyond asking; little or nothing for 下列说法正确的是."""
    asked = _ASKING.sub("", unicodedata.normalize("NFKC", stem))
    return folded(asked)
