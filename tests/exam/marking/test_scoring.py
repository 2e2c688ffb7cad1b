"""Scoring, ordering and outcomes: one table covers every kind and case."""

from decimal import Decimal

import pytest

from exam.kinds import ScorePolicy
from exam.marking import scoring
from exam.papers.ordering import order_of
from exam.papers.snapshot import Paper, Section, Slot, digest, dump, load
from exam.results import outcomes
from exam.results.outcomes import GradeLevel, Sitting
from question_bank.item_types import LETTERS, ItemType, MultiRule

S, M, T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE
ALL, HALF, SHARE = MultiRule.ALL_OR_NOTHING, MultiRule.PARTIAL_HALF, MultiRule.PROPORTIONAL


def paper(item_type: ItemType, key: list[int], rule: MultiRule, marks: str = "3") -> Paper:
    slot = Slot(1, 0, 7, item_type, "题干", ["甲", "乙", "丙", "丁"], key, Decimal(marks), "", [])
    return Paper("卷", rule, Decimal(marks), [Section("一", "")], [slot])


@pytest.mark.parametrize(
    ("item_type", "key", "letters", "rule", "earned"),
    [
        (S, [1], "B", ALL, "3.00"),
        (S, [1], "A", ALL, "0.00"),
        (S, [1], "AB", ALL, "0.00"),
        (S, [1], "", HALF, "0.00"),
        (T, [0], "A", ALL, "3.00"),
        (T, [0], "B", HALF, "0.00"),
        (M, [0, 2, 3], "ACD", ALL, "3.00"),
        (M, [0, 2, 3], "AC", ALL, "0.00"),
        (M, [0, 2, 3], "AC", HALF, "1.50"),
        (M, [0, 2, 3], "AB", HALF, "0.00"),
        (M, [0, 2, 3], "ABCD", HALF, "0.00"),
        (M, [0, 2, 3], "AC", SHARE, "2.00"),
        (M, [0, 2, 3], "C", SHARE, "1.00"),
        (M, [0, 2, 3], "BC", SHARE, "0.00"),
        (M, [0, 2, 3], "", SHARE, "0.00"),
    ],
)
def test_an_answer_earns_what_its_type_and_the_papers_rule_say(
    item_type: ItemType, key: list[int], letters: str, rule: MultiRule, earned: str
) -> None:
    score = scoring.score(paper(item_type, key, rule), {1: {"choice": list(letters)}})
    assert score.earned == Decimal(earned)


def test_a_paper_reads_back_as_it_was_sealed() -> None:
    sealed = dump(paper(M, [0, 2], HALF))
    assert dump(load(sealed)) == sealed
    assert digest(sealed) != digest(sealed.replace("题干", "题于"))


def test_letters_shown_lead_back_to_the_options_written() -> None:
    sheet = paper(M, [0, 2], HALF)
    for seed in range(1, 40):
        order = order_of(seed, 1, sheet.slots[0])
        right = [LETTERS[shown] for shown, place in enumerate(order) if place in (0, 2)]
        assert scoring.score(sheet, {1: {"choice": right}}, seed=seed).earned == 3


@pytest.mark.parametrize(
    ("sittings", "policy", "makeup", "score", "level"),
    [
        ([], ScorePolicy.BEST, False, None, None),
        ([(1, 59)], ScorePolicy.BEST, False, 59, GradeLevel.FAILED),
        ([(1, 60)], ScorePolicy.BEST, False, 60, GradeLevel.PASSED),
        ([(1, 80)], ScorePolicy.BEST, False, 80, GradeLevel.GOOD),
        ([(1, 90)], ScorePolicy.BEST, False, 90, GradeLevel.EXCELLENT),
        ([(1, 95)], ScorePolicy.BEST, True, 95, GradeLevel.PASSED),
        ([(1, 70), (2, 50)], ScorePolicy.BEST, False, 70, GradeLevel.PASSED),
        ([(1, 70), (2, 50)], ScorePolicy.LAST, False, 50, GradeLevel.FAILED),
        ([(2, 70), (1, 50)], ScorePolicy.FIRST, False, 50, GradeLevel.FAILED),
    ],
)
def test_sittings_come_to_one_outcome(sittings, policy, makeup, score, level) -> None:
    found = outcomes.outcome(
        [Sitting(number, Decimal(earned)) for number, earned in sittings],
        policy=policy,
        pass_score=Decimal(60),
        excellent_score=Decimal(90),
        makeup=makeup,
    )
    assert (found.score, found.level) == (score, level)


@pytest.mark.parametrize(
    ("earned", "policy", "score", "pending"),
    [
        ((None,), ScorePolicy.BEST, None, True),
        ((95, None), ScorePolicy.BEST, None, True),
        ((None, 95), ScorePolicy.LAST, 95, False),
        ((95, None), ScorePolicy.LAST, None, True),
        ((95, None), ScorePolicy.FIRST, 95, False),
    ],
)
def test_an_outcome_waits_for_the_sittings_that_may_count(earned, policy, score, pending) -> None:
    found = outcomes.outcome(
        [Sitting(n, None if each is None else Decimal(each)) for n, each in enumerate(earned, 1)],
        policy=policy, pass_score=Decimal(60), excellent_score=Decimal(90),
    )  # fmt: skip
    assert (found.score, found.pending, found.taken) == (score, pending, True)
    assert found.passed is (score is not None)


def test_a_voided_sitting_counts_as_taken_with_nothing() -> None:
    found = outcomes.outcome(
        [Sitting(1, Decimal(95), voided=True)],
        policy=ScorePolicy.BEST,
        pass_score=Decimal(60),
        excellent_score=Decimal(90),
    )
    assert (found.score, found.passed, found.excellent, found.voided) == (0, False, False, True)
