"""The order of options: fair, repeatable, and telling nothing of the key."""

from collections import Counter

import pytest

from exam import ordering
from question_bank.item_types import ItemType

#: Upper 1 % points of chi-square with 1, 2 and 3 degrees of freedom.
CRITICAL = {2: 6.63, 3: 9.21, 4: 11.34}


@pytest.mark.parametrize("options", [2, 3, 4])
@pytest.mark.parametrize("right", [0, 1])
def test_the_right_option_stands_at_each_place_equally_often(options: int, right: int) -> None:
    places = Counter(
        ordering.order(seed, slot=7, count=options).index(right) for seed in range(1, 2_001, 2)
    )
    expected = 1_000 / options
    chi_square = sum((places[at] - expected) ** 2 / expected for at in range(options))
    assert chi_square < CRITICAL[options]


def test_the_slots_of_an_attempt_are_shuffled_apart_from_each_other() -> None:
    same = sum(
        ordering.order(seed, 1, 4) == ordering.order(seed, 2, 4) for seed in range(1, 2_001, 2)
    )
    assert 20 <= same <= 70  # 1,000 / 24 of them by chance


def test_a_seed_gives_the_same_order_every_time_and_letters_lead_back() -> None:
    places = ordering.order(12345, 3, 4)
    assert places == ordering.order(12345, 3, 4)
    assert ordering.written(ordering.letters_of({0, 2}, places), places) == {0, 2}


def test_true_stands_before_false_whatever_the_seed() -> None:
    assert all(ordering.shown_order(seed, 1, ItemType.TRUE_FALSE, 2) == [0, 1] for seed in range(9))
