"""`xuefa laws diff OLD NEW`, with its documented shape and exit statuses."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document
from flask import Flask

from laws.cli import cli

HEAD = "# 中华人民共和国接待法\n\n{preamble}\n\n<!-- INFO END -->\n\n"
DUTY = "各级机关应当设立专门机构，配备专职人员，负责本机关的来访接待。"
TIME = "有关机关应当自收到来信之日起{}告知来信人是否受理。"
FROM = "本法自{}年5月1日起施行。"
ENACTED = "2005年1月2日第十届全国人民代表大会常务委员会第十二次会议通过"
OLD = f"第一条 {DUTY}\n\n第二条 {TIME.format('十五日内')}\n\n第三条 {FROM.format(2005)}\n"
NEW = (
    f"第一条 {DUTY}\n\n第二条 公安机关处五百元以下罚款。\n\n第三条 {TIME.format('七日内')}\n\n"
    f"第四条 {FROM.format(2024)}\n"
)
SHAPE = [
    {"kind": "unchanged", "old": "第一条", "new": "第一条"},
    {"kind": "added", "old": None, "new": "第二条"},
    {"kind": "edited", "old": "第二条", "new": "第三条"},
    {"kind": "edited", "old": "第三条", "new": "第四条"},
]
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(cli, [str(each) for each in arguments])

    return run


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "旧.md", tmp_path / "新.md"
    old.write_text(HEAD.format(preamble=ENACTED) + OLD)
    new.write_text(
        HEAD.format(
            preamble=f"{ENACTED}\n\n2023年9月1日第十四届全国人民代表大会常务委员会第五次会议修订"
        )
        + NEW
    )
    return old, new


def test_two_files_are_compared_in_the_documented_shape(run: Run, files: tuple[Path, Path]) -> None:
    result = run("diff", *files, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, SHAPE)


def test_a_reader_sees_what_changed_and_what_did_not_on_request(
    run: Run, files: tuple[Path, Path]
) -> None:
    out = run("diff", *files).stdout
    assert "未变 1 条，仅条号变 0 条，已修改 2 条，新增 1 条，删去 0 条" in out
    assert "之日起[-十五日-]内告知" in out
    assert "之日起{+七日+}内告知" in out
    assert "未变  第一条" not in out
    assert "未变  第一条" in run("diff", *files, "--all").stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [("接待法@2010-01-01", "接待法"), ("接待法@2005-01-02", "接待法@2023-09-01"), ("1", "2")],
    ids=["in force on a day", "promulgated on a day", "numbers of versions"],
)
def test_versions_on_the_register_are_compared(
    run: Run, files: tuple[Path, Path], old: str, new: str
) -> None:
    run("import", *files)
    result = run("diff", old, new, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, SHAPE)


def test_a_text_without_a_date_can_be_compared_all_the_same(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(f"接待法\n\n{OLD}")
    new.write_text(f"接待法\n\n{NEW}")
    result = run("diff", old, new, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, SHAPE)


def test_the_table_is_written_as_a_document(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    result = run("diff", *files, "--output", tmp_path / "表.docx")
    assert result.exit_code == 0
    assert len(Document(str(tmp_path / "表.docx")).tables[0].rows) == 5


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("没有.md", "没有这个文件"),
        ("没有这部法", "没有名称含"),
        ("接待法@昨天", "请写成 2024-01-31 的样子"),
        ("接待法@1990-01-01", "没有有效的版本"),
        ("99999", "没有这个编号的版本"),
    ],
)
def test_what_cannot_be_found_is_said_with_status_two(
    run: Run, files: tuple[Path, Path], old: str, said: str
) -> None:
    run("import", *files)
    result = run("diff", old, files[1], "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_file_that_is_no_law_is_said_with_status_two(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "坏.txt").write_bytes(b"\x00\x01\x02" * 50)
    result = run("diff", tmp_path / "坏.txt", files[1])
    assert result.exit_code == 2
    assert "坏.txt" in result.stderr


def test_problems_of_a_text_are_named_beside_the_result(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    files[0].write_text(files[0].read_text().replace("第三条", "第四条"))
    result = run("diff", *files, "--json")
    assert result.exit_code == 0
    assert "第三条" in result.stderr
    json.loads(result.stdout)
