"""A year of learning in a browser: from the home page to the class, the note, the claim; the
secretary's record; the liaison's word."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core import clock
from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once


def test_from_the_home_page_to_a_class_a_note_and_a_claim(page: Page, house: House) -> None:
    sign_in(page, *house.accounts["staff"])
    titles = [each.strip() for each in page.locator("main h2").all_inner_texts()]
    assert titles[:2] == ["今天三分钟", "待办事项"]
    fits(page)
    assert barriers(page) == []

    page.get_by_role("link", name="去报名").first.click()
    # The class of the demonstration may be full by then: one puts oneself on its waiting list.
    page.get_by_role("button", name=re.compile("^报名(候补)?$")).click()
    expect(page.get_by_role("heading", name="本人情况")).to_be_visible()
    fits(page)
    page.goto("/")
    expect(page.get_by_role("link", name="去报名")).to_have_count(0)

    page.get_by_text("每日一法").get_by_role("link").click()
    page.get_by_role("link", name="写笔记").click()
    note = page.get_by_label("笔记", exact=True)
    note.fill("窗口答复时要引全条文。\n" * 20)
    assert note.evaluate("it => it.scrollHeight <= it.clientHeight + 1"), "the note is cut off"
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("窗口答复时要引全条文。")

    page.goto("/hours/claims/new")
    page.get_by_label("培训名称").fill("行政复议骨干班")
    page.get_by_label("主办单位").fill("市委党校")
    ended = clock.today() - timedelta(days=3)
    for label in ("开始日期", "结束日期"):
        page.get_by_label(label).fill(ended.isoformat())
    page.get_by_label("天数").fill("1")
    page.get_by_role("button", name="提交").click()
    # Neither a document nor a proof: the page says so and keeps what was written.
    expect(page.get_by_label("培训名称")).to_have_value("行政复议骨干班")
    page.get_by_label("文号").fill("党校〔2026〕7号")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).not_to_contain_text("申报外出培训")
    expect(page.locator("main")).to_contain_text("行政复议骨干班")
    fits(page)
    shot(page, "claim")


def test_the_secretary_puts_a_record_on_file(page: Page, house: House) -> None:
    sign_in(page, *house.accounts["study_secretary"])
    page.get_by_role("link", name="去归档").first.click()
    meeting = page.url
    fits(page)
    assert barriers(page) == []
    page.goto(f"{meeting}/screen")
    expect(page.locator("[data-screen]")).to_contain_text("已签到")
    fits(page)
    page.goto(meeting)
    page.get_by_text("归档", exact=True).first.click()
    page.locator("dialog[open]").get_by_role("button", name="归档").click()
    expect(page.locator("main")).to_contain_text("校验通过")
    shot(page, "group-record")


def test_a_liaison_reminds_those_who_owe(page: Page, house: House) -> None:
    sign_in(page, *house.accounts["liaison"])
    page.get_by_role("link", name="去催办").click()
    fits(page)
    page.get_by_text("催办这").first.click()
    page.locator("dialog[open]").get_by_role("button", name="催办").click()
    expect(page.locator("body")).to_contain_text("催办")
    page.get_by_role("link", name="提醒记录").click()
    expect(page.locator("main table tbody tr").first).to_be_visible()
