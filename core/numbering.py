"""The numbers and letters that Word puts before paragraphs: 1. or (A) or 第一条.

They are not in the text: a paragraph names a list and a level, the list says how a level is
counted and written, and the reader of the file has to count along.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
            "taiwaneseCountingThousand", "ideographDigital"}  # fmt: skip
_NOTHING = {"bullet", "none"}
#: Lists and styles of a document are looked at up to this depth and count.
_MAX_LEVELS, _MAX_CHAIN = 9, 20


@dataclass(frozen=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    #: %1.%2 with one place for each level's number.
    text: str = "%1."


@dataclass
class _List:
    """One numbering of the document: its levels, and where counting begins anew."""

    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int] = field(default_factory=dict)
    used: bool = False


class Numbering:
    """Counts along while the paragraphs of one document are read in order."""

    def __init__(
        self, numbering: etree._Element | None = None, styles: etree._Element | None = None
    ) -> None:
        self._styles = _styles(styles)
        self._lists = _lists(numbering, self._styles)
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, paragraph: etree._Element) -> str:
        """What Word shows before the paragraph; "" for nothing. Counts it."""
        number, level = self._place(paragraph)
        found = self._lists.get(number)
        if found is None or level not in found.levels:
            return ""
        counts = self._counts.setdefault(found.abstract, {})
        if not found.used:
            found.used = True
            for at in found.starts:
                counts.pop(at, None)
        start = found.starts.get(level, found.levels[level].start)
        counts[level] = counts[level] + 1 if level in counts else start
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        return _written(found.levels, counts, level)

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list and the level of the paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "", 0
        number, level = _numbered(properties)
        style = properties.find(f"{_W}pStyle")
        if not number and style is not None:
            number, of_style = self._styles.get(str(style.get(f"{_W}val")), ("", 0))
            level = level or of_style
        return number, level


def _written(levels: Mapping[int, _Level], counts: Mapping[int, int], level: int) -> str:
    if levels[level].format in _NOTHING:
        return ""
    text = levels[level].text
    for at in range(level + 1):
        if f"%{at + 1}" in text:
            each = levels.get(at, _Level())
            value = counts.get(at, each.start)
            text = text.replace(f"%{at + 1}", shown(value, each.format))
    return text.strip()


def shown(value: int, format_: str) -> str:
    """A number as a list writes it; decimal for a way of writing that we do not know."""
    if format_ in _CHINESE:
        return _chinese(value)
    if format_ in {"upperLetter", "lowerLetter"}:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value > 0 else ""
        return letter.upper() if format_ == "upperLetter" else letter
    if format_ in {"upperRoman", "lowerRoman"}:
        roman = _roman(value)
        return roman.upper() if format_ == "upperRoman" else roman
    if format_ == "decimalZero":
        return f"{value:02d}"
    if format_.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(0x245F + value)
    if format_ == "chineseLegalSimplified":
        return _chinese(value).translate(_FORMAL)
    return str(value)


def _chinese(value: int) -> str:
    if not 0 < value < 10_000:
        return str(value)
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
        zero = not digit
    return text.removeprefix("一") if 10 <= value < 20 else text


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (value // worth)
        value %= worth
    return text


def _numbered(properties: etree._Element) -> tuple[str, int]:
    element = properties.find(f"{_W}numPr")
    if element is None:
        return "", 0
    number, level = element.find(f"{_W}numId"), element.find(f"{_W}ilvl")
    return _value(number), _whole(_value(level), 0)


def _styles(root: etree._Element | None) -> Mapping[str, tuple[str, int]]:
    """The list and level of each paragraph style, its own or the one that it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in () if root is None else root.iter(f"{_W}style"):
        name = str(style.get(f"{_W}styleId"))
        properties = style.find(f"{_W}pPr")
        number, level = ("", 0) if properties is None else _numbered(properties)
        if number:
            own[name] = (number, level)
        based[name] = _value(style.find(f"{_W}basedOn"))
    found = {}
    for name in based:
        at = name
        for _ in range(_MAX_CHAIN):
            if at in own:
                found[name] = own[at]
                break
            at = based.get(at, "")
    return found


def _lists(
    root: etree._Element | None, styles: Mapping[str, tuple[str, int]]
) -> Mapping[str, _List]:
    if root is None:
        return {}
    abstracts, links = {}, {}
    for each in root.iterchildren(f"{_W}abstractNum"):
        name = str(each.get(f"{_W}abstractNumId"))
        abstracts[name] = _levels(each)
        links[name] = _value(each.find(f"{_W}numStyleLink"))
    numbers = {str(each.get(f"{_W}numId")): each for each in root.iterchildren(f"{_W}num")}
    found = {}
    for name, each in numbers.items():
        abstract = _value(each.find(f"{_W}abstractNumId"))
        linked = styles.get(links.get(abstract, ""), ("", 0))[0]
        if not abstracts.get(abstract) and linked in numbers:
            abstract = _value(numbers[linked].find(f"{_W}abstractNumId"))
        levels = dict(abstracts.get(abstract, {}))
        starts = {}
        for override in each.iterchildren(f"{_W}lvlOverride"):
            at = _whole(str(override.get(f"{_W}ilvl")), 0)
            levels |= _levels(override)
            start = _value(override.find(f"{_W}startOverride"))
            if start:
                starts[at] = _whole(start, 1)
        found[name] = _List(abstract, levels, starts)
    return found


def _levels(parent: etree._Element) -> dict[int, _Level]:
    found = {}
    for each in list(parent.iterchildren(f"{_W}lvl"))[:_MAX_LEVELS]:
        text = each.find(f"{_W}lvlText")
        found[_whole(str(each.get(f"{_W}ilvl")), 0)] = _Level(
            start=_whole(_value(each.find(f"{_W}start")), 1),
            format=_value(each.find(f"{_W}numFmt")) or "decimal",
            text="" if text is None else str(text.get(f"{_W}val", ""))[:50],
        )
    return found


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(f"{_W}val", ""))


def _whole(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else default
