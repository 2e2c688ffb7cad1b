"""`xuefa analytics …`."""

import json
from datetime import date

import pytest
from click.testing import Result
from flask import Flask

from analytics.cli import cli
from core import clock
from tests.factories import NOON, Make


def run(app: Flask, *arguments: str) -> Result:
    with clock.frozen(NOON.replace(month=6)):
        return app.test_cli_runner().invoke(cli, arguments)


def answer(app: Flask, *arguments: str):
    result = run(app, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_rates_are_those_of_the_session_that_ended_last(app: Flask, make: Make) -> None:
    unit = make.unit("办信司")
    first, second = make.person(unit), make.person(unit)
    session = make.exam_session(make.form(), first, second, title="年度考试")
    make.attempt(session, first, "82.5")
    found = answer(app, "rates")
    assert found["session"] == {"id": session.id, "title": "年度考试"}
    assert found["makeups"] == []
    row, total = found["rows"]
    assert (row["unit"], row["kind"], row["rank"]) == ("办信司", "ranked", None)
    assert row["values"]["due"] == 2
    assert row["figures"]["mean"] == 82.5
    assert row["figures"]["participation"] == 50.0
    assert row["figures"]["excellent_taken"] == 0.0
    assert total["kind"] == "total"


def test_learning_takes_roster_period_and_target(app: Flask, make: Make) -> None:
    person = make.person()
    roster = make.roster(person, title="在册")
    make.credit(person, "12", earned_on=date(2026, 2, 1))
    found = answer(app, "learning", "--from", "2026-01-01", "--to", "2026-02-28", "--target", "48")
    told = found["roster"]
    assert (told["id"], told["title"], len(told["digest"])) == (roster.id, "在册", 64)
    assert (found["from"], found["to"]) == ("2026-01-01", "2026-02-28")
    assert found["target"] == {"hours": 48.0, "basis": "online"}
    assert found["rows"][-1]["figures"]["hours_each"] == 12.0
    assert found["rows"][-1]["values"]["attained"] == 1  # 48 × 2/12 = 8
    assert answer(app, "learning")["rows"][-1]["values"]["attained"] is None


def test_nothing_to_report_is_no_error(app: Flask) -> None:
    assert answer(app, "rates") == {"session": None, "rows": []}
    assert answer(app, "learning") == {"roster": None, "rows": []}


@pytest.mark.parametrize(
    "arguments",
    [
        ("rates", "--session", "99"),
        ("rates", "--session", "x"),
        ("learning", "--roster", "99"),
        ("learning", "--from", "2026-13-01"),
        ("learning", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("learning", "--target", "-1"),
        ("learning", "--basis", "x"),
    ],
    ids=" ".join,
)
def test_what_there_is_not_is_wrong_usage(app: Flask, arguments: tuple[str, ...]) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_people_read_a_table(app: Flask, make: Make) -> None:
    person = make.person(make.unit("办信司"))
    make.attempt(make.exam_session(make.form(), person, title="年度考试"), person, 90)
    lines = run(app, "rates").output.splitlines()
    assert lines[0] == "年度考试"
    assert lines[1].startswith("部门\t应参考\t实参考\t参考率")
    assert lines[2].split("\t") == ["办信司", "1", "1", "100.00", "1", "100.00", "90.00", "—"]
