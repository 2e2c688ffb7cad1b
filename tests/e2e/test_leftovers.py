"""Answers that were left in a browser when another one handed the exam in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import SIZES, barriers, hidden_to_the_right, resize, shot, sign_in
from tests.e2e.conftest import House
from tests.e2e.test_exam import SHELVED, choose, hand_in, state

#: What is left of attempts in the first place on this computer.
LEFT = "Object.keys(localStorage).filter((name) => name.startsWith('xf-attempt-'))"


@pytest.fixture
def who(house: House) -> tuple[str, str]:
    # Nobody whom the other tests have sit the same session.
    return house.staff(21)


def test_what_never_arrived_is_told_once_and_then_cleared(
    page: Page, house: House, who: tuple[str, str], new_context, complaints: list[str]
) -> None:
    sign_in(page, *who)
    page.goto(f"/exam/sessions/{house.open_session}")
    page.locator("form[action$='/attempts'] [type=submit]").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    choose(page, 1)
    expect(state(page)).to_have_text("已保存")
    page.context.set_offline(True)
    choose(page, 2)
    choose(page, 3)
    expect(state(page)).to_have_text("待同步 2 题")
    page.locator("[data-flag]").first.click()
    address, context = page.url, page.context
    page.close(run_before_unload=False)

    other = new_context().new_page()
    sign_in(other, *who)
    other.goto(address)
    # One of the two is answered anew, so that only the other one is lost.
    choose(other, 2, 1)
    expect(state(other)).to_have_text("已保存")
    hand_in(other)

    context.set_offline(False)
    page = context.new_page()
    page.goto("/")
    note = page.locator(".xf-callout", has_text="没有同步")
    expect(note).to_contain_text("有 1 题没有同步")
    expect(note).to_contain_text("不计入成绩；此前保存的答案有效")
    for size in SIZES:
        resize(page, size)
        assert hidden_to_the_right(page) == 0
        shot(page, f"leftovers-{size}")
    assert barriers(page) == []
    # It stays until it is read, wherever.
    page.goto("/exam/")
    note.get_by_role("button", name="知道了").click()
    expect(note).to_have_count(0)
    assert page.evaluate(LEFT) == []
    page.reload()
    expect(note).to_have_count(0)
    assert page.evaluate(SHELVED) == 0
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]
