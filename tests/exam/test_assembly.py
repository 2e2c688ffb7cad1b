from decimal import Decimal
from random import Random

import pytest

from exam.assembly import Gap, PoolItem, SectionPlan, Shortage, draw, fits
from question_bank.item_types import CognitiveLevel, ItemType

S, M = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE


def pool(count: int, item_type: ItemType = S, law: int = 1) -> list[PoolItem]:
    start = 1000 * law + (500 if item_type is M else 0)
    return [
        PoolItem(
            revision_id=start + n,
            item_id=start + n,
            item_type=item_type,
            difficulty=1 + n % 5,
            cognitive_level=CognitiveLevel.REMEMBER,
            law_ids=frozenset({law}),
            fingerprint=f"{start + n}",
        )
        for n in range(count)
    ]


def test_a_thousand_forms_keep_to_their_blueprint() -> None:
    items = pool(40, law=1) + pool(40, law=2) + pool(20, M, law=1)
    plans = [
        SectionPlan(S, 10, Decimal(2), law_ids=frozenset({1})),
        SectionPlan(S, 5, Decimal(2), difficulty_min=3),
        SectionPlan(M, 4, Decimal(4), difficulty_max=2),
    ]
    for seed in range(1000):
        drawn = draw(items, plans, rng=Random(seed))
        assert [len(section) for section in drawn] == [10, 5, 4]
        for section, plan in zip(drawn, plans, strict=True):
            assert all(fits(item, plan) for item in section)
        ids = [item.item_id for section in drawn for item in section]
        assert len(set(ids)) == len(ids)


def test_the_same_seed_draws_the_same_form() -> None:
    plans = [SectionPlan(S, 10, Decimal(2))]
    assert draw(pool(50), plans, rng=Random(4)) == draw(pool(50), plans, rng=Random(4))


def test_a_shortage_names_the_cell_and_how_many_items_it_lacks() -> None:
    with pytest.raises(Shortage) as caught:
        draw(pool(7), [SectionPlan(S, 10, Decimal(2))], rng=Random(0))
    assert caught.value.gaps == [Gap("单选题·难度 1–5", 3)]


def test_two_items_that_read_the_same_are_never_on_one_form() -> None:
    twins = [PoolItem(n, n, S, 3, CognitiveLevel.REMEMBER, frozenset({1}), "x") for n in (1, 2)]
    with pytest.raises(Shortage):
        draw(twins, [SectionPlan(S, 2, Decimal(2))], rng=Random(0))
