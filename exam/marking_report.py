"""How the marking of a session goes: by item, by marker, and where two differ. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exam import agreement
from exam.agreement import Agreement, Pair
from exam.double_marking import Reader


@dataclass(frozen=True)
class Mark:
    """What one marker gave one answer, in marks for what persons mark of it; their newest word."""

    form_id: int
    slot: int
    answer_id: int
    reader: Reader
    #: The account of the marker; None for marks from before accounts.
    marker: int | None
    marks: Decimal


@dataclass(frozen=True)
class Line:
    """The markings of an item, or of one marker for an item."""

    form_id: int
    slot: int
    marker: int | None
    done: int
    mean: Decimal | None
    spread: Decimal | None
    agreement: Agreement
    #: How much more the marker gives than the other one of the same answers, on average.
    leaning: Decimal | None = None


def by_item(marks: Sequence[Mark]) -> list[Line]:
    """A line for each item that somebody marked; arbitration is no reading and not counted."""
    return [
        _line(form_id, slot, None, [each.marks for each in here],
              [(one.marks, other.marks) for one, other in _pairs(here)])
        for (form_id, slot), here in _by_place(marks).items()
    ]  # fmt: skip


def by_marker(marks: Sequence[Mark]) -> list[Line]:
    """A line for each item and marker; pairs have the marker's own mark first."""
    lines = []
    for (form_id, slot), here in _by_place(marks).items():
        pairs: defaultdict[int | None, list[Pair]] = defaultdict(list)
        for one, other in _pairs(here):
            pairs[one.marker].append((one.marks, other.marks))
            pairs[other.marker].append((other.marks, one.marks))
        given: defaultdict[int | None, list[Decimal]] = defaultdict(list)
        for each in here:
            given[each.marker].append(each.marks)
        lines += [
            _line(form_id, slot, marker, given[marker], pairs[marker])
            for marker in sorted(given, key=lambda each: each or 0)
        ]
    return lines


def _line(
    form_id: int, slot: int, marker: int | None, given: Sequence[Decimal], pairs: Sequence[Pair]
) -> Line:
    return Line(
        form_id=form_id,
        slot=slot,
        marker=marker,
        done=len(given),
        mean=agreement.mean(given),
        spread=agreement.spread(given),
        agreement=agreement.agreement(pairs),
        leaning=agreement.mean([one - other for one, other in pairs]),
    )


def _by_place(marks: Sequence[Mark]) -> dict[tuple[int, int], list[Mark]]:
    found: defaultdict[tuple[int, int], list[Mark]] = defaultdict(list)
    for each in marks:
        if each.reader is not Reader.ARBITER:
            found[each.form_id, each.slot].append(each)
    return dict(sorted(found.items()))


def _pairs(marks: Sequence[Mark]) -> list[tuple[Mark, Mark]]:
    """The two readings of each answer that has both, the first one first."""
    first = {each.answer_id: each for each in marks if each.reader is Reader.FIRST}
    second = {each.answer_id: each for each in marks if each.reader is Reader.SECOND}
    return [(first[answer], second[answer]) for answer in sorted(first.keys() & second.keys())]
