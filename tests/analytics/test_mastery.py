"""What departments do not know: the rule against simulated truth, and the page."""

import io
from datetime import timedelta
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from accounts.permissions import Role
from analytics.mastery import MARKS, subjects, weakest
from core import clock
from exam.models import AttemptVector
from exam.papers import snapshot
from tests.factories import NOON, Make

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


def frame(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(MARKS)).astype(MARKS)


def people(unit: int, shares: list[float], items: int = 1, law: str = "法") -> list[tuple]:
    return [
        (1000 * unit + n, unit, law, items, share * items, float(items))
        for n, share in enumerate(shares)
    ]


def test_a_rate_is_the_mean_over_people_and_few_people_show_nothing() -> None:
    [law] = subjects(frame([*people(1, [1, 1, 0, 0.5, 0]), *people(2, [1, 0, 1, 1])]))
    assert law.of(1).rate == pytest.approx(0.5)
    assert (law.of(2).people, law.of(2).rate) == (4, None)
    assert law.of(3).people == 0
    assert law.whole.rate == pytest.approx(5.5 / 9)
    assert law.of(1).low < 0.5 < law.of(1).high


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_nobody_differs_the_interval_is_still_one(share: float) -> None:
    [law] = subjects(frame(people(1, [share] * 8)))
    assert law.of(1).high - law.of(1).low > 0.1
    assert 0 <= law.of(1).low <= share <= law.of(1).high <= 1


def test_no_answers_are_no_laws() -> None:
    assert subjects(frame([])) == []


def test_the_worst_known_laws_come_first() -> None:
    rows = [*people(1, [0.9] * 6, law="甲法"), *people(1, [0.2] * 6, law="乙法"),
            *people(1, [0.1] * 3, law="丙法")]  # fmt: skip
    found = subjects(frame(rows))
    assert [each.law for each in found] == ["乙法", "甲法", "丙法"]
    assert [law for law, _ in weakest(found, 1, 5)] == ["乙法", "甲法"]


@pytest.mark.once
def test_the_intervals_hold_the_truth() -> None:
    """Departments whose people differ, laws of one to ten items: 95 % of some 2,400 cells."""
    rng = np.random.default_rng(20)
    inside = []
    for _ in range(120):
        items, spread = int(rng.integers(1, 11)), rng.uniform(0.5, 1.3)
        hard = rng.normal(0, 1, items)
        rows, truth = [], {}
        for unit in range(20):
            level, size = rng.normal(0.8, 0.4), int(rng.integers(5, 120))
            able = level + spread * rng.normal(size=size)
            right = rng.random((size, items)) < 1 / (1 + np.exp(-(able[:, None] - hard)))
            rows += people(unit, right.mean(axis=1).tolist(), items)
            chance = 1 / (1 + np.exp(-(level + spread * NODES[:, None] - hard)))
            truth[unit] = float((WEIGHTS / WEIGHTS.sum()) @ chance.mean(axis=1))
        [law] = subjects(frame(rows))
        inside += [law.of(unit).low <= true <= law.of(unit).high for unit, true in truth.items()]
    assert 0.93 <= np.mean(inside) <= 0.97


@pytest.fixture
def exam(make: Make):
    """Six people of one department with half marks, six of another with full ones."""
    units = [make.unit("办信司"), make.unit("督查室")]
    crowd = [make.person(units[n // 6]) for n in range(12)]
    given = make.exam_session(make.sealed_form(), *crowd, title="年度考试")
    for n, person in enumerate(crowd):
        share = 50 if n < 6 else 100
        attempt = make.attempt(given, person, share)
        make.save(AttemptVector(
            attempt_id=attempt.id, session_id=given.id, form_id=given.forms[0].id,
            person_id=person.id, unit_id=person.stat_unit.id, right=bytes([n >= 6]),
            share=bytes([share]),
        ))  # fmt: skip
    return given, units


def rows(answer) -> tuple[list[str], list[list[str]]]:
    assert answer.status_code == 200
    table = BeautifulSoup(answer.data, "html.parser").select_one("table")
    return (
        [cell.get_text(strip=True) for cell in table.select("thead th")],
        [[cell.get_text(" ", strip=True) for cell in row.select("th, td")]
         for row in table.select("tbody tr")],
    )  # fmt: skip


def test_the_map_to_the_bureau_and_to_a_head(exam, make: Make, sign_in) -> None:
    given, units = exam
    law = snapshot.load(given.forms[0].snapshot).slots[0].citations[0].law
    with clock.frozen(NOON + timedelta(days=2)):
        head, body = rows(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/mastery"))
        assert head == ["法律法规", "全局", "办信司", "督查室"]
        assert body[0][0] == law
        assert [cell.split()[0] for cell in body[0][1:]] == ["75.00%", "50.00%", "100.00%"]
        assert body[0][2].endswith("6 人")
        head_of = make.account(Role.UNIT_HEAD, person=make.person(units[0]))
        assert rows(sign_in(head_of).get("/analytics/mastery"))[0] == ["法律法规", "全局", "办信司"]


def test_other_years_and_the_workbook(exam, make: Make, sign_in) -> None:
    with clock.frozen(NOON + timedelta(days=2)):
        client = sign_in(make.account(Role.RESEARCH_OFFICE))
        assert "还没有结束的考试" in client.get("/analytics/mastery?year=2025").get_data(True)
        assert client.get("/analytics/mastery?year=1999").status_code == 404
        answer = client.get("/analytics/mastery/workbook")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head = next(n for n, row in enumerate(cells) if row[0] == "法律法规")
        assert Decimal(str(cells[head + 1][1])) == 75
        assert cells[head][1:4] == ["全局", "办信司", "督查室"]
        assert sign_in(make.account(Role.STAFF)).get("/analytics/mastery").status_code == 403


def test_an_exam_that_somebody_still_sits_does_not_count(exam, make: Make, sign_in) -> None:
    given, _ = exam
    at = given.closes_at + timedelta(minutes=1)
    late = make.person()
    other = make.exam_session(make.sealed_form(), late, title="另一场")
    make.attempt(other, late, None, deadline=at + timedelta(hours=1))
    with clock.frozen(at):
        _, body = rows(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/mastery"))
        assert len(body) == 1
