"""The rules of practice, without a database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pytest

from study.practice.drawing import in_turn
from study.practice.kinds import Outcome, outcome
from study.practice.mistakes import Answered, open_mistakes


def told(*answers: tuple[int, str]) -> list[Answered]:
    """Answers to item 1: (day of March, share)."""
    return [Answered(1, date(2026, 3, day), Decimal(share)) for day, share in answers]


@pytest.mark.parametrize(
    ("answers", "stays"),
    [
        ([(1, "1")], False),
        ([(1, "0")], True),
        ([(1, "0.5")], True),
        ([(1, "0"), (2, "1")], True),
        ([(1, "0"), (2, "1"), (2, "1")], True),
        ([(1, "0"), (2, "1"), (3, "1")], False),
        ([(1, "0"), (2, "1"), (3, "0.5"), (4, "1")], True),
        ([(1, "0"), (2, "1"), (3, "0.5"), (4, "1"), (5, "1")], False),
        ([(1, "0"), (2, "1"), (3, "1"), (4, "0")], True),
    ],
    ids=[
        "never wrong", "wrong", "partly", "right once", "twice on a day", "on two days",
        "wrong in between", "two days after that", "wrong again",
    ],
)  # fmt: skip
def test_a_mistake_leaves_after_successes_on_two_days(answers, stays) -> None:
    assert (1 in open_mistakes(told(*answers))) is stays


def test_how_many_successes_it_takes_is_a_parameter_and_mistakes_are_counted() -> None:
    answers = told((1, "0"), (1, "0"), (2, "1"))
    assert open_mistakes(answers, successes=1) == {}
    found = open_mistakes(answers, successes=3)[1]
    assert (found.times, found.last, found.days) == (2, date(2026, 3, 1), {date(2026, 3, 2)})


def test_what_is_new_comes_first_then_the_longest_ago() -> None:
    last = {n: datetime(2026, 1, n, tzinfo=UTC) for n in (1, 2, 3)}
    drawn = in_turn([1, 2, 3, 4, 5], last, Random(1))
    assert set(drawn[:2]) == {4, 5}
    assert drawn[2:] == [1, 2, 3]


@pytest.mark.parametrize(
    ("share", "expected"),
    [("1", Outcome.RIGHT), ("0.3333", Outcome.PARTLY), ("0", Outcome.WRONG)],
)
def test_outcomes(share, expected) -> None:
    assert outcome(Decimal(share)) is expected
