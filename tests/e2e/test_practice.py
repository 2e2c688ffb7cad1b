"""Practice in a browser: by keyboard, over a lost connection, and back again."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once


def test_a_drill_by_keyboard_loses_no_answer_with_the_connection(
    page: Page, house: House, complaints: list[str]
) -> None:
    sign_in(page, *house.accounts["staff"])
    page.goto("/practice/")
    fits(page)
    assert barriers(page) == []
    page.get_by_label("题型").select_option("true_false")
    page.get_by_label("题数").select_option("5")
    page.get_by_role("button", name="开始练习").click()
    page.wait_for_url("**/items/1")
    fits(page)
    assert barriers(page) == []
    first = page.url
    expect(page.get_by_role("button", name="看对错")).to_be_disabled()
    page.keyboard.press("a")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("[data-practice-state]")).to_contain_text("答案还在本页")
    expect(page.locator("input:checked")).to_have_count(1)
    # Nor with one that is only silent.
    page.context.set_offline(False)
    page.route(
        "**/items/1", lambda sent: None if sent.request.method == "POST" else sent.continue_()
    )
    page.keyboard.press("Enter")
    expect(page.locator("[data-practice-state]")).to_be_empty()
    expect(page.locator("[data-practice-state]")).to_contain_text("答案还在本页", timeout=40_000)
    page.unroute("**/items/1")
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    page.keyboard.press("Enter")
    expect(page.locator("[data-feedback]")).to_be_visible()
    expect(page.locator(".xf-article")).to_be_visible()
    fits(page)
    assert barriers(page) == []
    shot(page, "practice-feedback")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/2")
    page.go_back()
    page.wait_for_url(first)
    expect(page.locator("[data-feedback]")).to_be_visible()
    expect(page.get_by_role("button", name="看对错")).to_have_count(0)


def test_a_mock_exam_is_kept_while_it_is_answered(page: Page, house: House) -> None:
    sign_in(page, *house.accounts["staff"])
    page.goto("/practice/")
    page.get_by_role("button", name="开始模拟").first.click()
    page.wait_for_url("**/runs/*")
    fits(page)
    assert barriers(page) == []
    page.locator("[data-slot] label").first.click()
    expect(page.locator("[data-practice-state]")).to_contain_text("正在保存")
    expect(page.locator("[data-practice-state]")).to_have_text("已保存")
    page.reload()
    expect(page.locator("input:checked")).to_have_count(1)
    shot(page, "practice-mock")
    page.get_by_role("button", name="交卷").click()
    page.locator("dialog[open]").get_by_role("button", name="交卷").click()
    page.wait_for_url("**/end")
    fits(page)
    assert barriers(page) == []
