"""Each role's way through the house: every entry of its menu at every width, no dead end."""

import re
from urllib.parse import urljoin, urlparse

import pytest
from playwright.sync_api import Page, expect

from accounts.permissions import Role
from question_bank.item_types import ItemType
from tests.e2e.browser import SIZES, barriers, fits, large_text, resize, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once

#: Pages followed from each menu entry, so that the walk ends.
LINKS_A_PAGE = 3
LEARNING = (
    "/courses/", "/practice/", "/daily/", "/cases/", "/hours/mine", "/archive", "/notes/",
    "/analytics/board/mine",
)  # fmt: skip
#: Whose menus lead to every kind of page between them: there we look for barriers, too.
SEARCHED = (Role.EXAM_ADMIN, Role.AUDITOR)
DOWNLOADS = ("export", "download", "template", ".xlsx", "file")


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_every_entry_of_the_menu_leads_somewhere_and_keeps_nobody_out(
    page: Page, house: House, role: Role
) -> None:
    sign_in(page, *house.accounts[role.value])
    entries = links(page, "#navigation a[href]")
    assert entries, "a role without a single page"
    if role is not Role.STAFF:
        # What everybody who learns is led to is walked once, as staff.
        entries = [url for url in entries if urlparse(url).path not in LEARNING]
    asked = set(entries)
    found = {}
    for url in entries:
        page.goto(url)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("#navigation [aria-current=page]")).to_be_in_viewport()
        fits(page)
        shot(page, f"{role.value}{urlparse(url).path.replace('/', '-')}")
        searched = role in SEARCHED or url == entries[0]
        if searched and (serious := barriers(page)):
            found[url] = serious
        for link in links(page, "main a[href]")[:LINKS_A_PAGE]:
            if link in asked or any(word in link for word in DOWNLOADS):
                continue
            asked.add(link)
            answer = page.request.get(link)
            assert answer.status < 400, f"{link} on {url} answers {answer.status}"
    assert found == {}


#: How many lines the words of a cell take, up to a sign if one is given.
LINES = """(cell, sign) => {
  const range = document.createRange(); range.selectNodeContents(cell);
  if (sign) range.setEnd(cell.firstChild, cell.firstChild.data.indexOf(sign) + 1);
  const line = parseFloat(getComputedStyle(cell).lineHeight);
  return Math.round(range.getBoundingClientRect().height / line);
}"""


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_a_moment_in_a_table_is_broken_between_day_and_time_alone(
    page: Page, house: House, large: bool
) -> None:
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    page.goto("/exam/sessions")
    large_text(page, on=large)
    for size in SIZES:
        resize(page, size)
        page.wait_for_load_state()
        moments = page.locator("tbody td", has_text=re.compile(r"^\d+年.+:\d\d$"))
        assert moments.count() >= 8
        assert {each.evaluate(LINES, "日") for each in moments.all()} == {1}
    large_text(page, on=False)


def test_a_sentence_in_a_table_is_not_stacked_word_upon_word(page: Page, house: House) -> None:
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    page.goto("/exam/blueprints")
    for size in SIZES:
        resize(page, size)
        use = page.locator("tbody td", has_text="已抽 1 套，最近").first
        assert use.evaluate(LINES) <= 3


def test_on_a_phone_a_bar_has_the_width_of_its_panel(page: Page, house: House) -> None:
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    page.goto("/exam/forms/1")
    resize(page, "phone")
    bars = page.locator(".xf-bars").first
    assert bars.locator(".xf-bar").first.bounding_box()["width"] == bars.bounding_box()["width"]


def test_on_a_phone_a_card_leaves_out_what_is_not_there(page: Page, house: House) -> None:
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    page.goto("/exam/sessions/1/manage")
    nothing = page.locator(".xf-table tbody td", has_text=re.compile(r"^\s*—\s*$")).first
    expect(nothing).to_be_visible()
    resize(page, "phone")
    expect(page.locator(".xf-as-cards").first).to_be_visible()
    expect(nothing).to_be_hidden()


def test_on_paper_remarks_leave_room_for_units_and_posts(page: Page, house: House) -> None:
    sign_in(page, *house.accounts[Role.EXAM_ADMIN.value])
    page.goto("/exam/sessions/1/manage")
    page.emulate_media(media="print")
    # 174 mm, what the margins leave of A4.
    page.set_viewport_size({"width": 658, "height": 900})
    remarks = page.locator(".xf-table td", has_text="经批准免考").first
    expect(remarks).to_be_visible()
    for row in page.locator(".xf-table tbody tr").all():
        unit, post = row.locator(".xf-title-cell").all()
        level = row.locator("[data-cell=level]")
        assert [each.evaluate(LINES) for each in (unit, post, level)] == [1, 1, 1]


#: Pages that no menu leads to, by who works on them.
OFF_THE_MENU = {
    Role.ITEM_WRITER: [
        *(f"/bank/items/new?type={each.label}" for each in ItemType),
        "/bank/import", "/bank/imports", "/bank/drafting",
    ],
    Role.ITEM_REVIEWER: ["/bank/review", "/bank/duplicates", "/bank/amended", "/changes/"],
    Role.RESEARCH_OFFICE: ["/laws/import", "/laws/1", "/laws/1/compare", "/changes/?all=1"],
    Role.EXAM_ADMIN: [
        "/exam/forms/1", "/exam/forms/1/print", "/exam/forms/1/print/key",
        "/analytics/quality/model?session=1", "/analytics/quality/abilities?session=1",
        "/analytics/mastery", "/analytics/needs", "/evaluation/editions/1/sensitivity",
        "/evaluation/rules/new",
    ],
    Role.GRADER: ["/exam/marking?all=1"],
}  # fmt: skip


@pytest.mark.parametrize("role", OFF_THE_MENU, ids=lambda role: role.value)
def test_pages_off_the_menu_fit_and_keep_nobody_out(page: Page, house: House, role: Role) -> None:
    sign_in(page, *house.accounts[role.value])
    found = {}
    for url in OFF_THE_MENU[role]:
        answer = page.goto(url)
        assert answer is not None
        assert answer.ok, f"{url} answers {answer.status}"
        fits(page)
        if serious := barriers(page):
            found[url] = serious
    assert found == {}


def links(page: Page, selector: str) -> list[str]:
    """Addresses on this server that the page's links lead to, in order, each once."""
    hrefs = page.locator(selector).evaluate_all("all => all.map(one => one.getAttribute('href'))")
    urls = [urljoin(page.url, href) for href in hrefs if not href.startswith(("#", "javascript:"))]
    home = urlparse(page.url).netloc
    return list(dict.fromkeys(url for url in urls if urlparse(url).netloc == home))
