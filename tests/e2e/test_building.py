"""The main path of the product in a browser: plan, draw, swap, seal, hold the exam, read scores."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core import clock
from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

TITLE = "浏览器组卷考试"


def looks_right(page: Page, name: str) -> None:
    """No sideways scrolling at any width, nobody kept out."""
    fits(page)
    assert barriers(page) == []
    shot(page, name)


def confirm(page: Page, name: str, action: str | None = None) -> None:
    """Press a button that asks first, and say yes."""
    page.locator("summary").filter(has_text=re.compile(f"^{name}$")).first.click()
    page.locator("dialog[open]").get_by_role("button", name=action or name, exact=True).click()


@pytest.mark.once
def test_from_a_blueprint_to_the_score_list(
    page: Page, house: House, new_context: Callable[..., BrowserContext], base_url: str
) -> None:
    sign_in(page, *house.accounts["exam_admin"])

    # A blueprint: the usual paper, made small, with a row more.
    page.goto("/exam/blueprints")
    page.get_by_role("link", name="新建方案").click()
    page.get_by_label("方案名称").fill(TITLE)
    page.locator("[name='rows-0-count']").fill("300")
    for count, row in ((3, 0), (2, 1), (2, 2)):
        page.locator(f"[name='rows-{row}-count']").fill(str(count))
    expect(page.locator("[data-totals]")).to_have_text("共 7 题，满分 9 分")
    page.get_by_role("button", name="添加一行").click()
    page.locator("[name='rows-3-count']").fill("1")
    page.locator("[name='rows-3-marks']").fill("91")
    page.get_by_role("button", name="上移第 4 行").click()
    expect(page.locator("[name='rows-2-marks']")).to_have_value("91")
    page.get_by_role("button", name="下移第 3 行").click()
    expect(page.locator("[data-totals]")).to_have_text("共 8 题，满分 100 分")
    expect(page.locator("[data-stock]").first).to_have_text(re.compile(r"题库现有 \d+ 题"))
    page.locator("[name='rows-0-count']").fill("200")
    expect(page.locator("[data-gaps]")).to_contain_text("第 1 行（单选题·难度 1–5）缺")
    page.locator("[name='rows-0-count']").fill("3")
    expect(page.locator("[data-gaps]")).to_be_empty()
    looks_right(page, "blueprint-edit")
    page.get_by_role("button", name="保存方案").click()
    page.wait_for_url(re.compile(r"/exam/blueprints/\d+$"))
    looks_right(page, "blueprint")

    # Drawn, looked through, one item swapped, sealed.
    page.get_by_role("link", name="抽题组卷").click()
    expect(page.get_by_label("试卷名称")).to_have_value(TITLE)
    looks_right(page, "form-new")
    page.get_by_role("button", name="抽题").click()
    page.wait_for_url(re.compile(r"/exam/forms/\d+$"))
    form_url = page.url
    stem = page.locator("#q1 .xf-stem").inner_text()
    page.locator("#q1").get_by_role("button", name=re.compile("换一题")).click()
    page.wait_for_url(re.compile(r"#q1$"))
    expect(page.locator("#q1 .xf-stem")).not_to_have_text(stem)
    page.locator("#q2").get_by_role("link", name=re.compile("挑选")).click()
    looks_right(page, "form-slot")
    chosen = page.locator("li.xf-task .xf-stem").first.inner_text()
    page.get_by_role("button", name="换成这题").first.click()
    expect(page.locator("#q2 .xf-stem")).to_have_text(chosen)
    looks_right(page, "form-open")
    confirm(page, "封存试卷")
    expect(page.get_by_text("校验通过")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("换一题"))).to_have_count(0)
    looks_right(page, "form-sealed")
    page.get_by_role("link", name="考生视图").click()
    looks_right(page, "form-preview")
    page.goto(form_url)

    # A session of everybody, open from now on.
    page.get_by_role("link", name="建考试场次").click()
    expect(page.get_by_label("场次名称")).to_have_value(TITLE)
    page.get_by_label("开始时间").fill(f"{clock.local(clock.now()):%Y-%m-%dT00:00}")
    page.get_by_label("结束时间").fill("2099-01-01T09:00")
    looks_right(page, "session-new")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("row", name=re.compile("^合计"))).to_be_visible()
    looks_right(page, "session-check")
    page.get_by_role("button", name="建立场次").click()
    page.wait_for_url(re.compile(r"/exam/sessions/\d+/manage$"))
    board = page.url

    # Somebody sits it while the board looks on.
    username, password = house.accounts["staff"]
    name = take_exam(new_context().new_page(), username, password)
    expect(page.locator("[data-count=submitted] .xf-stat-value")).to_contain_text(
        re.compile(r"^1"), timeout=20_000
    )
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_role("button", name="筛选").click()
    row = page.locator("tr[data-candidate]").first
    expect(row.locator("[data-cell=standing]")).to_contain_text("已交卷")
    expect(row.locator("[data-cell=score]")).to_have_text(re.compile(r"^\d"))
    looks_right(page, "session-board")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    # Of those whom the filter let through, which its name says.
    assert re.fullmatch(rf"{TITLE}成绩表（筛选 \d+ 人）\.xlsx", download.value.suggested_filename)

    # The person's own page, where time is given and misconduct registered.
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    looks_right(page, "candidate")
    page.goto(board)
    page.get_by_role("link", name="增补人员").click()
    looks_right(page, "candidate-new")
    page.goto(board)
    page.locator("summary").filter(has_text="取消场次").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("理由").fill("试用完毕")
    dialog.get_by_role("button", name="取消场次").click()
    page.wait_for_url(re.compile(r"/exam/sessions$"))


def take_exam(page: Page, username: str, password: str) -> str:
    """Sit the exam as a member of staff and hand it in; the person's name."""
    sign_in(page, username, password)
    name = page.locator(".xf-menu-name").inner_text()
    page.goto("/exam/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.get_by_role("button", name="开始作答").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    expect(page.locator("[data-slot][data-type]")).to_have_count(8)
    for slot in range(1, 9):
        page.locator(f"[data-slot='{slot}'][data-type] input").first.check(force=True)
    expect(page.locator("body")).to_contain_text("已保存", timeout=20_000)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("交卷")).first.click()
    yes = page.locator("dialog[open]").get_by_role("button", name=re.compile("交卷"))
    if yes.count():
        yes.first.click()
    page.wait_for_url(re.compile(r"/result$"))
    return name


@pytest.mark.once
def test_a_blueprint_is_written_without_javascript(
    house: House, new_context: Callable[..., BrowserContext], base_url: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, *house.accounts["paper_setter"])
    page.goto("/exam/blueprints/new?preset=short")
    page.get_by_label("方案名称").fill("无脚本方案")
    page.get_by_role("button", name="添加一行").click()
    expect(page.locator("[data-row]")).to_have_count(4)
    page.get_by_role("button", name="上移第 4 行").click()
    page.get_by_role("button", name="删去第 1 行").click()
    page.locator("[name='rows-0-count']").fill("4")
    page.get_by_role("button", name="重新核对题库").click()
    expect(page.locator("[data-totals]")).to_contain_text("共 14 题，满分 72 分")
    page.get_by_label("满分应为").fill("72")
    page.get_by_role("button", name="保存方案").click()
    page.wait_for_url(re.compile(r"/exam/blueprints/\d+$"))
    page.locator("summary").filter(has_text="删除").click()
    page.get_by_role("button", name="删除").click()
    page.wait_for_url(re.compile(r"/exam/blueprints$"))
