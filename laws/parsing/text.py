"""What a law file says, once read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from core.labels import Labelled
from laws.categories import Category
from laws.numerals import Key


class Level(IntEnum):
    """How deep a division lies."""

    BOOK = 1
    SUBBOOK = 2
    CHAPTER = 3
    SECTION = 4


class Flaw(Labelled):
    """What can be wrong with a text that is registered all the same."""

    GAP = "gap", "条号缺失"
    REPEAT = "repeat", "条号重复"
    ORDER = "order", "条号次序颠倒"
    TRUNCATED = "truncated", "文本不完整"
    LAYOUT = "layout", "排印不规范"
    DIVISION = "division", "章节标题缺失"
    PART = "part", "仅有部分篇目"
    UNDATED = "undated", "公布日期待核"
    DIFFERENT = "different", "与已登记文本不一致"


class Unreadable(Exception):
    """The file holds no law that we can register; the text says why, in Chinese."""


@dataclass(frozen=True)
class Problem:
    flaw: Flaw
    #: In Chinese, for the person who imports.
    text: str
    #: The article numbers concerned.
    articles: Sequence[str] = ()


@dataclass(frozen=True)
class ParsedDivision:
    level: Level
    title: str


@dataclass(frozen=True)
class ParsedArticle:
    #: 第三十四条之一; 一 or （一） in texts without 第…条.
    number: str
    key: Key
    #: Paragraphs separated by line feeds.
    text: str
    #: Index into the divisions of the law; None before the first one.
    division: int | None = None


@dataclass(frozen=True)
class ParsedLaw:
    """One version of one law, or the part of it that one file holds."""

    file: str
    #: Full name without spaces, e.g. 中华人民共和国公务员法.
    title: str
    promulgated_on: date
    effective_on: date | None
    #: How the version came about, e.g. 2018年修订.
    label: str
    bodies: Sequence[str]
    categories: Sequence[Category]
    preamble: str
    articles: Sequence[ParsedArticle]
    divisions: Sequence[ParsedDivision] = ()
    #: What stands before the first article and after the last one.
    opening: str = ""
    annex: str = ""
    #: 总则, 物权编 …: the file holds only this part of the law; empty for a whole law.
    part: str = ""
    problems: Sequence[Problem] = field(default=())

    @property
    def short_title(self) -> str:
        return short_title(self.title)


PREFIX = "中华人民共和国"


def short_title(title: str) -> str:
    """The name that people use, without 中华人民共和国: what makes two texts the same law."""
    return title.removeprefix(PREFIX) or title
