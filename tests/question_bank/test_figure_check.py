"""Figures of an item that its articles do not have."""

from datetime import date

import pytest

from question_bank import figure_check
from question_bank.figure_check import hints
from question_bank.item_types import ItemType

ARTICLE = ("第三十四条", "应当自受理之日起60日内办结；情况复杂的可以延长，延长期限不得超过30日。")


def found(stem: str, *options: str, key: tuple[int, ...] = (0,), rationale: str = "",
          article: tuple[str, str] = ARTICLE) -> list[tuple[str, str]]:  # fmt: skip
    """Hints about a single choice, or about a statement where there are no options."""
    said = hints(
        item_type=ItemType.SINGLE_CHOICE if options else ItemType.TRUE_FALSE,
        stem=stem,
        options=options,
        key=key,
        rationale=rationale,
        articles=[article],
        days=[date(2022, 2, 25), date(2022, 5, 1)],
    )
    return [(each.part, each.text) for each in said]


@pytest.mark.parametrize("written", ["60日", "６０日", "六十日", "60天", "六十天内", "60日内"])
def test_the_same_figure_may_be_written_in_many_ways(written: str) -> None:
    assert found(f"应在{written}办结。") == []


@pytest.mark.parametrize(
    ("stem", "text"),
    [("应在九十日内办结。", "九十日"), ("应在60个工作日内办结。", "60个工作日"),
     ("应在60个月内办结。", "60个月"),
     ("依照第三十三条办理。", "第三十三条"), ("由３人办理。", "3人"), ("罚款五百元。", "五百元"),
     ("须经三分之二同意。", "三分之二"), ("自2023年5月1日起施行。", "2023年5月1日")],
)  # fmt: skip
def test_a_figure_that_the_article_does_not_have_is_pointed_out(stem: str, text: str) -> None:
    assert found(stem) == [("题干", text)]


@pytest.mark.parametrize(
    ("wording", "article"),
    [
        ("百分之五十", "50%以上"), ("三分之二", "三分之二以上"),
        ("二百元", "200元"), ("5万元", "五万元"), ("两个月", "二个月"), ("十二个月", "12个月"),
        ("十五个工作日", "15个工作日"), ("十八周岁", "18岁"),
    ],
)  # fmt: skip
def test_values_and_units_are_compared_not_spellings(wording: str, article: str) -> None:
    assert found(wording, article=("第一条", article)) == []


def test_wrong_options_are_wrong_on_purpose() -> None:
    assert found("几日内办结：", "六十日", "九十日") == []
    assert found("几日内办结：", "九十日", "六十日") == [("选项 A", "九十日")]
    assert found("下列说法不正确的是：", "九十日", "六十日", key=(0,)) == []


def test_a_statement_that_is_false_may_say_anything() -> None:
    assert found("应在九十日内办结。", key=(1,)) == []
    assert found("应在九十日内办结。", key=(1,), rationale="是六十日，不是九十日。") == []
    assert found("应在九十日内办结。", key=(1,), rationale="是十五日。") == [("解析", "十五日")]


def test_the_number_and_the_days_of_the_law_are_known() -> None:
    assert found("依照2022年2月25日公布、2022年5月1日施行的条例第34条：", "60日") == []


def test_ways_of_speaking_are_no_figures() -> None:
    assert found("任何一人、一次性告知、第一款、统一办理、一般情形。") == []


def test_nothing_is_said_of_an_item_without_an_article() -> None:
    said = hints(item_type=ItemType.TRUE_FALSE, stem="九十日", options=(), key=(0,), rationale="",
                 articles=[])  # fmt: skip
    assert said == []


def test_figures_are_found_with_their_values() -> None:
    values = [
        (each.value, each.unit)
        for each, _ in figure_check.figures("1.5万元、二〇二二年、第262条之一")
    ]
    assert values == [("2022-0-0", "日期"), ("262-1", "条"), ("15000", "元")]
