"""Papers with alternatives: whatever is drawn satisfies the blueprint, and can be drawn again."""

import hashlib
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from exam.assembling import stocking
from exam.assembling.assembly import PoolItem, Rules, SectionPlan, Shortage, Uneven
from exam.papers import drawing
from exam.papers.rebuilding import rebuilt
from exam.papers.snapshot import Paper, Section, Slot
from question_bank.item_types import CognitiveLevel, ItemType, MultiRule

S, M, T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE
ALTERNATIVES = 3
ROWS = (
    SectionPlan(S, 6, Decimal(2), 1, 3, law_ids=frozenset({1, 2})),
    SectionPlan(S, 5, Decimal(2), 2, 5, CognitiveLevel.APPLY),
    SectionPlan(M, 4, Decimal(4), law_ids=frozenset({2, 3})),
    SectionPlan(T, 5, Decimal(1)),
)
ENEMIES = [(n, n + 7) for n in range(1, 320, 5)]


def bank(size: int = 400) -> list[PoolItem]:
    rng = Random(5)
    return [
        PoolItem(
            revision_id=1000 + n,
            item_id=n,
            item_type=rng.choice([S, S, M, T]),
            difficulty=rng.randint(1, 5),
            cognitive_level=rng.choice(list(CognitiveLevel)),
            law_ids=frozenset(rng.sample([1, 2, 3], rng.randint(1, 2))),
            fingerprint=str(n % 390),
            is_scene=rng.random() < 0.45,
        )
        for n in range(1, size + 1)
    ]


def paper_of(rows: list[list[list[PoolItem]]]) -> Paper:
    """A sealed paper of what was drawn; its rows are its sections."""
    slots: list[Slot] = []
    for section, row in enumerate(rows):
        for item in (item for place in row for item in place):
            kind = item.item_type
            options = [] if kind is T else ["甲", "乙", "丙", "丁"]
            slots.append(
                Slot(len(slots) + 1, section, item.revision_id, kind, f"题{item.item_id}", options,
                     [0], ROWS[section].marks, "", [])
            )  # fmt: skip
    sections = [Section(str(n), "") for n in range(len(rows))]
    return Paper(
        "卷", MultiRule.PARTIAL_HALF, Decimal(43), sections, slots, alternatives=ALTERNATIVES
    )


@pytest.fixture(scope="module")
def items() -> dict[int, PoolItem]:
    return {each.revision_id: each for each in bank()}


@pytest.fixture(scope="module")
def paper() -> Paper:
    return paper_of(
        stocking.stock(
            bank(), ROWS, Rules(scenes=6, enemies=ENEMIES), alternatives=ALTERNATIVES, seed=11
        )
    )


def breaches(asked: list[PoolItem], marks: list[Decimal]) -> list[str]:
    """What a paper breaks of the blueprint, told by counting and nothing of ours."""
    left, found = list(zip(asked, marks, strict=True)), []
    for plan in ROWS:
        mine, left = left[: plan.count], left[plan.count :]
        found += [each for item, worth in mine for each in misfits(item, worth, plan)]
    ids = {each.item_id for each in asked}
    whole = {
        "count": not left and len(asked) == 20,
        "a stem twice": len({each.fingerprint for each in asked}) == 20,
        "scenes": sum(each.is_scene for each in asked) >= 6,
        "enemies together": not any(one in ids and other in ids for one, other in ENEMIES),
        "total": sum(marks) == 43,
    }
    return found + [name for name, holds in whole.items() if not holds]


def misfits(item: PoolItem, worth: Decimal, plan: SectionPlan) -> list[str]:
    holds = {
        "type": item.item_type == plan.item_type,
        "marks": worth == plan.marks,
        "difficulty": plan.difficulty_min <= item.difficulty <= plan.difficulty_max,
        "level": plan.cognitive_level in (None, item.cognitive_level),
        "law": not plan.law_ids or bool(set(plan.law_ids) & set(item.law_ids)),
    }
    return [name for name, sound in holds.items() if not sound]


def test_every_paper_that_any_of_thousands_of_seeds_draws_satisfies_the_blueprint(
    paper, items
) -> None:
    met: Counter[int] = Counter()
    seeds = 3000
    for seed in range(1, seeds + 1):
        slots = drawing.drawn(paper, seed).slots
        asked = [items[each.revision_id] for each in slots]
        assert breaches(asked, [each.marks for each in slots]) == [], seed
        met.update(each.slot for each in slots)
    # Each alternative is as likely as the next: the p-values of all who got it are comparable.
    assert len(met) == len(paper.slots) == 60
    assert all(abs(count - seeds / 3) < 5 * (seeds * 2 / 9) ** 0.5 for count in met.values())


def test_papers_differ_in_items_and_order(paper) -> None:
    drawn = {
        tuple(each.slot for each in drawing.drawn(paper, seed).slots) for seed in range(1, 200)
    }
    assert len(drawn) == 199


def test_the_draw_can_be_done_again_with_nothing_but_sha256(paper) -> None:
    seed, left_out = 987654321, {4, 5, 10, 11, 12}

    def chance(what: str, slot: int) -> str:
        return hashlib.sha256(f"{seed}/{what}/{slot}".encode()).hexdigest()

    places = [range(n, n + 3) for n in range(1, 61, 3)]
    # Of the place of slots 10 to 12 nothing is left: it is drawn as if nothing were left out.
    free = [[slot for slot in place if slot not in left_out] or list(place) for place in places]
    chosen = [min(place, key=lambda slot: chance("item", slot)) for place in free]
    section = {each.slot: each.section for each in paper.slots}
    chosen.sort(key=lambda slot: (section[slot], chance("place", slot)))
    again = rebuilt(paper, seed=0, draw_seed=seed, left_out=left_out)
    assert [each.slot.slot for each in again] == chosen
    assert [each.number for each in again] == list(range(1, 21))
    assert not {4, 5} & {each.slot.slot for each in again}


def test_items_of_a_fixed_paper_are_shuffled_within_their_sections(paper) -> None:
    fixed = replace(paper, alternatives=1)
    assert drawing.drawn(fixed, 0) is fixed
    shuffled = drawing.drawn(fixed, 77).slots
    assert [each.section for each in shuffled] == [each.section for each in fixed.slots]
    assert sorted(each.slot for each in shuffled) == list(range(1, 61))
    assert [each.slot for each in shuffled] != list(range(1, 61))


def test_what_somebody_touched_is_left_out_and_what_they_met_where_there_is_another() -> None:
    places = [(1, 2, 3), (4, 5, 6), (7, 8, 9)]
    # Of the last place one was touched and the others were met: something has to be asked.
    assert drawing.to_leave_out(places, {1, 9}, {4, 7, 8}) == [1, 4, 9]


def test_options_are_shown_as_they_were_shuffled(paper) -> None:
    [place] = [each for each in rebuilt(paper, seed=3, draw_seed=5) if each.number == 1]
    assert place.order is not None
    assert place.shown.options == ["甲乙丙丁"[n] for n in place.order]


def test_a_bank_too_small_for_the_alternatives_is_said_before_anybody_sits() -> None:
    with pytest.raises(Shortage):
        stocking.stock(bank(90), ROWS, Rules(enemies=ENEMIES), alternatives=ALTERNATIVES, seed=1)


def test_the_hardest_and_the_easiest_draw_both_have_the_expected_mean() -> None:
    rows = stocking.stock(
        bank(), ROWS, Rules(scenes=6, enemies=ENEMIES, mean=(Decimal(28), Decimal(29))),
        alternatives=ALTERNATIVES, seed=11,
    )  # fmt: skip

    share = {1: 90, 2: 80, 3: 70, 4: 55, 5: 40}
    worth = [
        [plan.marks * share[item.difficulty] / 100 for item in place]
        for plan, row in zip(ROWS, rows, strict=True) for place in row
    ]  # fmt: skip
    assert Decimal(28) <= sum(map(min, worth)) <= sum(map(max, worth)) <= Decimal(29)


def test_alternatives_that_cannot_be_equally_hard_are_refused_where_a_mean_is_asked_for() -> None:
    plan = SectionPlan(S, 2, Decimal(10))
    pool = [
        replace(each, item_type=S, difficulty=5 if n < 2 else 1, item_id=n, fingerprint=str(n))
        for n, each in enumerate(bank(6))
    ]

    with pytest.raises(Uneven):
        stocking.stock(pool, [plan], Rules(mean=(Decimal(14), Decimal(15))), alternatives=3, seed=1)
