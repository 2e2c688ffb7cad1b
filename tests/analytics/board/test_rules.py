"""Rules of the board, by hand: figures of nobody and of one, small groups, charts, periods."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import masking, mastery, tables
from analytics.board import facts, pictures, report, spans, topics
from analytics.board.facts import FACTS, MONTHS, NONE
from analytics.board.measures import BOARD, FUNNEL, exclusions, seen_by
from analytics.mastery import MARKS, MOMENTS, Cell, Subject
from analytics.measures import Ratio
from analytics.periods import Period
from exam import snapshot
from exam.scoring import NOT_ASKED, UNMARKED
from exam.snapshot import Paper, Quote, Slot
from question_bank.item_types import ItemType, MultiRule

UNITS = [[1, "办信司", 1], [2, "督查室", 2], [3, "投诉办", 3]]


def people(*rows: dict[str, Any]) -> pd.DataFrame:
    """A frame of facts; each row names what it is about."""
    base = dict.fromkeys(FACTS, 0) | {
        "unit_id": 1, "line": "ranked", "rank_group": "section", "staff_category": "cadre",
        "score": NONE, "due": 1,
    }  # fmt: skip
    filled = [base | {"person_id": n} | row for n, row in enumerate(rows, 1)]
    return pd.DataFrame(filled, columns=list(FACTS)).astype(FACTS)


def rows(*given: dict[str, Any]) -> list[tables.Row]:
    return facts.rows(facts.frame(facts.cells(people(*given)), UNITS))


def figures(*given: dict[str, Any]) -> dict[str, Decimal | None]:
    return rows(*given)[-1].figures


def shown(of: dict[str, Decimal | None], *keys: str) -> list[str]:
    return [str(of[key]) for key in keys]


def test_of_nobody_there_is_no_figure_and_no_zero() -> None:
    found = rows()
    assert [row.title for row in found] == ["合计"]
    assert set(found[-1].figures.values()) == {None}
    assert report.tile("study", found[-1], None, Decimal(50)).text == "—"
    assert report.late(found, Decimal(50)) == []
    chart = pictures.funnel(found[-1])
    assert [line[1:] for line in chart.table] == [["0", "—", "—"]] * len(FUNNEL)


def test_one_person_is_all_or_nothing() -> None:
    found = figures({"studied": 1, "obliged": 1, "pairs_due": 3, "pairs_done": 2, "hours": 750})
    assert shown(found, "study", "completion", "course_completion", "hours_each") == [
        "100.00", "0.00", "66.67", "7.50",
    ]  # fmt: skip
    assert found["participation"] is found["pass_due"] is found["mean"] is None


def test_where_nobody_is_eligible_only_those_left_out_are_counted() -> None:
    found = rows({"due": 0, "excluded": 1}, {"due": 0, "excluded": 1})
    assert found[-1].values["excluded"] == 2
    assert set(found[-1].figures.values()) == {None}


def test_where_everybody_is_exempt_the_exam_has_no_rate_and_learning_has() -> None:
    found = figures({"studied": 1}, {"studied": 0})
    assert found["study"] == 50
    assert found["participation"] is found["pass_due"] is found["mean"] is None


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(1, 3, "33.33"), (2, 3, "66.67"), (1, 8, "12.50"), (1, 800, "0.13"), (1, 2000, "0.05"),
     (1, 1600, "0.06"), (33, 32_000, "0.10"), (799, 800, "99.88")],
)  # fmt: skip
def test_the_third_decimal_is_rounded_half_up(part: int, whole: int, rate: str) -> None:
    found = rows(*[{"studied": int(n < part)} for n in range(min(whole, 2000))])
    if whole > 2000:
        assert str(BOARD.ratio("study").of({"studied": part, "due": whole})) == rate
    else:
        assert str(found[-1].figures["study"]) == rate


def test_a_total_is_made_of_people_and_never_of_rates() -> None:
    found = rows({"studied": 1}, *[{"unit_id": 2}] * 9)
    assert [str(row.figures["study"]) for row in found] == ["100.00", "0.00", "10.00"]


def test_the_figures_of_cells_are_those_of_their_people_and_packing_keeps_them() -> None:
    rng = np.random.default_rng(5)
    frame = people(*[
        {"unit_id": int(rng.integers(1, 4)), "rank_group": str(rng.choice(["section", "division"])),
         "line": str(rng.choice(["ranked", "apart", "others"])), "studied": int(rng.integers(0, 2)),
         "hours": int(rng.integers(0, 99_999)), "score": int(rng.integers(-1, 10_000)),
         MONTHS[3]: int(rng.integers(0, 5_000_000))}
        for _ in range(300)
    ])  # fmt: skip
    kept = facts.packed(frame)
    assert kept == facts.packed(frame)
    pd.testing.assert_frame_equal(facts.unpacked(kept).astype(FACTS), frame)
    assert facts.cells(facts.unpacked(kept)) == facts.cells(frame)
    by_cells = facts.rows(facts.frame(facts.cells(frame), UNITS))
    by_people = facts.rows(facts.named(frame, UNITS))
    assert by_cells == by_people
    empty = people()
    assert facts.unpacked(facts.packed(empty)).empty


def test_every_record_says_what_it_leaves_out_and_who_may_see_it() -> None:
    for record in BOARD.records:
        assert exclusions(record.key)
        assert "名单" in seen_by(record.key)
        if isinstance(record, Ratio):
            assert record.why
            assert record.numerator in BOARD.titles
    assert "联络员" not in seen_by("pass_due").split("；")[1]


# -- small groups -----------------------------------------------------------------------------


def masked(found: list[tables.Row], wider: tuple[Any, ...] = (), **opens: Any) -> list[tables.Row]:
    nobody = {"opens": lambda row: False, "opens_scores": lambda row: False}
    return masking.masked(found, wider, BOARD, **(nobody | opens))


def hidden(found: list[tables.Row]) -> list[str]:
    return [row.title for row in found if masking.is_hidden(row)]


def test_a_unit_of_four_is_hidden_with_another_so_that_no_subtraction_finds_it() -> None:
    many = [{"unit_id": 1}] * 9 + [{"unit_id": 2}] * 6 + [{"unit_id": 3}] * 4
    assert hidden(masked(rows(*many))) == ["督查室", "投诉办"]
    assert hidden(masked(rows(*many), opens=lambda row: True)) == []
    assert hidden(masked(rows(*many), opens=lambda row: row.unit_id == 3)) == []


def test_a_head_does_not_learn_of_a_few_others_by_subtracting_the_own() -> None:
    found = rows(*[{"unit_id": 1}] * 9, *[{"unit_id": 2}] * 3)
    assert "合计" in hidden(masked(found, opens=lambda row: row.unit_id == 1))
    found = rows(*[{"unit_id": 1}] * 9, *[{"unit_id": 2}] * 5)
    assert hidden(masked(found, opens=lambda row: row.unit_id == 1)) == []


def test_a_filter_may_not_leave_a_handful_beside_it() -> None:
    chiefs = [{"unit_id": 1, "rank_group": "division"}] * 2
    many = people(*chiefs, *[{"unit_id": 1}] * 8, *[{"unit_id": 2}] * 9, *[{"unit_id": 3}] * 9)
    every = facts.frame(facts.cells(many), UNITS)
    narrow = facts.rows(facts.narrowed(every, "section", None))
    found = masked(narrow, (facts.rows(every),))
    # Eight of ten would tell of the other two; and the bureau's, of the same two.
    assert hidden(found) == ["办信司", "合计"]


def test_a_handful_with_scores_keeps_its_counts_of_study_and_not_its_scores() -> None:
    given = [{"exam_due": 1, "exam_scored": int(n < 1), "score_sum": 9_000 if n < 1 else 0,
              "exam_passed": int(n < 1), "studied": 1} for n in range(6)]  # fmt: skip
    [_, total] = masked(rows(*given))
    assert total.figures["study"] == 100
    assert total.figures["mean"] is None
    assert total.values["score_sum"] is None
    assert total.figures["participation"] == 0


def test_a_law_under_a_filter_is_not_shown_where_the_rest_is_a_handful() -> None:
    def law(title: str, people: int, of_unit: int) -> Subject:
        return Subject(title, 1, Cell(people, 0.5, 0.4, 0.6), {1: Cell(of_unit, 0.5, 0.4, 0.6)})

    narrow = [law("甲", 20, 8), law("乙", 20, 9), law("丙", 30, 10)]
    wide = [law("甲", 22, 8), law("乙", 30, 12), law("丙", 30, 10)]
    found = masking.discreet_subjects(narrow, [wide], own=lambda unit_id: False)
    assert [(each.law, each.of(1).rate) for each in found] == [("乙", None), ("丙", 0.5)]
    mine = masking.discreet_subjects(narrow, [wide], own=lambda unit_id: True)
    assert [(each.law, each.of(1).rate) for each in mine] == [("乙", 0.5), ("丙", 0.5)]


def test_those_who_may_know_the_people_see_everything() -> None:
    found = rows({"exam_due": 1, "exam_scored": 1, "score_sum": 9_000})
    assert masked(found, opens=lambda row: True, opens_scores=lambda row: True) == found


# -- what the board says ----------------------------------------------------------------------


def test_departments_behind_are_named_with_their_reasons_worst_first() -> None:
    slow = [{"unit_id": 2, "obliged": 1, "pairs_due": 4, "pairs_done": 1}] * 5
    quick = [{"unit_id": 1, "obliged": 1, "pairs_due": 4, "pairs_done": 4, "studied": 1}] * 5
    small = [{"unit_id": 3, "pairs_due": 4}] * 4
    found = report.late(rows(*slow, *quick, *small), Decimal(50))
    assert [each.title for each in found] == ["督查室"]
    assert found[0].reasons == (
        ["课程完成率 25.00%，低于时间进度 25 个百分点", "参学率 0.00%，低于全局 35.71 个百分点"]
    )


def test_ten_points_below_are_behind_and_a_hundredth_less_is_not() -> None:
    given = [{"pairs_due": 10, "pairs_done": 4}] * 5
    assert report.late(rows(*given), Decimal(50))
    assert not report.late(rows(*given), Decimal("49.99"))


def test_a_tile_says_how_it_stands_to_time_and_to_the_last_one() -> None:
    [now] = [rows({"pairs_due": 4, "pairs_done": 2})[-1]]
    then = rows({"pairs_due": 4, "pairs_done": 3})[-1]
    found = report.tile("course_completion", now, then, Decimal(60))
    assert (found.text, found.verdict) == ("50.00%", "落后时间进度 10 个百分点")
    assert found.moved == "比上次降 25 个百分点"
    assert report.tile("study", now, now).moved == "与上次持平"
    assert report.tile("study", now).moved == ""


def test_the_weakest_have_enough_people_and_ties_go_by_title() -> None:
    def law(title: str, rate: float | None, size: int = 9) -> Subject:
        return Subject(title, 1, Cell(size, rate, rate and rate - 0.1, rate and rate + 0.1), {})

    found = report.weak([law("丙", 0.5), law("甲", 0.5), law("乙", 0.4), law("丁", None, 3)])
    assert [(each.title, str(each.rate)) for each in found] == [
        ("乙", "40.00"), ("丙", "50.00"), ("甲", "50.00"),
    ]  # fmt: skip
    [moved] = report.weak([law("乙", 0.4)], before={"乙": 0.35})
    assert moved.change == 5


# -- charts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "five"),
    [
        ([60], ["60.00"] * 5),
        ([60, 61], ["60.00", "60.25", "60.50", "60.75", "61.00"]),
        ([0, 100, 50, 75], ["0.00", "37.50", "62.50", "81.25", "100.00"]),
        ([70, 70, 70, 90], ["70.00", "70.00", "70.00", "75.00", "90.00"]),
    ],
)
def test_quartiles_are_interpolated(scores: list[int], five: list[str]) -> None:
    found = pictures.five_numbers(pd.Series([each * 100 for each in scores]))
    assert [str(each) for each in found] == five


def test_the_median_of_two_neighbouring_hundredths_is_rounded_half_up() -> None:
    assert str(pictures.five_numbers(pd.Series([8_001, 8_000]))[2]) == "80.01"


def test_boxes_leave_out_departments_of_few() -> None:
    given = [{"unit_id": 1, "score": 6_000 + n, "exam_scored": 1} for n in range(5)]
    cells = facts.frame(
        facts.cells(people(*given, {"unit_id": 2, "score": 9_000, "exam_scored": 1})), UNITS
    )
    found = pictures.boxes(cells, facts.rows(cells), named=False)
    assert [line[:2] for line in found.table] == [["办信司", "5"], ["全局", "6"]]


@pytest.mark.parametrize(
    ("minutes", "balance"),
    [([10, 10, 10], "100.00"), ([30, 0, 0], "33.33"), ([0, 0], None), ([], None), ([7], "100.00")],
)
def test_evenness_is_one_less_the_gini_of_the_months(
    minutes: list[int], balance: str | None
) -> None:
    found = pictures.balance(minutes)
    assert (None if found is None else str(found)) == balance


def test_the_distribution_counts_everybody_with_a_score() -> None:
    cells = facts.frame(facts.cells(people(
        {"score": 10_000}, {"score": 5_999}, {"score": 6_000}, {"score": NONE}
    )), UNITS)  # fmt: skip
    found = pictures.distribution(cells)
    assert sum(each["people"] for each in found.rows) == 3
    assert [(each["range"], each["people"]) for each in found.rows if each["people"]] == [
        ("50–60", 1), ("60–70", 1), ("90–100", 1),
    ]  # fmt: skip


# -- periods ----------------------------------------------------------------------------------


def test_periods_have_keys_that_lead_back_to_them() -> None:
    today = date(2026, 2, 28)
    offered = spans.offered(today)
    assert len({each.key for each in offered}) == len(offered) == 25
    assert [each.key for each in spans.running(today)] == ["2026", "2026Q1", "2026-02"]
    for each in offered:
        assert spans.named(each.key, today) == each
    assert spans.named("2027", today) is None
    quarter = spans.named("2025Q4", today)
    assert quarter is not None
    assert quarter.title == "2025 年第四季度"
    assert spans.before(quarter).key == "2025Q3"


def test_time_passes_from_the_first_day_to_the_last() -> None:
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    assert spans.elapsed(year, date(2025, 12, 31)) == (0, 365)
    assert spans.elapsed(year, date(2026, 1, 1)) == (1, 365)
    assert spans.elapsed(year, date(2027, 5, 1)) == (365, 365)
    assert spans.share(year, date(2026, 1, 1)) == Decimal("0.27")
    assert [each.month for each in spans.months(year, date(2026, 3, 1))] == [1, 2, 3]


# -- topics -----------------------------------------------------------------------------------


def paper(*laws: tuple[str, ...]) -> Paper:
    """A paper of one item of a mark for each given set of laws."""
    slots = [
        Slot(n, 0, n, ItemType.SINGLE_CHOICE, "", (), 0, Decimal(n), "",
             [Quote(law, "", f"第{n}条", "", n) for law in its])
        for n, its in enumerate(laws, 1)
    ]  # fmt: skip
    section = snapshot.section(1, ItemType.SINGLE_CHOICE, 1, Decimal(1), MultiRule.ALL_OR_NOTHING)
    return Paper("卷", MultiRule.ALL_OR_NOTHING, Decimal(100), [section], slots)


def test_topics_add_up_to_what_marks_of_people_come_to() -> None:
    one, two = paper(("甲",), ("甲", "乙"), ("乙",)), paper(("甲",), ("丙",))
    order = np.array([3, 5, 8, 9])
    shares = {
        0: {3: [100, 50, 0], 5: [0, NOT_ASKED, UNMARKED], 7: [100, 100, 100]},
        1: {3: [0, 100], 9: [50, 0]},
    }
    sat = [
        topics.sat(each, list(shares[n]), [bytes(row) for row in shares[n].values()], order)
        for n, each in enumerate((one, two))
    ]
    found = {
        (topic, group): sums for topic, group, sums in topics.moments(sat, np.array([0, 0, 1, 1]))
    }
    # Person 3: 甲 (1 + 1 + 0) of (1 + 2 + 1), 乙 1 of 5, 丙 2 of 2; 5: 甲 0 of 1; 9: 甲 ½, 丙 0.
    assert found[("甲", ""), 0] == [2, 0.5, 0.25, 4, 3]
    assert found[("甲", ""), 1] == [1, 0.5, 0.25, 1, 1]
    assert found[("乙", ""), 0] == [1, pytest.approx(0.2), pytest.approx(0.04), 2, 2]
    assert found[("丙", ""), 0] == [1, 1.0, 1.0, 1, 1]
    assert found[("丙", ""), 1] == [1, 0.0, 0.0, 1, 1]
    assert ("乙", "第2条") in {topic for topic, _ in found}


def test_moments_of_parts_of_a_unit_come_to_the_same_as_all_its_marks() -> None:
    rng = np.random.default_rng(3)
    marks = pd.DataFrame(
        [(n, 1 + n % 3, "法", 4, float(rng.integers(0, 5)), 4.0) for n in range(60)],
        columns=list(MARKS),
    ).astype(MARKS)
    share = marks["earned"] / marks["possible"]
    parts = marks.assign(people=1, shares=share, squares=share**2, most=4)[list(MOMENTS)]
    [whole], [added] = mastery.subjects(marks), mastery.of_moments(parts)
    assert added == whole


def test_no_papers_are_no_topics() -> None:
    assert list(topics.moments([], np.array([]))) == []


def test_chosen_days_have_a_name_and_as_many_days_before_them() -> None:
    today = date(2026, 4, 11)
    span = spans.named("2026-02-20_2026-03-11", today)
    assert span is not None
    assert (span.key, span.title) == ("2026-02-20_2026-03-11", "2026年2月20日至2026年3月11日")
    assert spans.before(span).key == "2026-01-31_2026-02-19"
    assert spans.elapsed(span.period, date(2026, 3, 1)) == (10, 20)
    # A whole month goes by its own name.
    assert spans.named("2026-03-01_2026-03-31", today) is None
    assert spans.of(Period(date(2026, 3, 1), date(2026, 3, 31)), today).key == "2026-03"
    for key in ("2026-03-11_2026-02-20", "2026-04-12_2026-05-01", "2025-01-31_2026-01-01",
                "2026-02-30_2026-03-01", "_", "2026_2026", "20260220_20260311"):  # fmt: skip
        assert spans.named(key, today) is None
    assert spans.named("2025-01-31_2025-12-31", today) is not None
