"""``xuefa exam assemble``."""

import json

import pytest

from app import cli
from core.db import db
from exam.assembling.plans import Conditions
from tests.exam.assembling.sending import S, T, create, plan

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def run(app, monkeypatch):
    runner = app.test_cli_runner()

    def run(*arguments):
        result = runner.invoke(cli.commands["exam"], ["assemble", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def test_the_command_draws_forms_by_title_or_id(app, run, bank) -> None:
    with app.app_context():
        create("年度", [plan(S, 4), plan(T, 3)])
        db.session.commit()
    for name in ("年度", "1"):
        result = run(name, "--forms", "2", "--seed", "7", "--on", "2026-03-02", "--json")
        found = json.loads(result.output)
        assert (result.exit_code, found["gaps"]) == (0, [])
        assert [len(form) for form in found["forms"]] == [7, 7]
        assert not set(found["forms"][0]) & set(found["forms"][1])
    assert "第 1 套" in run("年度").output


def test_the_command_names_what_is_short_and_unknown_blueprints(app, run, bank) -> None:
    with app.app_context():
        create("大卷", [plan(S, 20)], conditions=Conditions(0, rest_sessions=1, exposure_most=1))
        db.session.commit()
    result = run("大卷", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "forms": [], "gaps": [{"cell": "单选题·难度 1–5", "short": 8}],
    }  # fmt: skip
    assert run("没有的方案").exit_code == 2
    assert run("大卷", "--forms", "0").exit_code == 2
    for day in ("9999-12-31", "0001-01-01"):
        refused = run("大卷", "--on", day)
        assert (refused.exit_code, "应在 2000-01-01 至 2199-12-31 之间" in refused.output) == (
            2,
            True,
        )
    # Longer than any number of a row.
    assert run("9" * 30).exit_code == 2
