"""What was not known becomes what is trained next year, if the officer ticks it."""

import io
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from docx import Document
from sqlalchemy import delete, select

from accounts.permissions import Role
from accounts.standing import Grade, RankGroup
from analytics import mastery, needs
from analytics.board import queries as board_queries
from analytics.board import spans
from analytics.mastery import MARKS, Cell
from analytics.needs import Entry
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from courses.models import CourseCategory
from courses.plans.models import PlanItem, PlanPeriod, TrainingPlan
from exam.models import Answer, AttemptVector
from exam.services.assembling import building
from tests.analytics.figures import soup
from tests.courses.test_must_know import listed
from tests.factories import NOON, Make


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(NOON + timedelta(days=40)):
        yield


def laws(rows: list[tuple[int, int, str, float]]) -> list[mastery.Subject]:
    """(people, unit, law, share of the marks each earned)"""
    told = [
        (1000 * unit + n, unit, law, 1, share, 1.0)
        for people, unit, law, share in rows
        for n in range(people)
    ]
    return mastery.subjects(pd.DataFrame(told, columns=list(MARKS)).astype(MARKS))


def entry(title: str, law: str, people: int, rate: float | None) -> Entry:
    return Entry("清单", title, law, Cell(people, rate, rate, rate))


def test_who_needs_what_follows_from_where_it_is_weak() -> None:
    found = needs.needs(
        laws([
            (10, 1, "甲法", 0.5), (10, 2, "甲法", 0.6),
            (10, 1, "乙法", 0.9), (10, 2, "乙法", 0.6),
            (20, 1, "丙法", 0.9),
            (20, 1, "丁法", 0.9),
            (4, 1, "戊法", 0.1),
        ]),
        {
            RankGroup.DIVISION: laws([(10, 1, "丙法", 0.4), (10, 1, "甲法", 0.1)]),
            RankGroup.SECTION: laws([(10, 1, "丙法", 0.95)]),
        },
        {1: "一司", 2: "二司"},
        laws([
            (20, 1, "《甲法》第1条", 0.1), (20, 1, "《甲法》第2条", 0.15),
            (20, 1, "《甲法》第3条", 0.69994), (20, 1, "《甲法》第4条", 0.69995),
            (3, 1, "《甲法》第5条", 0.0),
        ]),
        [entry("丁法的条目", "丁法", 20, 0.7999), entry("会的", "丙法", 20, 0.79995),
         entry("没考", "丙法", 0, None), entry("人少", "丙法", 4, None)],
        {RankGroup.DIVISION: 30, RankGroup.SECTION: 50},
    )  # fmt: skip
    told = [(each.law, each.audience, each.people, each.hours) for each in found]
    assert told == [
        ("丙法", "处级", 30, 4), ("甲法", "全体", 80, 8), ("乙法", "全体", 80, 4),
        ("丁法", "全体", 80, 4),
    ]  # fmt: skip
    assert found[1].title == "《甲法》专题培训（重点：第1条、第2条、第3条）"
    assert [title for title, _ in found[2].units] == ["二司"]
    assert found[3].reasons[-1] == "清单条目未达标：丁法的条目 79.99%"
    assert needs.needs([], {}, {}, [], [], {}) == []


@pytest.fixture
def exam(app, make: Make, session):
    """Eight people; of 甲法 two know the first article, all know the second, and 乙法."""
    first, second = make.version(make.law("甲法"), ["一。", "二。"]), make.version(make.law("乙法"))
    articles = [*first.articles, *second.articles]
    form = make.form(*(make.revision(article=each) for each in articles), marks=10)
    listed(make, ("甲法第一条", first, articles[:1]), ("乙法", second, []))
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    unit = make.unit("办信司", short_name="办信司")
    people = [make.person(unit) for _ in range(8)]
    given = make.exam_session(form, *people)
    for n, person in enumerate(people):
        right = [n < 2, True, True]
        sat = make.attempt(given, person, 10 * sum(right))
        sat.answers = [
            Answer(slot=slot, seq=1, response="{}", saved_at=NOON, earned=10 * known)
            for slot, known in enumerate(right, 1)
        ]
        session.add(
            AttemptVector(
                attempt_id=sat.id, session_id=given.id, form_id=form.id, person_id=person.id,
                unit_id=unit.id, right=bytes(right), share=bytes(100 * each for each in right),
            )
        )  # fmt: skip
    session.commit()
    period = PlanPeriod(name="期", first_year=2026, last_year=2030, created_at=NOON)
    session.add(period)
    session.flush()
    plan = make.save(TrainingPlan(period=period, year=2027, created_at=NOON)).id
    session.rollback()
    return plan


def test_ticked_needs_become_lines_of_the_draft(exam, make: Make, sign_in, session) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    page = BeautifulSoup(officer.get("/analytics/needs?year=2026").data, "html.parser")
    row = page.select_one("form tbody tr").get_text(" ", strip=True)
    assert "《甲法》专题培训（重点：第1条）" in row
    assert "得分率 62.50%" in row
    assert "第1条 25.00%" in row
    assert "清单条目未达标：甲法第一条 25.00%" in row
    key = page.select_one("input[name=need]")["value"]
    sent = {"need": key, "plan": exam}
    answer = officer.post("/analytics/needs?year=2026", data=sent, follow_redirects=True)
    assert "已列入 1 项" in answer.text
    line = session.scalars(select(PlanItem)).one()
    assert (line.plan_id, line.title) == (exam, "《甲法》专题培训（重点：第1条）")
    assert (line.hours, line.category, line.month) == (4, CourseCategory.LAW, None)
    session.rollback()
    again = officer.post("/analytics/needs?year=2026", data=sent, follow_redirects=True)
    assert "1 项计划中已有" in again.text
    assert "至少勾选" in officer.post(
        "/analytics/needs?year=2026", data={"plan": exam}, follow_redirects=True
    ).text  # fmt: skip
    report = Document(io.BytesIO(officer.get("/analytics/needs.docx?year=2026").data))
    cells = [cell.text for table in report.tables for r in table.rows for cell in r.cells]
    assert "《甲法》专题培训（重点：第1条）" in cells
    acts = set(session.scalars(select(AuditRecord.action)))
    assert {"plan_item.add", "training_needs.export"} <= acts
    session.rollback()
    reader = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert reader.get("/analytics/needs").status_code == 200
    assert reader.post("/analytics/needs", data=sent).status_code == 403
    assert sign_in(make.account(Role.UNIT_HEAD)).get("/analytics/needs").status_code == 403


def test_needs_and_board_say_the_same_where_people_were_asked_differently(
    make: Make, app, session, sign_in
) -> None:
    """Of one article: five were asked once and know it, five twice and do not: the mean is 50 %,
    of the marks it would be 5 of 15."""
    first = make.version(make.law("甲法"), ["一。"]).articles[0]
    other = make.version(make.law("乙法"), ["一。"]).articles[0]
    short = make.form(*(make.revision(article=each) for each in (first, other)), marks=10)
    long = make.form(*(make.revision(article=each) for each in (first, first, other)), marks=10)
    with app.app_context(), clock.frozen(NOON):
        for form in (short, long):
            building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    unit = make.unit("办信司")
    people = [make.person(unit) for _ in range(10)]
    for form, own, share in ((short, people[:5], [100, 0]), (long, people[5:], [0, 0, 100])):
        given = make.exam_session(form, *own)
        for person in own:
            sat = make.attempt(given, person, 10)
            make.save(AttemptVector(
                attempt_id=sat.id, session_id=given.id, form_id=form.id, person_id=person.id,
                unit_id=unit.id, right=bytes(bool(each) for each in share), share=bytes(share),
            ))  # fmt: skip
    make.roster(*people)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    needs_page = BeautifulSoup(client.get("/analytics/needs?year=2026").data, "html.parser")
    board = BeautifulSoup(client.get("/analytics/board/?period=2026").data, "html.parser")
    article = next(row for row in board.select("tbody tr") if "《甲法》第1条" in row.get_text())
    assert "50.00%" in article.get_text()
    row = needs_page.select_one('input[aria-label*="甲法"]').find_parent("tr")
    assert "薄弱条文：第1条 50.00%" in row.get_text()
    data = client.get("/analytics/board/figures.json?period=2026").json
    with app.app_context():
        edition = board_queries.newest(spans.named("2026", clock.today()).period)
        articles = board_queries.articles(edition, board_queries.Filter())
    told = {each.law: float(needs.percentage(each.whole)) for each in articles}
    assert told == {each["title"]: each["rate"] for each in data["articles"]}
    assert data["digest"][:16] in needs_page.get_text()
    # And so does what its rates open to.
    for link in rates(row):
        assert f" ÷ 10 = {link.get_text()}" in opened(client, link).get_text(" ", strip=True)


def rates(page: Any) -> list[Any]:
    return [each for each in page.select("a") if each.get_text().endswith("%")]


def opened(client: Any, link: Any) -> BeautifulSoup:
    return soup(client.get(link["href"].partition("#")[0]))


def sat_by_rank(make: Make, app: Any, session: Any, *, directors: int) -> None:
    """One item on 甲法 that 14 of section level in 办信司 know, and as many directors; of division
    level six in 督查室 do not, one of each mark."""
    article = make.version(make.law("甲法"), ["一。"]).articles[0]
    form = make.form(make.revision(article=article), marks=10)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    people = [make.person(letters, grade=Grade.CLERK_1) for _ in range(14)]
    people += [make.person(letters, grade=Grade.INSPECTOR_1) for _ in range(directors)]
    people += [make.person(inspection, grade=Grade.RESEARCHER_1) for _ in range(6)]
    given = make.exam_session(form, *people)
    for n, person in enumerate(people):
        share = 100 if n < 14 + directors else 10 * (n - 13 - directors)
        sat = make.attempt(given, person, 10)
        make.save(AttemptVector(
            attempt_id=sat.id, session_id=given.id, form_id=form.id, person_id=person.id,
            unit_id=person.stat_unit_id, right=bytes([share == 100]), share=bytes([share]),
        ))  # fmt: skip
    make.roster(*people)


def test_rates_of_a_rank_group_and_of_a_department_open_on_the_board(
    make: Make, app, session, sign_in
) -> None:
    sat_by_rank(make, app, session, directors=0)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    row = soup(client.get("/analytics/needs?year=2026")).select_one("form tbody tr")
    assert "处级 6 人的得分率 35.00%" in row.get_text()
    assert "薄弱部门：督查室 35.00%" in row.get_text()
    links = rates(row)
    assert ["rank=" in each["href"] for each in links] == [True, False]
    for link in links:
        page = opened(client, link)
        assert "2.1 ÷ 6 = 35.00%" in page.select_one("#opened").get_text(" ", strip=True)
        told = [
            [cell.get_text() for cell in each.select("td")]
            for each in page.select("#people tbody tr")
        ]
        assert [each[1] for each in told] == ["督查室"] * 6
        assert [each[6] for each in told] == [f"{n}0.00%" for n in range(1, 7)]
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    for link in links:
        page = opened(office, link)
        assert "2.1 ÷ 6 = 35.00%" in page.get_text(" ", strip=True)
        assert not page.select("#people")


def test_a_rank_group_is_not_named_where_a_handful_of_another_would_follow(
    make: Make, app, session, sign_in
) -> None:
    sat_by_rank(make, app, session, directors=3)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    [row] = soup(client.get("/analytics/needs?year=2026")).select("form tbody tr")
    # The department alone; of the bureau, and the three are part of that.
    assert "全体 23 人的得分率 83.04%" in row.get_text()
    assert "处级" not in row.get_text()


def test_one_press_makes_the_draft_that_there_was_not(exam, make: Make, sign_in, session) -> None:
    account = make.account(Role.EXAM_ADMIN)
    officer, where = sign_in(account), "/analytics/needs?year=2026"
    key = soup(officer.get(where)).select_one("input[name=need]")["value"]
    assert officer.post(f"/plans/{exam}/discard").status_code == 303
    page = soup(officer.get(where))
    assert "编制 2027 年度计划草稿，并列入勾选的" in page.get_text()
    # Nothing ticked makes no draft.
    assert "至少勾选" in officer.post(where, follow_redirects=True).text
    assert session.scalars(select(TrainingPlan)).all() == []
    session.rollback()
    answer = officer.post(where, data={"need": key}, follow_redirects=True)
    assert "已列入 1 项（2027年度法治培训计划，草稿）" in answer.text
    [plan] = session.scalars(select(TrainingPlan)).all()
    assert (plan.year, plan.number, plan.created_by_id, len(plan.items)) == (2027, 0, account.id, 1)
    plan.approved_at, plan.approved_by_id = NOON, make.account(Role.BUREAU_LEADER).id
    made = plan.id
    session.commit()
    # Of a plan that was approved it becomes an amendment, which leaves what is in force.
    again = officer.post(where, data={"need": key}, follow_redirects=True)
    assert "1 项计划中已有" in again.text
    amended = session.scalars(select(TrainingPlan).where(TrainingPlan.id != made)).one()
    assert (amended.number, len(amended.items)) == (1, 1)
    assert "培训需求" in amended.note
    gone = amended.id
    session.rollback()
    officer.post(f"/plans/{gone}/discard")
    assert session.scalars(select(TrainingPlan.id)).all() == [made]
    acts = list(session.scalars(select(AuditRecord.action)))
    assert {"plan.create", "plan.amend"} <= set(acts)
    assert acts.count("plan.discard") == 2


def test_without_a_period_the_page_leads_to_where_one_is_made(exam, make, sign_in, session) -> None:
    officer, where = sign_in(make.account(Role.EXAM_ADMIN)), "/analytics/needs?year=2026"
    key = soup(officer.get(where)).select_one("input[name=need]")["value"]
    officer.post(f"/plans/{exam}/discard")
    session.execute(delete(PlanPeriod))
    session.commit()
    page = soup(officer.get(where))
    assert page.select_one("a[href$='/periods/new']")
    answer = officer.post(where, data={"need": key}, follow_redirects=True)
    assert "还没有包含 2027 年的规划期" in answer.text


def test_every_number_of_the_report_opens_to_as_many(exam, make: Make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    # With the officer nine are on the books.
    page, seen = soup(client.get("/analytics/needs?year=2026")), set()
    for link in page.select("main table a"):
        text, found = link.get_text(), opened(client, link)
        people = len(found.select("#people tbody tr"))
        seen.add(link["href"].partition("?")[0].rsplit("/", 1)[1])
        if text.isdigit():
            assert people == int(text) == 9
        else:
            assert f" = {text}" in found.select_one("main").get_text(" ", strip=True)
            assert people == 8
    assert seen == {"people", "laws", "opened"}
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    for link in page.select("main table a"):
        found = opened(office, link)
        assert not found.select("#people")
        assert "名单不对您开放" in found.get_text()
