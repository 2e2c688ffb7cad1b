"""Pages of the rates of learning, and the rosters that they go by."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import RosterSnapshot
from accounts.permissions import Role
from analytics import queries
from core import clock
from core.audit.models import AuditRecord
from tests.analytics.figures import LATER, sheets, soup, table
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("much_later")


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
