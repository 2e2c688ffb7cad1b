"""What all markings of an answer come to: one, two that agree, or a third that decides. Pure.

Double marking (双评): two people mark an answer independently. If their marks lie no further apart
than the session tolerates, both count; if they do, a third person (仲裁) decides.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.labels import Labelled
from exam.marking import rubric
from exam.marking.rubric import Judged
from exam.papers.snapshot import Slot
from question_bank.types import Written


class Reader(Labelled):
    """As whom somebody marks an answer."""

    FIRST = "first", "一评"
    SECOND = "second", "二评"
    ARBITER = "arbiter", "仲裁"
    #: After publication, because the candidate asked for it.
    RECHECK = "recheck", "复核"


class Unit(Labelled):
    """What the tolerance is counted in."""

    #: Of what persons give at most: of a case, without the parts that the system scores.
    BY_HAND = "by_hand", "人评分值的 %"
    PERCENT = "percent", "本题分值的 %"
    MARKS = "marks", "分"


class Combining(Labelled):
    """What counts of two markings that agree."""

    MEAN = "mean", "取两评平均分"
    HIGHER = "higher", "取两评较高分"


class Stage(Labelled):
    """Where the marking of one answer stands."""

    READING = "reading", "待评"
    ARBITRATION = "arbitration", "待仲裁"
    DONE = "done", "已评完"


@dataclass(frozen=True)
class Scheme:
    """How the answers of a session are marked."""

    double: bool = False
    tolerance: Decimal = Decimal(20)
    unit: Unit = Unit.BY_HAND
    combining: Combining = Combining.MEAN

    @property
    def readers(self) -> Sequence[Reader]:
        """Those who mark every answer."""
        return (Reader.FIRST, Reader.SECOND) if self.double else (Reader.FIRST,)

    def allowed(self, item: Written, marks: Decimal) -> Decimal:
        """How far two markings of an item of so many marks may lie apart, in marks."""
        if self.unit is Unit.MARKS:
            return self.tolerance
        whole = rubric.by_hand(item, marks) if self.unit is Unit.BY_HAND else marks
        return whole * self.tolerance / 100


@dataclass(frozen=True)
class Reading:
    """What somebody found in an answer."""

    reader: Reader
    points: Judged


@dataclass(frozen=True)
class Verdict:
    stage: Stage
    #: The points that count, as credits (exam.marking.rubric); None until the answer is done.
    judged: Judged | None = None
    #: How far the two markings lie apart, in marks; None unless there are two.
    difference: Decimal | None = None


def verdict(item: Written, marks: Decimal, readings: Sequence[Reading], scheme: Scheme) -> Verdict:
    """What the readings of an answer, oldest first, come to; the newest of each reader counts."""
    newest = {each.reader: each.points for each in readings}
    first, second = newest.get(Reader.FIRST), newest.get(Reader.SECOND)
    apart = None
    if first is not None and second is not None:
        apart = difference(item, marks, first, second)
    for last in (Reader.RECHECK, Reader.ARBITER):
        if last in newest:
            return Verdict(Stage.DONE, newest[last], apart)
    if not scheme.double:
        return Verdict(Stage.READING if first is None else Stage.DONE, first)
    if first is None or second is None or apart is None:
        return Verdict(Stage.READING)
    if apart > rubric.exact(scheme.allowed(item, marks)):
        return Verdict(Stage.ARBITRATION, None, apart)
    return Verdict(Stage.DONE, _combined(item, first, second, scheme.combining), apart)


def judged(
    slots: Sequence[Slot], readings: Mapping[int, Sequence[Reading]], scheme: Scheme
) -> dict[int, Judged]:
    """By slot, what counts of all readings of an attempt's answers, as far as they are done.

    ``slots`` are those of the sealed paper: people judge by what it says an item is worth, whatever
    a correction makes of that later.
    """
    verdicts = {
        number: verdict(slots[number - 1], slots[number - 1].marks, each, scheme).judged
        for number, each in readings.items()
    }
    return {number: each for number, each in verdicts.items() if each is not None}


def difference(item: Written, marks: Decimal, one: Judged, other: Judged) -> Decimal:
    """How far two markings of an item lie apart, in marks."""
    return rubric.exact(marks * abs(rubric.found(item, one) - rubric.found(item, other)))


def _combined(item: Written, one: Judged, other: Judged, how: Combining) -> Judged:
    if how is Combining.HIGHER:
        return max((one, other), key=lambda each: rubric.found(item, each))
    return {name: _mean(one.get(name, ()), other.get(name, ())) for name in {**one, **other}}


def _mean(one: rubric.Found, other: rubric.Found) -> Mapping[int, Decimal]:
    """The credit of each point that either found; both are lists of whole points."""
    return {point: Decimal(count) / 2 for point, count in sorted(Counter([*one, *other]).items())}
