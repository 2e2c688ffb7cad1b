"""What people write as an answer, and what it means."""

import pytest

from question_bank.importing import answers
from question_bank.importing.answers import Unclear

FOUR = ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("A", [0]), ("d", [3]), ("ABC", [0, 1, 2]), ("A,B,C", [0, 1, 2]), ("A，B，C", [0, 1, 2]),
        ("A、C", [0, 2]), ("A|B", [0, 1]), ("A｜B", [0, 1]), ("ACB", [0, 1, 2]), ("A C", [0, 2]),
        ("A;C", [0, 2]), ("A；C", [0, 2]), ("A/C", [0, 2]), ("A.C", [0, 2]), ("A和C", [0, 2]),
        ("ＡＣ", [0, 2]), ("ａｃ", [0, 2]), ("1,3", [0, 2]), ("１，３", [0, 2]), ("13", [0, 2]),
        ("2", [1]), ("AAB", [0, 1]), ("【答案】AB", [0, 1]), ("答案：C", [2]), ("(B)", [1]),
        ("［A］［C］", [0, 2]), (" B ", [1]), ("B.", [1]), ("丙", [2]), ("正确答案：丁", [3]),
    ],
)  # fmt: skip
def test_the_key_of_a_choice_is_read_however_it_is_written(written: str, key: list[int]) -> None:
    assert answers.choices(written, FOUR) == key


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("E", "答案 E 不在选项 A 至 D 之中"),
        ("ABE", "答案 E 不在选项 A 至 D 之中"),
        ("5", "答案 E 不在选项 A 至 D 之中"),
        ("0", "不在选项"),
        ("正确", "请填选项字母"),
        ("见解析", "请填选项字母"),
        ("2026-01-03", "改成了日期"),
        ("１９", "不在选项"),
    ],
)
def test_a_key_that_names_no_option_is_refused_with_the_remedy(written: str, reason: str) -> None:
    with pytest.raises(Unclear, match=reason):
        answers.choices(written, FOUR)


def test_a_figure_that_is_both_an_option_and_a_place_is_not_guessed_at() -> None:
    assert answers.choices("30", ["15", "30", "60"]) == [1]
    with pytest.raises(Unclear, match="既是选项的文字，又可以是序号"):
        answers.choices("2", ["1", "3", "2"])


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("正确", 0), ("对", 0), ("√", 0), ("✓", 0), ("是", 0), ("T", 0), ("true", 0), ("TRUE", 0),
        ("Ｔ", 0), ("1", 0), ("A", 0), ("Y", 0), ("（√）", 0), ("正确。", 0),
        ("错误", 1), ("错", 1), ("×", 1), ("x", 1), ("✗", 1), ("否", 1), ("F", 1), ("False", 1),
        ("不正确", 1), ("0", 1), ("2", 1), ("B", 1), ("N", 1),
    ],
)  # fmt: skip
def test_a_judgement_is_read_however_it_is_written(written: str, key: int) -> None:
    assert answers.judgement(written, ()) == [key]


def test_a_letter_means_what_the_file_calls_by_it() -> None:
    assert answers.judgement("A", ["错误", "正确"]) == [1]
    assert answers.judgement("B", ["错", "对"]) == [0]


@pytest.mark.parametrize("written", ["C", "也许", "AB", "对错"])
def test_what_is_no_judgement_is_refused(written: str) -> None:
    with pytest.raises(Unclear, match="判断题请填 正确 或 错误"):
        answers.judgement(written, ())
