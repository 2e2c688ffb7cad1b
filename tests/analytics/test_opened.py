"""Every number on the pages opens: to its formula, what it stands on, and as many people."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup

from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade
from core import clock
from core.db import db
from exam.kinds import Release
from exam.models import Answer, AttemptVector, ExamSession
from exam.services.assembling import building
from tests.analytics.figures import soup
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


@pytest.fixture
def exam(app, make: Make, session) -> dict[str, Any]:
    """甲法 with two articles and 乙法, an item of ten marks each; seven of 办信司, six of 督查室, a
    guest, whose scripts are not the same; of 办信司 one was voided."""
    first, second = make.version(make.law("甲法"), ["一。", "二。"]), make.version(make.law("乙法"))
    articles = [*first.articles, *second.articles]
    form = make.form(*(make.revision(article=each) for each in articles), marks=10)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    clerk = {"grade": Grade.CLERK_1}
    people = [make.person(letters, **clerk) for _ in range(7)]
    people += [make.person(inspection, **clerk) for _ in range(6)]
    people += [make.person(letters, duty_status=DutyStatus.SECONDED_IN, **clerk)]
    given = make.exam_session(form, *people, title="年度考试")
    for n, person in enumerate(people):
        right = [n % 2 == 0, n % 3 == 0, n < 9]
        voided = {"voided_at": NOON, "void_reason": "抄袭"} if n == 6 else {}
        sat = make.attempt(given, person, 10 * sum(right), **voided)
        sat.answers = [
            Answer(slot=slot, seq=1, response="{}", saved_at=NOON, earned=10 * known)
            for slot, known in enumerate(right, 1)
        ]
        session.add(
            AttemptVector(
                attempt_id=sat.id, session_id=given.id, form_id=form.id, person_id=person.id,
                unit_id=person.stat_unit_id, right=bytes(right),
                share=bytes(100 * each for each in right),
            )
        )  # fmt: skip
    session.commit()
    make.roster(*people, title="全员名单")
    found = {"letters": letters, "people": people, "id": given.id}
    session.rollback()
    with clock.frozen(LATER):
        yield found


def listed(page: BeautifulSoup) -> list[list[str]]:
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("#people tbody tr")
    ]


def numbers(cells: Iterable[str]) -> Decimal:
    return sum((Decimal(each) for each in cells), Decimal(0))


def rates(page: BeautifulSoup) -> list[Any]:
    return [each for each in page.select("main td a") if each.get_text().endswith("%")]


def test_every_rate_of_marks_lost_opens_to_its_items_and_its_papers(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    links = rates(soup(client.get("/analytics/weak-points")))
    # Two laws, three articles, three items.
    assert len(links) == 8
    for link in links:
        page = soup(client.get(link["href"]))
        text = page.select_one("main").get_text(" ", strip=True)
        total = [each.get_text() for each in page.select("#items tfoot td")]
        assert total[2] == link.get_text()
        assert f"{total[0]} ÷ {total[1]} = {total[2]}" in text
        body = [[cell.get_text() for cell in row.select("td")]
                for row in page.select("#items tbody tr")]  # fmt: skip
        assert numbers(row[4] for row in body) == Decimal(total[0])
        assert numbers(row[5] for row in body) == Decimal(total[1])
        people = listed(page)
        assert [len(people)] == list({int(row[3]) for row in body}) == [13]
        assert numbers(row[5] for row in people) == Decimal(total[0])
        assert numbers(row[6] for row in people) == Decimal(total[1])
        for said in ("名单快照", "成绩无效", "没有上次"):
            assert said in text


def test_what_a_head_and_the_research_office_open_of_marks_lost(exam, make, sign_in) -> None:
    head = sign_in(make.account(Role.UNIT_HEAD, unit=exam["letters"]))
    links = rates(soup(head.get("/analytics/weak-points")))
    own = [each for each in links if "own=1" in each["href"]]
    assert len(own) == 5
    for link in own:
        page = soup(head.get(link["href"]))
        people = listed(page)
        # Six of seven: one was voided, and the guest stands on another line.
        assert [row[2] for row in people] == ["办信司"] * 6
        total = [each.get_text() for each in page.select("#items tfoot td")]
        assert numbers(row[5] for row in people) == Decimal(total[0])
    for link in [each for each in links if "own=1" not in each["href"]]:
        assert "名单不对您开放" in soup(head.get(link["href"])).get_text()
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    for link in rates(soup(office.get("/analytics/weak-points"))):
        page = soup(office.get(link["href"]))
        assert not page.select("#people")
        assert not any(each.name in page.get_text() for each in exam["people"])
    for bad in ("", "?session=1", "?session=1&law=无", "?session=99&law=甲法"):
        assert office.get(f"/analytics/weak-points/opened{bad}").status_code == 404
    assert sign_in(make.account(Role.STAFF)).get(links[0]["href"]).status_code == 403


def cells(page: BeautifulSoup) -> list[Any]:
    return page.select("a.xf-heat-rate")


def test_every_cell_of_the_map_opens_to_its_people(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    links = cells(soup(client.get("/analytics/mastery")))
    # Two laws, of the bureau and of two departments; the guest alone shows nothing.
    assert len(links) == 6
    for link in links:
        note = link.find_next_sibling().get_text()
        page = soup(client.get(link["href"]))
        people = listed(page)
        assert note.endswith(f"，{len(people)} 人")
        text = page.select_one("main").get_text(" ", strip=True)
        top, rate = text.partition("每人得分率之和 ÷ 人数：")[2].split(" = ")[:2]
        assert top.endswith(f" ÷ {len(people)}")
        shares = [Decimal(row[5]) / Decimal(row[6]) for row in people]
        assert abs(sum(shares) - Decimal(top.split(" ÷ ")[0])) < Decimal("0.001")
        assert rate.split("%")[0].split(".")[0].isdigit()
        assert "2025 年没有这个数" in text
        assert "计入的考试：年度考试" in text
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    for link in cells(soup(office.get("/analytics/mastery"))):
        page = soup(office.get(link["href"]))
        assert not page.select("#people")
        assert "名单不对您开放" in page.get_text()
    head = sign_in(make.account(Role.UNIT_HEAD, unit=exam["letters"]))
    own = [each for each in cells(soup(head.get("/analytics/mastery"))) if "unit=" in each["href"]]
    assert {len(listed(soup(head.get(each["href"])))) for each in own} == {6}
    other = links[-1]["href"].partition("?")[2]
    assert f"unit={exam['letters'].id}" not in other
    assert head.get(f"/analytics/mastery/opened?{other}").status_code == 404


def test_every_rate_of_the_boards_laws_opens_to_its_people(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    client.post("/analytics/board/make")
    board = soup(client.get("/analytics/board/"))
    firsts = list(board.select("main a[href$='#opened']"))
    # Two laws and three articles.
    assert len(firsts) == 5
    opened = set()
    for link in firsts:
        law = soup(client.get(link["href"].removesuffix("#opened")))
        for each in law.select("main td a"):
            if not each.get_text().endswith("%"):
                continue
            page = soup(client.get(each["href"]))
            people = listed(page)
            size = int(each.find_parent("tr").select("td")[-1].get_text())
            assert len(people) == size
            shares = sum(Decimal(row[5]) / Decimal(row[6]) for row in people)
            assert abs(100 * shares / size - Decimal(each.get_text()[:-1])) < Decimal("0.006")
            assert f" ÷ {size} = {each.get_text()}" in page.select_one("#opened").get_text()
            opened.add(each["href"])
    # Each law: the bureau, two departments, its articles.
    assert len(opened) == 9
    head = sign_in(make.account(Role.UNIT_HEAD, unit=exam["letters"]))
    unit = soup(head.get(f"/analytics/board/units/{exam['letters'].id}"))
    for each in unit.select("main a[href$='#opened']"):
        assert len(listed(soup(head.get(each["href"].removesuffix("#opened"))))) == 6


def test_what_is_compared_opens_in_its_own_period(exam, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for period in ("2026", "2025"):
        client.post(f"/analytics/board/make?period={period}")
    where = f"/analytics/board/compare?period=2026&with=2025&a={exam['letters'].id}-ranked"
    links = soup(client.get(where)).select("main td a")
    assert {each["href"].partition("period=")[2][:4] for each in links} == {"2026", "2025"}
    for link in links:
        assert f" = {link.get_text()}" in soup(client.get(link["href"])).get_text()
    assert len(links) > 20


def test_a_head_is_told_scores_no_sooner_than_the_department_itself(
    exam, make, sign_in, session
) -> None:
    clients = [
        sign_in(make.account(Role.UNIT_HEAD, unit=exam["letters"])),
        sign_in(make.account(Role.EXAM_ADMIN)),
    ]
    row = f"{exam['letters'].id}-ranked"
    path = f"/analytics/sessions/{exam['id']}/people?row={row}&figure=participation"
    session.rollback()

    def told() -> list[bool]:
        return ["取用成绩" in client.get(path).text for client in clients]

    assert told() == [True, True]
    session.get_one(ExamSession, exam["id"]).score_release = Release.ON_PUBLICATION
    session.commit()
    assert told() == [False, True]


def test_what_an_exam_came_to_is_told_by_rates_no_sooner_than_by_names(
    exam, make, sign_in, session
) -> None:
    """A large department, leaders and 研究室 see who took part until the scores are out."""
    roles = [Role.UNIT_HEAD, Role.LIAISON, Role.BUREAU_LEADER, Role.RESEARCH_OFFICE]
    readers = [sign_in(make.account(each, unit=exam["letters"])) for each in roles]
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    session.get_one(ExamSession, exam["id"]).score_release = Release.ON_PUBLICATION
    session.commit()
    base, scored = f"/analytics/sessions/{exam['id']}", ("pass_due", "excellent_due", "mean")

    def told(client: Any, figure: str) -> int:
        return client.get(f"{base}/people?row=total&figure={figure}").status_code

    def drawn() -> list[bytes]:
        return [client.get(f"{base}/charts/departments.svg").data for client in readers]

    then = drawn()
    for client in readers:
        page = soup(client.get("/analytics/"))
        assert "成绩尚未公布，只列参考情况" in page.get_text()
        assert not page.select('#table a[href*="figure=pass"], #table a[href*="figure=mean"]')
        assert [told(client, each) for each in scored] == [404] * 3
        assert told(client, "participation") == 200
        sheet = openpyxl.load_workbook(BytesIO(client.get(f"{base}/table.xlsx").data))["部门汇总表"]
        heads, *rows = [row for row in sheet.values if row[1]]
        assert {row[heads.index("平均分")] for row in rows} == {None}
        assert {row[heads.index("参考率")] for row in rows} == {100}
        for path in ("/analytics/history", "/analytics/history/trend.svg", f"{base}/print"):
            assert client.get(path).status_code == 200
        assert client.get(f"{base}/circular").status_code in (403, 404)
        assert "还没有可统计的考试" in client.get("/analytics/weak-points").text
        assert "《甲法》" not in client.get("/analytics/mastery?year=2026").text
    assert [told(officer, each) for each in scored] == [200] * 3
    assert officer.get(f"{base}/circular").status_code == 200
    session.get_one(ExamSession, exam["id"]).published_at = NOON
    session.commit()
    for client in readers:
        assert [told(client, each) for each in scored] == [200] * 3
        assert "成绩尚未公布" not in client.get("/analytics/").text
    assert all(before != now for before, now in zip(then, drawn(), strict=True))


def test_a_makeup_counts_for_a_head_from_when_its_scores_are_out(
    exam, make, sign_in, session
) -> None:
    first = session.get_one(ExamSession, exam["id"])
    failed = exam["people"][1]
    makeup = make.exam_session(
        first.form,
        session.merge(failed),
        title="补考",
        makeup_of_id=first.id,
        score_release=Release.ON_PUBLICATION,
    )
    make.attempt(makeup, failed, 30)
    clients = [
        sign_in(make.account(Role.UNIT_HEAD, unit=exam["letters"])),
        sign_in(make.account(Role.EXAM_ADMIN)),
    ]
    path = f"/analytics/?session={exam['id']}"

    def told() -> list[bool]:
        return ["含补考：补考" in client.get(path).text for client in clients]

    assert told() == [False, True]
    makeup.published_at = NOON
    make.save(makeup)
    assert told() == [True, True]
