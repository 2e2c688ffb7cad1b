"""Somebody comes in by a roster, gets an account, a password of their own and a role."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once

OWN = "Quiet-river-83"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """Two new people, one of them in a department that does not exist."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet
    for row in (
        ["姓名", "工号", "部门", "职级", "入职日期", "身份证号"],
        ["端木新", "E2E01", "研究室", "一级科员", "2026年7月1日", "110101199001011234"],
        ["不存在", "E2E02", "没有的司", "", "2026-7-1", ""],
    ):
        sheet.append(row)
    path = tmp_path / "名册.xlsx"
    book.save(path)
    return path


def test_a_person_comes_in_by_a_roster_and_ends_with_a_role(
    new_context: NewContext, house: House, roster: Path
) -> None:
    keeper = as_role(new_context, house, "exam_admin")
    import_roster(keeper, roster)
    username, password = issue_account(as_role(new_context, house, "sys_admin"))
    newcomer = new_context().new_page()
    first_sign_in(newcomer, username, password)
    expect(newcomer.get_by_text("您的账号还没有角色")).to_be_visible()
    grant_staff(as_role(new_context, house, "sec_admin"), username)
    newcomer.goto("/")
    expect(newcomer.get_by_text("您的账号还没有角色")).to_have_count(0)
    expect(newcomer.locator("#navigation a", has_text="我的考试")).to_be_visible()
    look_up(as_role(new_context, house, "auditor"))


def as_role(new_context: NewContext, house: House, role: str) -> Page:
    page = new_context().new_page()
    sign_in(page, *house.accounts[role])
    return page


def import_roster(page: Page, roster: Path) -> None:
    page.goto("/people/import")
    page.set_input_files("input[type=file]", roster)
    page.get_by_role("button", name="读取并核对").click()
    page.wait_for_url(re.compile(r"/people/import/[\w-]+$"))
    expect(page.get_by_text("没有名为“没有的司”的机构")).to_be_visible()
    expect(page.get_by_text("身份证号：没有读取，也不会保存。")).to_be_visible()
    fits(page)
    assert barriers(page) == []
    shot(page, "roster-preview")
    page.get_by_role("button", name="确认导入：新增 1 人，变更 0 人").click()
    page.wait_for_url(re.compile(r"/people$"))
    page.goto("/people?q=e2e01")
    expect(page.get_by_role("link", name="端木新")).to_be_visible()


def issue_account(page: Page) -> tuple[str, str]:
    page.goto("/accounts/new?q=e2e01")
    page.get_by_label("选择端木新").check()
    page.get_by_role("button", name="为选中的人建立账号").click()
    expect(page.locator("h1")).to_have_text("初始密码")
    assert barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="导出清单").click()
    assert download.value.suggested_filename.startswith("初始密码清单-")
    return "e2e01", page.locator("code").inner_text()


def first_sign_in(page: Page, username: str, password: str) -> None:
    """Nothing opens before the issued password is changed."""
    sign_in(page, username, password)
    expect(page.locator("h1")).to_have_text("修改密码")
    page.goto("/laws/")
    expect(page).to_have_url(re.compile(r"/password$"))
    assert barriers(page) == []
    shot(page, "first-password")
    page.locator("[name=current]").fill(password)
    fill_new(page, "Xinfang-2026-a")
    expect(page.get_by_text("密码不得包含本单位名称或其拼音").first).to_be_visible()
    page.locator("[name=current]").fill(password)
    fill_new(page, OWN)
    expect(page).to_have_url(re.compile(r"/$"))


def fill_new(page: Page, password: str) -> None:
    page.locator("[name=new]").fill(password)
    page.locator("[name=again]").fill(password)
    page.get_by_role("button", name="修改密码").click()


def grant_staff(page: Page, username: str) -> None:
    page.goto(f"/roles?q={username}")
    page.get_by_role("link", name=re.compile("设置角色")).click()
    page.get_by_label("员工").check()
    page.get_by_role("button", name="保存角色").click()
    expect(page.get_by_text("端木新的角色：授予员工。")).to_be_visible()


def look_up(page: Page) -> None:
    page.goto("/audit?action=roster.import")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("导入人员名册（roster.import）")).to_be_visible()
    page.goto("/audit")
    page.get_by_role("button", name="核验审计链").click()
    expect(page.get_by_text("审计链完整")).to_be_visible()
