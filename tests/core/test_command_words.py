"""The command line speaks Chinese where it is used wrongly, too."""

import ast
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app import cli
from core.command_words import COUNTED, WORDS

WRONG = {
    "--nope": "错误：没有选项“--nope”。",
    "nope": "错误：没有命令“nope”。",
    "exam verify": "错误：缺少参数 'SESSION'",
    "exam verify 1 2": "错误：多出了参数：2",
    "serve --port": "错误：选项“--port”后面缺少值。",
    "serve --port x": "错误：'--port' 的值不正确：“x”不是有效的数字。",
    "serve --prot 1": "错误：没有选项“--prot”。 （相近的有：'--host', '--port'）",
    "check --json=1": "错误：选项“--json”不带值。",
    "laws import missing.docx": "错误：'PATHS...' 的值不正确：“missing.docx”不存在。",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_typed_wrongly_is_said_in_chinese(line: str) -> None:
    found = CliRunner().invoke(cli, line.split(), prog_name="xuefa")
    assert found.exit_code == 2
    assert WRONG[line] in found.stderr
    assert not any(each in found.stderr for each in ("Error", "Usage:", "Try "))


def test_help_has_chinese_headings() -> None:
    said = CliRunner().invoke(cli, ["serve", "--help"], prog_name="xuefa").stdout
    assert all(each in said for each in ("用法:", "选项:", "[默认：8000]", "显示本说明后退出。"))


def test_every_word_is_one_that_click_says() -> None:
    said = {
        node.value
        for path in Path(click.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
    }
    assert not (WORDS.keys() | COUNTED.keys()) - said
