"""What in an item is not as in the cited articles: a hint for writer and reviewer. Pure.

Figures that no article has; and words that stand where an article has others (wording_check).

六十日, 60日 and ６０日 are one figure. Of the wordings only those that claim to be the law, as
the item's type says, are looked at, and the rationale. A wrong option is wrong on purpose, and so
is a statement whose key is 错误.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from laws.numerals import to_int
from question_bank import markup, wording_check
from question_bank.item_types import ItemType
from question_bank.types import Content, kind_of

_CHINESE = "零〇一二三四五六七八九十百千两"
_NUMBER = rf"(?:\d+(?:\.\d+)?|[{_CHINESE}]+)"
_QUANTITY = re.compile(
    rf"(?P<number>{_NUMBER})(?P<scale>[万亿]?)余?多?(?P<unit>个?工作日|日|天|个?月|年|周岁|岁|小时|分钟|周|"
    r"人|名|元|倍|票|次(?!性)|%)"
)
_DATE = re.compile(
    r"(?P<year>[12]\d{3}|[一二][〇零一二三四五六七八九]{3})年"
    rf"(?:(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日)?)?"
)
_SHARE = re.compile(rf"(?P<whole>{_NUMBER}|百|千)分之(?P<part>{_NUMBER})")
_ARTICLE = re.compile(rf"第(?P<number>{_NUMBER})条(?:之(?P<sub>{_NUMBER}))?")
_ORDINAL = re.compile(rf"第{_NUMBER}(?!条)")
_UNITS = {"天": "日", "名": "人", "周岁": "岁", "个月": "月", "个工作日": "工作日"}
#: 一人, 一次 and the like are how people speak, not what a law measures.
_COUNTED = {"人", "次", "倍", "票"}


@dataclass(frozen=True)
class Figure:
    value: str
    unit: str


@dataclass(frozen=True)
class Hint:
    #: 题干, 选项 B, 解析.
    part: str
    #: The figure or the word as written.
    text: str
    #: What the article has there; "" for a figure that it does not have.
    law: str = ""


def hints(
    *,
    item_type: ItemType,
    stem: str,
    options: Sequence[str],
    key: Any,
    rationale: str,
    articles: Sequence[tuple[str, str]],
    parts: Sequence[Mapping[str, Any]] = (),
    days: Collection[date] = (),
) -> list[Hint]:
    """Figures of the item that stand in no cited article, and words that differ from theirs.

    ``articles`` are (number, text); ``days`` the days on which the cited versions were made and
    took effect. Nothing is said of an item that cites no article.
    """
    if not articles:
        return []
    known = {figure for _, text in articles for figure, _ in figures(text)}
    known |= {figure for number, _ in articles for figure, _ in figures(number)}
    known |= {_dated(day.year, month, mday) for day in days
              for month, mday in ((0, 0), (day.month, 0), (day.month, day.day))}  # fmt: skip
    claims = kind_of(item_type).claims(Content(item_type, stem, options, key, parts))
    wrong = {figure for text in claims.other for figure, _ in figures(text)}
    found = [Hint(part, text) for part, wording in claims.law for figure, text in figures(wording)
             if figure not in known]  # fmt: skip
    found += [Hint("解析", text) for figure, text in figures(rationale)
              if figure not in known | wrong]  # fmt: skip
    texts = [text for _, text in articles]
    found += [Hint(part, each.text, each.law) for part, wording in _whole(claims.law)
              for each in wording_check.differences(wording, texts)]  # fmt: skip
    return list(dict.fromkeys(found))


#: Where a stem leaves room for the answer.
_ROOM = re.compile(r"[(（][\s　]*[)）]|[_＿]{2,}|…{2,}")


def _whole(law: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The wordings, and those of options that belong into their stem also in their place."""
    stem = next((wording for part, wording in law if part == "题干"), "")
    room = _ROOM.search(stem)
    if room is None:
        return list(law)
    filled = [(part, stem[: room.start()] + wording + stem[room.end() :])
              for part, wording in law if part.startswith("选项")]  # fmt: skip
    return [*law, *filled]


@lru_cache(1 << 14)
def figures(text: str) -> Sequence[tuple[Figure, str]]:
    """Every figure of the text, and how it is written there."""
    return tuple(_figures(text))


def _figures(text: str) -> Iterator[tuple[Figure, str]]:
    rest = unicodedata.normalize("NFKC", markup.plain(text, pictures=False))
    for pattern, read in (
        (_DATE, _date),
        (_ARTICLE, _article),
        (_ORDINAL, _nothing),
        (_SHARE, _share),
        (_QUANTITY, _quantity),
    ):
        for match in pattern.finditer(rest):
            figure = read(match)
            if figure is not None:
                yield figure, match[0]
        rest = pattern.sub("，", rest)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text) if text[0].isascii() else Decimal(to_int(text))
    except ValueError:
        return Decimal(0)


def _date(match: re.Match[str]) -> Figure:
    year, month, day = (int(_number(match[part])) if match[part] else 0
                        for part in ("year", "month", "day"))  # fmt: skip
    return _dated(year, month, day)


def _dated(year: int, month: int, day: int) -> Figure:
    return Figure(f"{year}-{month}-{day}", "日期")


def _article(match: re.Match[str]) -> Figure:
    sub = f"-{_number(match['sub'])}" if match["sub"] else ""
    return Figure(f"{_number(match['number'])}{sub}", "条")


def _nothing(_match: re.Match[str]) -> None:
    return None


def _share(match: re.Match[str]) -> Figure:
    whole = {"百": Decimal(100), "千": Decimal(1000)}.get(match["whole"]) or _number(match["whole"])
    return _percent(_number(match["part"]) / whole * 100) if whole else Figure(match[0], "%")


def _percent(value: Decimal) -> Figure:
    return Figure(f"{value.quantize(Decimal('0.0001')).normalize():f}", "%")


def _quantity(match: re.Match[str]) -> Figure | None:
    unit = _UNITS.get(match["unit"], match["unit"])
    if unit in _COUNTED and match["number"] == "一":
        return None
    value = _number(match["number"]) * {"万": 10_000, "亿": 100_000_000}.get(match["scale"], 1)
    return _percent(value) if unit == "%" else Figure(f"{value.normalize():f}", unit)
