"""Words that differ from the article's: single cases, and planted errors over real articles."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from demo import material
from laws.parsing import reading
from question_bank.figure_check import hints
from question_bank.item_types import ItemType
from question_bank.wording_check import differences
from tests.question_bank.altering import ERRORS, Statement, statements

ARTICLE = (
    "行政机关应当自受理申请之日起六十日内作出决定；情况复杂的，可以延长三十日以内。"
    "信访人不得围堵国家机关。对不服决定的，由上一级人民政府复查，逾期未申请的不予受理。"
)


def said(claim: str) -> list[tuple[str, str]]:
    return [(each.text, each.law) for each in differences(claim, [ARTICLE])]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("行政机关可以自受理申请之日起60日内作出决定", [("可以", "应当")]),
        ("情况复杂的，应当延长三十日以内", [("应当", "可以")]),
        ("信访人可以围堵国家机关", [("可以", "不得")]),
        ("可以延长三十日以上，", [("以上", "以内")]),
        ("监察机关应当自受理申请之日起六十日内作出决定", [("监察机关", "行政机关")]),
        ("由上一级人民法院复查", [("上一级人民法院", "上一级人民政府")]),
        ("逾期申请的不予受理", [("逾期申请", "逾期未申请")]),
    ],
)
def test_another_word_in_the_articles_place_is_pointed_out(
    claim: str, expected: list[tuple[str, str]]
) -> None:
    assert said(claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        "行政机关必须自受理申请之日起六十日内作出决定",
        "信访人禁止围堵国家机关",
        "情况复杂的，可以延长30日以内",
        "甲市公安局可以接受群众咨询，应当热情",
        "受理之后六十日内要有决定",
    ],
)
def test_the_same_in_other_words_is_let_be(claim: str) -> None:
    assert said(claim) == []


def test_an_option_is_read_in_its_place_in_the_stem() -> None:
    found = hints(
        item_type=ItemType.SINGLE_CHOICE,
        stem="信访人（　　）围堵国家机关。",
        options=["可以", "不得"],
        key=[0],
        rationale="",
        articles=[("第一条", ARTICLE)],
    )
    assert [(each.part, each.text, each.law) for each in found] == [("选项 A", "可以", "不得")]


# -------------------------------------------------------------------------------- planted errors


def flagged(statement: Statement) -> bool:
    return bool(
        hints(
            item_type=ItemType.TRUE_FALSE,
            stem=statement.text,
            options=(),
            key=[0],
            rationale="",
            articles=[statement.article],
        )
    )


def judge(articles: Sequence[tuple[str, str]], fewest: int) -> None:
    """Recall and false alarms as the feature list asks for; each kind of error is there."""
    planted, found, clean, alarms = Counter[str](), Counter[str](), 0, 0
    for each in statements(articles, Random(8)):
        if each.error:
            planted[each.error] += 1
            found[each.error] += flagged(each)
        else:
            clean += 1
            alarms += flagged(each)
    said = {name: (found[name], planted[name]) for name in ERRORS}, (alarms, clean)
    assert planted.total() >= fewest, said
    assert found.total() / planted.total() >= 0.95, said
    assert alarms / clean <= 0.10, said


def test_planted_errors_over_our_own_articles() -> None:
    articles = [(each.number, each.gist) for law in material.laws() for each in law.articles]
    judge(articles, fewest=40)


LAWS = (
    "信访工作条例(2022-02-25).md",
    "公务员法(2018-12-29).md",
    "公职人员政务处分法(2020-06-20).md",
    "行政复议法(2023-09-01).md",
    "中华人民共和国治安管理处罚法_20250627.txt",
)


def test_planted_errors_over_real_articles(reference_data: Path) -> None:
    articles = []
    for law in LAWS:
        read = reading.read(law, (reference_data / "laws" / "core" / law).read_bytes())
        articles += [(each.number, each.text) for each in read.articles]
    judge(articles, fewest=1000)


def test_every_item_of_ours_agrees_with_its_articles() -> None:
    texts = {(law.title, law.promulgated_on, each.number): each.gist
             for law in material.laws() for each in law.articles}  # fmt: skip
    alarms = 0
    for item in material.items():
        cited = item.citation
        articles = [(number, texts[cited.law, cited.version, number]) for number in cited.articles]
        found = hints(item_type=item.item_type, stem=item.stem, options=item.options,
                      key=item.key, rationale="", articles=articles)  # fmt: skip
        alarms += any(each.law for each in found)
    assert alarms <= len(material.items()) * 0.1
