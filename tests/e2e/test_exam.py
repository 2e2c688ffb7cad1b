"""An exam taken in a browser: answered, cut off from the network, resumed, handed in."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browser import SIZES, hidden_to_the_right, resize, shot, sign_in
from tests.e2e.conftest import House


def test_an_exam_survives_a_lost_network_and_a_closed_page(
    page: Page, house: House, complaints: list[str]
) -> None:
    sign_in(page, *house.accounts["staff"])
    page.goto(f"/exam/sessions/{house.open_session}")
    page.locator("form[action$='/attempts'] [type=submit]").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    questions = page.locator("[data-slot][data-type]")
    expect(questions.first).to_be_visible()
    for size in SIZES:
        resize(page, size)
        assert hidden_to_the_right(page) == 0
        shot(page, f"attempt-{size}")
    resize(page, "desk")

    choose(page, 1)
    expect(page.locator("body")).to_contain_text("已保存", timeout=5_000)

    page.context.set_offline(True)
    choose(page, 2)
    expect(page.locator("body")).to_contain_text(re.compile(r"待同步\s*1\s*题"), timeout=5_000)
    page.context.set_offline(False)
    expect(page.locator("body")).not_to_contain_text(
        re.compile(r"待同步\s*[1-9]\d*\s*题"), timeout=20_000
    )
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]

    page.reload()
    for slot in (1, 2):
        expect(page.locator(f"[data-slot='{slot}'][data-type] input:checked")).to_have_count(1)

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("交卷")).first.click()
    confirm = page.locator("dialog[open]").get_by_role("button", name=re.compile("交卷"))
    if confirm.count():
        confirm.first.click()
    page.wait_for_url(re.compile(r"/result$"))
    expect(page.locator("h1")).to_have_count(1)
    shot(page, "result")


def choose(page: Page, slot: int) -> None:
    page.locator(f"[data-slot='{slot}'][data-type] input").first.check(force=True)
