"""Pages of item quality: what they say, when, and to whom."""

import io
import json
from datetime import timedelta
from decimal import Decimal

import numpy as np
import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from analytics.frames.responses import sat
from analytics.psychometrics import classical
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import Answer, Attempt, AttemptVector
from exam.papers import snapshot
from exam.papers.ordering import order_of
from exam.services.assembling import building
from exam.services.attempts.taking import sealed
from question_bank.types import letter
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(LATER):
        yield


def soup(answer) -> BeautifulSoup:
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.data, "html.parser")
    assert len(page.find_all("h1")) == 1
    return page


@pytest.fixture
def exam(app, make: Make, session):
    """130 people on six single-choice items of which the last has a wrong key: the able choose 乙.

    Options are shuffled a person; answers are stored as each saw them.
    """
    form = make.form(*(make.revision(stem=f"第{n}道的题干") for n in range(1, 7)), marks=10)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    units = [make.unit("办信司"), make.unit("督查室")]
    people = [
        Person(
            staff_number=f"Q{n:03}", name=f"考生{n}", home_unit=unit, work_unit=unit,
            stat_unit=unit, joined_on=NOON.date(),
        )
        for n in range(130)
        for unit in [units[n % 2]]
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    given = make.exam_session(form, *people, title="年度考试")
    paper, rng = snapshot.load(form.snapshot), np.random.default_rng(3)
    able = rng.normal(size=130)
    for n, (candidate, level) in enumerate(zip(given.candidates, able, strict=True), 1):
        knows = level + rng.normal(size=6) > np.linspace(-0.8, 0.8, 6)
        picks = [0 if known else int(rng.integers(1, 4)) for known in knows[:5]]
        picks.append(1 if knows[5] else int(rng.choice([0, 2, 3])))
        session.add(_script(given, candidate, paper, picks, seed=n))
    session.flush()
    session.add_all(
        AttemptVector(
            attempt_id=each.id, session_id=given.id, form_id=form.id, person_id=each.person_id,
            unit_id=each.candidate.entry.unit_id, right=bytes(a.earned > 0 for a in each.answers),
            share=bytes(100 if a.earned else 0 for a in each.answers),
        )
        for each in session.scalars(select(Attempt).order_by(Attempt.id))
    )  # fmt: skip
    session.commit()
    return given


def _script(given, candidate, paper, picks: list[int], *, seed: int) -> Attempt:
    attempt = Attempt(
        candidate=candidate, person_id=candidate.person_id, session=given, form=given.forms[0],
        number=1, started_at=given.opens_at, deadline=given.closes_at, seed=seed,
        submitted_at=given.closes_at, earned=Decimal(10 * picks.count(0)),
    )  # fmt: skip
    for slot, pick in zip(paper.slots, picks, strict=True):
        shown = letter(list(order_of(seed, slot.slot, slot)).index(pick))
        attempt.answers.append(
            Answer(slot=slot.slot, seq=1, response=json.dumps({"choice": [shown]}), saved_at=NOON,
                   earned=Decimal(10 if pick == 0 else 0))
        )  # fmt: skip
    return attempt


def test_the_page_says_what_the_matrix_says(exam, make, sign_in, app) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/quality"))
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]
    assert [row[0] for row in rows] == [f"第 {n} 题" for n in range(1, 7)]
    assert all(row[3] == "130" for row in rows)
    with app.app_context():
        given = db.session.merge(exam)
        found = classical.analyse(sat(given, given.forms[0], sealed(given.forms[0])).responses)
    assert [row[4] for row in rows] == [f"{each.p:.3f}" for each in found.items]
    assert [row[5] for row in rows] == [f"{each.r_rest:.3f}" for each in found.items]
    assert page.select_one(".xf-stat-value").get_text(strip=True) == f"{found.alpha:.3f}"
    assert "区分度" in rows[5][8]


def test_an_item_shows_who_chose_what_as_it_was_written(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get("/analytics/quality/items/6"))
    assert "答案存疑：其余各题答得好的人多选 B，选答案 A 的反而不是" in page.get_text()
    table = {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.select("tbody tr")
    }
    assert list(table) == ["A（答案）", "B", "C", "D"]
    assert [row[0] for row in table.values()] == ["甲", "乙", "丙", "丁"]
    weakest, best = int(table["B"][3].rstrip("%")), int(table["B"][7].rstrip("%"))
    assert best > weakest + 30
    assert sum(float(row[1].rstrip("%")) for row in table.values()) == pytest.approx(100, abs=0.3)
    sound = soup(client.get("/analytics/quality/items/1"))
    assert "答案存疑：" not in sound.get_text()
    assert client.get("/analytics/quality/items/7").status_code == 404


def test_calibration_and_comparison_of_groups(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    page = soup(client.get("/analytics/quality/model"))
    assert "难度 b" in page.get_text()
    assert [each.get_text() for each in page.select("#group option")] == ["办信司", "督查室"]
    unit = page.select_one("#group option")["value"]
    compared = soup(client.get(f"/analytics/quality/model?group={unit}"))
    assert len(compared.select("table")[-1].select("tbody tr")) == 6
    refused = soup(client.get("/analytics/quality/model?model=twopl"))
    assert "只有 130 人作答，少于 200 人，不作标定。" in refused.get_text()


def test_the_workbook_says_the_same_and_is_on_the_trail(exam, make, sign_in, app) -> None:
    answer = sign_in(make.account(Role.RESEARCH_OFFICE)).get("/analytics/quality/workbook")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet = book.active
    assert "能力（个人）" not in book.sheetnames
    head = next(row for row in sheet.iter_rows() if row[0].value == "题号")
    assert [cell.value for cell in head][3:6] == ["答卷", "难度", "题总相关"]
    first = sheet[head[0].row + 1]
    assert first[3].value == 130
    assert 0 < first[4].value < 1
    with app.app_context():
        assert db.session.scalars(
            select(AuditRecord).where(AuditRecord.action == "item_stats.export")
        ).one()


def sheets(answer) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {each.title: [[cell.value for cell in row] for row in each.iter_rows()] for each in book}


def test_the_workbook_has_models_options_abilities_and_groups(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    found = sheets(client.get("/analytics/quality/workbook"))
    rasch = [row for row in found["Rasch 标定"] if isinstance(row[0], int)]
    assert [row[:3] for row in rasch] == [[n, "单选题", 130] for n in range(1, 7)]
    assert all(isinstance(cell, float) for row in rasch for cell in row[3:6])
    # What the model says of the test is the sum of what it says of its items.
    told = {row[1]: row[2] for row in found["测试信息量"] if row[0] == "Rasch 模型（斜率为 1）"}
    assert told[0] == pytest.approx(sum(row[10] for row in rasch), abs=1e-5)
    assert "只有 130 人作答，少于 200 人，不作标定，没有结果" in found["双参数标定"][-1][0]
    options = [row for row in found["选项"] if row[0] == 6]
    assert [row[2:5] for row in options] == [["A", "是", 130], ["B", "", 130], ["C", "", 130],
                                             ["D", "", 130]]  # fmt: skip
    people = [row for row in found["能力（个人）"] if isinstance(row[0], int)]
    assert len(people) == 130
    levels = [row for row in found["分数与能力"] if isinstance(row[1], int)]
    assert sum(row[2] for row in levels) == 130
    assert [row[1] for row in levels if row[7] is None] == [0, 6]
    by_score = {row[4] // 10: row[5] for row in people}
    assert by_score == {row[1]: row[3] for row in levels if row[2]}
    groups = [row for row in found["题目功能差异"] if row[0] in ("办信司", "督查室")]
    assert [row[1:4] for row in groups] == [[65, 65, n] for n in range(1, 7)] * 2
    assert any(row[0] == "信度 α" and row[1] for row in found["全卷"])
    roster = found["全卷"][-1][0]
    assert "校验值" in roster
    assert roster in soup(client.get("/analytics/quality")).get_text()
    assert roster in soup(client.get("/analytics/quality/model")).get_text()


def test_abilities_by_name_are_for_those_who_may_see_scores(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get("/analytics/quality/model"))
    assert "答对题数与能力对照表" in page.get_text()
    named = soup(client.get(page.select_one('a[href*="/quality/abilities"]')["href"]))
    assert len(named.select("tbody tr")) == 20
    assert "考生0" in named.get_text()
    other = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert "quality/abilities" not in other.get("/analytics/quality/model").get_data(as_text=True)
    assert other.get("/analytics/quality/abilities").status_code == 403
    head = sign_in(make.account(Role.UNIT_HEAD))
    assert head.get("/analytics/quality/abilities").status_code == 404


def test_a_writer_sees_the_words_of_their_own_and_others_see_nothing(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.ITEM_WRITER))
    page = soup(client.get("/analytics/quality/items/1"))
    assert "第1道的题干" not in page.get_text()
    assert "只显示数字" in page.get_text()
    assert "甲" not in page.get_text()
    for role in (Role.STAFF, Role.UNIT_HEAD, Role.BUREAU_LEADER, Role.SYS_ADMIN):
        assert sign_in(make.account(role)).get("/analytics/quality").status_code == 403


def test_nothing_is_said_of_few_people_or_while_somebody_sits(make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert "还没有" in soup(client.get("/analytics/quality")).get_text()
    person = make.person()
    session = make.exam_session(make.sealed_form(), person, title="小考试")
    running = make.attempt(session, person, None, deadline=LATER + timedelta(hours=1))
    assert client.get(f"/analytics/quality?session={session.id}").status_code == 404
    running.deadline = NOON
    make.save(running)
    page = soup(client.get(f"/analytics/quality?session={session.id}"))
    assert "不出结论" in page.get_text()
    found = sheets(client.get(f"/analytics/quality/workbook?session={session.id}"))
    assert "没有哪个职级组或部门与其余的人都达到 30 人，不作比较" in found["题目功能差异"][-3][0]
    assert any("不足 30 份，不出结论" in str(row[2]) for row in found["全卷"])
    assert "人作答，少于 100 人，不作标定，没有结果" in found["Rasch 标定"][-1][0]
    assert "不作标定" in client.get(f"/analytics/quality/abilities?session={session.id}").text
    empty = make.exam_session(make.sealed_form(), person, title="没有人考")
    make.save(empty)
    assert client.get(f"/analytics/quality/workbook?session={empty.id}").status_code == 200
    assert client.get(f"/analytics/quality/model?session={empty.id}").status_code == 200
