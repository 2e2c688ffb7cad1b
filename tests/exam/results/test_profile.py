"""Where a result says somebody stands."""

from decimal import Decimal

from exam.marking import impact
from exam.marking.corrections import Change
from exam.marking.impact import Crossing, Effect
from exam.papers.snapshot import Quote, Slot
from exam.results import profile
from exam.results.outcomes import GradeLevel, Outcome
from exam.results.profile import Mark
from question_bank.item_types import ItemType


def mark(number: int, earned: str, *articles: tuple[str, int], marks: str = "10") -> Mark:
    quotes = [Quote(law, "版", f"第{n}条", "文", n) for law, n in articles]
    slot = Slot(number, 0, number, ItemType.SINGLE_CHOICE, "题干", [], [0], Decimal(marks), "",
                quotes)  # fmt: skip
    return Mark(slot, Decimal(earned))


MARKS = [
    mark(1, "10", ("甲法", 1)),
    mark(2, "0", ("甲法", 2), ("乙法", 7)),
    mark(3, "5", ("甲法", 2)),
    mark(4, "0", ("乙法", 8), marks="0"),
    mark(5, "6", ("乙法", 9)),
]


def test_marks_are_added_by_law_and_what_was_struck_out_does_not_count() -> None:
    found = profile.parts((profile.law_of(each.slot), each) for each in MARKS)
    assert [(each.name, each.earned, each.possible, each.items) for each in found] == [
        ("乙法", 6, 10, 1),
        ("甲法", 15, 30, 3),
    ]
    assert [each.percent for each in found] == [60, 50]


def test_articles_below_three_fifths_are_weak_those_that_cost_most_first() -> None:
    found = profile.weak(MARKS)
    assert [
        (each.quote.law, each.quote.article, each.earned, list(each.slots)) for each in found
    ] == [
        ("甲法", "第2条", 5, [2, 3]),
        ("乙法", "第7条", 0, [2]),
    ]


def test_a_distribution_is_hidden_for_few_and_shows_ones_own_place() -> None:
    scores = [Decimal(n) for n in (0, 9, 10, 55, 59, 60, 61, 99, 100, 100)]
    assert profile.distribution(scores[:9], Decimal(60), Decimal(100)) == []
    bins = profile.distribution(scores, Decimal(60), Decimal(100))
    assert [each.count for each in bins] == [2, 1, 0, 0, 0, 2, 2, 0, 0, 3]
    assert [each.label for each in bins if each.own] == ["60"]


def test_who_crosses_a_line_is_told_either_way() -> None:
    levels = {
        (GradeLevel.FAILED, GradeLevel.PASSED): Crossing.PASSED,
        (GradeLevel.FAILED, GradeLevel.EXCELLENT): Crossing.PASSED,
        (GradeLevel.PASSED, GradeLevel.FAILED): Crossing.FAILED,
        (GradeLevel.GOOD, GradeLevel.EXCELLENT): Crossing.EXCELLENT,
        (GradeLevel.EXCELLENT, GradeLevel.GOOD): Crossing.NOT_EXCELLENT,
        (GradeLevel.PASSED, GradeLevel.GOOD): None,
    }
    change = Change(1, Decimal(59), Decimal(60))
    effects = [
        Effect(change, Outcome(Decimal(1), old), Outcome(Decimal(2), new)) for old, new in levels
    ]
    assert [each.crossing for each in effects] == list(levels.values())
    found = impact.summary(effects)
    assert (found.changed, found.up, found.down) == (6, 6, 0)
    assert found.crossings[Crossing.PASSED] == 2
