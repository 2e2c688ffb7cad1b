from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core import figures


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 3, Decimal("33.33")),
        (2, 3, Decimal("66.67")),
        (1, 800, Decimal("0.13")),
        (5, 5, Decimal("100.00")),
        (0, 7, Decimal("0.00")),
    ],
)
def test_rates_round_half_up(numerator: int, denominator: int, expected: Decimal) -> None:
    assert figures.rate(numerator, denominator) == expected


def test_a_rate_without_a_denominator_is_a_dash() -> None:
    assert figures.percent(figures.rate(0, 0)) == "—"


def test_half_goes_up_where_pythons_round_goes_to_even() -> None:
    assert figures.half_up(Decimal("82.125")) == Decimal("82.13")
    assert figures.half_up(Decimal("82.115")) == Decimal("82.12")


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("82.50"), "82.5"), (Decimal("100"), "100"), (Decimal("0.005"), "0.01"), (None, "—")],
)
def test_plain_numbers_have_no_trailing_zeros(value: Decimal | None, text: str) -> None:
    assert figures.plain(value) == text


def test_days_moments_and_durations_are_written_in_chinese() -> None:
    assert figures.day(date(2026, 11, 4)) == "2026年11月4日"
    assert figures.moment(datetime(2026, 11, 4, 9, 5)) == "2026年11月4日 09:05"  # noqa: DTZ001
    assert figures.duration(timedelta(seconds=5405)) == "1小时30分5秒"
    assert figures.duration(timedelta(0)) == "0秒"
    left = [timedelta(days=14, hours=13, minutes=5), timedelta(days=2), timedelta(minutes=320),
            timedelta(hours=3), timedelta(seconds=200), timedelta(seconds=-5)]  # fmt: skip
    assert [figures.remaining(each) for each in left] == [
        "14天13小时", "2天", "5小时20分", "3小时", "3分", "0分",
    ]  # fmt: skip


def test_marks_inside_a_title_become_single() -> None:
    assert figures.titled("《信访工作条例》精讲") == "《〈信访工作条例〉精讲》"
    assert figures.titled("宪法") == "《宪法》"
