"""How the marking of a session goes: by item, by marker, and where two differ. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from exam.marking import agreement
from exam.marking.agreement import Agreement, Pair
from exam.marking.double_marking import Reader


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


#: Of an item, the marks that persons give at most.
Worth = Mapping[tuple[int, int], Decimal]


@dataclass(frozen=True)
class Whole:
    """All markings of a session, or all of one marker, the items together."""

    marker: int | None
    done: int
    #: In marks, but for the kappa: that is of shares of what an item is worth, so that small items
    #: do not vanish behind large ones.
    agreement: Agreement
    leaning: Decimal | None = None


def together(marks: Sequence[Mark], worth: Worth) -> Whole:
    """Every item together: what a few candidates leave too few pairs of on each item."""
    read = [each for each in marks if each.reader is not Reader.ARBITER]
    return _whole(None, len(read), _pairs(read), worth)


def of_markers(marks: Sequence[Mark], worth: Worth) -> list[Whole]:
    """The same of each marker, whose own mark is the first of a pair."""
    read = [each for each in marks if each.reader is not Reader.ARBITER]
    pairs: defaultdict[int | None, list[tuple[Mark, Mark]]] = defaultdict(list)
    for one, other in _pairs(read):
        pairs[one.marker].append((one, other))
        pairs[other.marker].append((other, one))
    done = Counter(each.marker for each in read)
    return [_whole(marker, done[marker], pairs[marker], worth)
            for marker in sorted(done, key=lambda each: each or 0)]  # fmt: skip


def _whole(
    marker: int | None, done: int, pairs: Sequence[tuple[Mark, Mark]], worth: Worth
) -> Whole:
    counted = agreement.agreement([(one.marks, other.marks) for one, other in pairs])
    shares = [(one.marks / worth[one.form_id, one.slot], other.marks / worth[one.form_id, one.slot])
              for one, other in pairs]  # fmt: skip
    return Whole(
        marker=marker,
        done=done,
        agreement=replace(counted, kappa=agreement.agreement(shares).kappa),
        leaning=agreement.mean([one.marks - other.marks for one, other in pairs]),
    )


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
