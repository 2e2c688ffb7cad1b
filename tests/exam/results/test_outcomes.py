"""What sittings come to, alone and with makeups."""

from decimal import Decimal

import pytest

from exam.kinds import ScorePolicy
from exam.results.outcomes import GradeLevel, Outcome, Sitting, combined, outcome

PASS, EXCELLENT = Decimal(60), Decimal(90)


def sat(*scores: int, makeup: bool = False, voided: bool = False) -> Outcome:
    return outcome(
        [Sitting(n, Decimal(score), voided) for n, score in enumerate(scores, 1)],
        policy=ScorePolicy.BEST,
        pass_score=PASS,
        excellent_score=EXCELLENT,
        makeup=makeup,
    )


@pytest.mark.parametrize(
    ("first", "makeups", "score", "level"),
    [
        pytest.param(sat(95), [], 95, GradeLevel.EXCELLENT, id="passed at first"),
        pytest.param(sat(70), [sat(99, makeup=True)], 70, GradeLevel.PASSED, id="needed no makeup"),
        pytest.param(sat(40), [sat(95, makeup=True)], 95, GradeLevel.PASSED, id="never excellent"),
        pytest.param(sat(), [sat(61, makeup=True)], 61, GradeLevel.PASSED, id="came to the makeup"),
        pytest.param(sat(55), [sat(30, makeup=True)], 55, GradeLevel.FAILED, id="worse the second"),
        pytest.param(
            sat(10),
            [sat(20, makeup=True), sat(80, makeup=True)],
            80,
            GradeLevel.PASSED,
            id="two makeups",
        ),
        pytest.param(sat(), [sat()], None, None, id="never came"),
    ],
)
def test_a_year_counts_the_better_of_first_and_makeup(
    first: Outcome, makeups: list[Outcome], score: int | None, level: GradeLevel | None
) -> None:
    found = combined(first, makeups)
    assert (found.score, found.level) == (score, level)


@pytest.mark.parametrize(
    ("first", "makeups"),
    [
        (sat(95, voided=True), [sat(80, makeup=True)]),
        (sat(50), [sat(80, makeup=True, voided=True)]),
    ],
    ids=["first", "makeup"],
)
def test_a_voided_sitting_spoils_the_year(first: Outcome, makeups: list[Outcome]) -> None:
    found = combined(first, makeups)
    assert found.voided
    assert found.score == 0
    assert not found.passed
