"""The catalogue and a lesson as those who study see them."""

from datetime import timedelta

import pytest

from core import clock
from courses.models import CourseCategory, CourseCompletion
from tests.factories import NOON


@pytest.fixture
def account(make):
    return make.account()


@pytest.fixture
def client(account, sign_in):
    return sign_in(account)


def titles(client, query: str = "") -> list[str]:
    """The course titles that the page lists, in order."""
    page = client.get(f"/courses/{query}").text
    return [part.split(">", 1)[1].split("<")[0] for part in page.split('class="xf-card-link"')[1:]]


def test_required_courses_come_first_by_due_date_and_completed_ones_last(
    client, account, make
) -> None:
    today = clock.today()
    done, free, late, early = (
        make.course(10, title=title) for title in ("学完", "选修", "晚到期", "早到期")
    )
    for course, days in ((done, 1), (late, 20), (early, 10)):
        make.assignment(course, starts_on=today, due_on=today + timedelta(days=days))
    make.save(CourseCompletion(person_id=account.person_id, course_id=done.id, completed_at=NOON))
    assert titles(client) == ["早到期", "晚到期", "选修", "学完"]
    assert titles(client, "?kind=required") == ["早到期", "晚到期", "学完"]
    assert titles(client, "?kind=optional") == [free.title]
    assert titles(client, "?state=completed") == ["学完"]
    assert titles(client, "?state=not_started&kind=required") == ["早到期", "晚到期"]


def test_the_catalogue_narrows_by_category_word_and_law(client, make) -> None:
    version = make.version(make.law("测试法"))
    make.course(10, title="引用的课", articles=version.articles)
    make.course(10, title="宪法课", category=CourseCategory.CONSTITUTION, summary="人民主权")
    assert titles(client, f"?law={version.law_id}") == ["引用的课"]
    assert "《测试法》" in client.get(f"/courses/?law={version.law_id}").text
    assert titles(client, "?category=constitution") == ["宪法课"]
    assert titles(client, "?q=主权") == ["宪法课"]
    assert "没有符合条件" in client.get("/courses/?q=没有").text
    assert client.get("/courses/?law=999").status_code == 404
    assert client.get("/courses/?law=abc&state=zzz&kind=zzz&page=-5").status_code == 200


def test_the_law_page_leads_to_its_courses(client, make) -> None:
    version = make.version()
    page = client.get(f"/laws/{version.law_id}").text
    assert f'href="/courses/?law={version.law_id}"' in page


def test_many_courses_are_paged(client, make) -> None:
    for _ in range(21):
        make.course(10)
    assert len(titles(client)) == 20
    assert len(titles(client, "?page=2")) == 1


def test_a_course_assigned_from_tomorrow_on_is_not_required_yet(client, make) -> None:
    course = make.course(10)
    tomorrow = clock.today() + timedelta(days=1)
    make.assignment(course, starts_on=tomorrow, due_on=tomorrow)
    assert titles(client, "?kind=required") == []


def test_a_lesson_shows_text_articles_and_the_way_on(client, make) -> None:
    version = make.version(make.law("测试法"), ["第一款。\n第二款。"])
    text = "## 目标\n\n- 要点\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>"
    course = make.course(10, 20, body=text, articles=version.articles)
    page = client.get(f"/courses/lessons/{course.lessons[0].id}").text
    assert "<h2>目标</h2>" in page
    assert "<td>2</td>" in page
    assert "<script>alert" not in page
    assert "《测试法》第1条" in page
    assert "<p>第二款。</p>" in page
    assert f"/laws/articles/{version.articles[0].id}" in page
    assert f"/courses/lessons/{course.lessons[1].id}" in page
    assert 'data-needed="360"' in page


def test_titles_are_text(client, make) -> None:
    make.course(10, title="<b>粗</b>", summary="<img src=x onerror=alert(1)>")
    page = client.get("/courses/").text
    assert "<b>粗" not in page
    assert "<img src=x" not in page
