"""Chinese numerals, and the article numbers written with them. Pure."""

import re
from typing import NamedTuple

_DIGITS = "零一二三四五六七八九"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

_KNOWN = {*_VALUES, *_UNITS, "万"}

#: One character of a numeral, for use inside a regular expression's brackets.
NUMERAL = "零一二三四五六七八九十百千万〇○两0-9０-９"


class Key(NamedTuple):
    """An article number that sorts: 第二百六十二条之一 is (262, 1), 第三十四条 is (34, 0)."""

    main: int
    sub: int = 0


def to_int(text: str) -> int:
    """The value of 一千二百六十, 百零一, 二〇二二 or 34. Raises ValueError for anything else."""
    text = text.strip()
    if text.isdecimal():
        return int(text)
    if not text or set(text) - _KNOWN:
        raise ValueError(f"not a Chinese numeral: {text!r}")
    if all(char in _VALUES for char in text):
        return int("".join(str(_VALUES[char]) for char in text))
    high, _, low = text.rpartition("万")
    return (_below_10000(high) if high else 0) * 10_000 + _below_10000(low)


def _below_10000(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            # 十, 百零一: a unit without a digit counts once.
            total += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _VALUES:
            digit = _VALUES[char]
        else:
            raise ValueError(f"not a Chinese numeral: {text!r}")
    return total + digit


def to_chinese(number: int) -> str:
    """1260 as 一千二百六十, 10 as 十, 101 as 一百零一. From 0 to 99,999,999."""
    if not 0 <= number < 100_000_000:
        raise ValueError(f"out of range: {number}")
    high, low = divmod(number, 10_000)
    if not high:
        return _written(low)
    gap = "零" if 0 < low < 1000 else ""
    return f"{_written(high)}万{gap}{_full(low) if low else ''}"


def _written(number: int) -> str:
    """As people write it: 十五, not 一十五."""
    return _full(number).removeprefix("一") if 10 <= number < 20 else _full(number)


def _full(number: int) -> str:
    if not number:
        return "零"
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text


def article_number(key: tuple[int, int]) -> str:
    """(34, 0) as 第三十四条; (262, 1) as 第二百六十二条之一."""
    main, sub = key
    return f"第{to_chinese(main)}条" + (f"之{to_chinese(sub)}" if sub else "")


_ARTICLE = re.compile(
    rf"第?\s*([{NUMERAL}]+)\s*条?\s*(?:(?:之|[-－—.])\s*([{NUMERAL}]+))?"
)  # fmt: skip


def article_key(text: str) -> Key:
    """What somebody means by 第三十四条, 34, 三十四, 第262条之一 or 262-1. Raises ValueError."""
    match = _ARTICLE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not an article number: {text!r}")
    return Key(to_int(match[1]), to_int(match[2]) if match[2] else 0)
