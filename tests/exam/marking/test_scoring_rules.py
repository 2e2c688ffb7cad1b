"""Each rule of scoring against an independent count in fractions, and the words for it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from exam.marking import rubric, scoring
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Section, Slot
from question_bank.item_types import ItemType, MultiRule
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
    part,
)

ALL, HALF, SHARE = MultiRule.ALL_OR_NOTHING, MultiRule.PARTIAL_HALF, MultiRule.PROPORTIONAL
QUARTER = Decimal("0.25")
#: A multiple choice with three right options: thirds.
THIRDS = Example(ItemType.MULTIPLE_CHOICE, "三项", [0, 1, 3], ["甲", "乙", "丙", "丁"])
MIXED = Example(
    ItemType.CASE_ANALYSIS, "材料", {},
    parts=[part(SINGLE, 1), part(THIRDS, 2), part(BLANKS, 3), part(MATCHING, 1),
           part(ORDERING, 1), part(TRUE_FALSE, 1)],
)  # fmt: skip


def slot(number: int, example: Example, marks: str) -> Slot:
    options = list(kind_of(example.item_type).options(example))
    return Slot(number, 0, number, example.item_type, example.stem, options, example.key,
                Decimal(marks), "", [], example.parts)  # fmt: skip


def paper(
    *examples: Example, rule: MultiRule = ALL, penalty: Decimal = Decimal(0), marks: str = "2"
) -> Paper:
    slots = [slot(n, each, marks) for n, each in enumerate(examples, 1)]
    total = sum((each.marks for each in slots), Decimal(0))
    return Paper("卷", rule, total, [Section("一", "")], slots, penalty)


# ------------------------------------------------------------------------- counted anew


def share(example: Any, response: Mapping[str, Any] | None, rule: str, penalty: Fraction) -> Any:
    """What an answer earns, counted from the rules as they are printed, in fractions."""
    if not response:
        return Fraction(0)
    kind, key = str(example.item_type.value), example.key
    if kind == "case_analysis":
        worth = sum(each["weight"] for each in example.parts)
        return sum(
            Fraction(each["weight"], worth) * share(_Part(each), given, rule, penalty)
            for each, given in zip(example.parts, response["parts"], strict=True)
        )
    if kind == "fill_blank":
        fits = [given in _WRITTEN[tuple(right)] for given, right in
                zip(response["texts"], key["blanks"], strict=True)]  # fmt: skip
        return Fraction(sum(fits), len(fits))
    given = ["ABCDEFGHIJ".index(each) if each else None for each in response["choice"]]
    if kind == "matching":
        right = sum(one == other for one, other in zip(given, key["pairs"], strict=True))
        return Fraction(right, len(key["pairs"]))
    return Fraction(given == key) if kind == "ordering" else ticks(kind, key, given, rule, penalty)


def ticks(kind: str, key: list[int], given: list[Any], rule: str, penalty: Fraction) -> Fraction:
    ticked = set(given)
    if ticked - set(key):
        return -penalty
    if ticked == set(key):
        return Fraction(1)
    if not ticked or kind != "multiple_choice" or rule == "all_or_nothing":
        return Fraction(0)
    return Fraction(1, 2) if rule == "partial_half" else Fraction(len(ticked), len(key))


class _Part:
    def __init__(self, written: Mapping[str, Any]) -> None:
        self.item_type = ItemType.of(written["item_type"])
        self.key = written["key"]


_WRITTEN = {("六十日",): {"六十日", "60日"}, ("三十日", "30天"): {"三十日", "30天", "30日"}}


def some(example: Any, rng: Random) -> dict[str, Any] | None:
    """An answer that somebody might give."""
    kind = str(example.item_type.value)
    if rng.random() < 0.1:
        return None
    if kind == "case_analysis":
        return {"parts": [some(_Part(each), rng) for each in example.parts]}
    if kind == "fill_blank":
        return {"texts": [rng.choice(["60日", "六十日", "三十日", "30天", ""]) for _ in range(2)]}
    if kind == "matching":
        return {"choice": [rng.choice(["A", "B", "C", ""]) for _ in range(2)]}
    if kind == "ordering":
        return {"choice": rng.sample("ABC", 3)}
    if kind == "multiple_choice":
        return {"choice": sorted(rng.sample("ABCD", rng.randint(1, 4)))}
    return {"choice": [rng.choice("AB")]}


def half_up(value: Fraction) -> Decimal:
    """To two places, without ever leaving whole numbers."""
    cents, rest = divmod(abs(value) * 100, 1)
    rounded = Decimal(int(cents) + (rest >= Fraction(1, 2))) / 100
    return -rounded if value < 0 else rounded


@pytest.mark.parametrize("penalty", ["0", "0.25", "0.33", "1"])
@pytest.mark.parametrize("rule", MultiRule, ids=lambda each: each.value)
def test_hundreds_of_papers_earn_what_a_count_in_fractions_says(
    rule: MultiRule, penalty: str
) -> None:
    examples = (SINGLE, MULTIPLE, THIRDS, TRUE_FALSE, BLANKS, MATCHING, ORDERING, MIXED)
    rng = Random(f"{rule}/{penalty}")
    for marks in ("1", "2.5", "7"):
        sheet = paper(*examples, rule=rule, penalty=Decimal(penalty), marks=marks)
        for _ in range(40):
            answers = {n: some(each, rng) for n, each in enumerate(examples, 1)}
            given = {n: each for n, each in answers.items() if each is not None}
            expected = {
                n: half_up(Fraction(marks) * share(each, answers[n], rule.value, Fraction(penalty)))
                for n, each in enumerate(examples, 1)
            }
            score = scoring.score(sheet, given)
            assert dict(score.by_slot) == expected, (answers, rule, penalty, marks)
            assert score.earned == max(sum(expected.values()), Decimal(0))


@pytest.mark.parametrize(
    ("example", "letters", "rule", "earned"),
    [
        (SINGLE, "B", ALL, "2"),
        (SINGLE, "A", ALL, "-0.5"),
        (SINGLE, "", ALL, "0"),
        (TRUE_FALSE, "A", ALL, "-0.5"),
        (MULTIPLE, "AC", ALL, "2"),
        # Something left out is no wrong choice, whatever it earns.
        (MULTIPLE, "A", ALL, "0"),
        (MULTIPLE, "A", HALF, "1"),
        (THIRDS, "AB", SHARE, "1.33"),
        (MULTIPLE, "AB", ALL, "-0.5"),
        (MULTIPLE, "AB", SHARE, "-0.5"),
        (MULTIPLE, "ABCD", HALF, "-0.5"),
        # What is no guess costs nothing.
        (MATCHING, ["B", ""], ALL, "0"),
        (ORDERING, "ABC", ALL, "0"),
    ],
)
def test_a_wrong_choice_costs_a_share_of_its_marks(example, letters, rule, earned) -> None:
    sheet = paper(example, rule=rule, penalty=QUARTER)
    assert scoring.score(sheet, {1: {"choice": list(letters)}}).by_slot[1] == Decimal(earned)


def test_a_paper_never_earns_less_than_nothing_and_statistics_see_no_negative_share() -> None:
    sheet = paper(SINGLE, SINGLE, TRUE_FALSE, penalty=Decimal(1))
    wrong = {1: {"choice": ["A"]}, 2: {"choice": ["B"]}, 3: {"choice": ["A"]}}
    score = scoring.score(sheet, wrong)
    assert list(score.by_slot.values()) == [-2, 2, -2]
    assert (score.earned, score.so_far) == (0, 0)
    assert scoring.vector(sheet.slots, score)["share"] == bytes([0, 100, 0])


def test_in_a_case_a_wrong_choice_costs_of_its_own_question_only() -> None:
    sheet = paper(CASE, penalty=QUARTER, marks="8")
    answer = {1: {"parts": [{"choice": ["A"]}, {"text": "答"}]}}
    # The choice is worth 2 of 8, the short answer 6.
    assert scoring.score(sheet, answer, judged={1: {"2": [0]}}).earned == Decimal("2.5")
    assert scoring.score(sheet, answer, judged={1: {"2": []}}).earned == 0


def test_figures_made_of_thirds_are_rounded_as_if_they_were_exact() -> None:
    sheet = paper(
        Example(ItemType.CASE_ANALYSIS, "材料", {}, parts=[part(THIRDS, 3), part(SINGLE, 97)]),
        rule=SHARE, marks="0.5",
    )  # fmt: skip
    # 0.5 × 3/100 × 1/3 = 0.005, which rounds up; in decimals it is 0.00499….
    assert scoring.score(sheet, {1: {"parts": [{"choice": ["A"]}, None]}}).earned == Decimal("0.01")
    points = [{"text": f"{n}", "weight": 1, "words": []} for n in range(3)]
    whole = paper(Example(ItemType.SHORT_ANSWER, "题", {"points": points}))
    score = scoring.score(whole, {1: {"text": "答"}}, judged={1: {"0": [0, 1, 2]}})
    assert (score.earned, score.right) == (2, {1})


def test_credits_of_two_markers_count_in_part() -> None:
    sheet = paper(SHORT, marks="8")
    credits = {1: {"0": {0: Decimal(1), 1: Decimal("0.5")}}}
    assert scoring.score(sheet, {1: {"text": "答"}}, judged=credits).earned == 5
    assert rubric.found(SHORT, credits[1]) == Decimal("0.625")


@pytest.mark.parametrize(
    ("item_type", "rule", "penalty", "said"),
    [
        (ItemType.MULTIPLE_CHOICE, ALL, "0", "少选、多选、错选均不得分。"),
        (ItemType.MULTIPLE_CHOICE, HALF, "0", "少选且无错选得一半分，多选、错选不得分。"),
        (ItemType.MULTIPLE_CHOICE, SHARE, "0", "每选对一项得相应比例的分，有错选不得分。"),
        (ItemType.SINGLE_CHOICE, ALL, "0", "每题只有一个正确答案。"),
        (ItemType.SINGLE_CHOICE, ALL, "0.25", "答错每题倒扣 0.5 分，不答不扣，全卷扣至 0 分为止。"),
        (ItemType.TRUE_FALSE, ALL, "0.5", "答错每题倒扣 1 分，不答不扣，全卷扣至 0 分为止。"),
        (ItemType.MULTIPLE_CHOICE, HALF, "0.25",
         "有错选的每题倒扣 0.5 分，不答不扣，全卷扣至 0 分为止。"),
        (ItemType.CASE_ANALYSIS, ALL, "0", "多选小题全部选对得分，少选、多选、错选均不得分。"),
        (ItemType.CASE_ANALYSIS, HALF, "0",
         "多选小题全部选对得满分，少选且无错选得一半分，多选、错选不得分。"),
        (ItemType.CASE_ANALYSIS, ALL, "0.25",
         "选择、判断小题有错选的倒扣该小题分值的 25%，不答不扣，全卷扣至 0 分为止。"),
        (ItemType.MATCHING, ALL, "0.25", "每对一项得相应比例的分。"),
        (ItemType.FILL_BLANK, ALL, "0.25", "每空按比例得分。"),
    ],
)  # fmt: skip
def test_a_section_announces_the_rule_that_scores_it(item_type, rule, penalty, said) -> None:
    made = snapshot.section(1, item_type, 3, Decimal(2), rule, Decimal(penalty))
    assert made.instructions.endswith(said)


def test_a_sealed_paper_keeps_its_penalty_and_an_older_one_has_none() -> None:
    sealed = snapshot.dump(paper(*EXAMPLES, penalty=QUARTER))
    assert snapshot.load(sealed).penalty == QUARTER
    assert snapshot.dump(snapshot.load(sealed)) == sealed
    older = sealed.replace('"penalty":"0.25",', "")
    assert older != sealed
    assert snapshot.load(older).penalty == 0
