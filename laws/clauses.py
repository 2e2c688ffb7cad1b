"""款, 项 and 目 inside an article, and how people name them: 第三十四条第二款第（三）项. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from laws.numerals import NUMERAL, Key, article_number, to_chinese, to_int

_ITEM = re.compile(r"[“‘\"]?[(（]([一二三四五六七八九十百]{1,5})[)）]")
_POINT = re.compile(r"[“‘\"]?(?:(\d{1,3})[.．、](?!\d)|[(（](\d{1,3})[)）])")
#: Items that run on within one line.
_RUN_ON = re.compile(r"(?<=[：:；;。])\s*(?=[(（][一二三四五六七八九十百]{1,5}[)）])")


@dataclass(frozen=True)
class Clause:
    """One line of an article and its place: 款 (0 before the first), 项, 目."""

    paragraph: int
    item: int
    point: int
    text: str

    @property
    def place(self) -> str:
        """Its address behind that of the article: p2i3t1."""
        return f"p{self.paragraph or 1}" + (f"i{self.item}" if self.item else "") + (
            f"t{self.point}" if self.point else ""
        )  # fmt: skip

    @property
    def depth(self) -> int:
        return 2 if self.point else 1 if self.item else 0


@dataclass
class Node:
    """A 款, 项 or 目 with what it holds."""

    number: int
    text: str
    below: list["Node"] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "\n".join(
            [*([self.text] if self.text else []), *(each.whole for each in self.below)]
        )


def clauses(text: str) -> list[Clause]:
    """The lines of an article's text with their places.

    A line is an item if it begins with （一）, a point if it begins with 1. below an item, and
    otherwise a new paragraph; items that run on in one line are taken apart.
    """
    found: list[Clause] = []
    paragraph = item = 0
    for line in [piece for whole in text.split("\n") for piece in _apart(whole)]:
        if match := _ITEM.match(line):
            item, point = to_int(match[1]), 0
        elif item and (match := _POINT.match(line)):
            point = int(match[1] or match[2])
        else:
            paragraph, item, point = paragraph + 1, 0, 0
        found.append(Clause(paragraph, item, point, line))
    return found


def _apart(line: str) -> Sequence[str]:
    pieces = _RUN_ON.split(line)
    marks = [_ITEM.match(piece) for piece in pieces[1:]]
    counted = [to_int(mark[1]) if mark else 0 for mark in marks]
    first = 2 if _ITEM.match(pieces[0]) else 1
    return pieces if counted == list(range(first, first + len(counted))) else [line]


def tree(text: str) -> list[Node]:
    """The 款 of an article, each with its 项, each with its 目."""
    found: list[Node] = []
    for each in clauses(text):
        number = each.paragraph or 1
        if not found or found[-1].number != number:
            found.append(Node(number, "" if each.item else each.text))
            if not each.item:
                continue
        if each.point:
            found[-1].below[-1].below.append(Node(each.point, each.text))
        elif each.item:
            found[-1].below.append(Node(each.item, each.text))
    return found


def gaps(text: str) -> list[str]:
    """The 项 that are missing from the count: 第（二）项. A count may begin again, and go on
    behind a paragraph that stands inside an item."""
    odd: list[int] = []
    last = 0
    for number in (each.item for each in clauses(text) if each.item and not each.point):
        if number > last + 1:
            odd += range(last + 1, min(number, last + 100))
        last = number
    return [f"第（{to_chinese(n)}）项" for n in odd]


@dataclass(frozen=True)
class Address:
    """An article, or a place in it; 0 where that is left open."""

    article: Key
    paragraph: int = 0
    item: int = 0
    point: int = 0

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its law."""
        main, sub = self.article
        place = f"a{main}" + (f"-{sub}" if sub else "")
        if not (self.paragraph or self.item):
            return place
        below = Clause(self.paragraph, self.item, self.point, "").place
        return place + below

    def __str__(self) -> str:
        return (
            article_number(self.article)
            + (f"第{to_chinese(self.paragraph)}款" if self.paragraph else "")
            + (f"第（{to_chinese(self.item)}）项" if self.item else "")
            + (f"第{self.point}目" if self.point else "")
        )


_NUMBER = rf"[(（]?\s*([{NUMERAL}]{{1,9}})\s*[)）]?"
#: 第三十四条之一第二款第（三）项第1目, also 34条2款3项; the first group of a match is the article.
PATTERN = (
    rf"第?\s*([{NUMERAL}]{{1,9}})\s*条(?:\s*之\s*([{NUMERAL}]{{1,4}}))?"
    rf"(?:\s*第?{_NUMBER}款)?(?:\s*第?{_NUMBER}项)?(?:\s*第?{_NUMBER}目)?"
)
_ADDRESS = re.compile(PATTERN)
_SHORT = re.compile(rf"第?\s*([{NUMERAL}]{{1,9}})\s*(?:(?:之|[-－—.])\s*([{NUMERAL}]{{1,4}}))?")


def of_match(groups: Sequence[str | None]) -> Address:
    """The address that the five groups of PATTERN give. Raises ValueError."""
    main, sub, *inner = (to_int(each) if each else 0 for each in groups)
    return Address(Key(main, sub), *inner)


def address(text: str) -> Address:
    """What somebody means by 第三十四条第二款, 34, 262-1 or 34条2款3项. Raises ValueError."""
    text = text.strip()
    match = _ADDRESS.fullmatch(text)
    if match:
        return of_match(match.groups())
    short = _SHORT.fullmatch(text)
    if not short:
        raise ValueError(f"not an address: {text!r}")
    return of_match([*short.groups(), None, None, None])


def at(text: str, where: Address) -> str | None:
    """The words of the article's text at the address; None where it has no such place.

    第三十一条第（六）项 without a 款 is the item of the only 款 that has one of that number.
    """
    paragraphs = tree(text)
    if where.paragraph:
        paragraphs = [each for each in paragraphs if each.number == where.paragraph]
    if not where.item:
        return "\n".join(each.whole for each in paragraphs) or None
    items = [item for each in paragraphs for item in each.below if item.number == where.item]
    if len(items) != 1:
        return None
    if not where.point:
        return items[0].whole
    points = [each.whole for each in items[0].below if each.number == where.point]
    return points[0] if points else None


def labelled(text: str) -> Iterator[tuple[Clause, str]]:
    """Every line with what people call it: 第二款第（三）项."""
    for each in clauses(text):
        name = f"第{to_chinese(each.paragraph or 1)}款"
        if each.item:
            name += f"第（{to_chinese(each.item)}）项"
        yield each, name + (f"第{each.point}目" if each.point else "")
