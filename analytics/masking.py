"""Small groups, for readers who may not know their people: nothing that tells of one person. Pure.

A row of fewer than SMALLEST people is not shown, nor one that leaves so few beside it (the rest of
a unit whose filtered part is shown; all but the reader's own people of a sum), nor one from which
a hidden one could be worked out by subtracting the shown ones from their sum. docs/metrics.md says
the same in prose.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from analytics import tables
from analytics.items import Forms, Scored
from analytics.mastery import Cell, Subject
from analytics.measures import Measures
from analytics.tables import Row
from exam.papers.snapshot import Paper

SMALLEST = 5

Opens = Callable[[Row], bool]
#: How many people of a row a rule is about.
Counted = Callable[[Row], int]

_SUMS = {
    tables.OWN_SUM: (tables.RANKED,),
    tables.APART_SUM: (tables.APART, tables.OTHERS),
    tables.TOTAL: (tables.RANKED, tables.APART, tables.OTHERS),
}
#: What adds up to the total.
_PARTS = (tables.OWN_SUM, tables.APART_SUM)


def masked(
    rows: Sequence[Row],
    wider: Sequence[Sequence[Row]],
    measures: Measures,
    *,
    opens: Opens,
    opens_scores: Opens,
) -> list[Row]:
    """``wider``: the same rows with fewer filters; ``opens``: whose people the reader may know."""
    small = {row.key for row in rows if not opens(row) and _is_small(row, wider)}
    hidden = _closed(rows, small, opens, size)
    return [
        _emptied(row) if row.key in hidden else row
        for row in without_scores_of_few(rows, measures, opens_scores=opens_scores, hidden=hidden)
    ]


def without_scores_of_few(
    rows: Sequence[Row],
    measures: Measures,
    *,
    opens_scores: Opens,
    hidden: Collection[str] = frozenset(),
) -> list[Row]:
    """The rows, counts and all, but without what tells of the scores of a handful; nor what is left
    when the shown ones are taken from their sum. ``hidden``: rows that are not shown at all."""
    told = {key for key in measures.titles if measures.tells_score(key)}
    if not told:
        return list(rows)
    scored, due = (measures.ratio(key).denominator for key in ("mean", "participation"))
    for base in sorted({each.denominator for each in measures.ratios if each.key in told} - {due}):

        def counted(row: Row, base: str = base) -> int:
            return int(row.values[base] or 0) if row.values[scored] else 0

        few = {row.key for row in rows if not opens_scores(row) and _is_few(counted(row))}
        gone = _closed(rows, {*hidden, *few}, opens_scores, counted)
        rows = [replace(_without(row, told), rank=None) if row.key in gone else row for row in rows]
    return list(rows)


def without_scores(rows: Sequence[Row], measures: Measures) -> list[Row]:
    """The rows without anything that tells of scores, for readers who are not told them yet."""
    told = {key for key in measures.titles if measures.tells_score(key)}
    return [replace(_without(row, told), rank=None) for row in rows]


def _without(row: Row, keys: Collection[str]) -> Row:
    return replace(
        row,
        values={key: None if key in keys else value for key, value in row.values.items()},
        figures={key: None if key in keys else value for key, value in row.figures.items()},
    )


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


def _closed(rows: Sequence[Row], hidden: Collection[str], opens: Opens, of: Counted) -> set[str]:
    """The hidden rows with all that must go with them: sums of which few others are left beside the
    reader's own people, and rows and sums from which a hidden one could be worked out."""
    gone = set(hidden)
    for kind, covered in _SUMS.items():
        if kind == tables.TOTAL and any(row.key in gone for row in rows if row.kind in _PARTS):
            gone |= {row.key for row in rows if row.kind in _PARTS and not opens(row)}
        own = sum(of(row) for row in rows if row.kind in covered and opens(row))
        sums = [row for row in rows if row.kind == kind and not opens(row)]
        gone |= {row.key for row in sums if own and _is_few(of(row) - own)}
        if any(row.key not in gone for row in sums):
            some = [row for row in rows if row.kind in covered]
            added = _complementary(some, gone, opens, of)
            gone |= {row.key for row in sums} if added is None else added
    return gone


def _complementary(
    rows: Sequence[Row], hidden: Collection[str], opens: Opens, of: Counted
) -> set[str] | None:
    """More rows to hide, the smallest first, until the hidden ones are too many to tell apart; None
    where there are not so many."""
    gone = [of(row) for row in rows if row.key in hidden and of(row)]
    rest = sorted(
        (row for row in rows if row.key not in hidden and of(row) and not opens(row)),
        key=lambda row: (of(row), row.key),
    )
    added: set[str] = set()
    while _tell(gone):
        if not rest:
            return None
        row = rest.pop(0)
        gone.append(of(row))
        added.add(row.key)
    return added


def _tell(sizes: Sequence[int]) -> bool:
    """Whether the sum of hidden groups tells of one of them, or of a handful."""
    return len(sizes) == 1 or _is_few(sum(sizes))


def _emptied(row: Row) -> Row:
    return replace(
        row, values=dict.fromkeys(row.values), figures=dict.fromkeys(row.figures), rank=None
    )


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
            unit_id: _blank(cell)
            if not own(unit_id) and tells(each.law, cell, lambda other, u=unit_id: other.of(u))  # type: ignore[misc]  # the unit of this turn
            else cell
            for unit_id, cell in each.by_unit.items()
        }
        kept.append(replace(each, by_unit=cells))
    return kept


def _blank(cell: Cell) -> Cell:
    return replace(cell, rate=None, low=None, high=None)


def discreet_cells(found: Sequence[Subject], *, own: Callable[[int], bool]) -> list[Subject]:
    """Laws or articles without the cells from which that of a handful could be worked out: the
    smallest ones beside it, or the whole where few others are left beside the reader's own.

    A cell of fewer than SMALLEST shows nothing to anybody (analytics.mastery).
    """
    return [_discreet(each, own) for each in found]


def _discreet(subject: Subject, own: Callable[[int], bool]) -> Subject:
    cells = dict(subject.by_unit)
    mine = sum(cell.people for unit_id, cell in cells.items() if own(unit_id))
    gone = [cell.people for unit_id, cell in cells.items() if cell.rate is None]
    others = [unit_id for unit_id in cells if cells[unit_id].rate is not None and not own(unit_id)]
    for unit_id in sorted(others, key=lambda each: (cells[each].people, each)):
        if not gone or not _tell(gone):
            break
        gone.append(cells[unit_id].people)
        cells[unit_id] = _blank(cells[unit_id])
    whole = subject.whole
    if (gone and _tell(gone)) or (mine and _is_few(whole.people - mine)):
        whole = _blank(whole)
    return replace(subject, by_unit=cells, whole=whole)


def of_enough(whole: Forms, own: Forms | None = None, *, knows_own: bool = False) -> Forms:
    """The papers without the items that a handful were asked, by whom every sum would tell;
    ``own``: the same papers of the reader's unit, which must leave enough others beside them.
    ``knows_own``: whether those are the reader's to know."""
    mine = [scored for _, scored in own] if own is not None else [None] * len(whole)
    return [
        (_with(paper, scored, each, knows_own=knows_own), scored)
        for (paper, scored), each in zip(whole, mine, strict=True)
    ]


def _with(paper: Paper, scored: Scored, own: Scored | None, *, knows_own: bool) -> Paper:
    def tells(slot: int) -> bool:
        held, mine = scored.held(slot), own.held(slot) if own is not None else 0
        others = held - mine
        return _is_few(others) if knows_own and mine else _is_few(held) or _is_few(others)

    return replace(paper, slots=[each for each in paper.slots if not tells(each.slot)])


def is_hidden(row: Row) -> bool:
    return row.values["due"] is None
