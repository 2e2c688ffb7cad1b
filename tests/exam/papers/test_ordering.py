"""The order of options: fair, repeatable, and telling nothing of the key."""

from collections import Counter

import pytest

from exam.papers import ordering
from exam.papers.ordering import order_of
from question_bank.item_types import ItemType
from question_bank.types import Content

#: Upper 1 % points of chi-square with 1, 2 and 3 degrees of freedom.
CRITICAL = {2: 6.63, 3: 9.21, 4: 11.34}


def item(options: int, item_type: ItemType = ItemType.SINGLE_CHOICE) -> Content:
    return Content(item_type, "题干", ["甲", "乙", "丙", "丁"][:options], [0])


@pytest.mark.parametrize("options", [2, 3, 4])
@pytest.mark.parametrize("right", [0, 1])
def test_the_right_option_stands_at_each_place_equally_often(options: int, right: int) -> None:
    places = Counter(order_of(seed, 7, item(options)).index(right) for seed in range(1, 2_001, 2))
    expected = 1_000 / options
    chi_square = sum((places[at] - expected) ** 2 / expected for at in range(options))
    assert chi_square < CRITICAL[options]


def test_the_slots_of_an_attempt_are_shuffled_apart_from_each_other() -> None:
    same = sum(
        order_of(seed, 1, item(4)) == order_of(seed, 2, item(4)) for seed in range(1, 2_001, 2)
    )
    assert 20 <= same <= 70  # 1,000 / 24 of them by chance


def test_a_seed_gives_the_same_order_every_time() -> None:
    assert order_of(12345, 3, item(4)) == order_of(12345, 3, item(4))
    assert sorted(order_of(12345, 3, item(4))) == [0, 1, 2, 3]


def test_an_order_drawn_at_once_is_the_one_drawn_place_by_place() -> None:
    for seed in range(1, 400):
        chance, places = ordering._Chance(f"{seed}/options/3"), [0, 1, 2, 3]
        for last in (3, 2, 1):
            at = chance._below(last + 1)
            places[last], places[at] = places[at], places[last]
        assert order_of(seed, 3, item(4)) == places


def test_seed_0_keeps_the_order_as_written() -> None:
    assert order_of(0, 3, item(4)) is None


def test_true_stands_before_false_whatever_the_seed() -> None:
    statement = Content(ItemType.TRUE_FALSE, "题干", [], [0])
    assert all(order_of(seed, 1, statement) is None for seed in range(9))
