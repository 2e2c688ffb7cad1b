"""The bank as a map: laws or the entries of a list down, what items are across. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.labels import Labelled
from question_bank import item_types
from question_bank.item_types import CognitiveLevel, ItemType


class Across(Labelled):
    """What the columns of the map are."""

    TYPE = "type", "题型"
    DIFFICULTY = "difficulty", "难度"
    LEVEL = "level", "认知层次"


#: Shades of the map, palest first: a cell with items has one of 1 to SHADES.
SHADES = 5


@dataclass(frozen=True)
class Wanted:
    """What a row is about, and the fewest items it should have."""

    id: int
    name: str
    law_id: int
    least: int
    #: The article's number, where the row is about a single one.
    article: str = ""
    #: What of the law is meant, for readers.
    part: str = ""
    #: The law's short name.
    short: str = ""


@dataclass(frozen=True)
class Only:
    """What is counted at all; None narrows nothing."""

    item_type: ItemType | None = None
    difficulty: int | None = None
    level: CognitiveLevel | None = None

    def fits(self, cell: Any) -> bool:
        return (
            self.item_type in (None, cell.item_type)
            and self.difficulty in (None, cell.difficulty)
            and self.level in (None, cell.cognitive_level)
        )


@dataclass(frozen=True)
class Row:
    wanted: Wanted
    #: Items of each column, in order.
    counts: Sequence[int]
    total: int
    #: How many items are missing to what is wanted.
    missing: int


@dataclass(frozen=True)
class Map:
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    totals: Sequence[int]
    most: int

    def shade(self, count: int) -> int:
        return shade(count, self.most)


def shade(count: int, most: int) -> int:
    """0 for nothing, else 1 to SHADES, by the share of the fullest cell."""
    return 0 if not count else max(1, -(-count * SHADES // max(1, most)))


def columns(across: Across) -> list[tuple[str, str]]:
    """Value and label of each column."""
    if across is Across.TYPE:
        return [(each.value, each.label) for each in ItemType]
    if across is Across.DIFFICULTY:
        return [(str(n), name) for n, name in item_types.DIFFICULTIES.items()]
    return CognitiveLevel.choices()


_VALUE: Mapping[Across, Callable[[Any], str]] = {
    Across.TYPE: lambda cell: str(cell.item_type.value),
    Across.DIFFICULTY: lambda cell: str(cell.difficulty),
    Across.LEVEL: lambda cell: str(cell.cognitive_level.value),
}


def chart(
    cells: Sequence[Any], wanted: Sequence[Wanted], across: Across, only: Only = Only()
) -> Map:
    """The map of cells (row_id, item_type, difficulty, cognitive_level, items).

    ``wanted`` gives the rows, in order; what ``only`` does not let through is not counted.
    """
    heads, counted = columns(across), Counter[tuple[int, str]]()
    for cell in cells:
        if only.fits(cell):
            counted[cell.row_id, _VALUE[across](cell)] += cell.items
    rows = []
    for each in wanted:
        counts = [counted[each.id, value] for value, _ in heads]
        total = sum(counts)
        rows.append(Row(each, counts, total, max(0, each.least - total)))
    totals = [sum(row.counts[n] for row in rows) for n in range(len(heads))]
    most = max((count for row in rows for count in row.counts), default=0)
    return Map(heads, rows, totals, most)


@dataclass(frozen=True)
class Crossed:
    """Two of an item's sides against each other."""

    down: Across
    across: Across
    rows: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, str]]
    #: Items of each row, by column.
    counts: Sequence[Sequence[int]]
    most: int

    def shade(self, count: int) -> int:
        return shade(count, self.most)


def cross(cells: Sequence[Any], down: Across, across: Across) -> Crossed:
    """Cells of a single row of the map, one side of the items down, another across."""
    counted = Counter[tuple[str, str]]()
    for cell in cells:
        counted[_VALUE[down](cell), _VALUE[across](cell)] += cell.items
    rows, heads = columns(down), columns(across)
    counts = [[counted[row, head] for head, _ in heads] for row, _ in rows]
    return Crossed(down, across, rows, heads, counts, max(counted.values(), default=0))
