"""Forms of small banks, as near to one another as trying every set of forms shows possible."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from exam.assembling.assembly import PoolItem, Rules
from exam.assembling.levelling import are_near
from exam.assembling.solving import assemble
from exam.assembling.stems import bank_of
from tests.exam.assembling.test_solving import EASE, item, plan

Form = Sequence[PoolItem]
#: Half a mark: nearer than that is not sought.
ENOUGH = 1


def apart(forms: Sequence[Form]) -> float:
    """Items of each difficulty that one form has more than another, and two for a mark."""
    counts = [[sum(one.difficulty == each for one in form) for each in EASE] for form in forms]
    marks = [sum(2 * EASE[one.difficulty] / 100 for one in form) for form in forms]
    items = sum(max(each) - min(each) for each in zip(*counts, strict=True))
    return items + 2 * (max(marks) - min(marks))


def every(pool: Sequence[PoolItem], forms: int, size: int) -> Iterator[list[Form]]:
    """Every set of forms without an item in common."""
    if not forms:
        yield []
        return
    for one in combinations(pool, size):
        rest = [each for each in pool if each not in one]
        for others in every(rest, forms - 1, size):
            yield [one, *others]


@pytest.mark.parametrize(
    ("seed", "forms", "size", "left"),
    [*((seed, 2, 4, seed % 3) for seed in range(12)), *((seed, 3, 3, 1) for seed in range(3))],
)
def test_forms_that_use_up_a_bank_are_as_near_as_they_can_be(seed, forms, size, left) -> None:
    chance = Random(seed)
    pool = [item(n, difficulty=chance.randint(1, 5)) for n in range(1, forms * size + left + 1)]
    found = assemble(pool, [plan(count=size)], seed=seed, forms=forms)
    least = min(apart(each) for each in every(pool, forms, size))
    assert apart([form[0] for form in found]) <= max(least, ENOUGH) + 1e-6


def test_what_forms_may_share_and_must_have_holds_for_nearer_forms_too() -> None:
    pool = [item(n, difficulty=n % 5 + 1, is_scene=n % 2 == 0) for n in range(1, 14)]
    rules = Rules(scenes=2, must=[1], enemies=[(2, 3), (4, 5)], overlap=1)
    found = assemble(pool, [plan(count=5)], rules, seed=4, forms=3)
    held = [{one.item_id for one in form[0]} for form in found]
    assert all(1 in each and not {2, 3} <= each and not {4, 5} <= each for each in held)
    assert all(sum(one.is_scene for one in form[0]) >= 2 for form in found)
    assert all(len(a & b - {1}) <= 1 for a, b in combinations(held, 2))


def test_the_same_seed_draws_the_same_forms() -> None:
    pool = [item(n, difficulty=n % 5 + 1) for n in range(1, 10)]
    once, again = (assemble(pool, [plan(count=4)], seed=9, forms=2) for _ in range(2))
    assert once == again


def test_a_form_that_tells_nothing_is_not_near_one_that_tells() -> None:
    pool = [item(1), item(2), *(replace(item(n), information=(1.0, 2.0)) for n in (3, 4))]
    bank = bank_of(pool, [plan(count=1)], Rules(), Random(0))
    stem = {each.item.item_id: n for n, each in enumerate(bank.stems)}
    assert not are_near(bank, [{stem[1]: 0}, {stem[3]: 0}])
    assert not are_near(bank, [{stem[3]: 0}, {stem[1]: 0}])
    assert are_near(bank, [{stem[1]: 0}, {stem[2]: 0}])
