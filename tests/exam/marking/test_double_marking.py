"""What the markings of an answer come to, in one table; and in which order answers are met."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from exam.marking import double_marking, rubric
from exam.marking.double_marking import Combining, Reader, Reading, Scheme, Stage, Unit
from exam.marking.queueing import Waiting, in_turn
from question_bank.types.base import Content
from tests.exam.items import CASE, SHORT

FIRST, SECOND, ARBITER, RECHECK = Reader
MARKS = Decimal(8)
SINGLE_MARKED = Scheme()
#: The points of SHORT are worth 4, 2 and 2 of 8 marks.
BY_MARKS = Scheme(True, Decimal(2), Unit.MARKS)
BY_SHARE = Scheme(True, Decimal(25))
HIGHER = Scheme(True, Decimal(2), Unit.MARKS, Combining.HIGHER)


def reading(reader: Reader, *points: int, question: str = "0") -> Reading:
    return Reading(reader, {question: list(points)})


@pytest.mark.parametrize(
    ("readings", "scheme", "stage", "earned", "apart"),
    [
        ([], SINGLE_MARKED, Stage.READING, None, None),
        ([reading(FIRST)], SINGLE_MARKED, Stage.DONE, "0", None),
        ([reading(FIRST, 0)], SINGLE_MARKED, Stage.DONE, "4", None),
        ([reading(FIRST, 0), reading(FIRST, 1)], SINGLE_MARKED, Stage.DONE, "2", None),
        ([reading(FIRST, 0)], BY_MARKS, Stage.READING, None, None),
        ([reading(SECOND, 0)], BY_MARKS, Stage.READING, None, None),
        ([reading(FIRST, 0), reading(SECOND, 0)], BY_MARKS, Stage.DONE, "4", "0"),
        ([reading(FIRST, 0), reading(SECOND, 0, 1)], BY_MARKS, Stage.DONE, "5", "2"),
        ([reading(FIRST, 1), reading(SECOND, 2)], BY_MARKS, Stage.DONE, "2", "0"),
        ([reading(FIRST), reading(SECOND, 0)], BY_MARKS, Stage.ARBITRATION, None, "4"),
        ([reading(FIRST), reading(SECOND, 1)], BY_SHARE, Stage.DONE, "1", "2"),
        ([reading(FIRST), reading(SECOND, 0)], BY_SHARE, Stage.ARBITRATION, None, "4"),
        ([reading(FIRST, 0), reading(SECOND, 0, 1)], HIGHER, Stage.DONE, "6", "2"),
        ([reading(FIRST, 0, 1), reading(SECOND, 0)], HIGHER, Stage.DONE, "6", "2"),
        # The arbiter decides, whatever they say.
        ([reading(FIRST), reading(SECOND, 0), reading(ARBITER, 0, 1, 2)], BY_MARKS, Stage.DONE,
         "8", "4"),
        ([reading(FIRST), reading(SECOND, 0), reading(ARBITER)], BY_MARKS, Stage.DONE, "0", "4"),
        # A recheck decides over them all.
        ([reading(FIRST), reading(SECOND, 0), reading(ARBITER), reading(RECHECK, 1)], BY_MARKS,
         Stage.DONE, "2", "4"),
        ([reading(RECHECK, 1), reading(FIRST, 0)], SINGLE_MARKED, Stage.DONE, "2", None),
        # An amendment brings two together, or apart.
        ([reading(FIRST), reading(SECOND, 0), reading(FIRST, 0)], BY_MARKS, Stage.DONE, "4", "0"),
        ([reading(FIRST, 0), reading(SECOND, 0), reading(FIRST)], BY_MARKS, Stage.ARBITRATION,
         None, "4"),
    ],
)  # fmt: skip
def test_markings_come_to_one_verdict(readings, scheme, stage, earned, apart) -> None:
    found = double_marking.verdict(SHORT, MARKS, readings, scheme)
    worth = None if found.judged is None else MARKS * rubric.found(SHORT, found.judged)
    assert (found.stage, worth, found.difference) == (
        stage, earned and Decimal(earned), apart and Decimal(apart),
    )  # fmt: skip


def test_the_mean_says_how_much_of_each_point_counts() -> None:
    both = [reading(FIRST, 0, 1), reading(SECOND, 0)]
    found = double_marking.verdict(SHORT, MARKS, both, BY_MARKS)
    assert found.judged == {"0": {0: Decimal(1), 1: Decimal("0.5")}}


def test_thirds_are_no_reason_for_arbitration() -> None:
    points = [{"text": f"{n}", "weight": 1, "words": []} for n in range(3)]
    thirds = Content(SHORT.item_type, "题", (), {"points": points})
    pair = [reading(FIRST), reading(SECOND, 0)]
    exactly = Scheme(True, Decimal(1), Unit.MARKS)
    assert double_marking.verdict(thirds, Decimal(3), pair, exactly).stage is Stage.DONE


def test_of_a_case_only_what_persons_mark_is_compared() -> None:
    pair = [reading(FIRST, 0, question="2"), reading(SECOND, 1, question="2")]
    # The short answer is 6 of 8 marks; its points 3, 1.5 and 1.5.
    found = double_marking.verdict(CASE, MARKS, pair, BY_MARKS)
    assert (found.difference, found.stage) == (Decimal("1.5"), Stage.DONE)


@pytest.mark.parametrize(
    ("unit", "stage"), [(Unit.BY_HAND, Stage.ARBITRATION), (Unit.PERCENT, Stage.DONE)]
)
def test_a_share_of_what_persons_mark_is_not_widened_by_what_the_system_scores(unit, stage) -> None:
    pair = [reading(FIRST, question="2"), reading(SECOND, 1, question="2")]
    # A quarter of the 6 marks in words lies between them; a fifth of them is 1.2, of the item 1.6.
    assert double_marking.verdict(CASE, MARKS, pair, Scheme(True, Decimal(20), unit)).stage is stage


def test_each_marker_meets_the_answers_in_an_order_of_their_own_and_skipped_ones_last() -> None:
    waiting = [Waiting(n) for n in range(1, 40)]
    mine, yours = in_turn(waiting, 1), in_turn(reversed(waiting), 2)
    assert sorted(mine) == sorted(yours) == list(range(1, 40))
    assert mine not in (yours, sorted(mine), sorted(mine, reverse=True))
    assert in_turn(reversed(waiting), 1) == mine
    early, late = datetime(2026, 3, 2, 4, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)
    skipped = [Waiting(mine[0], late), Waiting(mine[1], early), *map(Waiting, mine[2:])]
    assert in_turn(skipped, 1) == [*mine[2:], mine[1], mine[0]]
