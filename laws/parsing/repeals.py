"""Which laws a text says that it repeals: 《旧条例》同时废止. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from laws.parsing.preamble import dates
from laws.parsing.source import clean_title
from laws.parsing.text import ParsedArticle, short_title

#: The closing articles of a law, where it says what it repeals.
CLOSING = 6
_BOOK = re.compile(r"《((?:[^《》]|《[^《》]*》){2,100})》")
_REPEALS = re.compile(r"(?:同时|即行|予以|随之|即予)?(?:废止|失效|停止执行)")
#: What stands between the names of a list and 废止, if the laws are repealed as a whole.
_BETWEEN = re.compile(
    r"(?:[、，和及与都]|以及|同时|即行|予以|随之|即予|也|均|一并|自|起|由|本\S{1,4}施行之日|\s|(?:[(（][^()（）]{2,12}[)）])"
    r"|(?:[\d〇○零一二三四五六七八九十]{4}年)[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"|[^，。；《》]{0,60}(?:发布|公布|颁布|通过|批准|颁发|印发|制定)的)*"
)
_IN_FORCE = re.compile(r"自\s*([^，。；]{6,16}日)\s*起?(?:正式)?(?:施行|实施|执行|生效|实行)")
_ENDS = re.compile(r"自\s*([^，。；《》]{6,16}日)\s*起?(?:即行|予以)?(?:废止|失效|停止执行)")


@dataclass(frozen=True)
class Repeal:
    """A law, by its short title, that ends; ``on`` is None where the text gives no day."""

    name: str
    on: date | None
    #: The article that says so.
    article: str


def repeals(
    title: str, articles: Sequence[ParsedArticle], *, in_force_from: date | None
) -> list[Repeal]:
    """What the closing articles repeal. A law that repeals its predecessor of the same name
    replaces a version of its own, which is no repeal; parts of laws are none either.

    ``in_force_from`` counts where the article itself does not say from when the law applies.
    """
    own = short_title(clean_title(title))
    found: dict[str, Repeal] = {}
    for article in articles[-CLOSING:]:
        day = _day(_IN_FORCE, article.text) or in_force_from
        for sentence in re.split(r"[。；\n]", article.text):
            for name in _named(sentence):
                if name != own:
                    ends = _day(_ENDS, sentence) or day
                    found.setdefault(name, Repeal(name, ends, article.number))
    return list(found.values())


def _day(pattern: re.Pattern[str], text: str) -> date | None:
    match = pattern.search(text)
    return next((day for day, *_ in dates(match[1])), None) if match else None


def _named(sentence: str) -> Iterator[str]:
    """The laws of the list that ends in 废止, read from there backwards."""
    end = next((match.start() for match in _REPEALS.finditer(sentence)), None)
    if end is None:
        return
    for match in reversed(list(_BOOK.finditer(sentence, 0, end))):
        if not _BETWEEN.fullmatch(sentence, match.end(), end):
            return
        yield short_title(clean_title(match[1]))
        end = match.start()
