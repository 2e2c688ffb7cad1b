"""Periods and months on the books."""

from datetime import date

import pytest

from analytics.periods import Period, Preset, months_on_books, preset

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("kind", "today", "first", "last"),
    [
        (Preset.YEAR, date(2026, 11, 25), date(2026, 1, 1), date(2026, 12, 31)),
        (Preset.QUARTER, date(2026, 11, 25), date(2026, 10, 1), date(2026, 12, 31)),
        (Preset.QUARTER, date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
        (Preset.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Preset.MONTH, date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_presets_are_whole_calendar_periods(
    kind: Preset, today: date, first: date, last: date
) -> None:
    assert preset(kind, today) == Period(first, last)


@pytest.mark.parametrize(
    ("joined_on", "left_on", "months"),
    [
        pytest.param(date(2010, 1, 1), None, 12, id="all year"),
        pytest.param(date(2026, 7, 31), None, 6, id="the month of joining counts"),
        pytest.param(date(2010, 1, 1), date(2026, 7, 1), 6, id="left on the first of July"),
        pytest.param(date(2010, 1, 1), date(2026, 7, 2), 7, id="left a day later"),
        pytest.param(date(2026, 5, 3), date(2026, 5, 20), 1, id="came and went"),
        pytest.param(date(2027, 1, 1), None, 0, id="not yet there"),
        pytest.param(date(2010, 1, 1), date(2026, 1, 1), 0, id="gone before"),
    ],
)
def test_months_on_the_books_are_calendar_months_with_at_least_a_day(
    joined_on: date, left_on: date | None, months: int
) -> None:
    assert months_on_books(joined_on, left_on, YEAR) == months


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    assert YEAR.begins.isoformat() == "2026-01-01T00:00:00+08:00"
    assert YEAR.ends.isoformat() == "2027-01-01T00:00:00+08:00"
