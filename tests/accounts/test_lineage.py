"""Units that continue one another, and the names people still use for them."""

from datetime import date

import pytest

from accounts.lineage import Lineage, UnitFact, UnknownUnit, forerunners


def unit(number: int, name: str, *, until: int | None = None, **given: object) -> UnitFact:
    facts = {
        "short_name": name, "valid_from": date(2000 + number, 1, 1),
        "valid_to": date(until, 1, 1) if until else None,
        "predecessor_id": None, "merged_into_id": None,
    }  # fmt: skip
    return UnitFact(id=number, name=name, **(facts | given))


#: 来访司 → 接待司 (2003), which 投诉办 joined in 2020; 旧室 was closed.
LINEAGE = Lineage(
    [
        unit(1, "来访司", until=2003),
        unit(3, "来访接待司", predecessor_id=1, short_name="接待司"),
        unit(5, "投诉办(热线)", until=2020, merged_into_id=3),
        unit(7, "旧室", until=2010),
        unit(9, "研究室"),
    ]
)


@pytest.mark.parametrize(
    "text", ["来访接待司", "接待司", " 来访 接待司", "来访司", "投诉办（热线）", "投诉办(热线)"]
)
def test_a_unit_is_found_by_its_names_of_today_and_of_before(text: str) -> None:
    assert LINEAGE.find(text) == 3


@pytest.mark.parametrize(
    ("text", "reason"), [("旧室", "已终止"), ("没有的司", "没有名为“没有的司”的机构")]
)
def test_a_name_without_a_unit_of_today_says_why(text: str, reason: str) -> None:
    with pytest.raises(UnknownUnit, match=reason):
        LINEAGE.find(text)


def test_a_name_that_two_units_bore_is_nobodys() -> None:
    lineage = Lineage(
        [
            unit(1, "综合司", until=2003, merged_into_id=5),
            unit(2, "综合司", until=2004, merged_into_id=6),
            unit(5, "甲司"),
            unit(6, "乙司"),
        ]
    )
    with pytest.raises(UnknownUnit, match="“综合司”可能指甲司、乙司"):
        lineage.find("综合司")


def test_a_unit_of_today_comes_before_a_former_one_of_the_same_name() -> None:
    lineage = Lineage(
        [unit(1, "督查室", until=2003, merged_into_id=9), unit(4, "督查室"), unit(9, "甲司")]
    )
    assert lineage.find("督查室") == 4


def test_the_history_tells_renaming_and_merger_the_latest_first() -> None:
    assert [(event.on.year, event.text) for event in LINEAGE.history(3)] == [
        (2020, "“投诉办(热线)”并入“来访接待司”"),
        (2005, "设立“投诉办(热线)”"),
        (2003, "“来访司”更名为“来访接待司”"),
        (2001, "设立“来访司”"),
    ]


def test_a_near_name_is_proposed() -> None:
    assert LINEAGE.like("研究司") == "研究室"
    assert LINEAGE.like("财政部") == ""


def test_a_unit_comes_with_all_that_became_it_however_many_steps_ago() -> None:
    # 1 → 2 → 3 by name; 4, into which 5 had merged, merged into 3; 6 stands alone.
    following = [(2, 1, None), (3, 2, None), (4, None, 3), (5, None, 4), (6, None, None)]
    assert forerunners(following) == {2: {1}, 3: {1, 2, 4, 5}, 4: {5}}
