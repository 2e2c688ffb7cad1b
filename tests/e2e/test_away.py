"""The page of an exam reloaded while the server is out of reach."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import SIZES, barriers, hidden_to_the_right, resize, shot, sign_in
from tests.e2e.conftest import House, watch
from tests.e2e.wire import Wire


@pytest.fixture
def who(house: House) -> tuple[str, str]:
    # Nobody whom the other tests have sit the same session.
    return house.staff(20)


def test_who_reloads_while_the_server_is_away_is_told_so_and_comes_back(
    browser: Browser, house: House, who: tuple[str, str]
) -> None:
    with Wire(urlsplit(house.url).port or 0) as wire:
        home = f"http://127.0.0.1:{wire.port}"
        context = browser.new_context(base_url=home)
        complaints: list[str] = []
        watch(context, complaints, home)
        page = context.new_page()
        sign_in(page, *who)
        page.goto(f"/exam/sessions/{house.open_session}")
        page.locator("form[action$='/attempts'] [type=submit]").click()
        page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
        address = page.url
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        assert complaints == []

        wire.cut()
        choose(page, 1)
        choose(page, 2)
        expect(page.locator("[data-save-state]")).to_have_text("待同步 2 题")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(page.locator("h1")).to_have_text("暂时连不上考试系统")
        expect(page.locator("[data-away-waiting]")).to_contain_text("还有 2 题没有同步")
        expect(page.locator("[data-away-state]")).to_contain_text("还没有连上", timeout=10_000)
        assert page.url == address
        assert page.locator("meta[name=csrf-token]").get_attribute("content") == ""
        assert who[0] not in page.content()
        for size in SIZES:
            resize(page, size)
            assert hidden_to_the_right(page) == 0
            shot(page, f"away-{size}")
        assert barriers(page) == []

        wire.mend()
        expect(page.locator("[data-save-state]")).to_have_text("已保存", timeout=20_000)
        for slot in (1, 2):
            expect(page.locator(f"[data-slot='{slot}'][data-type] input:checked")).to_have_count(1)
        assert not [each for each in complaints if "net::ERR" not in each]
        context.close()


def test_a_network_that_swallows_everything_is_a_network_that_is_gone(
    browser: Browser, house: House, who: tuple[str, str]
) -> None:
    with Wire(urlsplit(house.url).port or 0) as wire:
        context = browser.new_context(base_url=f"http://127.0.0.1:{wire.port}")
        page = context.new_page()
        sign_in(page, *who)
        page.goto(f"/exam/sessions/{house.open_session}")
        page.locator("form[action$='/attempts'] [type=submit]").click()
        page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
        state = page.locator("[data-save-state]")
        expect(state).to_have_text("已保存")
        wire.hush()
        choose(page, 3)
        expect(state).to_have_text("待同步 1 题")
        choose(page, 4)
        page.get_by_role("button", name="交卷").first.click()
        asked = page.locator("dialog[open]")
        expect(asked).to_contain_text("还有 2 题未同步")
        asked.get_by_role("button", name="继续作答").click()
        wire.unhush()
        expect(state).to_have_text("已保存", timeout=40_000)
        page.reload()
        for slot in (3, 4):
            expect(page.locator(f"[data-slot='{slot}'][data-type] input:checked")).to_have_count(1)
        # Nor is what something on the way answers in the server's place an answer of it.
        page.route("**/answers", lambda route: route.fulfill(body="<h1>本站维护</h1>"))
        choose(page, 5)
        expect(state).to_have_text("待同步 1 题")
        page.unroute("**/answers")
        expect(state).to_have_text("已保存", timeout=40_000)
        page.reload()
        expect(page.locator("[data-slot='5'][data-type] input:checked")).to_have_count(1)
        context.close()


def choose(page: Page, slot: int) -> None:
    page.locator(f"[data-slot='{slot}'][data-type] input").first.check(force=True)
