"""A package and a recording in a browser: played, counted, and kept away from everything else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.courses.lessons import making
from tests.e2e.browser import barriers, fits, shot, sign_in
from tests.e2e.conftest import House

pytestmark = pytest.mark.once

#: What a package tries on whoever opened it; what came of it is kept as its suspend_data.
ATTACK = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>课</title></head><body>
<p id="said">开始</p><iframe src="inner.html"></iframe><script>
var found = {};
function attempt(name, act) { try { found[name] = String(act()); } catch (e) { found[name] = "refused"; } }
var top_ = window.top;
attempt("origin", function () { return window.origin; });
attempt("cookie", function () { return document.cookie; });
attempt("outer", function () { return top_.document.title; });
attempt("storage", function () { return window.localStorage.length; });
attempt("leave", function () { top_.location.href = "/login"; return "left"; });
attempt("window", function () { return window.open("/"); });
attempt("page", function () { var r = new XMLHttpRequest(); r.open("GET", "/courses/", false);
  r.withCredentials = true; r.send(); return r.status; });
attempt("other", function () { var r = new XMLHttpRequest(); r.open("GET", "http://127.0.0.1:9/", false);
  r.send(); return r.status; });
attempt("file", function () { var r = new XMLHttpRequest(); r.open("GET", "data.json", false);
  r.send(); return r.responseText; });
var api = window.parent.API;
api.LMSInitialize("");
found.before = api.LMSGetValue("cmi.suspend_data") ? "resumed" : "new";
found.name = api.LMSGetValue("cmi.core.student_name");
api.LMSSetValue("cmi.suspend_data", JSON.stringify(found));
api.LMSSetValue("cmi.core.score.raw", "90");
api.LMSSetValue("cmi.core.lesson_status", "passed");
api.LMSSetValue("cmi.core.session_time", "99:00:00");
document.getElementById("said").textContent = api.LMSFinish("") + " " + JSON.stringify(found);
</script></body></html>"""
INNER = "<html><head></head><body><script>document.body.textContent = typeof window.API</script></body></html>"


def write(page: Page, house: House, title: str, kind: str, name: str, data: bytes) -> None:
    page.goto("/courses/manage/new")
    page.get_by_label("课程名称").fill(title)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="添加课时").first.click()
    page.get_by_label("课时名称").fill(title)
    page.get_by_label(kind, exact=True).check()
    page.get_by_label(re.compile("计划时长")).fill("1")
    page.locator("input[name=asset]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_role("button", name="保存").click()
    expect(page.locator("body")).to_contain_text("课时已保存")
    # The words are there before the page's own modules, which open the dialog.
    page.wait_for_load_state("load")
    page.get_by_text("发布", exact=True).first.click()
    page.locator("dialog[open]").get_by_role("button", name="发布").click()
    expect(page.locator("body")).to_contain_text("课程已发布")


def open_lesson(page: Page, title: str) -> None:
    page.goto(f"/courses/?q={title}")
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("link", name="开始学习").click()


def test_a_package_is_played_and_cannot_act_as_who_opened_it(
    page: Page, house: House, new_context, complaints: list[str]
) -> None:
    sign_in(page, *house.accounts["exam_admin"])
    files = {"index.html": ATTACK, "inner.html": INNER, "data.json": "own"}
    write(page, house, "沙箱课件", "课件包", "课.zip", making.package(files))

    tab = new_context().new_page()
    sign_in(tab, *house.accounts["staff"])
    open_lesson(tab, "沙箱课件")
    frame = tab.frame_locator("[data-package-frame]")
    said = frame.locator("#said")
    expect(said).to_contain_text("true")
    text = said.inner_text()
    assert '"origin":"null"' in text
    for refused in ("cookie", "outer", "storage", "leave", "page", "other"):
        assert f'"{refused}":"refused"' in text, text
    assert '"window":"null"' in text or '"window":"refused"' in text
    assert '"file":"own"' in text
    assert '"before":"new"' in text
    assert '"name":"学员"' in text
    expect(frame.frame_locator("iframe").locator("body")).to_have_text("object")
    expect(tab.locator("[data-package-said]")).to_contain_text("课件已学完")
    expect(tab.locator("[data-package-score]")).to_contain_text("90")
    # The package says ninety-nine hours; the page knows that it was no minute.
    expect(tab.get_by_role("button", name="完成本课时")).to_be_disabled()
    assert "/courses/lessons/" in tab.url

    # The same address in a window of its own would look like a page of ours.
    address = tab.locator("[data-package-frame]").get_attribute("src") or ""
    alone = tab.context.new_page()
    answer = alone.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(alone.locator("#said")).to_have_count(0)
    alone.close()
    tab.reload()
    expect(frame.locator("#said")).to_contain_text('"before":"resumed"')
    fits(tab)
    assert [each for each in barriers(tab) if "frame" not in str(each)] == []
    # What the package tried and the browser refused is what this test is about.
    complaints.clear()


def test_a_recording_is_played_through_and_skipping_is_not_playing(
    page: Page, house: House, new_context, complaints: list[str]
) -> None:
    sign_in(page, *house.accounts["exam_admin"])
    write(page, house, "八秒录音", "音视频", "课.wav", making.recording(8, rate=8_000))

    tab = new_context().new_page()
    sign_in(tab, *house.accounts["staff"])
    open_lesson(tab, "八秒录音")
    button = tab.get_by_role("button", name="完成本课时")
    expect(button).to_be_disabled()
    audio = tab.locator("audio")
    audio.evaluate("one => { one.muted = true; one.currentTime = 7.5; return one.play(); }")
    expect(audio).to_have_js_property("ended", True)
    tab.wait_for_timeout(1_000)
    expect(button).to_be_disabled()
    audio.evaluate("one => { one.currentTime = 0; return one.play(); }")
    expect(audio).to_have_js_property("ended", False)
    expect(audio).to_have_js_property("ended", True, timeout=40_000)
    expect(button).to_be_enabled()
    fits(tab)
    shot(tab, "recording")
    button.click()
    expect(tab.locator("body")).to_contain_text("学时已登记")
