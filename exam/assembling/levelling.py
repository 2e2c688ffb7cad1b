"""Forms as hard as one another: how far apart they are, and the search for less. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from exam.assembling.programme import GivenUp, Programme
from exam.assembling.sheets import Sheet, demand, keep_apart, marks_of, sheet_of
from exam.assembling.stems import Bank, Pile
from question_bank.difficulty import PRIOR

#: What a mark of the expected mean counts for; an item of a difficulty counts for one.
_MARK = 2.0
#: What it counts for that one form tells as much more at a point as forms tell on the average.
_TOLD = 10.0
#: Forms no further apart than this are as hard as one another: half a mark, and what sums lose; and
#: as telling: four hundredths of what they tell at a point on the average.
_ENOUGH, _ENOUGH_TOLD = 1.0 + 1e-6, 0.04
#: So many nodes of the search are looked at; a bound in seconds would make chance of the seed.
_NODES = 50
#: With more unknowns than this the search would keep the page waiting.
_COLUMNS = 4000


def are_near(bank: Bank, forms: Sequence[Mapping[int, int]]) -> bool:
    """Whether forms (section by stem) are near enough to one another."""
    return _widths(bank, forms) <= _ENOUGH and all(
        each <= _ENOUGH_TOLD for each in _widths_told(bank, forms)
    )


def apart(bank: Bank, forms: Sequence[Mapping[int, int]]) -> float:
    """How far forms are apart: items of each difficulty, marks expected, and what they tell."""
    return _widths(bank, forms) + _TOLD * sum(_widths_told(bank, forms))


def _widths(bank: Bank, forms: Sequence[Mapping[int, int]]) -> float:
    """By how many items of each difficulty forms differ, and by how many marks, as they count."""
    counts = [Counter(bank.stems[stem].item.difficulty for stem in form) for form in forms]
    marks = [sum(marks_of(bank, bank.stems[stem], section) for stem, section in form.items())
             for form in forms]  # fmt: skip
    items = sum(_width([each[difficulty] for each in counts]) for difficulty in PRIOR)
    return items + _MARK * _width(marks)


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _widths_told(bank: Bank, forms: Sequence[Mapping[int, int]]) -> Iterable[float]:
    """By how much forms differ in what they tell at each point, as a share of the average."""
    for told in _told_at(bank, forms):
        yield _width(told) * len(told) / (sum(told) or 1.0)


def _told_at(bank: Bank, forms: Sequence[Mapping[int, int]]) -> Iterator[Sequence[float]]:
    """What each form tells, point by point; nothing where none of its items is calibrated."""
    return zip_longest(*(told_by(bank, form) for form in forms), fillvalue=0.0)


def told_by(bank: Bank, stems: Iterable[int]) -> list[float]:
    """What the calibrated items of a form tell at each point; empty where there are none."""
    known = [each for stem in stems if (each := bank.stems[stem].item.information)]
    return [sum(each) for each in zip(*known, strict=True)]


def as_near(
    bank: Bank, piles: Sequence[Pile], forms: Sequence[Mapping[int, int]]
) -> tuple[list[Sheet], Sequence[float]] | None:
    """As many forms out of the piles, as near to one another as a short search finds them.

    None where it finds none.
    """
    programme = Programme()
    sheets = [sheet_of(programme, bank, piles) for _ in forms]
    shared = len(piles) * len(forms) * (len(forms) - 1) // 2 if bank.rules.overlap else 0
    if len(forms) * sum(len(columns) for columns in sheets[0].taken) + shared > _COLUMNS:
        return None
    for sheet in sheets:
        demand(sheet)
    keep_apart(sheets)
    for difficulty in PRIOR:
        _keep_narrow(sheets, [sheet.of_difficulty(difficulty) for sheet in sheets], 1.0)
    _keep_narrow(sheets, [sheet.marks() for sheet in sheets], _MARK)
    for point, told in enumerate(_told_at(bank, forms)):
        worth = _TOLD * len(told) / (sum(told) or 1.0)
        _keep_narrow(sheets, [sheet.information(point) for sheet in sheets], worth)
    try:
        values = programme.solve(nodes=_NODES)
    except GivenUp:
        return None
    return None if values is None else (sheets, values)


def _keep_narrow(
    sheets: Sequence[Sheet], sums: Sequence[Iterable[tuple[int, float]]], cost: float
) -> None:
    """That it costs so much by how far the sums are apart."""
    programme = sheets[0].programme
    least, width = programme.column(0.0, whole=False), programme.column(cost, whole=False)
    for terms in sums:
        row = list(terms)
        programme.row([*row, (least, -1.0)], low=0)
        programme.row([*row, (least, -1.0), (width, -1.0)], high=0)
