"""FSRS: against the library's published vectors, the published formulas, and a simulation."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from fsrs import Card, Rating, Scheduler

from study.daily.memory import LONGEST, RETENTION, Memory, Review

BEGIN = datetime(2022, 11, 29, 4, 30, tzinfo=UTC)
#: FSRS-6: the default weights as published.
W = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
DECAY = -W[20]
FACTOR = 0.9 ** (1 / DECAY) - 1
SHARES = {1: Decimal(0), 2: Decimal("0.5"), 3: Decimal(1)}


def test_the_library_gives_the_intervals_that_it_publishes() -> None:
    """Good six times, Again twice, Good five times, each at the moment it is due."""
    scheduler, card, at = Scheduler(enable_fuzzing=False), Card(card_id=1), BEGIN
    intervals = []
    for rating in [3] * 6 + [1] * 2 + [3] * 5:
        card, _ = scheduler.review_card(card, Rating(rating), at)
        assert card.last_review
        intervals.append((card.due - card.last_review).days)
        at = card.due
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_library_gives_the_memory_that_it_publishes() -> None:
    scheduler, card, at = Scheduler(enable_fuzzing=False), Card(card_id=1), BEGIN
    for rating, days in zip([1, 3, 3, 3, 3, 3], [0, 0, 1, 3, 8, 21], strict=True):
        at += timedelta(days=days)
        card, _ = scheduler.review_card(card, Rating(rating), at)
    assert card.stability == pytest.approx(53.62691, abs=1e-4)
    assert card.difficulty == pytest.approx(6.3574867, abs=1e-4)


def _initial_difficulty(rating: int) -> float:
    return W[4] - math.exp(W[5] * (rating - 1)) + 1


def _clamped(difficulty: float) -> float:
    return min(max(difficulty, 1), 10)


def by_formula(history: list[tuple[int, int]]) -> tuple[float, float, int]:
    """Stability, difficulty and interval in days of (days since the last review, rating)."""
    stability = difficulty = 0.0
    for number, (days, rating) in enumerate(history):
        if number == 0:
            stability, difficulty = W[rating - 1], _clamped(_initial_difficulty(rating))
            continue
        recall = (1 + FACTOR * days / stability) ** DECAY
        if days < 1:
            rise = math.exp(W[17] * (rating - 3 + W[18])) * stability ** -W[19]
            stability *= max(rise, 1) if rating >= 2 else rise
        elif rating == 1:
            long = (
                W[11]
                * difficulty ** -W[12]
                * ((stability + 1) ** W[13] - 1)
                * math.exp((1 - recall) * W[14])
            )
            stability = min(long, stability / math.exp(W[17] * W[18]))
        else:
            stability *= 1 + math.exp(W[8]) * (11 - difficulty) * stability ** -W[9] * (
                math.exp((1 - recall) * W[10]) - 1
            ) * (W[15] if rating == 2 else 1)
        step = -W[6] * (rating - 3) * (10 - difficulty) / 9
        difficulty = _clamped(W[7] * _initial_difficulty(4) + (1 - W[7]) * (difficulty + step))
    interval = stability / FACTOR * (RETENTION ** (1 / DECAY) - 1)
    return stability, difficulty, min(max(round(interval), 1), LONGEST)


@pytest.mark.parametrize("seed", range(40))
def test_memory_follows_the_published_formulas(seed: int) -> None:
    rng = Random(seed)
    history = [(rng.choice([0, 1, 2, 5, 13, 40]), rng.choice([1, 2, 3, 3, 3])) for _ in range(12)]
    at, reviews = BEGIN, []
    for days, rating in history:
        at += timedelta(days=days)
        reviews.append(Review(at, SHARES[rating]))
    memory = Memory.of(reviews)
    stability, difficulty, interval = by_formula(history)
    assert memory.stability == pytest.approx(stability, rel=1e-6)
    assert memory.difficulty == pytest.approx(difficulty, rel=1e-6)
    assert memory.due_at == at + timedelta(days=interval)
    later = at + timedelta(days=30)
    assert memory.recall(later) == pytest.approx((1 + FACTOR * 30 / stability) ** DECAY)


def test_recall_is_nine_in_ten_when_it_is_due_and_due_days_are_those_of_shanghai() -> None:
    late = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 2 March, one in the morning, in Shanghai
    memory = Memory.of([Review(late, Decimal(1))])
    assert (memory.due_on - datetime(2026, 3, 2, tzinfo=UTC).date()).days == 2
    assert memory.recall(late + timedelta(days=memory.stability)) == pytest.approx(0.9, abs=0.02)
    assert not memory.is_due(datetime(2026, 3, 3, tzinfo=UTC).date())
    assert memory.is_due(datetime(2026, 3, 4, tzinfo=UTC).date())


DAYS, CARDS = 240, 120


def _recall(stability: float, days: float) -> float:
    return (1 + FACTOR * days / stability) ** DECAY


def _simulated(seed: int, interval: int | None) -> tuple[float, int]:
    """Mean true recall over all days and cards, and the number of reviews.

    People's memory follows FSRS's own curve, but every card has its own speed that the scheduler
    is not told: stability grows by up to twice, or only half, as fast.
    """
    rng = Random(seed)
    speeds = [2 ** rng.uniform(-1, 1) for _ in range(CARDS)]
    recalled, reviews = 0.0, 0
    for speed in speeds:
        answers: list[Review] = []
        last, due, stability = 0, 0, 0.0
        for day in range(DAYS):
            if day >= due:
                knew = not answers or rng.random() < _recall(stability, day - last)
                answers.append(Review(BEGIN + timedelta(days=day), Decimal(knew)))
                memory = Memory.of(answers)
                stability, last, reviews = memory.stability * speed, day, reviews + 1
                due = day + interval if interval else (memory.due_at - BEGIN).days
            recalled += _recall(stability, day - last) if day > last else 1.0
    return recalled / (DAYS * CARDS), reviews


def test_at_no_more_reviews_more_is_remembered_than_with_a_fixed_interval() -> None:
    recall, reviews = _simulated(1, None)
    # The longest fixed interval that still takes at least as many reviews.
    interval = DAYS * CARDS // reviews
    fixed, fixed_reviews = _simulated(1, interval)
    assert fixed_reviews >= reviews
    assert recall > fixed + 0.005, (recall, reviews, fixed, fixed_reviews)
