from collections import Counter
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam.assembling.assembly import Gap, PoolItem, Rules, SectionPlan, Shortage, fits, overlap
from exam.assembling.solving import assemble, stock
from question_bank.item_types import CognitiveLevel, ItemType

S, M = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE


def item(number: int, item_type: ItemType = S, **given) -> PoolItem:
    defaults = {
        "difficulty": 3,
        "cognitive_level": CognitiveLevel.REMEMBER,
        "law_ids": frozenset({1}),
        "fingerprint": str(number),
    }
    return PoolItem(number, number, item_type, **(defaults | given))


def pool(count: int, item_type: ItemType = S, law: int = 1) -> list[PoolItem]:
    start = 1000 * law + (500 if item_type is M else 0)
    return [
        item(start + n, item_type, difficulty=1 + n % 5, law_ids=frozenset({law}))
        for n in range(count)
    ]


def one_form(items, plans, seed=0, rules=None) -> list[list[PoolItem]]:
    return assemble(items, plans, rules, seed=seed)[0]


def test_two_hundred_forms_keep_to_their_blueprint() -> None:
    items = pool(40, law=1) + pool(40, law=2) + pool(20, M, law=1)
    plans = [
        SectionPlan(S, 10, Decimal(2), law_ids=frozenset({1})),
        SectionPlan(S, 5, Decimal(2), difficulty_min=3),
        SectionPlan(M, 4, Decimal(4), difficulty_max=2),
    ]
    for seed in range(200):
        drawn = one_form(items, plans, seed)
        assert [len(section) for section in drawn] == [10, 5, 4]
        for section, plan in zip(drawn, plans, strict=True):
            assert all(fits(item, plan) for item in section)
        ids = [item.item_id for section in drawn for item in section]
        assert len(set(ids)) == len(ids)


def test_the_same_seed_draws_the_same_form() -> None:
    plans = [SectionPlan(S, 10, Decimal(2))]
    assert assemble(pool(50), plans, seed=4, forms=3) == assemble(pool(50), plans, seed=4, forms=3)
    assert one_form(pool(50), plans, 4) != one_form(pool(50), plans, 5)


def test_over_many_seeds_every_item_is_drawn_about_as_often() -> None:
    counts = Counter(
        each.item_id
        for seed in range(150)
        for each in one_form(pool(50), [SectionPlan(S, 10, Decimal(2))], seed)[0]
    )
    assert len(counts) == 50
    assert 12 < min(counts.values()) <= max(counts.values()) < 52


def test_a_shortage_names_the_cell_and_how_many_items_it_lacks() -> None:
    with pytest.raises(Shortage) as caught:
        one_form(pool(7), [SectionPlan(S, 10, Decimal(2))])
    assert caught.value.gaps == [Gap("单选题·难度 1–5", 3)]
    assert str(caught.value) == "第 1 行（单选题·难度 1–5）缺 3 题"


def test_cells_that_want_the_same_items_are_named_together() -> None:
    plans = [SectionPlan(S, 4, Decimal(2)), SectionPlan(S, 4, Decimal(2), difficulty_min=1)]
    [gap] = stock(pool(7), plans).gaps
    assert (gap.short, {gap.section, *gap.rivals}) == (1, {1, 2})


def test_the_stock_counts_what_would_fit_each_section() -> None:
    plans = [SectionPlan(S, 1, Decimal(2)), SectionPlan(M, 1, Decimal(2), difficulty_min=4)]
    found = stock([*pool(7), *pool(5, M), item(9999, fingerprint="1000")], plans)
    assert (found.fitting, found.gaps) == ([7, 2], [])


def test_two_items_that_read_the_same_are_never_on_one_form() -> None:
    twins = [item(1, fingerprint="x"), item(2, fingerprint="x")]
    with pytest.raises(Shortage):
        one_form(twins, [SectionPlan(S, 2, Decimal(2))])


def test_twins_of_different_laws_serve_either_section() -> None:
    twins = [
        item(1, fingerprint="x", law_ids=frozenset({1})),
        item(2, fingerprint="x", law_ids=frozenset({2})),
        item(3, law_ids=frozenset({1})),
    ]
    plans = [
        SectionPlan(S, 1, Decimal(1), law_ids=frozenset({1})),
        SectionPlan(S, 1, Decimal(1), law_ids=frozenset({2})),
    ]
    for seed in range(20):
        assert [[each.revision_id for each in section]
                for section in one_form(twins, plans, seed)] == [[3], [2]]  # fmt: skip


def test_a_chain_of_sections_passes_items_on_until_the_narrow_one_is_full() -> None:
    # Laws 1–2, 2–3, 3–4 … : only one way to fill all, whatever is taken first.
    items = [item(n, law_ids=frozenset({n, n + 1})) for n in range(1, 30)]
    plans = [SectionPlan(S, 1, Decimal(1), law_ids=frozenset({n})) for n in range(1, 30)]
    for seed in range(5):
        assert [len(each) for each in one_form(items, plans, seed)] == [1] * 29


SECTIONS = st.builds(
    lambda item_type, count, low, span, level, laws: SectionPlan(
        item_type, count, Decimal(1), low, min(5, low + span), level, laws
    ),
    st.sampled_from([S, M]),
    st.integers(1, 4),
    st.integers(1, 5),
    st.integers(0, 4),
    st.sampled_from([None, *CognitiveLevel]),
    st.frozensets(st.integers(1, 4), max_size=3),
)
ITEMS = st.builds(
    lambda item_type, difficulty, level, laws, stem: (item_type, difficulty, level, laws, stem),
    st.sampled_from([S, M]),
    st.integers(1, 5),
    st.sampled_from(list(CognitiveLevel)),
    st.frozensets(st.integers(1, 4), min_size=1, max_size=2),
    st.integers(0, 40),
)


def numbered(raw) -> list[PoolItem]:
    return [PoolItem(n, n, *each[:4], str(each[4])) for n, each in enumerate(raw, 1)]


def least_shortage(items: list[PoolItem], plans: list[SectionPlan]) -> int:
    """Hall's theorem, by trying every set of sections."""
    stems = [
        {each.fingerprint for each in items if fits(each, plan)} for plan in plans
    ]  # fmt: skip
    return max(
        sum(plans[n].count for n in chosen) - len(set().union(*(stems[n] for n in chosen)))
        for size in range(len(plans) + 1)
        for chosen in combinations(range(len(plans)), size)
    )


@given(st.lists(ITEMS, max_size=25), st.lists(SECTIONS, min_size=1, max_size=5), st.integers())
def test_a_form_is_found_if_there_is_one_and_else_the_least_shortage_is_named(
    raw, plans, seed
) -> None:
    items, short = numbered(raw), least_shortage(numbered(raw), plans)
    assert sum(gap.short for gap in stock(items, plans).gaps) == short
    if short:
        with pytest.raises(Shortage) as caught:
            one_form(items, plans, seed)
        assert sum(gap.short for gap in caught.value.gaps) == short
        return
    drawn = one_form(items, plans, seed)
    assert [len(section) for section in drawn] == [plan.count for plan in plans]
    assert all(fits(one, plan) for section, plan in zip(drawn, plans, strict=True)
               for one in section)  # fmt: skip
    stems = [one.fingerprint for section in drawn for one in section]
    assert len(set(stems)) == len(stems)
    assert one_form(items, plans, seed) == drawn


def test_parallel_forms_have_nothing_in_common_and_are_equally_hard() -> None:
    plans = [SectionPlan(S, 10, Decimal(2)), SectionPlan(S, 5, Decimal(2), difficulty_min=4)]
    forms = assemble(pool(60), plans, forms=4, seed=1)
    assert overlap(forms) == 0
    hard = [sum(one.difficulty for section in form for one in section) for form in forms]
    assert max(hard) - min(hard) <= 2


def test_forms_have_no_more_in_common_than_was_allowed() -> None:
    items, plans = pool(15), [SectionPlan(S, 10, Decimal(2))]
    with pytest.raises(Shortage, match="缺 5 题"):
        assemble(items, plans, forms=2, seed=1)
    with pytest.raises(Shortage, match="缺 1 题"):
        assemble(items, plans, Rules(overlap=4), forms=2, seed=1)
    assert overlap(assemble(items, plans, Rules(overlap=5), forms=2, seed=1)) == 5
