"""Forms checked against blueprints without the solver: by its own reading of every rule, and on
small banks by trying every set of forms that there is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam.assembling.assembly import Gap, PoolItem, Rules, SectionPlan, Shortage, expected_mean
from exam.assembling.clashing import Clashes, clashes
from exam.assembling.programme import Programme
from exam.assembling.solving import assemble, stock
from exam.services.assembling.searching import TooFewItems
from laws.lists.levels import Requirement
from question_bank.item_types import CognitiveLevel, ItemType

S, M = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE
EASE = {1: 90, 2: 80, 3: 70, 4: 55, 5: 40}


def item(number: int, item_type: ItemType = S, difficulty: int = 3, **given) -> PoolItem:
    return PoolItem(
        number, number, item_type, difficulty, CognitiveLevel.REMEMBER, frozenset({1}),
        **({"fingerprint": str(number)} | given),
    )  # fmt: skip


def plan(item_type: ItemType = S, count: int = 2, marks: int = 2, **given) -> SectionPlan:
    return SectionPlan(item_type, count, Decimal(marks), **given)


def belongs(one: PoolItem, to: SectionPlan) -> bool:
    return all((
        one.item_type is to.item_type,
        one.difficulty in range(to.difficulty_min, to.difficulty_max + 1),
        to.cognitive_level is None or one.cognitive_level is to.cognitive_level,
        not to.law_ids or bool(set(one.law_ids) & set(to.law_ids)),
        to.topic in ("", one.topic),
        to.requirement is None or to.requirement in one.requirements,
    ))  # fmt: skip


def is_form(form: Sequence[Sequence[PoolItem]], plans: Sequence[SectionPlan], rules: Rules) -> bool:
    """Whether a form keeps every rule, read from the rules alone."""
    held = [one for section in form for one in section]
    ids = [one.item_id for one in held]
    settings = [one.setting for one in held if one.setting]
    mean = sum(
        (Decimal(EASE[one.difficulty] if one.observed is None else one.observed) / 100 * to.marks
         for section, to in zip(form, plans, strict=True) for one in section),
        Decimal(0),
    )  # fmt: skip
    return all((
        [len(section) for section in form] == [to.count for to in plans],
        all(belongs(one, to) for section, to in zip(form, plans, strict=True) for one in section),
        len({one.fingerprint for one in held}) == len(held),
        len(set(settings)) == len(settings),
        sum(one.is_scene for one in held) >= rules.scenes,
        set(rules.must) <= set(ids),
        not any(a in ids and b in ids for a, b in rules.enemies),
        not set(ids) & set(rules.barred) - set(rules.must),
        rules.mean is None or rules.mean[0] <= mean <= rules.mean[1],
    ))  # fmt: skip


def in_common(one, other, rules: Rules) -> int:
    a, b = ({each.fingerprint for section in form for each in section
             if each.item_id not in rules.must} for form in (one, other))  # fmt: skip
    return len(a & b)


def every_form(items, plans, rules: Rules) -> Iterator[list[Sequence[PoolItem]]]:
    def fill(section: int, taken: frozenset[int]) -> Iterator[list[Sequence[PoolItem]]]:
        if section == len(plans):
            yield []
            return
        open_ = [one for one in items if one.item_id not in taken and belongs(one, plans[section])]
        for some in combinations(open_, plans[section].count):
            for rest in fill(section + 1, taken | {one.item_id for one in some}):
                yield [some, *rest]

    return (form for form in fill(0, frozenset()) if is_form(form, plans, rules))


def exist(items, plans, rules: Rules, forms: int) -> bool:
    """Whether so many forms with little enough in common exist, by trying them all."""
    alike: dict[frozenset[int], list[Sequence[PoolItem]]] = {}
    for form in every_form(items, plans, rules):
        alike.setdefault(frozenset(one.item_id for part in form for one in part), form)

    def some(chosen: list, waiting: list) -> bool:
        if len(chosen) == forms:
            return True
        return any(
            some([*chosen, form], waiting[n:] if rules.overlap else waiting[n + 1 :])
            for n, form in enumerate(waiting)
            if all(in_common(form, other, rules) <= rules.overlap for other in chosen)
        )

    # A form may be there twice where it may have everything in common with itself.
    return some([], list(alike.values()))


ITEMS = st.lists(
    st.tuples(
        st.sampled_from([S, M]), st.integers(1, 5), st.booleans(),
        st.sampled_from(["", "", "甲", "乙"]), st.integers(0, 12),
    ),
    min_size=2, max_size=9,
)  # fmt: skip
PLANS = st.lists(
    st.builds(
        lambda kind, count, low, span, marks: plan(
            kind, count, marks, difficulty_min=low, difficulty_max=min(5, low + span)
        ),
        st.sampled_from([S, S, M]), st.integers(1, 2), st.integers(1, 3), st.integers(0, 4),
        st.integers(1, 3),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
RULES = st.builds(
    lambda scenes, must, enemies, barred, mean, overlap: Rules(
        scenes=scenes,
        must=must,
        enemies=[(a, b) for a, b in enemies if a < b],
        barred=dict.fromkeys(barred, "近期用过"),
        mean=mean,
        overlap=overlap,
    ),
    st.sampled_from([0, 0, 1, 2]),
    st.frozensets(st.integers(1, 9), max_size=1),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=4),
    st.frozensets(st.integers(1, 9), max_size=2),
    st.sampled_from([None, None, (Decimal(2), Decimal(4)), (Decimal(5), Decimal("5.5"))]),
    st.sampled_from([0, 0, 1]),
)


@settings(max_examples=150, deadline=None)
@given(ITEMS, PLANS, RULES, st.integers(1, 3), st.integers(0, 99))
def test_forms_are_found_exactly_where_trying_everything_finds_some(
    raw, plans, rules, forms, seed
) -> None:
    items = [
        item(n, kind, difficulty, is_scene=scene, setting=setting, fingerprint=str(stem))
        for n, (kind, difficulty, scene, setting, stem) in enumerate(raw, 1)
    ]
    try:
        found = assemble(items, plans, rules, forms=forms, seed=seed)
    except Shortage:
        assert not exist(items, plans, rules, forms)
        assert stock(items, plans, rules, forms=forms).gaps
        return
    assert len(found) == forms
    assert all(is_form(form, plans, rules) for form in found)
    assert all(in_common(a, b, rules) <= rules.overlap for a, b in combinations(found, 2))
    assert stock(items, plans, rules, forms=forms).gaps == []
    assert found == assemble(items, plans, rules, forms=forms, seed=seed)


def bank(count: int) -> list[PoolItem]:
    return [
        item(n, M if n % 3 == 0 else S, 1 + n % 5, is_scene=n % 4 == 0,
             topic="受理" if n % 2 else "办理", observed=62 if n % 7 == 0 else None,
             requirements=frozenset({Requirement.MASTER} if n % 5 < 2 else ()))
        for n in range(1, count)
    ]  # fmt: skip


USUAL = [
    plan(S, 20, 1), plan(S, 5, 2, topic="受理", difficulty_min=3),
    plan(M, 10, 2, requirement=Requirement.MASTER), plan(M, 5, 4),
]  # fmt: skip


def test_ten_forms_from_a_bank_of_some_size_keep_every_rule_and_are_equal() -> None:
    rules = Rules(
        scenes=12, must=[3, 8], enemies=[(n, n + 1) for n in range(1, 900, 2)],
        barred=dict.fromkeys(range(100, 300), "近期用过"), mean=(Decimal(48), Decimal(52)),
    )  # fmt: skip
    forms = assemble(bank(1500), USUAL, rules, forms=10, seed=5)
    assert all(is_form(form, USUAL, rules) for form in forms)
    assert max(in_common(a, b, rules) for a, b in combinations(forms, 2)) == 0
    means = [expected_mean(form, USUAL) for form in forms]
    assert max(means) - min(means) <= 1


@pytest.mark.parametrize(
    ("rules", "said", "without"),
    [
        (Rules(barred=dict.fromkeys(range(1, 5), "近期用过")), "第 1 行（单选题·难度 1–5）缺 2 题",
         ["不排除近期用过的试题"]),
        (Rules(enemies=[(1, 2), (1, 3), (2, 3), (4, 5), (5, 6), (4, 6)]), "缺 2 题",
         ["不限互斥题"]),
        (Rules(scenes=1), "全卷情景题（来访、来信、网上件）缺 1 题", ["不要求情景题占比"]),
        (Rules(must=[1, 99]), "必选题 99 放不进", ["不要求必选题"]),
        (Rules(mean=(Decimal(6), Decimal(7))), "预估平均分最高只能到 5.6 分，达不到 6.0–7.0 分",
         ["不限预估平均分"]),
    ],
    ids=["barred", "enemies", "scenes", "must", "mean"],
)  # fmt: skip
def test_what_clashes_is_named_with_what_would_help(rules, said, without) -> None:
    items, plans = [item(n) for n in range(1, 7)], [plan(S, 4)]
    with pytest.raises(Shortage) as caught:
        assemble(items, plans, rules, seed=1)
    assert said in str(caught.value)
    assert clashes(items, plans, rules) == Clashes(without)
    assert clashes(items, plans, rules, late=lambda: True) == Clashes([], complete=False)


def test_what_is_short_only_for_several_forms_is_told_apart() -> None:
    items, plans = [item(n) for n in range(1, 7)], [plan(S, 4)]
    found = clashes(items, plans, Rules(), forms=2)
    assert found == Clashes(["只抽 1 套", "允许任两套有 2 题相同"])
    assert [gap.short for gap in stock(items, plans, forms=2).gaps] == [2]


def test_what_gives_way_does_so_no_further_than_it_has_to() -> None:
    """Ten items, of which three tell of a scene; of three scenes each two pairs share one."""
    items = [item(n, is_scene=n <= 3) for n in range(1, 11)]
    rules = Rules(scenes=2)
    found = clashes(items, [plan(S, 4)], rules, forms=3)
    assert found == Clashes(["只抽 1 套", "允许任两套有 1 题相同"])
    found = clashes(items, [plan(S, 4)], rules, forms=2)
    assert found == Clashes(["情景题占比降到 25%", "只抽 1 套", "允许任两套有 1 题相同"])


def test_where_time_runs_out_what_is_known_to_be_enough_is_told() -> None:
    items, asked = [item(n) for n in range(1, 41)], []

    def late() -> bool:
        asked.append(1)
        return len(asked) > 3

    or_less = "（这样足够，或可少放宽些）"
    found = clashes(items, [plan(S, 10)], Rules(), forms=8, late=late)
    assert found == Clashes([f"只抽 4 套{or_less}"], complete=False)
    found = clashes(items, [plan(S, 10)], Rules(), forms=8, hurried=lambda: True)
    assert found == Clashes([f"只抽 1 套{or_less}", "允许各套有更多相同的试题"])


@pytest.mark.parametrize(
    ("count", "size", "forms", "least"),
    [
        # By count alone two are in common; one form after another, the third has three of the
        # first's or of the second's five, since these two are the whole bank.
        (10, 5, 4, 2),
        # Seven lines of three points, of which any two meet in one: by no count, but it is so.
        (7, 3, 7, 1),
        (8, 4, 6, 2),
    ],
)
def test_how_many_items_forms_may_share_is_told_as_few_as_can_be(count, size, forms, least) -> None:
    items, plans = [item(n) for n in range(1, count + 1)], [plan(S, size)]
    found = clashes(items, plans, Rules(), forms=forms).conditions[-1]
    assert found == f"允许任两套有 {least} 题相同"
    shared = assemble(items, plans, Rules(overlap=least), seed=1, forms=forms)
    assert max(in_common(a, b, Rules()) for a, b in combinations(shared, 2)) == least


def test_an_item_that_must_be_there_is_on_every_form_though_it_rests() -> None:
    rules = Rules(must=[2], barred={2: "近期用过"})
    forms = assemble([item(n) for n in range(1, 8)], [plan(S, 4)], rules, forms=2, seed=1)
    assert all(2 in {one.item_id for one in form[0]} for form in forms)
    assert in_common(*forms, rules) == 0


def test_difficulty_is_what_candidates_made_of_it_once_enough_sat() -> None:
    assert (item(1, difficulty=1).ease, replace(item(1), observed=33).ease) == (90, 33)


@pytest.mark.parametrize("seed", range(6))
def test_parallel_forms_have_as_many_of_each_difficulty_where_the_bank_has_them(seed: int) -> None:
    pool = [item(n, S, 1 + n % 3, is_scene=n % 3 == 0) for n in range(120)]
    pool += [
        item(200 + n, M, 1 + n % 5, is_scene=n % 2 == 0, topic="甲乙"[n % 2]) for n in range(200)
    ]
    plans = [plan(count=8, marks=3), plan(M, 2, 6, topic="甲"), plan(M, 2, 6, topic="乙")]
    rules = Rules(scenes=5, mean=(Decimal(31), Decimal(33)))

    forms = assemble(pool, plans, rules, seed=seed, forms=4)

    held = [sorted(each.difficulty for section in form for each in section) for form in forms]
    assert all(is_form(form, plans, rules) for form in forms)
    assert held == [held[0]] * 4


def test_what_any_answer_costs_at_least_is_what_the_best_one_costs() -> None:
    programme = Programme()
    cheap, dear = programme.column(1.0, 2), programme.column(5.0, 2)
    programme.row([(cheap, 1.0), (dear, 1.0)], low=3)
    values = programme.solve()
    assert programme.cost(values) == programme.least == 7


@pytest.mark.parametrize("proven", [True, False])
def test_a_shortage_that_might_be_less_says_so(proven: bool) -> None:
    refusal = TooFewItems(Shortage([Gap("单选题", 3)], proven=proven))
    assert str(refusal).startswith("题库不足：第 1 行（单选题）缺 3 题")
    assert ("实际所缺可能略少" in str(refusal)) is not proven
    assert stock([], [plan()]).proven


def test_what_forms_with_a_little_in_common_lack_at_least_is_seen_by_counting() -> None:
    """Five forms of 12 may share four items a pair, ten pairs forty in all. An item on two forms
    is shared by one pair, on three by three: 14 items for 35 places take 28, and with the 12 that
    are left, nine items fill 19 of 25 places.
    """
    items = [item(n, S if n <= 14 else M) for n in range(1, 24)]
    plans = [plan(S, 7), plan(M, 5)]
    with pytest.raises(Shortage) as caught:
        assemble(items, plans, Rules(overlap=4), forms=5, seed=1)
    assert caught.value.proven
    assert sum(gap.short for gap in caught.value.gaps) == 6


def test_what_forms_lack_of_scenes_may_be_among_what_rows_lack() -> None:
    items = [item(n) for n in range(1, 6)]
    [whole, row] = stock(items, [plan(S, 8)], Rules(scenes=5)).gaps
    assert str(whole) == "全卷情景题（来访、来信、网上件）缺 5 题（其中 3 题可以就是各行所缺的题）"
    assert (whole.within, row.short) == (3, 3)
    [alone] = stock(items, [plan(S, 5)], Rules(scenes=2)).gaps
    assert (str(alone), alone.among) == ("全卷情景题（来访、来信、网上件）缺 2 题", "")


def test_what_is_scarce_in_a_large_bank_may_be_shared_exactly() -> None:
    """Twenty items for forty places of four forms, each on two of them: the forms share little, but
    no form can be drawn after another without regard to those that follow."""
    items = [item(n, S if n % 2 else M) for n in range(1, 4000)]
    items += [item(n, ItemType.TRUE_FALSE) for n in range(4000, 4020)]
    plans = [plan(S, 30), plan(M, 20), plan(ItemType.TRUE_FALSE, 10)]
    rules = Rules(overlap=4)
    forms = assemble(items, plans, rules, forms=4, seed=1)
    assert all(is_form(form, plans, rules) for form in forms)
    assert max(in_common(a, b, rules) for a, b in combinations(forms, 2)) <= 4


def test_of_several_least_shortages_it_is_the_same_one_whatever_the_seed() -> None:
    items = [item(n, fingerprint=str(n // 2)) for n in range(12)]
    plans = [plan(S, 3, 1), plan(S, 3, 2), plan(S, 3, 4)]
    for rules in (Rules(), Rules(overlap=2)):
        found = set()
        for seed in range(5):
            with pytest.raises(Shortage) as caught:
                assemble(items, plans, rules, forms=2, seed=seed)
            found.add(str(caught.value))
        assert found == {"；".join(map(str, stock(items, plans, rules, forms=2).gaps))}
