"""A course from the manager's desk to a colleague's credit hours, in a browser.

The lesson is planned for one minute, so that studying it takes 36 seconds of real time.
"""

import re
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once

TITLE = "一分钟课程"


def test_a_lesson_is_studied_left_taken_up_again_and_completed(
    page: Page, house: House, new_context, complaints: list[str]
) -> None:
    publish_a_short_course(page, house)

    reader = new_context()
    tab = reader.new_page()
    sign_in(tab, *house.accounts["staff"])
    tab.goto(f"/courses/?q={TITLE}")
    tab.get_by_role("link", name=TITLE, exact=True).click()
    tab.get_by_role("link", name="开始学习").click()
    opened = monotonic()
    lesson = tab.url
    expect(tab.locator("h2", has_text="要点")).to_be_visible()
    expect(tab.get_by_role("button", name="完成本课时")).to_be_disabled()
    assert barriers(tab) == []
    tab.wait_for_timeout(12_000)

    tab.close()  # what was read goes off with the page
    closed = monotonic()
    tab = reader.new_page()
    credited = 0
    while credited < 10 and monotonic() < closed + 10:
        # It may still be under way when the next page is there.
        tab.goto(lesson)
        credited = int(tab.locator("[data-study]").get_attribute("data-seconds") or 0)
    assert 10 <= credited <= monotonic() - opened + 2

    reader.set_offline(True)
    tab.wait_for_timeout(3_000)
    reader.set_offline(False)
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    fits(tab)
    shot(tab, "lesson")

    button = tab.get_by_role("button", name="完成本课时")
    expect(button).to_be_enabled(timeout=45_000)
    button.click()
    expect(tab.locator("body")).to_contain_text("学时已登记")
    expect(tab.locator("body")).to_contain_text("已完成")
    tab.goto("/learning")
    expect(tab.locator("#ledger")).to_contain_text(f"完成课程《{TITLE}》")


def test_of_two_lessons_only_the_one_being_read_is_counted(
    page: Page, house: House, complaints: list[str]
) -> None:
    sign_in(page, *house.accounts["staff"])
    page.goto("/courses/?kind=optional&state=not_started")
    page.locator(".xf-card-link").first.click()
    lessons = page.locator(".xf-lesson a").evaluate_all("all => all.map(one => one.href)")
    page.goto(lessons[0])
    expect(page.locator("[data-study-here]")).to_be_hidden()
    other = page.context.new_page()
    other.goto(lessons[1])
    other.wait_for_timeout(1_000)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    answer = page.request.post(
        page.locator("[data-study]").get_attribute("data-signs") or "",
        data={},
        headers={
            "X-CSRFToken": page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        },
    )
    assert answer.json()["current"] is False
    other.close()


def publish_a_short_course(page: Page, house: House) -> None:
    sign_in(page, *house.accounts["exam_admin"])
    page.goto("/courses/manage")
    page.get_by_role("link", name="新建课程").click()
    page.get_by_label("课程名称").fill(TITLE)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="添加课时").first.click()
    page.get_by_label("课时名称").fill("要点一览")
    page.get_by_label(re.compile("计划时长")).fill("1")
    page.get_by_label(re.compile("正文")).fill("## 要点\n\n- 六十日\n- 十五日\n")
    page.get_by_label(re.compile("引用条文")).fill("信访工作条例 第三十四条")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("发布", exact=True).first.click()
    page.locator("dialog[open]").get_by_role("button", name="发布").click()
    expect(page.locator("body")).to_contain_text("课程已发布")
