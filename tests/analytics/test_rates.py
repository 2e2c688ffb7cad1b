"""The department table, worked out by hand."""

from decimal import Decimal

import pandas as pd
import pytest

from analytics import rates
from analytics.frames import CANDIDATES
from analytics.measures import COUNTS


def people(*rows: dict[str, object]) -> pd.DataFrame:
    plain = {
        "name": "甲", "unit": "办信司", "unit_position": 1, "line": "ranked", "exempt": False,
        "deferred": False, "taken": False, "passed": False, "excellent": False, "voided": False,
        "score": -1, "reason": "",
    }  # fmt: skip
    filled = [{"person_id": n} | plain | row for n, row in enumerate(rows)]
    return pd.DataFrame(filled, columns=list(CANDIDATES)).astype(CANDIDATES)


def sat(score: int, **given: object) -> dict[str, object]:
    return {
        "taken": True, "score": score * 100, "passed": score >= 60, "excellent": score >= 90
    } | given  # fmt: skip


def test_exempt_deferred_absent_and_voided_people_count_as_the_trade_says() -> None:
    table = rates.department_table(
        people(
            sat(95), sat(80), sat(55),
            {"exempt": True, "reason": "公务出访"},
            {"deferred": True, "reason": "病假"},
            {},
            sat(0, voided=True, passed=False, excellent=False),
        )
    )  # fmt: skip
    unit = table[0]
    assert unit.counts == {
        "roster": 7, "exempt": 1, "deferred": 1, "due": 6, "first_due": 5, "taken": 4,
        "passed": 2, "excellent": 1, "absent": 1, "voided": 1,
    }  # fmt: skip
    assert unit.rates == {
        "participation": Decimal("66.67"),
        "pass_due": Decimal("33.33"),
        "pass_taken": Decimal("50.00"),
        "excellent_due": Decimal("16.67"),
    }
    assert unit.mean == Decimal("57.50")
    assert (unit.highest, unit.lowest) == (Decimal(95), Decimal(0))


def test_people_listed_apart_have_a_row_of_their_own_without_a_rank() -> None:
    table = rates.department_table(
        people(*[sat(80)] * 5, {"line": "apart", "reason": "借调出，单列"})
    )
    assert [(row.unit, row.line, row.rank) for row in table] == [
        ("办信司", "ranked", 1),
        ("办信司其他人员", "apart", None),
        ("合计", "total", None),
    ]
    assert table[0].rates["participation"] == Decimal("100.00")


def test_the_total_is_made_of_people_not_of_rates() -> None:
    big = [sat(90, unit="甲司")] * 9 + [{"unit": "甲司"}]
    small = [{"unit": "乙司", "unit_position": 2}] * 5
    total = rates.department_table(people(*big, *small))[-1]
    assert total.rates["participation"] == Decimal("60.00")


def test_equals_share_a_place_and_small_units_have_none() -> None:
    rows = [
        sat(score, unit=unit, unit_position=position)
        for position, (unit, score, count) in enumerate(
            [("甲", 95, 5), ("乙", 80, 5), ("丙", 80, 5), ("丁", 50, 5), ("戊", 99, 4)], 1
        )
        for _ in range(count)
    ]
    ranks = {row.unit: row.rank for row in rates.department_table(people(*rows))}
    assert ranks == {"甲": 1, "乙": 2, "丙": 2, "丁": 4, "戊": None, "合计": None}


def test_nobody_at_all_gives_a_total_of_dashes() -> None:
    (total,) = rates.department_table(people())
    assert total.counts["roster"] == 0
    assert set(total.rates.values()) == {None}
    assert total.mean is None


def test_means_round_half_up() -> None:
    table = rates.department_table(people(sat(80), *[sat(81)] * 1, *[sat(80)] * 6))
    assert table[0].mean == Decimal("80.13")


@pytest.mark.parametrize("count", [each.key for each in COUNTS])
def test_behind_every_number_stand_exactly_its_people(count: str) -> None:
    frame = people(
        sat(95), sat(55), {"exempt": True}, {"deferred": True}, {}, {"line": "apart"},
        sat(70, unit="督查室", unit_position=2), sat(0, voided=True, passed=False),
    )  # fmt: skip
    for row in rates.department_table(frame):
        assert len(rates.people_behind(frame, row.unit, count)) == row.counts[count]
