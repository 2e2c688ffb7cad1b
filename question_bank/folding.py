"""When two answers written into a blank are the same answer. Pure; nothing is alike, only equal.

Folded are: width and case, spaces, punctuation that says nothing, Chinese and Arabic numerals
(六十日, 60日, ６０日), shares (百分之五, 5%; 三分之一, 1/3), dates, and units that mean the same
after a figure (天 and 日, 周岁 and 岁). Whatever could change what is said stays: 不予 and 予以,
日 and 日内, 日 and 工作日, 月 and 个月, 三四日 and 三十四日.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from laws.numerals import to_chinese, to_int

_PLAIN = str.maketrans("两〇○Ｏ壹贰叁肆伍陆柒捌玖拾佰仟", "二零零零一二三四五六七八九十百千")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = "零一二三四五六七八九十百千万亿两〇○壹贰叁肆伍陆柒捌玖拾佰仟"
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])")
_RUN = re.compile(rf"(?:\d+(?:\.\d+)?|[{_NUMERAL}])+")
_SHARE = re.compile(
    rf"(?P<whole>[{_NUMERAL}]+|\d+)分之(?P<part>[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?|\d+(?:\.\d+)?)"
)
#: Longer figures are compared as they are written.
MAX_FIGURE = 20
#: What stands after a figure, longest first.
_UNITS = (
    (re.compile(r"(?<=\d)个工作日"), "工作日"),
    (re.compile(r"(?<=\d)个小时"), "小时"),
    (re.compile(r"(?<=\d)天"), "日"),
    (re.compile(r"(?<=\d)周岁"), "岁"),
    (re.compile(r"(?<=\d)[名位]"), "人"),
    (re.compile(r"(?<=\d)圆"), "元"),
)
_DASHES = re.compile(r"[-~‐-―−至到]+(?=[\d-])")
#: What is folded as one where a wording is looked for: a date, a share, a figure, any other sign.
_PIECE = re.compile(
    "|".join(each.pattern for each in (_ISO_DATE, _SHARE, _THOUSANDS, _RUN)) + "|.", re.DOTALL
)
#: So much longer a wording may be before its unit is folded: 5个工作日 is 5工作日.
_UNFOLDED = 4


def same(written: str, expected: str) -> bool:
    """Whether both say the same; an empty answer says nothing."""
    return bool(folded(written)) and folded(written) == folded(expected)


def places(wording: str, text: str) -> list[tuple[int, int]]:
    """Where a text says a wording, from and to, in whatever width and digits.

    Figures are taken whole: 十五日 does not say 五日.
    """
    wanted = folded(wording)
    pieces = [each.span() for each in _PIECE.finditer("".join(map(_narrow, text)))]
    found: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(pieces if wanted else ()):
        if found and start < found[-1][1]:
            continue
        first = _piece(text[start:end])
        if not first or not wanted.startswith(first):
            continue
        for _, last in pieces[number:]:
            said = folded(text[start:last])
            if said == wanted:
                found.append((start, last))
                break
            if not wanted.startswith(said[: max(1, len(said) - _UNFOLDED)]):
                break
    return found


def _narrow(char: str) -> str:
    """A sign in its plain width, where that is one sign, too."""
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def folded(text: str) -> str:
    """The answer in the form in which equal ones are equal; "" for one that says nothing."""
    text = unicodedata.normalize("NFKC", text).lower().replace("\u2044", "/")
    text = _ISO_DATE.sub(r"\1年\2月\3日", text)
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    text = _SHARE.sub(_share, text)
    text = _without_marks(text)
    text = _RUN.sub(lambda match: _number(match[0]), text)
    text = _DASHES.sub("-", text)
    for pattern, unit in _UNITS:
        text = pattern.sub(unit, text)
    return text


def _without_marks(text: str) -> str:
    """Without spaces and punctuation, but for what parts two numerals or belongs to a figure."""
    kept = []
    for place, char in enumerate(text):
        if not (char.isspace() or unicodedata.category(char)[0] in "PC") or char in "%‰":
            kept.append(char)
        else:
            before = kept[-1] if kept else ""
            after = _next(text, place)
            kept.append(_mark(char, before, after))
    return "".join(kept)


def _next(text: str, place: int) -> str:
    """The next character; the one after the marks for a space."""
    rest = text[place + 1 :]
    return rest.lstrip()[:1] if text[place].isspace() else rest[:1]


def _mark(char: str, before: str, after: str) -> str:
    """What is left of a mark between two characters."""
    if unicodedata.category(char) == "Pd" and _figure(after):
        return "-"
    if not (_figure(before) and _figure(after)):
        return ""
    return char if char in "./:" else ","


def _figure(char: str) -> bool:
    return bool(char) and (char.isdecimal() or char in _NUMERAL)


def _share(match: re.Match[str]) -> str:
    """百分之五 as 5%, 三分之一 as 1/3; as it is where a figure cannot be read."""
    whole = {"百": "100", "千": "1000", "万": "10000"}.get(match["whole"], _number(match["whole"]))
    head, _, tail = match["part"].partition("点")
    part = "100" if head == "百" else _number(head)
    if tail:
        part += "." + "".join(str(_DIGITS.index(each.translate(_PLAIN))) for each in tail)
    if not (_is_figure(whole) and _is_figure(part)):
        return match[0]
    part = _decimal(part)
    return {"100": f"{part}%", "1000": f"{part}‰"}.get(whole, f"{part}/{whole}")


def _is_figure(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:\.\d+)?", text))


def _decimal(text: str) -> str:
    whole, _, rest = text.partition(".")
    rest = rest.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")


def _number(run: str) -> str:
    """A run of numerals as an Arabic figure; unchanged where it is none (万一, 三四)."""
    if _is_figure(run):
        return _decimal(run)
    scaled = re.fullmatch(r"(\d+(?:\.\d+)?)([十百千万亿]+)", run)
    if scaled and len(run) <= MAX_FIGURE:
        value = Decimal(scaled[1])
        for scale in scaled[2]:
            value *= _SCALES[scale]
        return _decimal(f"{value:f}")
    chinese = re.sub(r"(?<!\d)\d(?!\d)", lambda each: _DIGITS[int(each[0])], run)
    value_of = _value(chinese.translate(_PLAIN))
    return run if value_of is None else str(value_of)


def _value(run: str) -> int | None:
    """The value of a numeral as people write it; None for other runs of such characters."""
    if not run or set(run) - set(_NUMERAL):
        return None
    if all(each in _DIGITS for each in run):
        # 二零二二 is a year; 三四 is "three or four".
        return int(to_int(run)) if len(run) in {1} or len(run) >= 4 or "零" in run[1:] else None
    high, hundred_million, low = run.rpartition("亿")
    if hundred_million:
        upper, lower = _value(high), _value(low.removeprefix("零")) if low else 0
        return None if upper is None or lower is None else upper * 100_000_000 + lower
    try:
        value = to_int(run)
        forms = {to_chinese(value), "一" + to_chinese(value)}
    except ValueError:
        return None
    return value if run in forms else None


_piece = lru_cache(maxsize=4096)(folded)
