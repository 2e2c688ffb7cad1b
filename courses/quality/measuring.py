"""What a survey and two tests come to. Pure.

Fewer than five answers are never shown; a conclusion is drawn from four fifths of those asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import mean, variance

from core.figures import half_up, rate
from core.labels import Labelled
from courses.quality.questions import Question

#: Fewer answers than this are not shown, lest somebody be recognised.
FEWEST = 5
#: Percentage of those asked who must have answered before anything is concluded.
RETURNED = 80
GOOD_POINTS = (4, 5)
#: Percentage of good answers from which on people count as satisfied.
SATISFIED = 80


@dataclass(frozen=True)
class Score:
    """One question: how many gave each of the five points."""

    question: Question
    points: Mapping[int, int]

    @property
    def n(self) -> int:
        return sum(self.points.values())

    @property
    def shown(self) -> bool:
        return self.n >= FEWEST

    @property
    def mean(self) -> Decimal | None:
        if not self.shown:
            return None
        total = sum(point * count for point, count in self.points.items())
        return half_up(Decimal(total) / self.n)

    @property
    def satisfaction(self) -> Decimal | None:
        """(4 points + 5 points) / valid answers."""
        if not self.shown:
            return None
        return rate(sum(self.points.get(point, 0) for point in GOOD_POINTS), self.n)


def score(question: Question, answers: Iterable[Mapping[str, int]]) -> Score:
    """Answers without the question, or with something else than a point, are not valid."""
    given = (each.get(question.key, 0) for each in answers)
    return Score(question, Counter(each for each in given if each in range(1, 6)))


@dataclass(frozen=True)
class Survey:
    """A survey of a class, or of several together."""

    asked: int
    answered: int
    #: It can no longer be answered, or everybody has: until then nothing is shown, so that nobody
    #: learns from the difference what the last one answered.
    over: bool
    scores: Sequence[Score]
    comments: Sequence[str]

    @property
    def return_rate(self) -> Decimal | None:
        return rate(self.answered, self.asked)

    @property
    def shown(self) -> bool:
        return self.over and self.answered >= FEWEST

    @property
    def concluded(self) -> bool:
        return self.shown and self.answered * 100 >= RETURNED * self.asked

    @property
    def hidden_because(self) -> str:
        """Why there is nothing to see; "" where there is."""
        if not self.over:
            return "收集尚未结束，结束后显示结果"
        return "" if self.answered >= FEWEST else f"有效答卷不足 {FEWEST} 份，不显示结果"


def survey(
    questions: Sequence[Question],
    answers: Sequence[Mapping[str, int]],
    comments: Iterable[str],
    *,
    asked: int,
    over: bool,
) -> Survey:
    found = Survey(asked, len(answers), over or 0 < asked <= len(answers),
                   [score(each, answers) for each in questions],
                   [each for each in comments if each.strip()])  # fmt: skip
    if found.shown:
        return found
    return Survey(found.asked, found.answered, found.over, (), ())


class Size(Labelled):
    """How large an effect is, as usually put."""

    NONE = "none", "很小"
    SMALL = "small", "小"
    MEDIUM = "medium", "中"
    LARGE = "large", "大"


@dataclass(frozen=True)
class Gain:
    """Two tests on parallel forms, on a scale of 100; None where it cannot be said."""

    n: int
    pre: Decimal | None = None
    post: Decimal | None = None
    gain: Decimal | None = None
    #: (post − pre) / (100 − pre), over those who had not 100 to begin with; and how many they are.
    normalised: Decimal | None = None
    normalised_n: int = 0
    #: Mean gain in standard deviations (of both tests, pooled).
    effect: Decimal | None = None

    @property
    def shown(self) -> bool:
        return self.n >= FEWEST

    @property
    def size(self) -> Size | None:
        if self.effect is None:
            return None
        large = abs(self.effect)
        if large < Decimal("0.2"):
            return Size.NONE
        if large < Decimal("0.5"):
            return Size.SMALL
        return Size.MEDIUM if large < Decimal("0.8") else Size.LARGE


FULL = Fraction(100)


def normalised(pre: Fraction, post: Fraction) -> Fraction | None:
    """None for whoever had full marks before."""
    return None if pre >= FULL else (post - pre) / (FULL - pre)


def gain(pairs: Sequence[tuple[Fraction, Fraction]]) -> Gain:
    """Of people who sat both; only the number of fewer than five."""
    if len(pairs) < FEWEST:
        return Gain(len(pairs))
    before, after = [pre for pre, _ in pairs], [post for _, post in pairs]
    parts = [each for pre, post in pairs if (each := normalised(pre, post)) is not None]
    difference = mean(after) - mean(before)
    pooled = _decimal((variance(before) + variance(after)) / 2).sqrt()
    return Gain(
        n=len(pairs),
        pre=half_up(_decimal(mean(before))),
        post=half_up(_decimal(mean(after))),
        gain=half_up(_decimal(difference)),
        normalised=half_up(_decimal(mean(parts))) if len(parts) >= FEWEST else None,
        normalised_n=len(parts),
        effect=half_up(_decimal(difference) / pooled) if pooled else None,
    )


def _decimal(value: Fraction | int) -> Decimal:
    exact = Fraction(value)
    return Decimal(exact.numerator) / Decimal(exact.denominator)
