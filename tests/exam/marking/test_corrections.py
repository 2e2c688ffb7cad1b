"""What a correction makes of a paper: pure rules."""

from decimal import Decimal

import pytest

from exam.marking import corrections, scoring
from exam.marking.corrections import Change, Remedy, Ruled, Ruling
from exam.papers.snapshot import Paper, Slot
from question_bank.item_types import ItemType, MultiRule
from question_bank.types import Unclear
from tests.exam.items import (
    BLANKS,
    CASE,
    EXAMPLES,
    MATCHING,
    MULTIPLE,
    ORDERING,
    SHORT,
    SINGLE,
    TRUE_FALSE,
    Example,
)


def slot(number: int, example: Example, marks: str = "10") -> Slot:
    options = ["正确", "错误"] if example is TRUE_FALSE else example.options
    return Slot(number, 0, number, example.item_type, example.stem, options, example.key,
                Decimal(marks), "", [], example.parts)  # fmt: skip


def paper(*examples: Example, marks: str = "10") -> Paper:
    slots = [slot(n, each, marks) for n, each in enumerate(examples, 1)]
    total = sum((each.marks for each in slots), Decimal(0))
    return Paper("卷", MultiRule.ALL_OR_NOTHING, total, [], slots)


def earned(sheet: Paper, rulings: list[Ruling], *answers, judged=None) -> list[Decimal | None]:
    ruled = corrections.ruled(sheet, rulings)
    given = {n: each for n, each in enumerate(answers, 1) if each is not None}
    found = scoring.score_ruled(ruled, given, judged=judged)
    return [found.by_slot[each.slot] for each in sheet.slots]


A, B = {"choice": ["A"]}, {"choice": ["B"]}


@pytest.mark.parametrize(
    ("remedy", "key", "a", "b", "blank"),
    [
        (None, None, 0, 10, 0),
        (Remedy.NEW_KEY, [0], 10, 0, 0),
        (Remedy.ALSO, [0], 10, 10, 0),
        (Remedy.EVERYBODY, None, 10, 10, 10),
        (Remedy.STRUCK, None, 0, 0, 0),
        (Remedy.SPREAD, None, 0, 0, 0),
    ],
)
def test_each_remedy_says_what_an_answer_earns(remedy, key, a, b, blank) -> None:
    rulings = [Ruling(1, remedy, key)] if remedy else []
    sheet = paper(SINGLE, SINGLE)
    assert [earned(sheet, rulings, each)[0] for each in (A, B, None)] == [a, b, blank]


def test_the_marks_of_an_item_struck_out_go_to_the_others_or_off_the_total() -> None:
    sheet = paper(*[SINGLE] * 4, marks="25")
    spread = corrections.ruled(sheet, [Ruling(2, Remedy.SPREAD)]).paper
    assert [each.marks for each in spread.slots] == [
        Decimal("33.34"), Decimal(0), Decimal("33.33"), Decimal("33.33"),
    ]  # fmt: skip
    assert spread.total == sum(each.marks for each in spread.slots) == 100
    struck = corrections.ruled(sheet, [Ruling(2, Remedy.STRUCK)]).paper
    assert (struck.total, [each.marks for each in struck.slots]) == (75, [25, 0, 25, 25])


def test_the_sealed_paper_itself_is_not_touched() -> None:
    sheet = paper(SINGLE, MULTIPLE)
    before = repr(sheet)
    corrections.ruled(sheet, [Ruling(1, Remedy.NEW_KEY, [0]), Ruling(2, Remedy.SPREAD)])
    assert repr(sheet) == before
    assert corrections.ruled(sheet, []).paper == sheet


def test_a_further_key_is_accepted_in_the_order_that_the_candidate_saw() -> None:
    ruled = corrections.ruled(paper(SINGLE), [Ruling(1, Remedy.ALSO, [3])])
    got = [
        scoring.score_ruled(ruled, {1: {"choice": [letter]}}, seed=7).earned for letter in "ABCD"
    ]
    assert sorted(got) == [0, 0, 10, 10]


def test_nobody_waits_for_an_item_that_persons_mark_once_it_is_struck_or_given() -> None:
    sheet = paper(SHORT, CASE)
    text = {"text": "写了"}
    assert earned(sheet, [], text, {"parts": [B, text]}) == [None, None]
    rulings = [Ruling(1, Remedy.EVERYBODY), Ruling(2, Remedy.STRUCK)]
    assert earned(sheet, rulings, text, {"parts": [B, text]}) == [10, 0]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.item_type.value)
def test_every_type_has_remedies_and_keys_only_where_a_machine_applies_them(example) -> None:
    found = corrections.remedies_of(slot(1, example))
    assert {Remedy.EVERYBODY, Remedy.SPREAD, Remedy.STRUCK} <= set(found)
    by_machine = example.item_type not in (ItemType.SHORT_ANSWER, ItemType.CASE_ANALYSIS)
    assert (Remedy.NEW_KEY in found) == by_machine


@pytest.mark.parametrize(
    ("example", "written", "key"),
    [
        (SINGLE, "A", [0]),
        (MULTIPLE, "B、D", [1, 3]),
        (TRUE_FALSE, "正确", [0]),
        (BLANKS, "九十日;三十日", {"blanks": [["九十日"], ["三十日"]], "any_order": False}),
        (ORDERING, "ABC", [0, 1, 2]),
        (MATCHING, "复查=A;复核=B", {"left": ["复查", "复核"], "pairs": [0, 1]}),
    ],
    ids=lambda each: each.item_type.value if isinstance(each, Example) else "",
)
def test_a_key_is_written_as_in_files(example, written, key) -> None:
    assert corrections.read_key(slot(1, example), written) == key


@pytest.mark.parametrize("written", ["", "Z", "AB"])
def test_a_key_that_the_item_cannot_have_is_refused(written) -> None:
    with pytest.raises((Unclear, ValueError)):
        corrections.read_key(slot(1, SINGLE), written)


def test_equal_scores_have_equal_digests_and_a_preview_is_named_by_what_it_shows() -> None:
    digest, seen = corrections.digest, corrections.seen
    assert digest([(2, Decimal(5)), (1, None)]) == digest([(1, None), (2, Decimal("5.00"))])
    assert digest([(1, Decimal(5))]) != digest([(1, Decimal("5.01"))])
    assert seen([Change(1, Decimal(1), Decimal(2))]) != seen([Change(1, Decimal(1), Decimal(3))])


def test_a_paper_without_corrections_scores_as_before() -> None:
    sheet = paper(*EXAMPLES)
    given = {n: each.right for n, each in enumerate(EXAMPLES, 1)}
    assert scoring.score_ruled(Ruled(sheet), given) == scoring.score(sheet, given)
