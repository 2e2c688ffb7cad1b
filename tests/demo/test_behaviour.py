"""How simulated people answer: repeatable, better when able, worse on hard items."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from demo import behaviour
from demo.people import DemoPerson, people
from question_bank.item_types import ItemType

PERSON = people(date(2026, 11, 25))[0]
SHAPES = [
    (ItemType.SINGLE_CHOICE, 4, [1]),
    (ItemType.MULTIPLE_CHOICE, 5, [0, 2, 4]),
    (ItemType.TRUE_FALSE, 2, [1]),
]


def share_right(
    person: DemoPerson, item_type: ItemType, options: int, key: list[int], difficulty: int = 3
) -> float:
    """Over 400 items of one kind."""
    right = [
        behaviour.choices(
            person,
            code=f"item {number}",
            item_type=item_type,
            options=options,
            key=key,
            difficulty=difficulty,
        )
        == key
        for number in range(400)
    ]
    return sum(right) / len(right)


@pytest.mark.parametrize(("item_type", "options", "key"), SHAPES)
def test_the_able_answer_better_than_the_less_able(
    item_type: ItemType, options: int, key: list[int]
) -> None:
    able, unable = replace(PERSON, ability=2.5), replace(PERSON, ability=-0.5)
    assert share_right(able, item_type, options, key) > 0.75
    assert share_right(unable, item_type, options, key) < 0.7


@pytest.mark.parametrize(("item_type", "options", "key"), SHAPES)
def test_hard_items_are_answered_worse_than_easy_ones(
    item_type: ItemType, options: int, key: list[int]
) -> None:
    easy, hard = (share_right(PERSON, item_type, options, key, difficulty=d) for d in (1, 5))
    assert easy > hard + 0.1


@pytest.mark.parametrize(("item_type", "options", "key"), SHAPES)
def test_choices_are_options_in_order_and_the_same_each_time(
    item_type: ItemType, options: int, key: list[int]
) -> None:
    for number in range(200):
        first, second = (
            behaviour.choices(
                PERSON,
                code=str(number),
                item_type=item_type,
                options=options,
                key=key,
                difficulty=4,
            )
            for _ in range(2)
        )
        assert first == second == sorted(set(first))
        assert set(first) <= set(range(options))
        assert item_type is ItemType.MULTIPLE_CHOICE or len(first) <= 1


def test_the_diligent_finish_more_lessons() -> None:
    diligent, lazy = replace(PERSON, diligence=0.95), replace(PERSON, diligence=0.2)

    def done(person: DemoPerson) -> int:
        return sum(behaviour.lessons_done(person, f"course {n}", 4) for n in range(50))

    assert done(diligent) > 2 * done(lazy)
    assert all(0 <= behaviour.lessons_done(lazy, f"{n}", 4) <= 4 for n in range(50))


def test_time_taken_lies_within_what_is_allowed() -> None:
    taken = [behaviour.share_of_time(p, "考试") for p in people(date(2026, 11, 25))]
    assert all(0.3 <= share <= 1 for share in taken)
    assert len(set(taken)) > 100


def test_most_people_sit_an_exam_and_some_do_not() -> None:
    sat = [behaviour.sits(p, "考试") for p in people(date(2026, 11, 25))]
    assert 0.85 < sum(sat) / len(sat) < 1


def test_people_sit_in_office_hours_within_the_window() -> None:
    opens, until = datetime(2026, 10, 21, 9, tzinfo=UTC), datetime(2026, 10, 23, 17, tzinfo=UTC)
    moments = [behaviour.begins(Random(n), opens, until) for n in range(300)]
    assert all(opens <= moment <= until for moment in moments)
    assert {moment.hour for moment in moments} == {9, 10, 14, 15, 16}


def test_a_window_without_office_hours_is_entered_at_its_opening() -> None:
    opens = datetime(2026, 10, 21, 20, tzinfo=UTC)
    begun = behaviour.begins(Random(1), opens, opens + timedelta(hours=1))
    assert opens <= begun <= opens + timedelta(hours=1)
