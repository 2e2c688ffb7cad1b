"""`xuefa analytics items`: the files that people have, and those that are none."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from analytics.psychometrics.cli import items
from analytics.psychometrics.reading import Unreadable, read
from analytics.psychometrics.report import compared


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(items, [str(each) for each in arguments])


@pytest.fixture
def matrix(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    able = rng.normal(size=300)
    right = (able[:, None] + rng.normal(size=(300, 6)) > np.linspace(-1, 1, 6)).astype(int)
    lines = ["sex," + ",".join(f"q{j}" for j in range(6))]
    lines += [
        ("男" if n % 3 else "女") + "," + ",".join(map(str, row)) for n, row in enumerate(right)
    ]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_the_figures_of_a_matrix(matrix: Path) -> None:
    result = run(matrix, "--json", "--group", "sex")
    assert result.exit_code == 0
    found = json.loads(result.output)
    assert (found["n"], found["k"]) == (300, 6)
    assert [each["item"] for each in found["items"]] == [f"q{j}" for j in range(6)]
    assert len(found["rasch"]["b"]) == len(found["twopl"]["a"]) == 6
    assert found["rasch"]["b"] == sorted(found["rasch"]["b"])
    assert len(found["dif"]) == 6
    assert found["ignored"] == ["sex：分组列，未计入"]
    assert found["refused"] == {}
    plain = run(matrix)
    assert plain.exit_code == 0
    assert plain.output.startswith("300 人，6 题")


def test_too_few_are_refused_with_the_reason_and_shown_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("a,b\n" + "1,0\n0,1\n1,1\n" * 5)
    found = json.loads(run(path, "--json").output)
    assert found["items"] == []
    assert found["alpha"] is found["rasch"] is found["twopl"] is None
    assert found["refused"]["classical"] == "只有 15 人作答，少于 30 人，不出结论"
    assert "少于 100 人" in found["refused"]["rasch"]
    assert len(json.loads(run(path, "--json", "--least", "2").output)["items"]) == 2


def test_who_is_in_no_group_is_left_out_of_the_comparison(matrix: Path) -> None:
    lines = matrix.read_text().splitlines()
    lines[1:11] = [line.replace("男", "").replace("女", "NA") for line in lines[1:11]]
    matrix.write_text("\n".join(lines))
    found = json.loads(run(matrix, "--json", "--group", "sex").output)
    told = found["dif_groups"]
    assert told["left_out"] == 10
    assert told["focal_n"] + told["reference_n"] == 290
    assert (told["focal"], told["reference"]) == ("女", ["男"])
    whole = read(matrix.read_bytes(), beside="sex")
    rows = np.array([each in ("男", "女") for each in whole.others["sex"]])
    own = np.array([each == "女" for each in whole.others["sex"]])[rows]
    alone = compared(whole.responses.people_of(rows), own)
    assert [each["odds_ratio"] for each in found["dif"]] == [each["odds_ratio"] for each in alone]


def test_abilities_and_information_are_told_of_each_model(matrix: Path) -> None:
    found = json.loads(run(matrix, "--json").output)
    for model in ("rasch", "one_slope", "twopl"):
        able = found[model]["abilities"]
        assert {len(able[key]) for key in ("eap", "eap_se", "wle", "wle_se")} == {300}
        assert 0 < able["eap_reliability"] < 1
        assert [each["ability"] for each in found[model]["information"]] == [-2, -1, 0, 1, 2]
    levels = found["rasch"]["score_levels"]
    assert [each["score"] for each in levels] == list(range(7))
    assert sum(each["n"] for each in levels) == 300
    assert sorted({*found["rasch"]["abilities"]["eap"]}) == pytest.approx(
        [each["eap"] for each in levels if each["n"]]
    )
    assert found["twopl"]["score_levels"] is None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("a,b\n" + "1,1\n" * 40, "所有人的总分相同，没有差别可比，不出信度"),
        ("a\n" + "1\n0\n" * 20, "只有 1 道题，不出信度"),
        ("a,b\n1,0\n", "只有 1 人作答，少于 30 人，不出结论"),
        ("a,b\n" + "1,NA\n0,1\n" * 20, "各人所答的题不同，或有题还没有评完，不出信度"),
    ],
)  # fmt: skip
def test_why_there_is_no_alpha_is_said(tmp_path: Path, rows: str, reason: str) -> None:
    path = tmp_path / "some.csv"
    path.write_text(rows)
    found = json.loads(run(path, "--json", "--blank", "absent").output)
    assert found["alpha"] is None
    assert found["refused"]["alpha"] == reason
    assert reason in run(path, "--blank", "absent").output


@pytest.mark.parametrize(
    "key",
    ["value\nA\nB\nC\n", "A\nB\nC", "q1,q2,q3\nA,B,C\n", "item,key\nq1,A\nq2,B\nq3,C\n", "a\nb\nc"],
)
@pytest.mark.parametrize("head", ["", "id,"])
def test_a_key_is_a_column_a_row_or_pairs(key: str, head: str) -> None:
    who = "7," if head else ""
    rows = f"{head}q1,q2,q3\n{who}A,B,C\n{who}a, b ,D\n{who},NA,C\n"
    found = read(rows.encode(), key.encode()).responses
    assert found.items == ["q1", "q2", "q3"]
    assert found.scores.tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 1]]


def test_blank_is_wrong_or_not_asked() -> None:
    assert read(b"a,b\n1,\n0,1\n").responses.scores.tolist() == [[1, 0], [0, 1]]
    asked = read(b"a,b\n1,\n0,1\n", blank_is_wrong=False).responses
    assert asked.asked.tolist() == [[True, False], [True, True]]


@pytest.mark.parametrize(
    "data",
    [
        "题一,题二\n1,0\n0,1\n".encode("gb18030"),
        b"\xef\xbb\xbf" + "题一,题二\r\n1,0\r\n0,1\r\n".encode(),
        "题一;题二\n1;0\n0;1\n".encode(),
        "题一\t题二\n1\t0\n0\t1\n".encode("utf-16"),
        "题一,题二\nTRUE,FALSE\nfalse,true\n".encode(),
        '"题一","题二"\n"p1",1,0\n"p2",0,1\n'.encode(),
    ],
    ids=["gb18030", "bom", "semicolons", "utf-16", "logical", "row names"],
)
def test_files_as_they_come(data: bytes) -> None:
    found = read(data).responses
    assert found.items == ["题一", "题二"]
    assert found.scores.tolist() == [[1, 0], [0, 1]]


def test_marks_instead_of_right_and_wrong() -> None:
    found = read(b"no,a,b\n1,0,4\n2,2,1\n3,1,0\n").responses
    assert found.items == ["a", "b"]
    assert found.maxima.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("data", "key", "reason"),
    [
        (b"", None, "文件是空的"),
        (b"a,b\n1\n", None, "第 2 行有 1 格，表头有 2 列"),
        (b"a,a\n1,1\n", None, "第 2 列的列名"),
        ("甲,乙\n张,李\n".encode(), None, "没有一列是得分"),
        (b"a,b\nA,B\n", b"A\nB\nC\nD\nE\n", "答案有 5 个，题有 2 道"),
        (b"a,b\nA,B\n", b"", "答案文件是空的"),
        (b"a,b\n-1,2\n0,3\n", None, "有负分"),
        (b"\xff\xff\xff", None, "编码"),
    ],
)
def test_what_is_no_matrix_says_where(data: bytes, key: bytes | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(data, key)


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    result = run(path, "--json")
    assert result.exit_code == 2
    assert "文件是空的" in result.output
    assert run(tmp_path / "nowhere.csv").exit_code == 2
    matrix = tmp_path / "m.csv"
    matrix.write_text("a,b\n1,0\n0,1\n")
    assert run(matrix, "--group", "none").exit_code == 2
    assert run(matrix, "--items", "z").exit_code == 2


def test_people_are_told_apart_by_a_column_of_noughts_and_ones(tmp_path: Path) -> None:
    rows = [[(n * 7 + item * 3) % 5 > 1 for item in range(6)] for n in range(80)]
    lines = ["i1,i2,i3,i4,i5,i6,female"]
    lines += [",".join(str(int(each)) for each in row) + f",{n % 2}" for n, row in enumerate(rows)]
    file = tmp_path / "谁.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = json.loads(run(file, "--group", "female", "--focal", "1", "--json").output)
    assert [each["item"] for each in found["dif"]] == ["i1", "i2", "i3", "i4", "i5", "i6"]
    assert found["dif_groups"] == {
        "column": "female", "focal": "1", "focal_n": 40, "reference": ["0"], "reference_n": 40,
        "left_out": 0,
    }  # fmt: skip
    assert set(found["dif"][0]["unpurified"]) == {"odds_ratio", "delta", "chi_square", "p", "class"}
    file.write_text("\n".join(lines[:40]), encoding="utf-8")
    few = json.loads(run(file, "--group", "female", "--json").output)
    assert few["dif"] is None
    assert "30 人以上" in few["refused"]["dif"]
