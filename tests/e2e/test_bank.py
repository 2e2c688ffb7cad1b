"""Items in a browser: a workbook imported, an item written beside its article, and passed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.spreadsheets import Column, Table, write_workbook
from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House
from tests.question_bank.picturing import drawn

pytestmark = pytest.mark.once

HEADINGS = ("题型", "题干", "选项A", "选项B", "正确答案", "法律名称", "条款号")
ROWS = (
    ("单选题", "浏览器导入的第一题：", "六十日", "九十日", "Ａ", "信访工作条例", "第34条"),
    ("判断题", "浏览器导入的第二题。", "", "", "√", "信访工作条例", "34"),
    ("单选题", "浏览器导入的第三题：", "甲", "乙", "E", "", ""),
    ("单选题", "浏览器导入的第四题：", "甲", "乙", "B", "信访工作条例", "第九百条"),
)


def looks_right(page: Page) -> None:
    """The page fits every window and keeps nobody out."""
    fits(page)
    assert barriers(page) == []


def test_a_workbook_is_imported_after_a_look_and_taken_back(
    page: Page, house: House, tmp_path: Path
) -> None:
    columns = [Column(name, name) for name in HEADINGS]
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]
    path = tmp_path / "试题.xlsx"
    path.write_bytes(write_workbook(Table("试题", columns, rows, title="某单位题库")))
    sign_in(page, *house.accounts["item_writer"])
    page.goto("/bank/")
    page.get_by_role("link", name="导入试题").click()
    looks_right(page)
    page.locator("[type=file]").set_input_files(path)
    page.get_by_role("button", name="读取并预览").click()
    page.wait_for_url("**/import/*")
    expect(page.locator("main tbody tr")).to_have_count(2)
    looks_right(page)
    shot(page, "bank-preview")
    page.get_by_role("link", name=re.compile("不能导入")).click()
    expect(page.locator("main")).to_contain_text("答案 E 不在选项 A 至 B 之中")
    expect(page.locator("main")).to_contain_text("没有第九百条")
    looks_right(page)
    page.get_by_role("button", name="确认导入 2 题").click()
    page.wait_for_url("**/imports/*")
    expect(page.locator("body")).to_contain_text("已导入 2 道试题")
    looks_right(page)
    page.get_by_role("button", name="整批撤回").click()
    page.locator("dialog[open]").get_by_role("button", name="整批撤回").click()
    expect(page.locator("body")).to_contain_text("已撤回，删除了 2 道草稿")


def test_an_item_is_written_beside_its_article_and_passed_by_another(
    page: Page, house: House
) -> None:
    sign_in(page, *house.accounts["item_writer"])
    page.goto("/bank/items/new")
    looks_right(page)
    page.locator("[name=stem]").fill("浏览器里编写的题，应在九十日内办结的是：")
    page.locator("[name=options-0]").fill("甲")
    page.keyboard.press("Enter")
    page.keyboard.type("乙")
    page.get_by_role("button", name="删去选项 C").click()
    page.get_by_role("button", name="增加选项").click()
    page.keyboard.type("丙")
    page.get_by_role("button", name="删去选项 C").click()
    expect(page.locator("[data-lines=option] [data-letter]")).to_have_text(["A.", "B.", "C."])
    page.locator("[name=key]").nth(0).check()
    page.locator("[name=key]").nth(2).check()
    expect(page.locator("[name=key]").nth(0)).not_to_be_checked()
    page.locator("[name=citations-0-law]").fill("信访工作条例")
    page.locator("[name=citations-0-articles]").fill("34")
    beside = page.locator("#beside")
    expect(beside).to_contain_text("《信访工作条例》第三十四条")
    expect(beside).to_contain_text("题干：九十日")
    page.get_by_text("判断题", exact=True).first.click()
    expect(page.locator("[name=options-0]")).to_be_hidden()
    page.get_by_text("单选题", exact=True).first.click()
    expect(page.locator("[name=options-2]")).to_have_value("丙")
    expect(page.locator("[name=key]").nth(2)).to_be_checked()
    looks_right(page)
    shot(page, "bank-write")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"/bank/items/\d+$"))
    expect(page.locator(".xf-option-right")).to_contain_text("丙")
    address = page.url

    page.context.clear_cookies()
    sign_in(page, *house.accounts["item_reviewer"])
    page.goto(address)
    looks_right(page)
    page.get_by_role("button", name="审题通过").click()
    page.locator("dialog[open]").get_by_role("button", name="审题通过").click()
    expect(page.locator("body")).to_contain_text("等待研究室核对法律后发布")


def test_tables_and_pictures_are_put_into_an_item_and_seen_beside_it(
    page: Page, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "图.png"
    path.write_bytes(drawn())
    sign_in(page, *house.accounts["item_writer"])
    page.goto("/bank/items/new")
    stem = page.locator("[name=stem]")
    stem.fill("下列说法不正确的是：")
    stem.evaluate("each => each.setSelectionRange(4, 7)")
    page.get_by_role("button", name="强调").click()
    expect(stem).to_have_value("下列说法==不正确==的是：")
    stem.press("Control+End")
    page.get_by_role("button", name="表格").click()
    stem.evaluate(
        """each => {
          const given = new DataTransfer();
          given.setData("text/html", "<table><tr><td>环节<td>期限<tr><td>受|理<td><script>x()</script>十五日</table>");
          const event = new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true });
          each.setSelectionRange(each.value.length, each.value.length);
          each.dispatchEvent(event);
        }"""  # noqa: E501
    )
    pasted = "| 环节 | 期限 |\n| --- | --- |\n| 受\\|理 | 十五日 |"
    expect(stem).to_have_value(re.compile(re.escape(pasted)))
    page.locator("[name=options-0]").fill("看图")
    page.get_by_role("button", name="图片", exact=True).click()
    page.get_by_role("button", name="插入图片").click()
    expect(page.locator("[data-rich-error]")).to_have_text("请选择图片文件")
    page.locator("#rich-file").set_input_files(path)
    page.locator("#rich-alt").fill("办理流程图")
    page.keyboard.press("Enter")
    expect(page.locator("[name=options-0]")).to_have_value(
        re.compile(r"^看图!\[办理流程图\]\(pic:[0-9a-f]{32}\)$")
    )
    preview = page.locator(".xf-rich-preview")
    expect(preview.locator("strong.xf-strong")).to_have_text("不正确")
    expect(preview.get_by_role("img", name="办理流程图")).to_be_visible()
    assert preview.locator("img").evaluate("each => each.naturalWidth") == 60
    looks_right(page)
