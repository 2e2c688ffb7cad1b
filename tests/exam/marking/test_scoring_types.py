"""One table covers every type of item and case: what an answer earns, and what a person says."""

from decimal import Decimal
from typing import Any

import pytest

from exam.marking import rubric, scoring
from exam.papers.ordering import order_of
from exam.papers.snapshot import Paper, Section, Slot, dump, load
from question_bank.item_types import MultiRule
from question_bank.types import kind_of
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

MACHINE = (SINGLE, MULTIPLE, TRUE_FALSE, BLANKS, MATCHING, ORDERING)


def paper(*examples: Example, marks: int = 8) -> Paper:
    slots = [
        Slot(n, 0, n, each.item_type, each.stem, list(kind_of(each.item_type).options(each)),
             each.key, Decimal(marks), "", [], each.parts)
        for n, each in enumerate(examples, 1)
    ]  # fmt: skip
    total = Decimal(marks * len(slots))
    return Paper("卷", MultiRule.PARTIAL_HALF, total, [Section("一", "")], slots)


@pytest.mark.parametrize(
    ("example", "response", "earned"),
    [
        (SINGLE, {"choice": ["B"]}, "8"),
        (SINGLE, {"choice": []}, "0"),
        (MULTIPLE, {"choice": ["A", "C"]}, "8"),
        (MULTIPLE, {"choice": ["A"]}, "4"),
        (MULTIPLE, {"choice": ["A", "B"]}, "0"),
        (TRUE_FALSE, {"choice": ["B"]}, "8"),
        (TRUE_FALSE, {"choice": ["A"]}, "0"),
        (BLANKS, {"texts": ["六十日", "三十日"]}, "8"),
        (BLANKS, {"texts": ["60日", "30天"]}, "8"),
        (BLANKS, {"texts": ["６０日", ""]}, "4"),
        (BLANKS, {"texts": ["三十日", "六十日"]}, "0"),
        (MATCHING, {"choice": ["C", "A"]}, "8"),
        (MATCHING, {"choice": ["C", ""]}, "4"),
        (MATCHING, {"choice": ["A", "C"]}, "0"),
        (ORDERING, {"choice": ["C", "A", "B"]}, "8"),
        (ORDERING, {"choice": ["C", "A"]}, "0"),
        (ORDERING, {"choice": ["A", "C", "B"]}, "0"),
        (SHORT, {"text": ""}, "0"),
        (SHORT, {"text": " 　"}, "0"),
        (CASE, {"parts": [{"choice": ["B"]}, None]}, "2"),
        (CASE, {"parts": [None, {"text": ""}]}, "0"),
    ],
)
def test_an_answer_earns_its_share_of_the_marks(
    example: Example, response: dict[str, Any], earned: str
) -> None:
    score = scoring.score(paper(example), {1: response})
    assert (score.earned, score.unmarked) == (Decimal(earned), frozenset())


@pytest.mark.parametrize(
    ("example", "response", "judged", "earned"),
    [
        (SHORT, {"text": "答"}, {}, None),
        (SHORT, {"text": "答"}, {"0": []}, "0"),
        (SHORT, {"text": "答"}, {"0": [0]}, "4"),
        (SHORT, {"text": "答"}, {"0": [0, 1, 2]}, "8"),
        (CASE, {"parts": [{"choice": ["B"]}, {"text": "答"}]}, {}, None),
        (CASE, {"parts": [{"choice": ["B"]}, {"text": "答"}]}, {"2": [0]}, "5"),
        (CASE, {"parts": [{"choice": ["A"]}, {"text": "答"}]}, {"2": [0, 1, 2]}, "6"),
        (CASE, {"parts": [None, {"text": "答"}]}, {"1": [0]}, None),
    ],
)
def test_what_a_person_has_to_mark_waits_until_it_is_marked(
    example: Example, response: dict[str, Any], judged: dict[str, list[int]], earned: str | None
) -> None:
    score = scoring.score(paper(example), {1: response}, judged={1: judged})
    assert score.earned == (None if earned is None else Decimal(earned))
    assert score.unmarked == (frozenset({1}) if earned is None else frozenset())


def test_a_paper_knows_what_it_has_so_far_while_the_rest_waits() -> None:
    sheet = paper(SINGLE, SHORT, BLANKS)
    score = scoring.score(sheet, {1: SINGLE.right, 2: SHORT.right, 3: {"texts": ["六十日", "？"]}})
    assert (score.earned, score.so_far, score.right) == (None, Decimal(12), {1})
    assert scoring.vector(sheet.slots, score) == {
        "right": bytes([1, 0, 0]), "share": bytes([100, 255, 50]),
    }  # fmt: skip


@pytest.mark.parametrize("example", MACHINE, ids=lambda each: each.item_type.value)
def test_right_is_right_in_whatever_order_the_options_were_shown(example: Example) -> None:
    sheet = paper(example)
    kind = kind_of(example.item_type)
    for seed in range(1, 30):
        order = order_of(seed, 1, sheet.slots[0])
        response = dict(example.right)
        if order and "choice" in response:
            shown = {place: "ABCDEFGHIJ"[n] for n, place in enumerate(order)}
            letters = [shown["ABCDEFGHIJ".index(each)] for each in response["choice"]]
            response = {"choice": letters}
        read = kind.read_response(response, kind.shape(example))
        assert scoring.score(sheet, {1: read}, seed=seed).earned == 8


def test_a_paper_of_every_type_reads_back_as_it_was_sealed() -> None:
    sealed = dump(paper(*EXAMPLES))
    assert dump(load(sealed)) == sealed


def test_the_marking_guide_says_shares_of_the_item() -> None:
    (question,) = rubric.questions(CASE, {"parts": [None, {"text": "统一领导"}]})
    assert (question.name, question.share, question.text) == ("2", Decimal("0.75"), "统一领导")
    assert [each.share for each in question.points] == [
        Decimal("0.5"), Decimal("0.25"), Decimal("0.25"),
    ]  # fmt: skip
    assert rubric.questions(SINGLE, SINGLE.right) == []


def test_suggested_words_are_found_and_never_overlap() -> None:
    points = rubric.points_of(SHORT)
    text = "坚持统一领导<b>和组织落实"
    assert [(each.text, each.word) for each in rubric.stretches(text, points)] == [
        ("坚持", False), ("统一领导", True), ("<b>和", False), ("组织落实", True),
    ]  # fmt: skip
    assert [rubric.hints(text, each) for each in points] == [["统一领导"], ["组织落实"], []]


@pytest.mark.parametrize(
    ("word", "text", "said"),
    [
        ("六十日", "自受理之日起 ６０ 日以内", ["６０ 日"]),
        ("15日", "十五日，不是五日", ["十五日"]),
        ("五日", "十五日内，即15日", []),
        ("5个工作日", "五个工作日内提出，不是5日", ["五个工作日"]),
        ("百分之五", "5％和百分之五，不是15%", ["5％", "百分之五"]),
        ("统一领导", "统一 领导，统一，领导", ["统一 领导", "统一，领导"]),
        ("日", "日日", ["日", "日"]),
        ("，", "一，二", []),
    ],
)
def test_a_suggested_word_is_marked_however_it_is_written_and_figures_are_whole(
    word: str, text: str, said: list[str]
) -> None:
    point = rubric.Point("要点", Decimal(1), [word])
    cut = rubric.stretches(text, [point])
    assert [each.text for each in cut if each.word] == said
    assert "".join(each.text for each in cut) == text
    assert rubric.hints(text, point) == ([word] if said else [])


def test_where_suggested_words_overlap_the_longest_is_marked() -> None:
    point = rubric.Point("要点", Decimal(1), ["受理", "受理之日", "之日起"])
    cut = rubric.stretches("自受理之日起", [point])
    assert [(each.text, each.word) for each in cut] == [
        ("自", False), ("受理之日", True), ("起", False),
    ]  # fmt: skip
