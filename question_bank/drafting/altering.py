"""Figures and words of a sentence, and what could be mistaken for them. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from laws.numerals import to_chinese, to_int

_NUMERALS = "零〇一二三四五六七八九十百千两"
_QUANTITY = re.compile(
    rf"(?<![第\d{_NUMERALS}])(?P<number>\d+|[{_NUMERALS}]+)"
    r"(?P<unit>个工作日|工作日|日|天|个月|年|周岁|小时|名|人|倍|万元|元)"
    r"(?![期度级前来])"
)
_DATE = re.compile(r"(?P<year>[12]\d{3})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
#: A day or a year of the calendar, full or in part.
_DAY = re.compile(
    r"(?:[12]\d{3}|[一二][〇零一二三四五六七八九]{3})年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
)
#: What laws set, by unit; a wrong figure is one that another provision could have.
_LADDERS: Mapping[str, Sequence[int]] = {
    "日": (3, 5, 7, 10, 15, 20, 30, 45, 60, 90),
    "天": (3, 5, 7, 10, 15, 20, 30, 60),
    "工作日": (2, 3, 5, 7, 10, 15, 20, 30),
    "月": (1, 2, 3, 6, 9, 12),
    "年": (1, 2, 3, 5, 10, 15, 20),
    "周岁": (12, 14, 16, 18, 60, 70, 75),
    "小时": (2, 6, 12, 24, 48, 72),
    "名": (2, 3, 5, 7, 9, 10),
    "人": (2, 3, 5, 7, 9, 10),
    "倍": (1, 2, 3, 5, 10, 20),
}
#: Amounts of money are multiplied rather than looked up.
_FACTORS = (0.2, 0.5, 2, 3, 5, 10)
#: Words that say what one must, may and must not do.
MODALS = ("应当", "可以", "不得")
#: What a modal is turned into to make a statement false.
OPPOSITES: Mapping[str, str] = {"应当": "可以", "可以": "应当", "不得": "可以"}
_MODAL = re.compile("|".join(MODALS))


@dataclass(frozen=True)
class Found:
    """A piece of a sentence: where it stands, how it reads, and what else could stand there."""

    start: int
    end: int
    text: str
    #: Other figures of the same kind, ascending, written as this one is.
    others: Sequence[str]


def quantities(sentence: str) -> list[Found]:
    """Time limits, numbers and amounts of the sentence that stand in it only once."""
    found = []
    # Dates are no quantities: they are masked, place by place.
    plain = _DAY.sub(lambda match: "，" * len(match[0]), sentence)
    for match in _QUANTITY.finditer(plain):
        value, unit = _value(match["number"]), match["unit"]
        if not value or plain.count(match[0]) > 1 or (unit in {"人", "名"} and value == 1):
            continue
        others = [_written(each, match) for each in _near(value, unit)]
        if len(others) >= 3:
            found.append(Found(match.start(), match.end(), match[0], others))
    return found


def variants(figure: str) -> list[str]:
    """A figure of ``quantities`` as it reads and in the other numerals: 六十日, 60日."""
    match = _QUANTITY.fullmatch(figure)
    value = _value(match["number"]) if match else 0
    if match is None or not value:
        return [figure]
    other = to_chinese(value) if match["number"].isascii() else str(value)
    return [figure, other + match["unit"]]


def _value(number: str) -> int:
    try:
        return to_int(number)
    except ValueError:
        return 0


def _near(value: int, unit: str) -> list[int]:
    """Other values for the unit, ascending."""
    bare = unit.removeprefix("个")
    if bare in {"元", "万元"}:
        scaled = {value * factor for factor in _FACTORS}
        return sorted(int(each) for each in scaled if each == int(each) and each >= 1)
    return [each for each in _LADDERS[bare] if each != value]


def _written(value: int, match: re.Match[str]) -> str:
    """The value as the matched figure writes numbers: 60日, 六十日, 两个月."""
    if match["number"].isascii():
        return f"{value}{match['unit']}"
    counted = value == 2 and match["unit"].startswith("个")
    return ("两" if counted else to_chinese(value)) + match["unit"]


def dates(sentence: str) -> list[Found]:
    """The full dates of the sentence, with days on which a law could as well have taken effect."""
    found = []
    for match in _DATE.finditer(sentence):
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        others = {
            (year, month % 12 + 1, 1),
            (year + 1, 1, 1),
            (year, 7 if month != 7 else 10, 1),
            (year - 1, month, day),
        } - {(year, month, day)}
        words = [f"{each[0]}年{each[1]}月{each[2]}日" for each in sorted(others)]
        if len(words) >= 3 and sentence.count(match[0]) == 1:
            found.append(Found(match.start(), match.end(), match[0], words))
    return found


def modals(sentence: str) -> list[Found]:
    """The one modal of a sentence; nothing where it has none or several, since both would count."""
    matches = list(_MODAL.finditer(sentence))
    if len(matches) != 1 or sentence[matches[0].end() : matches[0].end() + 1] == "性":
        return []
    match = matches[0]
    return [Found(match.start(), match.end(), match[0], [w for w in MODALS if w != match[0]])]


def ranged(found: Found, rng: Random, count: int = 3) -> tuple[list[str], int]:
    """``count`` others around the figure and the figure itself, ascending; and its place.

    The figure stands anywhere among them, so that its place tells nothing.
    """
    size = _order(found.text)
    below = [each for each in found.others if _order(each) < size]
    above = [each for each in found.others if _order(each) >= size]
    least = max(0, count - len(above))
    lower = rng.randint(least, min(count, len(below)))
    chosen = [*below[len(below) - lower :], found.text, *above[: count - lower]]
    return chosen, lower


def _order(text: str) -> tuple[int, ...]:
    match = _DATE.fullmatch(text)
    if match:
        return tuple(int(match[part]) for part in ("year", "month", "day"))
    figure = _QUANTITY.fullmatch(text)
    return (_value(figure["number"]),) if figure else (0,)
