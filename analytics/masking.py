"""Small groups, for readers who may not know their people: nothing that tells of one person. Pure.

A row of fewer than SMALLEST people is not shown, nor one that leaves so few beside it (the rest of
a unit whose filtered part is shown; all but the reader's own people of a sum), nor one from which
a hidden one could be worked out by subtracting the shown ones from their sum.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from analytics import tables
from analytics.mastery import Cell, Subject
from analytics.measures import Measures
from analytics.tables import Row

SMALLEST = 5

Opens = Callable[[Row], bool]


def masked(
    rows: Sequence[Row],
    wider: Sequence[Sequence[Row]],
    measures: Measures,
    *,
    opens: Opens,
    opens_scores: Opens,
) -> list[Row]:
    """``wider``: the same rows with fewer filters; ``opens``: whose people the reader may know."""
    hidden = {row.key for row in rows if not opens(row) and _is_small(row, wider)}
    for kind, covered in _SUMS.items():
        own = sum(size(row) for row in rows if row.kind in covered and opens(row))
        hidden |= {
            row.key
            for row in rows
            if row.kind == kind and own and not opens(row) and _is_few(size(row) - own)
        }
        if any(row.kind == kind and row.key not in hidden for row in rows):
            hidden |= _complementary([each for each in rows if each.kind in covered], hidden, opens)
    return [
        _emptied(row)
        if row.key in hidden
        else row
        if opens_scores(row)
        else _discreet(row, measures)
        for row in rows
    ]


def without_scores_of_few(
    rows: Sequence[Row], measures: Measures, *, opens_scores: Opens
) -> list[Row]:
    """The rows of an exam, counts and all, but without what tells of the scores of a handful; nor
    what is left when the shown ones are taken from their sum."""
    hidden = {
        row.key for row in rows if not opens_scores(row) and _is_few(int(row.values["scored"] or 0))
    }
    for covered in _SUMS.values():
        some = [row for row in rows if row.kind in covered]
        hidden |= _complementary(some, hidden, opens_scores)
    return [_without_scores(row, measures) if row.key in hidden else row for row in rows]


def _without_scores(row: Row, measures: Measures) -> Row:
    told = {key for key in measures.titles if measures.tells_score(key)}
    return replace(_without(row, told), rank=None)


def _without(row: Row, keys: Collection[str]) -> Row:
    return replace(
        row,
        values={key: None if key in keys else value for key, value in row.values.items()},
        figures={key: None if key in keys else value for key, value in row.figures.items()},
    )


_SUMS = {
    tables.OWN_SUM: (tables.RANKED,),
    tables.APART_SUM: (tables.APART, tables.OTHERS),
    tables.TOTAL: (tables.RANKED, tables.APART, tables.OTHERS),
}


def size(row: Row) -> int:
    return int(row.values["due"] or 0)


def _is_few(people: int) -> bool:
    return 0 < people < SMALLEST


def _is_small(row: Row, wider: Sequence[Sequence[Row]]) -> bool:
    if _is_few(size(row)):
        return True
    return any(
        _is_few(size(other) - size(row))
        for others in wider
        for other in others
        if other.key == row.key
    )


def _complementary(rows: Sequence[Row], hidden: set[str], opens: Opens) -> set[str]:
    """More rows to hide, the smallest first, until the hidden ones are too many to tell apart."""
    gone = [row for row in rows if row.key in hidden]
    rest = sorted(
        (row for row in rows if row.key not in hidden and size(row) and not opens(row)),
        key=lambda row: (size(row), row.key),
    )
    added: set[str] = set()
    while gone and rest and (len(gone) == 1 or sum(size(row) for row in gone) < SMALLEST):
        gone.append(rest.pop(0))
        added.add(gone[-1].key)
    return added


def _emptied(row: Row) -> Row:
    return replace(
        row, values=dict.fromkeys(row.values), figures=dict.fromkeys(row.figures), rank=None
    )


def _discreet(row: Row, measures: Measures) -> Row:
    """Without scores of a handful: who has the mean of one has that one's score."""
    few = [
        each
        for each in measures.ratios
        if measures.tells_score(each.key) and _is_few(int(row.values[each.denominator] or 0))
    ]
    if not few:
        return row
    told = {each.key for each in measures.values if each.tells_score}
    return _without(row, told | {each.key for each in few} | {each.numerator for each in few})


def discreet_subjects(
    found: Sequence[Subject], wider: Sequence[Sequence[Subject]], *, own: Callable[[int], bool]
) -> list[Subject]:
    """Laws or articles of some people, without those of which a handful is left beside them;
    ``own``: units whose people the reader may know."""
    every = [{each.law: each for each in others} for others in wider]

    def tells(law: str, cell: Cell, of: Callable[[Subject], Cell]) -> bool:
        return any(_is_few(of(others[law]).people - cell.people) for others in every)

    kept = []
    for each in found:
        if tells(each.law, each.whole, lambda other: other.whole):
            continue
        cells = {
            unit_id: cell
            for unit_id, cell in each.by_unit.items()
            if own(unit_id) or not tells(each.law, cell, lambda other, u=unit_id: other.of(u))  # type: ignore[misc]  # the unit of this turn
        }
        kept.append(replace(each, by_unit=cells))
    return kept


def is_hidden(row: Row) -> bool:
    return row.values["due"] is None
