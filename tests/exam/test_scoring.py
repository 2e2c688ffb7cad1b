"""Scoring, ordering and outcomes: one table covers every kind and case."""

from decimal import Decimal

import pytest

from exam import ordering, outcomes, scoring
from exam.kinds import ScorePolicy
from exam.outcomes import GradeLevel, Sitting
from exam.snapshot import Paper, Section, Slot, digest, dump, load
from question_bank.item_types import ItemType, MultiRule

S, M, T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE
ALL, HALF, SHARE = MultiRule.ALL_OR_NOTHING, MultiRule.PARTIAL_HALF, MultiRule.PROPORTIONAL


def paper(item_type: ItemType, key: list[int], rule: MultiRule, marks: str = "3") -> Paper:
    slot = Slot(1, 0, 7, item_type, "题干", ["甲", "乙", "丙", "丁"], key, Decimal(marks), "", [])
    return Paper("卷", rule, Decimal(marks), [Section("一", "")], [slot])


@pytest.mark.parametrize(
    ("item_type", "key", "response", "rule", "earned"),
    [
        (S, [1], {1}, ALL, "3.00"),
        (S, [1], {0}, ALL, "0.00"),
        (S, [1], {0, 1}, ALL, "0.00"),
        (S, [1], set(), HALF, "0.00"),
        (T, [0], {0}, ALL, "3.00"),
        (T, [0], {1}, HALF, "0.00"),
        (M, [0, 2, 3], {0, 2, 3}, ALL, "3.00"),
        (M, [0, 2, 3], {0, 2}, ALL, "0.00"),
        (M, [0, 2, 3], {0, 2}, HALF, "1.50"),
        (M, [0, 2, 3], {0, 1}, HALF, "0.00"),
        (M, [0, 2, 3], {0, 1, 2, 3}, HALF, "0.00"),
        (M, [0, 2, 3], {0, 2}, SHARE, "2.00"),
        (M, [0, 2, 3], {2}, SHARE, "1.00"),
        (M, [0, 2, 3], {1, 2}, SHARE, "0.00"),
        (M, [0, 2, 3], set(), SHARE, "0.00"),
    ],
)
def test_an_answer_earns_what_its_type_and_the_papers_rule_say(
    item_type: ItemType, key: list[int], response: set[int], rule: MultiRule, earned: str
) -> None:
    score = scoring.score(paper(item_type, key, rule), {1: response})
    assert score.earned == Decimal(earned)


def test_a_paper_reads_back_as_it_was_sealed() -> None:
    sealed = dump(paper(M, [0, 2], HALF))
    assert dump(load(sealed)) == sealed
    assert digest(sealed) != digest(sealed.replace("题干", "题于"))


def test_the_order_of_options_is_rebuilt_from_the_seed() -> None:
    first = ordering.shown_order(12345, 3, S, 4)
    assert first == ordering.shown_order(12345, 3, S, 4)
    assert sorted(first) == [0, 1, 2, 3]
    assert {tuple(ordering.shown_order(12345, slot, S, 4)) for slot in range(30)} != {(0, 1, 2, 3)}
    assert ordering.shown_order(12345, 3, T, 2) == [0, 1]


@pytest.mark.parametrize("chosen", [{0}, {1, 3}, {0, 1, 2, 3}, set()])
def test_letters_shown_lead_back_to_the_options_written(chosen: set[int]) -> None:
    places = ordering.shown_order(99, 1, M, 4)
    assert ordering.written(ordering.letters_of(chosen, places), places) == chosen


def test_a_letter_beyond_the_options_is_refused() -> None:
    with pytest.raises(ValueError, match="E"):
        ordering.written(["E"], [0, 1, 2, 3])


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


def test_a_voided_sitting_counts_as_taken_with_nothing() -> None:
    found = outcomes.outcome(
        [Sitting(1, Decimal(95), voided=True)],
        policy=ScorePolicy.BEST,
        pass_score=Decimal(60),
        excellent_score=Decimal(90),
    )
    assert (found.score, found.passed, found.excellent, found.voided) == (0, False, False, True)
