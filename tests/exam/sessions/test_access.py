"""What is shown at the door: the rules alone."""

import hashlib
from datetime import timedelta

import pytest

from exam.sessions import access
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def test_a_changing_code_is_good_for_its_turn_and_one_more() -> None:
    code = access.code_at("secret", 10, NOON)
    assert len(code) == 6
    assert code.isdecimal()
    good = [access.code_fits("secret", 10, code, NOON + n * MINUTE) for n in range(-1, 25)]
    # Noon begins a turn of ten minutes.
    assert good == [False] + [True] * 20 + [False] * 5
    assert access.code_until(10, NOON) == NOON + 10 * MINUTE


def test_a_fixed_code_stays_and_a_renewed_secret_ends_it() -> None:
    code = access.code_at("secret", 0, NOON)
    assert access.code_fits("secret", 0, code, NOON + timedelta(days=9))
    assert not access.code_fits("another", 0, code, NOON)
    assert access.code_until(0, NOON) is None


@pytest.mark.parametrize("typed", ["{}", " {} ", "full width", "spaced"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    code = access.code_at("secret", 10, NOON)
    if typed == "full width":
        given = "".join(chr(ord(each) + 0xFEE0) for each in code)
    elif typed == "spaced":
        given = f"{code[:3]} {code[3:]}"
    else:
        given = typed.format(code)
    assert access.code_fits("secret", 10, given, NOON)


@pytest.mark.parametrize("typed", ["", "12345", "密码", "٠١٢٣٤٥", "\0"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert not access.code_fits("secret", 10, typed, NOON)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True), ("10.1.3.1", False), ("192.168.7.9", True), ("192.168.7.8", False),
        ("::ffff:10.1.2.3", True), ("2001:db8::5", True), ("2001:db9::5", False),
        ("", False), ("unix:", False),
    ],
)  # fmt: skip
def test_networks_of_both_families_let_in_their_own(address: str, inside: bool) -> None:
    allowed = access.networks("10.1.2.0/24\n192.168.7.9\n\n2001:db8::/32")
    assert access.within(allowed, address) is inside
    assert access.within([], address)


@pytest.mark.parametrize(
    ("text", "hint"),
    [("10.1.2.0/24\n10.1.2.3/24", "第 2 行"), ("10.1.2.3/24", "网络地址写起"), ("考场", "考场")],
)
def test_a_line_that_is_no_network_is_named(text: str, hint: str) -> None:
    with pytest.raises(access.Unreadable, match=hint):
        access.networks(text)


def test_a_key_of_safe_exam_browser_is_proved_for_one_address_only() -> None:
    key, url = "ab" * 32, "https://exam.example/exam/attempts/7"
    header = hashlib.sha256((url + key).encode()).hexdigest()
    accepted = access.keys(f"{'cd' * 32}\n{key.upper()}")
    assert access.key_fits(accepted, url, header)
    assert access.key_fits(accepted, url, header.upper())
    assert not access.key_fits(accepted, url + "?a=1", header)
    assert not access.key_fits(accepted, url, "")
    assert not access.key_fits(accepted, url, "é")
    assert not access.key_fits(["cd" * 32], url, header)
    with pytest.raises(access.Unreadable, match="第 1 行"):
        access.keys("ab" * 31)
