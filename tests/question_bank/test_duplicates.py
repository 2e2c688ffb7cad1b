"""Whether two items ask the same: single cases, and planted rewrites of whole banks."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from demo import material
from question_bank.duplicates import judging, sketching
from question_bank.duplicates.folding import content, folded
from question_bank.duplicates.judging import Compared
from question_bank.life import Nearness
from tests.question_bank import planting
from tests.question_bank.planting import Worded


def kind(one: Compared, other: Compared) -> str | None:
    verdict = judging.judge(one, other)
    assert (verdict is None) == (judging.judge(other, one) is None)
    return verdict.kind.value if verdict else None


def says(one: str, other: str) -> str | None:
    return kind(Compared(one), Compared(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("《中华人民共和国公务员法》规定", "《公务员法》规定"),
        ("自收到之日起１５日内", "自收到之日起十五天以内"),
        ("（　　）办理。", "办理"),
        ("两个月", "2个月"),
        ("不得泄露", "禁止泄露"),
    ],
)
def test_what_is_said_in_two_ways_is_folded_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_numerals_in_words_are_no_figures() -> None:
    assert folded("一般情形，应当一次性告知第三人") == "一般情形应一次性告知第三人"


def test_a_stem_that_only_asks_says_nothing() -> None:
    assert content("根据有关法律规定，下列说法正确的是：") == ""
    assert content("关于信访听证，下列说法正确的是：") == "信访听证"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("信访事项应当在六十日内办结。", "信访事项应当在三十日内办结。", "turned"),
        ("信访事项应当在六十日内办结。", "信访事项应当在60日内办结", "same"),
        ("信访人应当到指定场所走访。", "信访人不得到指定场所走访。", "turned"),
        ("行政机关可以当场处罚。", "行政机关应当当场处罚。", "turned"),
        ("罚款五百元以上的适用本条。", "罚款五百元以下的适用本条。", "turned"),
        ("收到申请后，应当及时登记并告知。", "应当及时登记并告知，收到申请后。", "near"),
        ("信访事项应当在六十日内办结。", "行政复议机关应当书面审查。", None),
    ],
)
def test_another_figure_or_the_opposite_is_another_item(
    one: str, other: str, expected: str | None
) -> None:
    assert says(one, other) == expected


def test_where_the_stem_only_asks_the_options_decide() -> None:
    asked = "下列说法正确的是："
    one = Compared(asked, ("信访人可以书面提出", "信访人可以口头提出", "信访不收费", "以上都对"))
    shuffled = Compared("下列表述正确的有（　）", tuple(reversed(one.options)))
    other = Compared(asked, ("公务员可以兼职", "公务员应当培训", "考核分四等", "以上都错"))
    assert kind(one, shuffled) == "near"
    assert kind(one, other) is None


def test_the_same_wording_with_another_answer_is_pointed_out() -> None:
    options = ("六十日", "九十日")
    one = Compared("应在几日内办结：", options, ("六十日",))
    verdict = judging.judge(one, Compared("应在几日内办结", options, ("九十日",)))
    assert verdict is not None
    assert (verdict.kind, verdict.other_key) == (Nearness.SAME, True)


def test_options_in_another_order_leave_the_sketch_as_it_is() -> None:
    assert sketching.sketch("题干", ["甲乙", "丙丁"]) == sketching.sketch("题干", ["丙丁", "甲乙"])
    assert len(sketching.sketch("", [])) == sketching.SIZE


# ------------------------------------------------------------------------------- planted rewrites


@dataclass
class Measured:
    planted: int
    found: int
    #: Pairs called the same or near that are not the same item.
    false: int
    #: Items with another figure or the opposite: how many, and how many were merged with theirs.
    turned: int
    turned_lost: int

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)


@dataclass
class Bank:
    """Items, and beside them rewrites and turned ones; ``of`` says which item each comes from."""

    items: list[Worded]
    of: list[int]
    planted: set[int]
    turned: set[int]

    def add(self, item: Worded, of: int, to: set[int]) -> None:
        to.add(len(self.items))
        self.items.append(item)
        self.of.append(of)


def planted_bank(items: Sequence[Worded], rounds: int) -> Bank:
    rng, ways = Random(20260301), list(planting.WAYS)
    bank = Bank(list(items), list(range(len(items))), set(), set())
    for each in range(rounds):
        for n in range(each, len(items), 3):
            way = ways[(n + each) % len(ways)]
            bank.add(planting.rewritten(items[n], way, rng), n, bank.planted)
        for n in range(each, len(items), 2):
            act = planting.other_figure if n % 4 < 2 else planting.opposite
            if made := act(items[n], rng):
                bank.add(made, n, bank.turned)
    return bank


def measured(items: Sequence[Worded], rounds: int) -> Measured:
    """Plant rewrites and turned items beside a bank, and see what comes out."""
    bank = planted_bank(items, rounds)
    sketches = sketching.read(sketching.sketch(each.stem, each.options) for each in bank.items)
    compared = [Compared(each.stem, each.options, each.right) for each in bank.items]
    result = Measured(len(bank.planted), 0, 0, len(bank.turned), 0)
    for pair in sketching.alike(sketches, at_least=0.2):
        verdict = judging.judge(compared[pair.first], compared[pair.second])
        if verdict is None or verdict.kind is Nearness.TURNED:
            continue
        related = bank.of[pair.first] == bank.of[pair.second]
        straight = bank.of[pair.second] == pair.first
        result.found += straight and pair.second in bank.planted
        result.turned_lost += straight and pair.second in bank.turned
        result.false += not related or (straight and pair.second in bank.turned)
    return result


def test_planted_rewrites_of_our_own_items_are_found() -> None:
    items = [
        Worded(each.stem, tuple(each.options), tuple(each.options[n] for n in each.key))
        if each.options
        else Worded(each.stem, (), ("正确", "错误")[each.key[0] : each.key[0] + 1])
        for each in material.items()
    ]
    result = measured(items, rounds=3)
    assert result.planted >= 200
    assert result.recall >= 0.95, result
    assert result.precision >= 0.8, result
    assert result.turned_lost <= result.turned * 0.05, result


def _public_items(folder: Path) -> list[Worded]:
    found = []
    for line in (folder / "jec-qa-kd.jsonl").read_text().splitlines():
        read = json.loads(line)
        options = tuple(re.sub(r"^\([A-D]\)", "", each) for each in read["options"])
        right = tuple(options["ABCD".index(each)] for each in read["label"])
        found.append(Worded(read["question"], options, right))
    for name in ("mcq_sing_lbk.csv", "mcq_sing_pfe.csv"):
        with (folder / name).open(newline="") as file:
            for row in csv.DictReader(file):
                options = tuple(row[letter] for letter in "ABCD")
                right = tuple(row[letter] for letter in row["output"].strip() if letter in "ABCD")
                found.append(Worded(row["input"], options, right))
    return found


def test_planted_rewrites_of_public_banks_are_found(reference_data: Path) -> None:
    items = _public_items(reference_data / "questions")
    result = measured(items, rounds=1)
    assert result.planted >= 480
    # What the banks hold twice themselves counts as false here, and the figures hold all the same.
    assert result.recall >= 0.95, result
    assert result.precision >= 0.8, result
    assert result.turned_lost <= result.turned * 0.02, result


def test_what_public_banks_hold_twice_is_found(reference_data: Path) -> None:
    items = _public_items(reference_data / "questions")
    twice: dict[str, int] = {}
    same = {
        frozenset((twice[key], n))
        for n, item in enumerate(items)
        if (key := folded(item.stem) + "|".join(sorted(map(folded, item.options)))) in twice
        or twice.setdefault(key, n) != n
    }
    assert len(same) >= 4
    sketches = sketching.read(sketching.sketch(each.stem, each.options) for each in items)
    found = {frozenset((each.first, each.second))
             for each in sketching.alike(sketches, at_least=0.9)}  # fmt: skip
    assert same <= found
