"""Crediting study time: never more than went by, next to nothing lost by reading honestly."""

from datetime import timedelta
from random import Random

import pytest

from courses import progress
from courses.progress import Passage, StudyRules
from tests.factories import NOON

RULES = StudyRules(longest_gap=timedelta(seconds=90), daily_limit=timedelta(hours=8), share=60)


def after(seconds: float):
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("gap", "seconds", "clock"),
    [
        pytest.param(0, 0, 0, id="at once"),
        pytest.param(0.999, 0, 0, id="less than a second is kept for the next sign"),
        pytest.param(30, 30, 30, id="a sign after half a minute"),
        pytest.param(30.7, 30, 30, id="fractions are kept for the next sign"),
        pytest.param(90, 90, 90, id="the longest gap"),
        pytest.param(91, 90, 91, id="longer gaps are cut off"),
        pytest.param(86_400, 90, 86_400, id="a page left open overnight"),
        pytest.param(-3600, 0, 0, id="a server clock that was set back"),
    ],
)
def test_a_sign_credits_the_time_since_the_last_one(gap, seconds, clock) -> None:
    found = progress.credit(seen_at=NOON, at=after(gap), today=0, rules=RULES)
    assert (found.seconds, found.seen_at) == (seconds, after(clock))


def test_a_day_has_its_limit() -> None:
    found = progress.credit(seen_at=NOON, at=after(60), today=8 * 3600 - 20, rules=RULES)
    assert (found.seconds, found.limited) == (20, True)
    assert progress.credit(seen_at=NOON, at=after(60), today=9 * 3600, rules=RULES).seconds == 0


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_signs_no_more_than_the_time_that_went_by_is_credited(seed: int) -> None:
    rng, seen_at, at, total = Random(seed), NOON, NOON, 0
    for _ in range(1_000):
        at += timedelta(seconds=rng.choice([0, 0.001, 0.3, 5, 29.9, 200, -40]))
        found = progress.credit(seen_at=seen_at, at=at, today=total, rules=RULES)
        total, seen_at = total + found.seconds, found.seen_at
    assert total <= (max(at, seen_at) - NOON).total_seconds()


@pytest.mark.parametrize("every", [1.3, 20, 30, 60])
def test_reading_honestly_loses_next_to_nothing(every: float) -> None:
    rng, seen_at, at, total = Random(1), NOON, NOON, 0
    while at - NOON < timedelta(minutes=35):
        at += timedelta(seconds=every + rng.random())
        found = progress.credit(seen_at=seen_at, at=at, today=total, rules=RULES)
        total, seen_at = total + found.seconds, found.seen_at
    assert total >= 0.99 * (at - NOON).total_seconds()


@pytest.mark.parametrize(("minutes", "seconds"), [(35, 1260), (1, 36), (7, 252)])
def test_completing_takes_a_share_of_the_planned_minutes(minutes: int, seconds: int) -> None:
    assert RULES.needed(minutes) == seconds


def passage(person: int, start: float, long: int, **given) -> Passage:
    defaults = {
        "lesson_id": 1, "seen_at": after(start + long), "seconds": long, "completed": False,
    }  # fmt: skip
    return Passage(person_id=person, opened_at=after(start), **(defaults | given))


@pytest.mark.parametrize(
    ("passages", "said"),
    [
        pytest.param([passage(1, 0, 600)], None, id="credible"),
        pytest.param([passage(1, 0, 600), passage(2, 0, 600)], None, id="two people at once"),
        pytest.param([passage(1, 0, 600), passage(1, 300, 600)], "两个课时", id="two at once"),
        pytest.param([passage(1, 0, 60, seconds=61)], "长于页面打开", id="more than went by"),
        pytest.param([passage(1, 0, 60, completed=True)], "不能计为完成", id="too short"),
        pytest.param([passage(1, 90_000, 60)], "将来", id="in the future"),
        pytest.param(
            [passage(1, hour * 3600, 3600) for hour in range(9)], "每日上限", id="nine hours"
        ),
    ],
)
def test_records_from_elsewhere_are_measured_by_the_same_rules(passages, said) -> None:
    found = progress.faults(passages, minutes={1: 10}, rules=RULES, at=after(80_000))
    assert (found == []) if said is None else (said in "".join(found))
