"""`xuefa laws …`, with its documented shapes and exit statuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from laws.cli import cli

HEAD = "# {title}\n\n{preamble}\n\n<!-- INFO END -->\n\n"
OLD = HEAD.format(
    title="中华人民共和国测试法",
    preamble="2005年1月2日 第十届全国人民代表大会常务委员会第十二次会议通过",
)
NEW = HEAD.format(
    title="中华人民共和国测试法",
    preamble="2005年1月2日 第十届全国人民代表大会常务委员会第十二次会议通过\n\n"
    "2023年9月1日 第十四届全国人民代表大会常务委员会第五次会议修订",
)
Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(cli, [str(each) for each in arguments])

    return run


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "旧.md").write_text(OLD + "第一条 旧。\n\n第二条 本法自2005年5月1日起施行。")
    (folder / "新.md").write_text(
        NEW + "第一条 新。\n\n第一条之一 又。\n\n第二条 本法自2024年1月1日起施行。"
    )
    (folder / "说明.json").write_text("{}")
    return folder


def shown(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_folder_is_imported_and_counted(run: Run, texts: Path) -> None:
    for _ in range(2):
        result = run("import", texts, "--json")
        assert (result.exit_code, shown(result)) == (
            0, {"laws": 1, "versions": 2, "articles": 5, "problems": []},
        )  # fmt: skip


def test_flaws_and_rejects_are_listed_and_the_rest_is_kept(run: Run, texts: Path) -> None:
    gap = texts / "缺.md"
    gap.write_text(
        HEAD.format(title="缺条例", preamble="2020年1月2日 国务院令第1号公布")
        + "第一条 甲。\n\n第三条 乙。"
    )
    bad = texts / "坏.txt"
    bad.write_bytes(bytes(range(256)))
    result = run("import", texts, "--json")
    assert result.exit_code == 1
    report = shown(result)
    assert (report["laws"], report["versions"], report["articles"]) == (2, 3, 7)
    assert report["problems"] == [
        {
            "file": str(bad),
            "problem": "不是文本文件，或编码无法识别（请另存为 UTF-8 或 GB18030）",
            "articles": [],
        },
        {"file": str(gap), "problem": "缺 1 个条号", "articles": ["第二条"]},
    ]
    people = run("import", texts)
    assert "1 个文件没有登记" in people.stdout
    assert "缺 1 个条号：第二条" in people.stdout


@pytest.mark.parametrize("name", ["没有.md", "空文件夹", "坏.txt", "图.docx"])
def test_unreadable_input_is_a_usage_error(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "空文件夹":
        path.mkdir()
    elif name != "没有.md":
        path.write_bytes(b"\0\1\2")
    result = run("import", path)
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("arguments", "version", "begins", "numbers"),
    [
        ([], "2023年修订", "2024-01-01", ["第一条", "第一条之一", "第二条"]),
        (["--as-of", "2023-12-31"], "2005年公布", "2005-05-01", ["第一条", "第二条"]),
        (["--article", "1-1"], "2023年修订", "2024-01-01", ["第一条之一"]),
        (["--article", "第二条"], "2023年修订", "2024-01-01", ["第二条"]),
    ],
    ids=["today", "as of", "by figures", "by number"],
)
def test_a_law_is_shown(
    run: Run, texts: Path, arguments: list[str], version: str, begins: str, numbers: list[str]
) -> None:
    run("import", texts)
    result = run("show", "测试法", *arguments, "--json")
    assert result.exit_code == 0
    data = shown(result)
    assert list(data) == ["law", "version", "in_force_from", "articles"]
    assert (data["law"], data["version"], data["in_force_from"]) == (
        "中华人民共和国测试法", version, begins,
    )  # fmt: skip
    assert [each["number"] for each in data["articles"]] == numbers


def test_a_law_is_shown_to_people_too(run: Run, texts: Path) -> None:
    run("import", texts)
    result = run("show", "测试法", "--article", "1")
    assert result.stdout == (
        "中华人民共和国测试法（2023年修订，2024年1月1日起施行，现行有效）\n\n第一条　新。\n"
    )


def test_a_day_of_effect_that_no_text_names_is_not_claimed(run: Run, tmp_path: Path) -> None:
    passed = "2005年1月2日 第十届全国人民代表大会常务委员会第十二次会议通过"
    amended = (
        "2018年3月4日 第十三届全国人民代表大会常务委员会第一次会议《关于修改〈测试法〉的决定》修正"
    )
    text = HEAD.format(title="测试法", preamble=f"{passed}\n\n{amended}")
    (tmp_path / "修正.md").write_text(f"{text}第一条 甲。\n\n第二条 本法自2005年5月1日起施行。")
    run("import", tmp_path)
    assert run("show", "测试法", "--article", "1").stdout == (
        "测试法（2018年修正，文本没有写明施行日期，按2018年3月4日公布之日起算，现行有效）"
        "\n\n第一条　甲。\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["民法典"], "没有名称含“民法典”的法律法规"),
        (["测试法", "--as-of", "2001-01-01"], "在2001年1月1日没有有效的版本"),
        (["测试法", "--article", "99"], "没有这一条：99"),
        (["测试法", "--article", "甲"], "“甲”不是条号"),
    ],
)
def test_what_cannot_be_shown_is_said_plainly(
    run: Run, texts: Path, arguments: list[str], message: str
) -> None:
    run("import", texts)
    result = run("show", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_register_is_listed(run: Run, texts: Path) -> None:
    assert run("list").stdout == "共 0 部。\n"
    run("import", texts)
    assert run("list").stdout == (
        "中华人民共和国测试法  2023年修订  现行有效  3 条  法律\n共 1 部：现行有效 1。\n"
    )
    assert shown(run("list", "--json")) == [
        {
            "law": "中华人民共和国测试法", "categories": ["法律"], "version": "2023年修订",
            "promulgated_on": "2023-09-01", "in_force_from": "2024-01-01", "state": "现行有效",
            "articles": 3, "versions": 2,
        }
    ]  # fmt: skip


@pytest.mark.once
@pytest.mark.reference
def test_the_official_texts_are_imported_within_seconds(run: Run, reference_data: Path) -> None:
    result = run("import", reference_data / "laws/core", reference_data / "laws/pairs", "--json")
    assert result.exit_code == 1
    report = shown(result)
    assert (report["laws"], report["versions"]) == (65, 79)
    assert {each["problem"][:4] for each in report["problems"]} == {
        "没有题注",
        "题注没有",
        "条号没有",
        "最后一条",
    }
    show = shown(run("show", "信访工作条例", "--article", "34", "--json"))
    assert show["articles"][0]["number"] == "第三十四条"
