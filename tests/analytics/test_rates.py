"""The department table of an exam, worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.standing import DutyStatus, Line
from analytics import people, rates, tables
from analytics.measures import EXAM
from analytics.people import Part
from analytics.rates import Stage
from tests.analytics.frames import OVER, candidates, made_up, sat, unit, voided

GOLDEN = (
    sat(95), sat(80), sat(55), made_up(70),
    made_up(95, deferred=True, reason="病假"),
    {"exempt": True, "reason": "公务出访"},
    {"deferred": True, "reason": "产假"},
    {},
    voided(),
    {"excluded": True, "reason": "调离"},
)  # fmt: skip


def test_every_kind_of_person_counts_as_the_trade_says() -> None:
    (row, _total) = rates.department_table(candidates(*GOLDEN))
    assert row.values == {
        "roster": 9, "exempt": 1, "deferred": 2, "due": 8, "first_due": 6, "taken": 6,
        "scored": 6, "unmarked": 0, "first_taken": 4, "passed": 4, "first_passed": 2,
        "excellent": 1, "absent": 1,
        "pending": 1, "waiting": 0, "voided": 1, "excluded": 1,
        "score_sum": Decimal(395), "highest": Decimal(95), "lowest": Decimal(0),
    }  # fmt: skip
    assert {key: str(value) for key, value in row.figures.items()} == {
        "participation": "75.00",  # 6 of 8
        "first_participation": "66.67",  # 4 of 6
        "pass_due": "50.00",  # 4 of 8
        "pass_taken": "66.67",  # 4 of 6
        "first_pass": "33.33",  # 2 of 6
        "excellent_due": "12.50",  # 1 of 8
        "excellent_taken": "16.67",  # 1 of 6
        "mean": "65.83",  # 395 / 6
    }


@pytest.mark.parametrize(
    ("stage", "absent", "pending", "waiting"),
    [
        pytest.param(Stage(closed=False), 0, 1, 1, id="running"),
        pytest.param(Stage(closed=True), 1, 1, 0, id="closed"),
        pytest.param(Stage(closed=True, makeup_over=True), 2, 0, 0, id="makeup over"),
    ],
)
def test_who_has_not_come_is_absent_only_when_it_is_too_late(
    stage: Stage, absent: int, pending: int, waiting: int
) -> None:
    frame = candidates(sat(80), {}, {"deferred": True}, stage=stage)
    total = rates.department_table(frame)[-1]
    found = (total.values["absent"], total.values["pending"], total.values["waiting"])
    assert found == (absent, pending, waiting)
    assert total.values["due"] == 3


@pytest.mark.parametrize(
    ("counting", "status", "line"),
    [
        (Line.RANKED, DutyStatus.ON_DUTY, "ranked"),
        (Line.RANKED, DutyStatus.SICK_LEAVE, "ranked"),
        (Line.APART, DutyStatus.SECONDED_OUT, "apart"),
        (Line.APART, DutyStatus.ASSIGNMENT_SUPPORT, "apart"),
        (Line.APART, DutyStatus.SECONDED_IN, "others"),
        (Line.APART, DutyStatus.TEMPORARY_POST, "others"),
        (Line.APART, DutyStatus.ON_DUTY, "others"),
        (Line.EXCLUDED, DutyStatus.RETIRED, "ranked"),
    ],
)
def test_a_departments_people_away_are_listed_apart_and_its_guests_as_others(
    counting: Line, status: DutyStatus, line: str
) -> None:
    assert tables.line(counting, status) == line


def test_people_listed_apart_have_rows_of_their_own_and_lower_no_departments_rate() -> None:
    frame = candidates(
        *[sat(80)] * 5,
        {"line": "apart", "reason": "借调出，单列"},
        sat(70, line="others", reason="借调入，计入其他人员"),
    )
    found = rates.department_table(frame)
    assert [(row.title, row.values["due"], row.rank) for row in found] == [
        ("办信司", 5, 1),
        ("办信司（单列）", 1, None),
        ("办信司（其他人员）", 1, None),
        ("各部门小计", 5, None),
        ("单列和其他人员小计", 2, None),
        ("合计", 7, None),
    ]
    assert found[0].figures["participation"] == Decimal("100.00")
    assert found[-1].figures["participation"] == Decimal("85.71")


def test_the_total_is_made_of_people_not_of_rates() -> None:
    big = [sat(90, **unit("甲司", 1))] * 9 + [unit("甲司", 1)]
    small = [unit("乙司", 2)] * 5
    total = rates.department_table(candidates(*big, *small))[-1]
    assert total.figures["participation"] == Decimal("60.00")


def test_equals_share_a_place_and_small_units_have_none() -> None:
    rows = [
        sat(score, **unit(name, position))
        for position, (name, score, count) in enumerate(
            [("甲", 95, 5), ("乙", 80, 5), ("丙", 80, 5), ("丁", 50, 5), ("戊", 99, 4)], 1
        )
        for _ in range(count)
    ]
    ranks = {row.title: row.rank for row in rates.department_table(candidates(*rows))}
    assert ranks == {"甲": 1, "乙": 2, "丙": 2, "丁": 4, "戊": None, "合计": None}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param([sat(60)] * 5, [sat(99)] * 4 + [sat(59)], id="pass rate before mean"),
        pytest.param([sat(80)] * 5, [sat(79)] * 5, id="then mean"),
        pytest.param([sat(80)] * 4 + [voided()], [sat(64)] * 4 + [{}], id="then participation"),
    ],
)
def test_ranks_compare_pass_rate_then_mean_then_participation(
    better: list[dict[str, Any]], worse: list[dict[str, Any]]
) -> None:
    frame = candidates(
        *(row | unit("差", 1) for row in worse), *(row | unit("好", 2) for row in better)
    )
    ranks = {row.title: row.rank for row in rates.department_table(frame)}
    assert (ranks["好"], ranks["差"]) == (1, 2)


def test_two_units_of_one_name_keep_their_rows() -> None:
    frame = candidates(sat(80, **unit("督查室", 1)), sat(60, **unit("督查室", 2)))
    assert [row.key for row in rates.department_table(frame)] == ["1-ranked", "2-ranked", "total"]


def test_nobody_at_all_gives_a_total_of_dashes() -> None:
    (total,) = rates.department_table(candidates())
    assert total.values["roster"] == 0
    assert set(total.figures.values()) == {None}
    assert total.values["highest"] is None


def test_means_and_rates_round_half_up() -> None:
    (row, _total) = rates.department_table(candidates(sat(81), *[sat(80)] * 7))
    assert row.figures["mean"] == Decimal("80.13")  # 80.125
    (row, _total) = rates.department_table(candidates(sat(80), *[{}] * 799))
    assert row.figures["participation"] == Decimal("0.13")  # 0.125 %


def test_rows_sort_with_empty_cells_and_sums_last() -> None:
    frame = candidates(sat(80, **unit("甲", 1)), sat(90, **unit("乙", 2)), unit("丙", 3))
    found = tables.ordered(rates.department_table(frame), "mean", descending=True)
    assert [row.title for row in found] == ["乙", "甲", "丙", "合计"]


KINDS = st.sampled_from([*GOLDEN, made_up(20), sat(0), sat(100), voided(deferred=False)])
PLACES = st.builds(
    lambda position, line: unit(f"第{position}司", position) | {"line": line},
    st.integers(1, 4),
    st.sampled_from(["ranked", "ranked", "apart", "others"]),
)
CROWDS = st.lists(st.builds(lambda kind, place: kind | place, KINDS, PLACES), max_size=60)
STAGES = st.sampled_from([Stage(closed=False), OVER, Stage(closed=True, makeup_over=True)])


@settings(deadline=None, max_examples=60)
@given(CROWDS, STAGES)
def test_totals_are_sums_and_everybody_due_stands_somewhere(
    crowd: list[dict[str, Any]], stage: Stage
) -> None:
    found = rates.department_table(candidates(*crowd, stage=stage))
    *body, total = [row for row in found if row.kind not in ("own-sum", "apart-sum")]
    for key in (each.key for each in EXAM.counts):
        assert total.values[key] == sum(row.values[key] for row in body)
    assert total.values["score_sum"] == sum(row.values["score_sum"] for row in body)
    for row in found:
        value = row.values
        assert value["due"] == value["roster"] - value["exempt"]
        assert value["first_due"] == value["due"] - value["deferred"]
        assert value["due"] == sum(value[key] for key in ("taken", "absent", "pending", "waiting"))
        assert value["excellent"] <= value["passed"] <= value["taken"] <= value["due"]


@settings(deadline=None, max_examples=60)
@given(CROWDS)
def test_ranks_follow_the_figures_and_skip_after_equals(crowd: list[dict[str, Any]]) -> None:
    found = rates.department_table(candidates(*crowd))
    ranked = sorted((row for row in found if row.rank), key=lambda row: row.rank)
    keys = [
        tuple(row.figures[key] or 0 for key in ("pass_due", "mean", "participation"))
        for row in ranked
    ]
    assert keys == sorted(keys, reverse=True)
    for place, (row, key) in enumerate(zip(ranked, keys, strict=True), 1):
        assert row.rank == keys.index(key) + 1 <= place
        assert row.kind == "ranked"
        assert row.values["due"] >= 5
    unranked = [row for row in found if row.kind == "ranked" and row.rank is None]
    assert all(row.values["due"] < 5 for row in unranked)


FRAME = candidates(
    *GOLDEN, sat(70, **unit("督查室", 2)), {"line": "apart", "reason": "借调出"},
    sat(66, line="others"),
)  # fmt: skip


@pytest.mark.parametrize("count", [each.key for each in EXAM.counts])
def test_behind_every_number_stand_exactly_its_people(count: str) -> None:
    for row in rates.department_table(FRAME):
        found = people.behind(FRAME, EXAM, row=row.key, key=count, part=Part.NUMERATOR)
        assert len(found) == row.values[count]


@pytest.mark.parametrize("ratio", [each for each in EXAM.ratios if each.is_percentage])
def test_a_rate_opens_into_numerator_denominator_the_rest_and_those_left_out(ratio: Any) -> None:
    for row in rates.department_table(FRAME):
        sizes = {
            part: len(people.behind(FRAME, EXAM, row=row.key, key=ratio.key, part=part))
            for part in Part
        }
        everybody = row.values["roster"] + row.values["excluded"]
        assert sizes == {
            Part.NUMERATOR: row.values[ratio.numerator],
            Part.DENOMINATOR: row.values[ratio.denominator],
            Part.REST: row.values[ratio.denominator] - row.values[ratio.numerator],
            Part.ASIDE: everybody - row.values[ratio.denominator],
        }


def test_the_scores_behind_a_mean_add_up_to_it() -> None:
    for row in rates.department_table(FRAME):
        found = people.behind(FRAME, EXAM, row=row.key, key="mean", part=Part.NUMERATOR)
        assert Decimal(int(found["score"].sum())) / 100 == row.values["score_sum"]


def test_the_highest_opens_to_those_who_reached_it() -> None:
    found = people.behind(FRAME, EXAM, row="1-ranked", key="highest", part=Part.NUMERATOR)
    assert found["score"].tolist() == [9500, 9500]


@pytest.mark.parametrize(
    ("row", "key"), [("99-ranked", "due"), ("nonsense", "due"), ("total", "x")]
)
def test_there_is_nobody_behind_a_number_that_there_is_not(row: str, key: str) -> None:
    with pytest.raises(KeyError):
        people.behind(FRAME, EXAM, row=row, key=key, part=Part.NUMERATOR)


def test_each_person_stands_in_one_word() -> None:
    assert rates.standing(candidates(*GOLDEN)).tolist() == [
        "正常", "正常", "正常", "补考", "补考",
        "免考", "缓考，待补考", "缺考", "成绩无效", "不计入",
    ]  # fmt: skip
