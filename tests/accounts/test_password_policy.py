"""Which passwords are accepted."""

import pytest

from accounts import password_policy, passwords


def faults(password: str) -> list[str]:
    return password_policy.faults(password, username="xf0075", name="张三丰")


@pytest.mark.parametrize(
    "password",
    [
        "Right-horse-9",
        "kT7#mPq2!z",
        "correct horse battery",
        "这是一句只有我知道的话，很长很长",
        "  leading and trailing  ",
        "x7" + "kqzwv mlph-tobi/" * 7,
    ],
)
def test_long_or_mixed_passwords_are_accepted_with_spaces_and_chinese(password: str) -> None:
    assert faults(password) == []


@pytest.mark.parametrize("length", [15, 64, 128])
def test_fifteen_characters_of_one_kind_are_enough_and_128_are_kept(length: int) -> None:
    password = ("wolkenbruchzart" * 9)[:length]
    assert faults(password) == []
    assert passwords.matches(password, passwords.hashed(password))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Short-7", "长度应为 10 至 128 位"),
        ("k" * 5 + "qzwvmlphtobi" * 11, "长度应为 10 至 128 位"),
        ("onlyletterskq", "三类"),
        ("fourteenlettrs", "三类"),
        ("Hello-XF0075-kqz", "工号或姓名"),
        ("我叫张三丰我不告诉你别的事情啊", "工号或姓名"),
        ("Xinfang-2026-kqz", "本单位名称"),
        ("gjxfj-kqz-2026-M", "本单位名称"),
        ("国家信访局的密码不告诉你啊哈哈", "本单位名称"),
        ("Password2026!", "容易被猜中"),
        ("P@ssw0rd-2026", "容易被猜中"),
        ("Qwerty12345!", "容易被猜中"),
        ("1qaz2wsx3edc!Q", "容易被猜中"),
        ("Abcdefgh-1234", "容易被猜中"),
        ("abcabcabcabcabc", "容易被猜中"),
        ("aaaaaaaaaaaaaaaaaaaa", "容易被猜中"),
        ("Zhongguo@20261001", "容易被猜中"),
        ("Woaini5201314!", "容易被猜中"),
        ("Admin@123456", "容易被猜中"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in "；".join(faults(password))


def test_every_issued_password_would_be_accepted() -> None:
    assert all(faults(passwords.issued()) == [] for _ in range(200))


def test_equal_passwords_are_kept_differently() -> None:
    kept = passwords.hashed("Right-horse-9")
    assert kept.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    assert not passwords.is_of_other_cost(kept)
    assert kept != passwords.hashed("Right-horse-9")


def test_what_another_library_kept_still_matches() -> None:
    kept = (
        "$argon2id$v=19$m=19456,t=2,p=1$VqMSuIRLeJxzqIxJV"
        "mwNvw$Gcv95/gMOrMsPSkCsKWDH2n8Qq1CiDIYp0noErzhOqQ"
    )
    assert passwords.matches("旧的密码-2025", kept)
    assert not passwords.matches("旧的密码-2026", kept)
    assert passwords.is_of_other_cost(kept)


@pytest.mark.parametrize(
    "kept",
    ["", "x", "中", "$2b$12$abc", "$argon2id$v=19$m=19456,t=2,p=1$aaaa", "$argon2id$" + "x" * 200],
)
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not passwords.matches("Right-horse-9", kept)
