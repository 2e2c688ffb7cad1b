"""Pages of the rates: what they show, to whom, and the workbook that says the same."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import RosterSnapshot
from accounts.permissions import Role
from analytics import queries, rates
from analytics.frames import exam as frames
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import ExamSession
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(LATER):
        yield


@pytest.fixture
def bureau(make: Make):
    """Two units with a finished exam: three of 办信司 (one failed, one away), two of 督查室."""
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    people = [make.person(letters) for _ in range(3)] + [make.person(inspection) for _ in range(2)]
    session = make.exam_session(make.sealed_form(), *people, title="年度考试")
    for person, score in zip(people, (95, 40, None, 80, 61), strict=True):
        if score is not None:
            make.attempt(session, person, score)
    return letters, inspection, session, people


def soup(answer) -> BeautifulSoup:
    assert answer.status_code == 200, answer.status_code
    page = BeautifulSoup(answer.data, "html.parser")
    assert len(page.find_all("h1")) == 1
    assert page.find("h1").get_text(strip=True) in page.title.get_text()
    return page


def table(page: BeautifulSoup) -> dict[str, list[str]]:
    rows = page.select(".xf-figures tbody tr, .xf-figures tfoot tr")
    return {
        row.th.get_text(strip=True): [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in rows
    }


def test_a_manager_sees_the_figures_with_their_people(bureau, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/"))
    assert table(page) == {
        "办信司": [
            "—", "66.67% 2/3", "33.33% 1/3", "33.33% 1/3", "67.50 135/2", "95", "40",
            "50.00% 1/2", "50.00% 1/2", "66.67% 2/3", "33.33% 1/3",
        ],
        "督查室": [
            "—", "100.00% 2/2", "100.00% 2/2", "0.00% 0/2", "70.50 141/2", "80", "61",
            "100.00% 2/2", "0.00% 0/2", "100.00% 2/2", "100.00% 2/2",
        ],
        "合计": [
            "—", "80.00% 4/5", "60.00% 3/5", "20.00% 1/5", "69.00 276/4", "95", "40",
            "75.00% 3/4", "25.00% 1/4", "80.00% 4/5", "60.00% 3/5",
        ],
    }  # fmt: skip
    assert page.select_one(".xf-stat-value").get_text(strip=True) == "80.00%"


def test_the_other_half_of_the_table_counts_people(bureau, make, sign_in) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/?view=counts"))
    counts = table(page)["办信司"]
    assert counts == ["3", "0", "0", "3", "3", "2", "2", "2", "1", "1", "1", "1", "0"]


def test_every_number_links_to_as_many_people(bureau, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    opened = 0
    for view in ("rates", "counts"):
        for cell in soup(client.get(f"/analytics/?view={view}")).select(".xf-figures td"):
            link = cell.find("a")
            if link is None:
                assert cell.get_text(strip=True) in {"0", "—"}
                continue
            page = soup(client.get(link["href"]))
            listed = len(page.select("#people tbody tr"))
            text = link.get_text(strip=True)
            parts = cell.select_one(".xf-parts")
            if parts is not None and "%" in text:
                numerator, denominator = map(int, parts.get_text().split("/"))
                assert listed == denominator - numerator
                tabs = {
                    each.contents[0].strip(): int(each.span.get_text())
                    for each in page.select(".xf-tabs a[href*=part]")
                }
                assert tabs["计入分子"] == numerator
                assert tabs["计入分母"] == denominator
            elif parts is not None:
                assert listed == int(parts.get_text().split("/")[1])
            elif view == "counts":
                assert listed == int(text)
            opened += 1
    assert opened > 40


def test_sorting_keeps_the_total_last(bureau, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get("/analytics/?sort=pass_due&dir=desc"))
    assert list(table(page)) == ["督查室", "办信司", "合计"]
    assert list(table(soup(client.get("/analytics/?sort=nonsense")))) == [
        "办信司",
        "督查室",
        "合计",
    ]


def test_a_head_sees_the_own_unit_and_the_total_and_opens_only_the_own(
    bureau, make, sign_in
) -> None:
    letters, inspection, session, _people = bureau
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    page = soup(client.get("/analytics/"))
    assert list(table(page)) == ["办信司", "合计"]
    assert page.select_one(".xf-stat-value").get_text(strip=True) == "66.67%"
    assert page.select(".xf-figures tbody td a")
    where = f"/analytics/sessions/{session.id}/people"
    opened = soup(client.get(f"{where}?row={letters.id}-ranked&figure=passed"))
    assert len(opened.select("#people tbody tr")) == 1
    for row in (f"{inspection.id}-ranked", "x"):
        assert client.get(f"{where}?row={row}&figure=due").status_code == 404
    # Of the bureau the formula, and nobody's name.
    total = soup(client.get(f"{where}?row=total&figure=participation"))
    assert "4 ÷ 5 = 80.00%" in total.get_text()
    assert "名单不对您开放" in total.get_text()
    assert not total.select("#people")
    assert "督查室" not in total.get_text()
    assert "督查室" not in client.get(f"/analytics/sessions/{session.id}/print").text


def test_a_head_of_a_renamed_unit_sees_what_it_was(bureau, make, sign_in) -> None:
    letters, *_ = bureau
    renamed = make.unit("来信办理司", predecessor=letters)
    page = soup(sign_in(make.account(Role.UNIT_HEAD, unit=renamed)).get("/analytics/"))
    assert list(table(page)) == ["办信司", "合计"]


def test_a_liaison_opens_states_but_nothing_that_tells_scores(bureau, make, sign_in) -> None:
    letters, _inspection, session, _people = bureau
    client = sign_in(make.account(Role.LIAISON, unit=letters))
    where = f"/analytics/sessions/{session.id}/people?row={letters.id}-ranked&figure="
    page = soup(client.get(where + "absent"))
    assert "取用成绩" not in page.get_text()
    for key in ("passed", "excellent", "pass_due", "mean", "highest", "score_sum"):
        # Two have scores, which is too few to tell.
        assert client.get(where + key).status_code == 404
    links = soup(client.get("/analytics/")).select(".xf-figures td a")
    assert {re.search("figure=([a-z_]+)", each["href"])[1] for each in links} == {
        "participation", "first_participation",
    }  # fmt: skip


@pytest.mark.parametrize("role", [Role.BUREAU_LEADER, Role.RESEARCH_OFFICE])
def test_leaders_see_all_figures_and_nobodys_name(bureau, make, sign_in, role: Role) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(role))
    page = soup(client.get("/analytics/"))
    assert list(table(page)) == ["办信司", "督查室", "合计"]
    for link in page.select(".xf-figures td a"):
        opened = soup(client.get(link["href"]))
        assert "名单不对您开放" in opened.get_text()
        assert not opened.select("#people")
        assert "干部" not in opened.select_one("main").get_text()
    assert len(page.select(".xf-figures td a")) > 5
    where = f"/analytics/sessions/{session.id}/people?figure=participation"
    told = soup(client.get(where)).select_one("main").get_text(" ", strip=True)
    for said in ("公式 实参考 ÷ 应参考：4 ÷ 5 = 80.00%", "名单快照", "没有上次"):
        assert said in told
    staff = sign_in(make.account(Role.STAFF))
    assert staff.get(where).status_code == 403


def test_an_opened_figure_says_how_it_moved_since_the_last_exam(bureau, make, sign_in) -> None:
    letters, _inspection, _session, people = bureau
    later = make.exam_session(
        make.sealed_form(), *people, title="又一年", opens_at=NOON + timedelta(days=9),
        closes_at=NOON + timedelta(days=10),
    )  # fmt: skip
    for person in people[:3]:
        make.attempt(later, person, 80)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{later.id}/people?row={letters.id}-ranked&figure="
    for figure, said in (
        ("pass_due", "上次（年度考试）为 33.33%，升 66.67 个百分点"),
        ("mean", "上次（年度考试）为 67.50，升 12.5 分"),
        ("taken", "上次（年度考试）为 2，升 1 人"),
        ("exempt", "上次（年度考试）为 0，持平"),
    ):
        assert said in soup(client.get(where + figure)).get_text(" ", strip=True)


@pytest.mark.parametrize("figure", ["", "nonsense", "unit_id", "title"])
def test_an_unknown_figure_is_not_found(bureau, make, sign_in, figure: str) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{session.id}/people?row=total&figure={figure}"
    assert client.get(where).status_code == 404


def test_sessions_to_come_and_cancelled_ones_are_not_shown(bureau, make, sign_in) -> None:
    future = make.exam_session(
        make.sealed_form(), opens_at=LATER + timedelta(days=1), closes_at=LATER + timedelta(days=2)
    )
    gone = make.exam_session(make.sealed_form(), cancelled_at=NOON)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for each in (future, gone):
        assert client.get(f"/analytics/?session={each.id}").status_code == 404
        assert client.get(f"/analytics/sessions/{each.id}/table.xlsx").status_code == 404


def test_a_running_session_says_that_its_figures_are_not_final(bureau, make, sign_in) -> None:
    letters, *_ = bureau
    running = make.exam_session(
        make.sealed_form(),
        make.person(letters),
        opens_at=LATER - timedelta(hours=1),
        closes_at=LATER + timedelta(hours=1),
    )
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get(f"/analytics/?session={running.id}"))
    assert "场次尚在进行，1 人尚未参考，数字为暂计" in page.get_text()


def sheets(answer) -> openpyxl.Workbook:
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def test_the_workbook_has_the_forms_columns_and_the_pages_figures(
    app, bureau, make, sign_in
) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))
    assert book.sheetnames == ["部门汇总表", "全部指标", "口径"]
    title, head, *body = book["部门汇总表"].iter_rows(values_only=True)
    assert title[0] == "年度考试部门汇总表"
    assert list(head) == [
        "序号", "部门", "在册", "免考", "缓考", "应参考", "实参考", "参考率", "合格数",
        "合格率（应考）", "优秀数", "优秀率", "平均分", "最高", "最低", "缺考人数", "名次",
    ]  # fmt: skip
    assert body[0] == (1, "办信司", 3, 0, 0, 3, 2, 66.67, 1, 33.33, 1, 33.33, 67.5, 95, 40, 1, None)
    assert body[2][:6] == (None, "合计", 5, 0, 0, 5)
    assert any("填报单位（盖章）" in str(row[0]) for row in body)
    with app.app_context():
        found = db.session.get_one(ExamSession, session.id)
        expected = rates.department_table(frames.counted(found, LATER))
    _title, names, *rows = book["全部指标"].iter_rows(values_only=True)
    from_sheet = {row[1 - 1]: dict(zip(names, row, strict=True)) for row in rows}
    for row in expected:
        shown = from_sheet[row.title]
        for record in rates.EXAM.records:
            value = row.values.get(record.key, row.figures.get(record.key))
            cell = shown[record.title]
            assert (None if cell is None else Decimal(str(cell))) == value


def test_percentages_are_numbers_with_a_format(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    sheet = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))["部门汇总表"]
    cell = sheet.cell(row=3, column=8)
    assert (cell.value, cell.data_type, cell.number_format) == (66.67, "n", '0.00"%"')


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"])
def test_a_unit_named_like_a_formula_stays_text(make, sign_in, name: str) -> None:
    session = make.exam_session(make.sealed_form(), make.person(make.unit(name)), title=name)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "@", "+"))
    assert book["部门汇总表"].cell(row=3, column=2).value == f"'{name}"


def test_a_head_exports_the_own_unit_and_the_export_is_on_record(
    bureau, make, sign_in, session
) -> None:
    letters, _inspection, exam, _people = bureau
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    book = sheets(client.get(f"/analytics/sessions/{exam.id}/table.xlsx"))
    column = [row[1] for row in book["部门汇总表"].iter_rows(min_row=3, values_only=True)]
    assert column[:2] == ["办信司", "合计"]
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc())).first()
    assert last.action == "rates.export"


def test_the_printed_table_has_the_line_to_sign(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    page = soup(
        sign_in(make.account(Role.EXAM_ADMIN)).get(f"/analytics/sessions/{session.id}/print")
    )
    assert "填报单位（盖章）" in page.get_text()
    assert page.find("link", href=re.compile("landscape.css"))


def test_charts_are_images_that_a_browser_may_keep(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{session.id}/charts/"
    answer = client.get(where + "departments.svg")
    assert answer.status_code == 200
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    again = client.get(where + "departments.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(where + "scores.svg").status_code == 200
    assert client.get(where + "secret.svg").status_code == 404


def test_the_history_goes_back_over_main_sessions(bureau, make, sign_in) -> None:
    _letters, _inspection, session, people = bureau
    make.exam_session(make.sealed_form(), *people, title="补考场", makeup_of_id=session.id)
    older = make.exam_session(
        make.sealed_form(), *people, title="上年考试",
        opens_at=NOON - timedelta(days=365), closes_at=NOON - timedelta(days=364),
    )  # fmt: skip
    make.attempt(older, people[0], 70)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    found = table(soup(client.get("/analytics/history")))
    assert list(found) == ["年度考试", "上年考试"]
    assert found["上年考试"][1:] == ["5", "1", "20.00%", "20.00%", "0.00%", "70.00", "4"]
    assert client.get("/analytics/history/trend.svg").status_code == 200


def test_where_nothing_happened_yet_the_pages_say_so(make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    for where in ("/analytics/", "/analytics/weak-points"):
        assert "还没有可统计的考试" in soup(client.get(where)).get_text()
    assert "还没有结束的考试" in soup(client.get("/analytics/history")).get_text()
    assert "还没有名单快照" in soup(client.get("/analytics/learning")).get_text()


# -- learning ---------------------------------------------------------------------------------


@pytest.fixture
def school(make: Make):
    """Two units of which one learns; a course is required of everybody."""
    letters, inspection = make.unit("办信司"), make.unit("督查室")
    keen, slow, other = make.person(letters), make.person(letters), make.person(inspection)
    roster = make.roster(keen, slow, other, title="三月名单")
    course = make.course(title="宪法导读")
    make.assignment(course)
    make.completion(keen, course)
    make.credit(keen, "7.5")
    return letters, inspection, roster, keen


def test_learning_shows_rates_and_says_what_stays_open_without_a_target(
    school, make, sign_in
) -> None:
    page = soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/learning"))
    assert table(page) == {
        "办信司": ["50.00% 1/2", "50.00% 1/2", "50.00% 1/2", "—", "3.75 7.5/2", "0.00 0/2"],
        "督查室": ["0.00% 0/1", "0.00% 0/1", "0.00% 0/1", "—", "0.00 0/1", "0.00 0/1"],
        "合计": ["33.33% 1/3", "33.33% 1/3", "33.33% 1/3", "—", "2.50 7.5/3", "0.00 0/3"],
    }
    assert "未设学时目标，不判达标" in page.get_text()


def test_a_target_fills_the_column(school, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get("/analytics/learning?target=7.5&basis=online"))
    assert table(page)["合计"][3] == "33.33% 1/3"
    assert "年学时目标 7.5 学时（网络培训）" in page.get_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first=2026-05-01&last=2026-04-01", "结束日期不能早于开始日期"),
        ("first=1926-05-01&last=2026-04-01", "统计期不能超过十年"),
        ("target=-3", "学时目标应在 0 至 2000 之间"),
        ("basis=nonsense", "请从列表中选择"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_year_is_shown(
    school, make, sign_in, arguments: str, message: str
) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    page = soup(client.get(f"/analytics/learning?{arguments}"))
    assert message in page.get_text()
    assert "2026年1月1日至2026年12月31日" in page.get_text()
    assert client.get(f"/analytics/learning/table.xlsx?{arguments}").status_code == 404


@pytest.mark.parametrize("arguments", ["roster=99", "first=yesterday", "target=many", "roster=x"])
def test_nonsense_is_never_an_error_page_of_ours(school, make, sign_in, arguments: str) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert client.get(f"/analytics/learning?{arguments}").status_code in {200, 404}


def test_the_people_behind_learning_say_what_is_missing(school, make, sign_in) -> None:
    letters, inspection, _roster, _keen = school
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    where = "/analytics/learning/people?figure=completion&part=rest&row="
    page = soup(client.get(f"{where}{letters.id}-ranked"))
    (row,) = page.select("table tbody tr")
    assert "宪法导读" in row.get_text()
    assert client.get(f"{where}{inspection.id}-ranked").status_code == 404
    assert client.get(f"{where}total").status_code == 404


def test_the_learning_workbook_says_what_the_page_says(school, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get("/analytics/learning/table.xlsx?target=7.5&basis=online"))
    _title, names, first, *_rest = book["学习汇总表"].iter_rows(values_only=True)
    found = dict(zip(names, first, strict=True))
    assert found["部门"] == "办信司"
    assert (found["参学率"], found["人均学时"], found["学时达标"]) == (50, 3.75, 1)
    assert book.sheetnames == ["学习汇总表", "口径"]


def test_the_learning_chart_is_drawn(school, make, sign_in) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    assert client.get("/analytics/learning/departments.svg").status_code == 200


def test_the_personnel_office_freezes_the_roster(school, make, sign_in, session) -> None:
    client = sign_in(make.account(Role.EXAM_ADMIN))
    with clock.frozen(LATER + timedelta(hours=1)):
        answer = client.post(
            "/analytics/rosters", data={"title": "四月名单"}, follow_redirects=True
        )
    page = soup(answer)
    assert "已冻结名单《四月名单》，共 4 人" in page.get_text()
    newest = session.scalars(select(RosterSnapshot).order_by(RosterSnapshot.id.desc())).first()
    assert newest.title == "四月名单"
    actions = session.scalars(select(AuditRecord.action)).all()
    assert "roster.snapshot" in actions


def test_a_roster_needs_a_name_and_others_may_not_freeze(school, make, sign_in, session) -> None:
    letters, *_ = school
    client = sign_in(make.account(Role.EXAM_ADMIN))
    answer = client.post("/analytics/rosters", data={"title": " "}, follow_redirects=True)
    assert "请填写名单名称" in answer.text
    head = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    assert head.post("/analytics/rosters", data={"title": "x"}).status_code == 403
    assert "冻结当前名单" not in head.get("/analytics/learning").text
    assert len(session.scalars(select(RosterSnapshot)).all()) == 1


def test_a_roster_may_be_chosen(school, make, sign_in, app) -> None:
    *_, keen = school
    added = make.roster(keen, title="增补名单", taken_at=NOON + timedelta(days=30))
    client = sign_in(make.account(Role.EXAM_ADMIN))
    usual = soup(client.get("/analytics/learning"))
    assert table(usual)["合计"][0] == "33.33% 1/3", "a supplement of one is not the bureau"
    one = soup(client.get(f"/analytics/learning?roster={added.id}"))
    assert table(one)["合计"][0] == "100.00% 1/1"
    with app.app_context():
        assert [each.title for each in queries.snapshots()] == ["增补名单", "三月名单"]


def test_scores_of_a_handful_are_shown_to_those_who_may_know_their_people(
    bureau, make, sign_in
) -> None:
    letters, *_ = bureau
    leader = sign_in(make.account(Role.BUREAU_LEADER))
    of_leader = table(soup(leader.get("/analytics/")))
    # Two have a score in 办信司, two in 督查室: counts stand, scores do not.
    for unit in ("办信司", "督查室"):
        assert of_leader[unit][2:7] == ["—"] * 5
    of_officer = table(soup(sign_in(make.account(Role.EXAM_ADMIN)).get("/analytics/")))
    assert "—" not in of_officer["办信司"][2:7]
    head = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    assert "—" not in table(soup(head.get("/analytics/")))["办信司"][2:7]
    liaison = sign_in(make.account(Role.LIAISON, unit=letters))
    assert table(soup(liaison.get("/analytics/")))["办信司"][2:7] == ["—"] * 5
    workbook = sheets(leader.get("/analytics/sessions/1/table.xlsx"))
    assert "67.5" not in str(workbook)


@pytest.mark.parametrize(
    ("where", "entry"),
    [
        ("/analytics/", "学法率统计"),
        ("/analytics/history", "学法率统计"),
        ("/analytics/learning", "学法率统计"),
        ("/analytics/weak-points", "学法率统计"),
        ("/analytics/mastery", "学法率统计"),
        ("/analytics/needs", "学法率统计"),
        ("/analytics/exports", "学法率统计"),
        ("/analytics/sessions/{id}/circular", "学法率统计"),
        ("/analytics/sessions/{id}/people?figure=due", "学法率统计"),
        ("/analytics/sessions/{id}/integrity", "考试场次"),
        ("/analytics/quality", "试题质量"),
        ("/analytics/quality/calibrations", "试题质量"),
        ("/analytics/board/", "全局看板"),
        ("/analytics/board/compare", "全局看板"),
        ("/analytics/board/laws?title=无", "全局看板"),
        ("/evaluation/", "学法用法评价"),
        ("/evaluation/rules", "学法用法评价"),
        ("/evaluation/appeals", "学法用法评价"),
    ],
)
def test_every_page_stands_under_its_own_entry_of_the_menu(bureau, make, sign_in, where, entry):
    _letters, _inspection, session, people = bureau
    make.roster(*people, title="全员名单")
    client = sign_in(make.account(Role.EXAM_ADMIN))
    if "/board/" in where:
        client.post("/analytics/board/make")
    page = soup(client.get(where.format(id=session.id)))
    here = [each.get_text(strip=True) for each in page.select("#navigation a[aria-current=page]")]
    assert here == [entry]
