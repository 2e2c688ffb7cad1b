"""A cut score from judges' estimates (Angoff 1971), in two rounds. Pure.

Each judge says of each item how many of a hundred people who are only just competent would be
right. A judge's cut is the marks that such a person is expected to earn; the panel's is the mean of
its judges, and its standard error their standard deviation over the root of their number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import median

from core.figures import half_up
from core.files import Unreadable

#: Fewer judges than this set no standard.
LEAST = 3
#: An item on which two judges are so many points apart is talked over.
APART = 30
#: A judge whose cut is further from the median of the others, as a share of the whole marks.
FAR = Decimal("0.10")
#: So many standard errors around the cut are what a pass mark may be set to.
ROOM = 2
SPAN = "应是 0 到 100 的整数"


@dataclass(frozen=True)
class Place:
    """An item of the paper; ``marks`` are what it adds to the whole on average."""

    slot: int
    marks: Decimal


@dataclass(frozen=True)
class Judged:
    """What one judge estimated, slot by slot, in percent."""

    name: str
    ratings: Mapping[int, int]

    def lacks(self, places: Sequence[Place]) -> list[int]:
        return [each.slot for each in places if each.slot not in self.ratings]


@dataclass(frozen=True)
class JudgeCut:
    name: str
    cut: Decimal
    #: Further from the others than FAR.
    is_far: bool


@dataclass(frozen=True)
class ItemView:
    slot: int
    mean: Decimal
    low: int
    high: int
    #: The judges who said the lowest and the highest, where they are to talk.
    lowest: Sequence[str] = ()
    highest: Sequence[str] = ()

    @property
    def is_apart(self) -> bool:
        return self.high - self.low >= APART


@dataclass(frozen=True)
class Standard:
    """All to two decimals, half up."""

    cut: Decimal
    spread: Decimal
    error: Decimal
    low: Decimal
    high: Decimal
    judges: Sequence[JudgeCut]
    items: Sequence[ItemView]

    @property
    def to_discuss(self) -> list[ItemView]:
        """The furthest apart first."""
        return sorted(
            (each for each in self.items if each.is_apart),
            key=lambda each: (each.low - each.high, each.slot),
        )

    @property
    def room(self) -> tuple[Decimal, Decimal]:
        """From and to which pass mark."""
        return self.cut - ROOM * self.error, self.cut + ROOM * self.error


def standard(judged: Sequence[Judged], places: Sequence[Place]) -> Standard | None:
    """Of the judges who rated every item; None for fewer than LEAST of them."""
    whole = [each for each in judged if not each.lacks(places)]
    if len(whole) < LEAST:
        return None
    cuts = [_cut(each.ratings, places) for each in whole]
    mean = sum(cuts, Decimal(0)) / len(cuts)
    spread = sqrt(sum((each - mean) ** 2 for each in cuts) / (len(cuts) - 1))
    full = sum((each.marks for each in places), Decimal(0))
    return Standard(
        cut=half_up(mean),
        spread=half_up(Decimal(spread)),
        error=half_up(Decimal(spread / sqrt(len(cuts)))),
        low=half_up(min(cuts)),
        high=half_up(max(cuts)),
        judges=[
            JudgeCut(each.name, half_up(cut), _is_far(n, cuts, full))
            for n, (each, cut) in enumerate(zip(whole, cuts, strict=True))
        ],
        items=[_view(each.slot, whole) for each in places],
    )


def _cut(ratings: Mapping[int, int], places: Sequence[Place]) -> Decimal:
    return sum((ratings[each.slot] * each.marks for each in places), Decimal(0)) / 100


def _is_far(place: int, cuts: Sequence[Decimal], full: Decimal) -> bool:
    others = [each for n, each in enumerate(cuts) if n != place]
    return abs(cuts[place] - median(others)) > FAR * full


def _view(slot: int, judged: Sequence[Judged]) -> ItemView:
    said = [(each.ratings[slot], each.name) for each in judged]
    low, high = min(said)[0], max(said)[0]
    mean = half_up(Decimal(sum(each for each, _ in said)) / len(said))
    if high - low < APART:
        return ItemView(slot, mean, low, high)
    return ItemView(
        slot, mean, low, high,
        lowest=[name for each, name in said if each == low],
        highest=[name for each, name in said if each == high],
    )  # fmt: skip


def percent_of(text: str) -> int:
    """Raises ValueError."""
    text = text.strip().removesuffix("%").removesuffix("％").strip()
    value = float(text)
    if not 0 <= value <= 100 or value != int(value):
        raise ValueError(text)
    return int(value)


#: The heading over the slots of a sheet.
SLOT = "题号"


def read(rows: Sequence[Sequence[str]], names: Sequence[str], slots: Sequence[int]) -> list[Judged]:
    """Judges' columns under their names, items' rows by their slot; empty cells are no estimate.

    Raises Unreadable, naming every cell that cannot be taken.
    """
    head, columns = _head(rows, names)
    found: dict[str, dict[int, int]] = {name: {} for name in columns}
    wrong: list[str] = []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        if not row or not row[0].strip().isdecimal():
            continue
        if (slot := int(row[0])) not in slots:
            wrong.append(f"第 {number} 行：试卷没有第 {slot} 题")
            continue
        said = {name: row[n].strip() for name, n in columns.items() if n < len(row)}
        for name, text in said.items():
            try:
                if text:
                    found[name][slot] = percent_of(text)
            except ValueError:
                wrong.append(f"第 {number} 行“{name}”：“{text}”{SPAN}")
    if wrong:
        more = f"；另有 {len(wrong) - 10} 处" if len(wrong) > 10 else ""
        raise Unreadable("；".join(wrong[:10]) + more)
    return [Judged(name, ratings) for name, ratings in found.items()]


def _head(rows: Sequence[Sequence[str]], names: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the column of each judge that has one. Raises Unreadable."""
    head = next((n for n, row in enumerate(rows[:10]) if row and row[0].strip() == SLOT), None)
    if head is None:
        raise Unreadable(f"找不到表头：第一列应为“{SLOT}”，其后各列为评委姓名")
    columns = {text.strip(): n for n, text in enumerate(rows[head]) if text.strip() in names}
    if not columns:
        raise Unreadable(f"表头里没有评委的姓名：{'、'.join(names)}")
    return head, columns
