"""What a candidate's sittings come to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.labels import Labelled
from exam.kinds import ScorePolicy


class GradeLevel(Labelled):
    """等次; good starts at 80 % of the way the table of the trade sets."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"


@dataclass(frozen=True)
class Sitting:
    """A sitting that was handed in or voided; ``earned`` is None while it waits to be marked."""

    number: int
    earned: Decimal | None
    voided: bool = False


@dataclass(frozen=True)
class Outcome:
    """The counted score; None for somebody who never handed in or whose paper is not marked."""

    score: Decimal | None
    level: GradeLevel | None
    #: A sitting was voided for misconduct: counts as taken with 0, neither passed nor excellent.
    voided: bool = False
    #: Number of the sitting whose score counts.
    number: int | None = None
    #: Handed in, but what counts of it waits to be marked.
    pending: bool = False

    @property
    def taken(self) -> bool:
        """Handed in, marked or not."""
        return self.pending or self.score is not None

    @property
    def passed(self) -> bool:
        return self.level not in (None, GradeLevel.FAILED)

    @property
    def excellent(self) -> bool:
        return self.level is GradeLevel.EXCELLENT


def outcome(
    sittings: Sequence[Sitting],
    *,
    policy: ScorePolicy,
    pass_score: Decimal,
    excellent_score: Decimal,
    makeup: bool = False,
) -> Outcome:
    """The outcome of the handed-in sittings. A makeup passes but is never excellent.

    It is pending while a sitting that may count is not marked: under 取最高分 any of them.
    """
    if not sittings:
        return Outcome(None, None)
    if any(each.voided for each in sittings):
        return Outcome(Decimal(0), GradeLevel.FAILED, voided=True)
    ordered = sorted(sittings, key=lambda each: each.number)
    relevant = {
        ScorePolicy.BEST: ordered,
        ScorePolicy.LAST: ordered[-1:],
        ScorePolicy.FIRST: ordered[:1],
    }[policy]
    marked = [(each.earned, each.number) for each in relevant if each.earned is not None]
    if len(marked) < len(relevant):
        return Outcome(None, None, pending=True)
    earned, number = max(marked, key=lambda each: each[0])
    level = level_of(earned, pass_score, excellent_score, makeup=makeup)
    return Outcome(earned, level, number=number)


def combined(first: Outcome, makeups: Sequence[Outcome]) -> Outcome:
    """What the year comes to for somebody with a first sitting and makeups.

    A voided sitting spoils the whole. Somebody who passed at first keeps that; else the better of
    the results counts, a pass before any failure, once all of them are marked. Makeups must have
    been judged as makeups, so that none of them is excellent.
    """
    results = [each for each in (first, *makeups) if each.taken]
    voided = next((each for each in results if each.voided), None)
    if voided is not None or not results:
        return voided or first
    if first.passed:
        return first
    if pending := [each for each in results if each.pending]:
        return pending[0]
    return max(results, key=lambda each: (each.passed, each.score or Decimal(0)))


def lines(
    pass_score: Decimal, excellent_score: Decimal, *, makeup: bool = False
) -> Sequence[tuple[GradeLevel, Decimal]]:
    """From which score each level begins, the highest first; below all of them nobody passed.

    良好 begins two thirds of the way from the pass to the excellent line: with these at 60 and 90
    that is 80.
    """
    if makeup:
        return [(GradeLevel.PASSED, pass_score)]
    good = pass_score + (excellent_score - pass_score) * 2 / 3
    return [
        (GradeLevel.EXCELLENT, excellent_score),
        (GradeLevel.GOOD, good),
        (GradeLevel.PASSED, pass_score),
    ]


def level_of(
    score: Decimal, pass_score: Decimal, excellent_score: Decimal, *, makeup: bool = False
) -> GradeLevel:
    """The level of a score."""
    found = lines(pass_score, excellent_score, makeup=makeup)
    return next((level for level, line in found if score >= line), GradeLevel.FAILED)
