"""Where a page says that one is, and where it leads to next."""

from datetime import UTC, datetime

import pytest

from accounts.permissions import Role
from tests.pages import page


@pytest.mark.parametrize(
    ("role", "url", "entry"),
    [
        (Role.EXAM_ADMIN, "/exam/calendar", "成绩复核"),
        (Role.RESEARCH_OFFICE, "/exam/exposure", "试题"),
        (Role.EXAM_ADMIN, "/exam/sessions/new", "考试场次"),
    ],
)
def test_the_menu_marks_the_entry_that_a_page_belongs_to(make, sign_in, role, url, entry) -> None:
    shown = page(sign_in(make.account(role)).get(url))
    marked = shown.select("#navigation a[aria-current=page]")
    assert [each.get_text(strip=True) for each in marked] == [entry]


def test_the_introduction_of_an_exam_that_one_has_sat_leads_to_the_result(seat) -> None:
    place = seat()
    place.submit()
    shown = page(place.client.get(f"/exam/sessions/{place.exam.id}"))
    assert shown.find("a", href=f"{place.url}/result").get_text() == "查看结果"
    assert "共 1 次，已用完" in shown.get_text()


def test_a_session_keeps_its_seldom_needed_pages_in_one_menu(make, sign_in, seat) -> None:
    exam = seat().exam
    shown = page(sign_in(make.account(Role.EXAM_ADMIN)).get(f"/exam/sessions/{exam.id}/manage"))
    further = [each.get_text(strip=True) for each in shown.select(".xf-further a")]
    assert further[:3] == ["考试通知", "参考资格", "进入条件"]
    beside = shown.select_one(".xf-page-actions > .xf-cluster > .btn")
    assert beside.get_text(strip=True) == "监考看板"


def test_what_a_list_of_facts_does_not_know_it_does_not_mention(make, sign_in, seat) -> None:
    exam = seat().exam
    shown = page(sign_in(make.account(Role.EXAM_ADMIN)).get(f"/exam/sessions/{exam.id}/manage"))
    facts = {each.get_text(): each.find_next("dd").get_text() for each in shown.select("dt")}
    assert "公布时间" not in facts
    assert "—" not in facts.values()


def test_a_deadline_at_midnight_is_named_by_the_day_that_it_ends(app) -> None:
    last_day = app.jinja_env.filters["last_day"]
    assert last_day(datetime(2026, 11, 4, 16, 0, tzinfo=UTC)) == "2026年11月4日"
