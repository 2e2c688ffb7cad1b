"""What was written in a confirm dialog whose act is refused."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.permissions import Role
from tests.e2e.browser import sign_in
from tests.e2e.conftest import House

WHY = "考场停电，改日另考"


@pytest.fixture
def manage(page: Page, house: House) -> str:
    """The address of the page of the open session, for an officer who may call it off."""
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    return f"/exam/sessions/{house.open_session}/manage"


def ask(page: Page) -> None:
    """Open the dialog."""
    page.locator("summary", has_text="取消场次").click()


def reason(page: Page) -> Locator:
    return page.get_by_role("dialog").locator("[name=reason]")


def press(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="取消场次").click()


@pytest.mark.parametrize("told", ["on a page of its own", "in a message"])
def test_a_reason_comes_back_to_the_dialog_whose_act_was_refused(
    page: Page, house: House, manage: str, told: str
) -> None:
    page.goto(manage)
    # Refused on the way: what the server would do is not to be done to the others' session.
    hidden = " rel=noreferrer" if told == "in a message" else ""
    why = f"<!doctype html><title>409</title><a href='{manage}'{hidden}>返回刚才的页面</a>"
    page.route(
        f"**/exam/sessions/{house.open_session}/cancel",
        lambda route: route.fulfill(body=why, content_type="text/html;charset=utf-8"),
    )
    if told == "in a message":
        page.route(
            f"**{manage}",
            lambda route: route.fulfill(
                body=_with_error(route), content_type="text/html;charset=utf-8"
            ),
            times=1,
        )
    ask(page)
    expect(reason(page)).to_have_value("")
    reason(page).fill(WHY)
    press(page)
    page.get_by_role("link", name="返回刚才的页面").click()
    page.wait_for_url(f"**{manage}")
    ask(page)
    expect(reason(page)).to_have_value(WHY)
    # Once, and not on another way back.
    page.goto(manage)
    ask(page)
    expect(reason(page)).to_have_value("")


def test_a_reason_is_kept_for_the_next_page_alone(page: Page, house: House, manage: str) -> None:
    page.goto(manage)
    cancel = f"**/exam/sessions/{house.open_session}/cancel"
    page.route(cancel, lambda route: route.fulfill(body=""))
    ask(page)
    reason(page).fill(WHY)
    press(page)
    page.wait_for_url(cancel)
    # Somebody else may sit here by now, and be shown a message on a page with the same dialog.
    page.goto("/")
    page.route(
        f"**{manage}",
        lambda route: route.fulfill(
            body=_with_error(route), content_type="text/html;charset=utf-8"
        ),
    )
    page.goto(manage)
    ask(page)
    expect(reason(page)).to_have_value("")


def test_a_reason_is_there_still_on_the_page_that_refuses_it(
    page: Page, house: House, manage: str
) -> None:
    page.goto(manage)
    page.route(
        f"**/exam/sessions/{house.open_session}/cancel",
        lambda route: route.fulfill(
            body=page.context.request.get(urljoin(house.url, manage)).text(),
            content_type="text/html;charset=utf-8",
        ),
    )
    ask(page)
    reason(page).fill(WHY)
    press(page)
    page.wait_for_url("**/cancel")
    ask(page)
    expect(reason(page)).to_have_value(WHY)


def _with_error(route: Route) -> str:
    """The page as the server has it, with a message that something was not done."""
    message = (
        "<div class='xf-toast xf-tone-bad' role='alert'><p class='xf-toast-text'>不行</p>"
        "<button class='xf-close' type='button' data-close aria-label='关闭提示'></button></div>"
    )
    return route.fetch().text().replace("data-toasts>", f"data-toasts>{message}")
