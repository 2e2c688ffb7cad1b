"""The code on the wall, without app."""

from datetime import UTC, datetime, timedelta

import pytest

from core import rotating_code as rule

AT = datetime(2026, 3, 2, 1, 0, 10, tzinfo=UTC)
KEY = "a key"


def test_a_code_has_six_digits_and_stands_for_half_a_minute() -> None:
    code = rule.code_at(KEY, "class", 7, AT)
    assert len(code) == 6
    assert code.isdecimal()
    assert rule.code_at(KEY, "class", 7, AT + timedelta(seconds=19)) == code
    assert rule.code_at(KEY, "class", 7, AT + timedelta(seconds=20)) != code
    assert rule.code_until(AT) == AT + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("later", "fits"),
    [(0, True), (19, True), (20, True), (49, True), (50, False), (3600, False), (-11, False)],
)
def test_the_code_of_now_and_the_one_before_are_accepted(later: int, fits: bool) -> None:
    code = rule.code_at(KEY, "class", 7, AT)
    assert rule.code_fits(KEY, "class", 7, code, AT + timedelta(seconds=later)) is fits


def test_a_code_is_good_for_one_thing_only() -> None:
    code = rule.code_at(KEY, "class", 7, AT)
    assert not rule.code_fits(KEY, "group", 7, code, AT)
    assert not rule.code_fits(KEY, "class", 8, code, AT)
    assert not rule.code_fits("another key", "class", 7, code, AT)


def test_full_width_digits_and_spaces_are_forgiven_and_rubbish_is_not() -> None:
    code = rule.code_at(KEY, "class", 7, AT)
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert rule.code_fits(KEY, "class", 7, f" {wide[:3]} {wide[3:]} ", AT)
    for rubbish in ("", "12345", "²²²²²²", "签到"):
        assert not rule.code_fits(KEY, "class", 7, rubbish, AT)
