"""The first page that anybody sees, and the way in for every role."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import (
    SIZES,
    barriers,
    hidden_to_the_right,
    large_text,
    resize,
    shot,
)
from tests.e2e.conftest import House

pytestmark = pytest.mark.once


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large text"])
def test_the_sign_in_page_fits_every_window(page: Page, size: str, *, large: bool) -> None:
    resize(page, size)
    page.goto("/login")
    large_text(page, on=large)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[name=password]")).to_be_in_viewport()
    assert hidden_to_the_right(page) == 0


def test_the_sign_in_page_keeps_nobody_out(page: Page) -> None:
    page.goto("/login")
    assert barriers(page) == []
    shot(page, "login")


def test_the_sign_in_page_works_by_keyboard_alone(page: Page, house: House) -> None:
    username, password = next(iter(house.accounts.values()))
    page.goto("/login")
    page.locator("[name=username]").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_a_wrong_password_is_refused_in_chinese(page: Page, house: House) -> None:
    username, _ = next(iter(house.accounts.values()))
    page.goto("/login")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill("wrong")
    page.locator("form:has([name=password]) [type=submit]").click()
    expect(page.get_by_text("用户名或密码不正确", exact=True)).to_be_visible()
