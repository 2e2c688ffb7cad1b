"""Parallel forms tell as much as one another where items are calibrated."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest

from exam.assembling.assembly import Form, PoolItem, SectionPlan, expected_mean, information
from exam.assembling.solving import assemble
from question_bank import difficulty
from question_bank.item_types import CognitiveLevel, ItemType

pytestmark = pytest.mark.once
PLANS = [
    SectionPlan(ItemType.SINGLE_CHOICE, 15, Decimal(2)),
    SectionPlan(ItemType.TRUE_FALSE, 10, Decimal(2), difficulty_min=2),
]


def pool(size: int, calibrated: float) -> list[PoolItem]:
    rng = Random(7)
    found = []
    for n in range(size):
        one = PoolItem(
            n, n, rng.choice([ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE]), rng.randint(1, 5),
            CognitiveLevel.REMEMBER, frozenset({1}), str(n),
        )  # fmt: skip
        if rng.random() < calibrated:
            a, b = rng.uniform(0.5, 2.0), rng.gauss((one.difficulty - 3) / 1.5, 0.4)
            one = replace(
                one,
                calibrated=round(100 * difficulty.share(a, b)),
                information=difficulty.information(a, b),
            )
        found.append(one)
    return found


def apart(forms: Sequence[Form]) -> float:
    """How far the forms lie apart at the worst point, as a share of what they tell there."""
    told = np.array([information(form) for form in forms])
    return float(((told.max(axis=0) - told.min(axis=0)) / told.mean(axis=0)).max())


def by_chance(items: Sequence[PoolItem], rng: Random) -> Form:
    return [
        rng.sample(
            [each for each in items if each.item_type is plan.item_type and each.difficulty
             >= plan.difficulty_min], plan.count,
        )
        for plan in PLANS
    ]  # fmt: skip


@pytest.mark.parametrize("calibrated", [1.0, 0.6])
def test_parallel_forms_are_equally_informative_at_every_point(calibrated: float) -> None:
    items = pool(400, calibrated)
    forms = assemble(items, PLANS, seed=3, forms=4)
    chance = [by_chance(items, Random(n)) for n in range(4)]
    assert apart(forms) <= 0.04
    assert apart(chance) > 5 * apart(forms)
    means = [expected_mean(form, PLANS) for form in forms]
    assert max(means) - min(means) <= 1
    ids = [each.item_id for form in forms for section in form for each in section]
    assert len(ids) == len(set(ids))


def test_the_points_that_were_chosen_are_those_that_forms_are_alike_at() -> None:
    """Told at 2 alone, forms are alike there; told at the usual points, they need not be."""
    rng, usual = Random(7), pool(400, 1.0)
    aimed, known = [], {}
    for one in usual:
        a, b = rng.uniform(0.5, 2.0), rng.gauss((one.difficulty - 3) / 1.5, 0.4)
        known[one.item_id] = difficulty.information(a, b, (2.0,))
        aimed.append(replace(one, information=known[one.item_id]))
    assert apart(assemble(aimed, PLANS, seed=3, forms=4)) <= 0.04
    forms = assemble(usual, PLANS, seed=3, forms=4)
    told = [sum(known[i.item_id][0] for part in form for i in part) for form in forms]
    assert (max(told) - min(told)) / (sum(told) / 4) > 0.04


def test_a_bank_that_was_never_calibrated_gives_the_forms_that_it_gave() -> None:
    items = pool(400, 0.0)
    forms = assemble(items, PLANS, seed=3, forms=3)
    assert [information(form) for form in forms] == [(0.0, 0.0, 0.0)] * 3


def test_shares_and_levels() -> None:
    assert difficulty.share(1.0, 0.0) == pytest.approx(0.5)
    assert difficulty.share(1.7, -1.0) > difficulty.share(1.7, 1.0)
    assert [difficulty.level_of(each) for each in (0.95, 0.85, 0.8, 0.7, 0.5, 0.1)] == [
        1, 1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert difficulty.information(2.0, 0.0)[1] == pytest.approx(1.0)
    assert difficulty.information(2.0, 0.0, (0.0,)) == (pytest.approx(1.0),)
    # An error as wide as two levels proves nothing against the writer.
    assert difficulty.suggested(1.0, 0.0, 0.05, 1) == 4
    assert difficulty.suggested(1.0, 0.0, 2.0, 2) is None
