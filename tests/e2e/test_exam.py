"""An exam in a browser: cut off, in two tabs, at two devices, by keyboard, to its last second."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from tests.e2e.browser import SIZES, barriers, hidden_to_the_right, resize, shot, sign_in
from tests.e2e.conftest import House

RESULT = re.compile(r"/result$")
#: Makes the page believe that it is another year, as a wrong clock of the computer would.
SHIFT = """(() => {
  const Real = Date, shift = %d;
  class Shifted extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  }
  window.Date = Shifted;
})()"""
YEAR = 31_557_600_000
#: How many attempts have answers waiting in IndexedDB.
SHELVED = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("xf-attempts", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const count = asked.result.transaction("pending").objectStore("pending").count();
    count.onsuccess = () => resolve(count.result);
  };
})"""
#: What a browser does when another window covers the page, or no longer does.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def sitters(house: House) -> Iterator[tuple[str, str]]:
    """People who have yet to sit the open session, one after another."""
    accounts = json.loads(house.xuefa("demo", "--json"))["accounts"]
    staff = [each for each in accounts if each["role"] == "staff"]
    return iter([(each["username"], each["password"]) for each in staff[1:]])


def sit(page: Page, house: House, who: tuple[str, str]) -> None:
    sign_in(page, *who)
    page.goto(f"/exam/sessions/{house.open_session}")
    page.locator("form[action$='/attempts'] [type=submit]").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    expect(state(page)).to_have_text("已保存")


def state(page: Page):
    return page.locator("[data-save-state]")


def choose(page: Page, slot: int, place: int = 0) -> None:
    page.locator(f"[data-slot='{slot}'][data-type] input").nth(place).check(force=True)


def chosen(page: Page, slot: int):
    return page.locator(f"[data-slot='{slot}'][data-type] input:checked")


def hand_in(page: Page) -> None:
    # Many press everything twice; the question stays.
    page.get_by_role("button", name="交卷").first.dblclick(delay=30)
    page.locator("dialog[open]").get_by_role("button", name="交卷").click()
    page.wait_for_url(RESULT)


def test_an_exam_survives_a_lost_network_and_a_closed_page(
    page: Page, house: House, complaints: list[str]
) -> None:
    sit(page, house, house.accounts["staff"])
    for size in SIZES:
        resize(page, size)
        assert hidden_to_the_right(page) == 0
        shot(page, f"attempt-{size}")
    resize(page, "phone")
    page.get_by_role("link", name="答题卡").click()
    expect(page.locator("#sheet")).to_be_in_viewport()
    resize(page, "desk")
    assert barriers(page) == []

    choose(page, 1)
    expect(state(page)).to_have_text("已保存")
    page.context.set_offline(True)
    choose(page, 2)
    choose(page, 3)
    expect(state(page)).to_have_text("待同步 2 题")
    expect(page.locator("[data-cut]")).to_contain_text("网络中断，请继续作答")
    expect(page.locator("[data-spoken]")).to_contain_text("2 题待同步")
    # The tab is closed and opened while the network is still away, and then it comes back.
    # A browser that dies has not written its localStorage to disk yet.
    page.evaluate("localStorage.clear()")
    address, context = page.url, page.context
    page.close(run_before_unload=False)
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(state(page)).to_have_text("已保存", timeout=20_000)
    page.reload()
    for slot in (1, 2, 3):
        expect(chosen(page, slot)).to_have_count(1)
    complaints[:] = [each for each in complaints if "ERR_INTERNET_DISCONNECTED" not in each]

    page.get_by_role("button", name="交卷").first.click()
    expect(page.locator("dialog[open]")).to_contain_text("题未答")
    page.locator("dialog[open]").get_by_role("button", name="继续作答").click()
    hand_in(page)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('attempt'))") == []
    assert page.evaluate(SHELVED) == 0
    shot(page, "result")


def test_two_tabs_show_the_same_answers_and_a_second_device_takes_over(
    page: Page, house: House, sitters, new_context, complaints: list[str]
) -> None:
    who = next(sitters)
    sit(page, house, who)
    tab = page.context.new_page()
    tab.goto(page.url)
    choose(page, 1, 1)
    expect(chosen(tab, 1)).to_have_value("B")
    choose(tab, 1, 2)
    expect(chosen(page, 1)).to_have_value("C")
    expect(state(page)).to_have_text("已保存")

    other = new_context().new_page()
    sign_in(other, *who)
    other.goto(page.url)
    expect(chosen(other, 1)).to_have_value("C")
    choose(page, 2)
    shut = page.locator("[data-shut]")
    expect(shut).to_contain_text("另一台设备")
    expect(page.locator("fieldset input").first).to_be_disabled()
    expect(page.get_by_role("button", name="交卷")).to_have_count(0)
    # What the first device could not send any more is sent once it goes on there.
    shut.get_by_role("button", name="在此继续作答").click()
    expect(state(page)).to_have_text("已保存")
    expect(chosen(page, 2)).to_have_count(1)
    page.reload()
    expect(chosen(page, 2)).to_have_count(1)
    complaints[:] = [each for each in complaints if "409" not in each]


def test_an_exam_is_taken_by_keyboard_alone(page: Page, house: House, sitters) -> None:
    sit(page, house, next(sitters))
    # The first step is to the first question, and the same letter once more takes a choice back.
    for key in ("ArrowRight", "a"):
        page.keyboard.press(key)
    expect(chosen(page, 1)).to_be_focused()
    page.keyboard.press("a")
    expect(chosen(page, 1)).to_have_count(0)
    expect(page.locator("[data-progress]")).to_contain_text("已答 0 题")
    for key in ("b", "ArrowRight", "a", "m", "ArrowRight", "c", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(chosen(page, 1)).to_be_focused()
    expect(chosen(page, 1)).to_have_value("B")
    expect(chosen(page, 2)).to_have_value("A")
    expect(chosen(page, 3)).to_have_value("C")
    expect(page.locator("[data-cell='2']")).to_have_attribute("aria-label", "第 2 题，已答，已标记")
    page.keyboard.press("u")
    expect(page.locator("[data-slot='4'] input").first).to_be_focused()
    expect(page.get_by_role("group", name=re.compile("第 4 题，.+题，.+分。"))).to_be_visible()
    expect(page.locator("[data-progress]")).to_contain_text("已答 3 题")
    expect(state(page)).to_have_text("已保存")
    page.locator("[data-hand-in]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_contain_text("标记了 1 题：第 2 题")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(RESULT)


def test_a_pause_locks_the_page_and_what_is_noted_is_told(
    page: Page, house: House, sitters, new_context, complaints: list[str]
) -> None:
    sit(page, house, next(sitters))
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("用键盘作答")
    page.keyboard.press("Escape")
    resize(page, "phone")
    expect(page.locator("#sheet")).to_be_hidden()
    page.get_by_role("link", name="答题卡").click()
    page.locator("[data-cell='7']").click()
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator("[data-slot='7'] input").first).to_be_focused()
    resize(page, "desk")
    # Out of sight for as long as counts, as the browser tells it.
    page.evaluate(HIDE, True)
    page.wait_for_timeout(3_200)
    page.evaluate(HIDE, False)
    expect(page.locator("[data-toasts]")).to_contain_text(re.compile("已记录：离开页面 [34] 秒"))

    hall = new_context().new_page()
    sign_in(hall, *house.accounts["exam_admin"])
    hall.goto(f"/exam/sessions/{house.open_session}/monitor")
    act(hall, "暂停考试")
    # The next answer brings the news.
    choose(page, 1)
    expect(page.locator("[data-paused]")).to_contain_text("考试暂停")
    expect(page.locator("[data-countdown-time]")).to_have_text("暂停")
    expect(page.locator("fieldset input").first).to_be_disabled()
    expect(state(page)).to_have_text("已保存")
    act(hall, "恢复考试")
    page.reload()
    expect(page.locator("[data-paused]")).to_be_hidden()
    expect(chosen(page, 1)).to_have_count(1)
    # Time that is given in the middle is told, with the new end.
    act(hall, "全体加时", "加时 5 分钟")
    choose(page, 2)
    expect(page.locator("[data-time-warning]")).to_contain_text("截止时间推后 5 分钟，现为")
    expect(state(page)).to_have_text("已保存")
    # Who is cut off by the invigilators is not told of another device.
    hall.goto(f"/exam/sessions/candidates/{candidate_id(house, page)}")
    act(hall, "切断设备", "设备已切断")
    choose(page, 3)
    expect(page.locator("[data-shut]")).to_contain_text("本页已停止作答")
    expect(page.get_by_role("button", name="重新登录")).to_be_visible()
    complaints[:] = [each for each in complaints if "409" not in each]


def test_who_opens_another_page_in_the_same_tab_has_left_and_who_reloads_has_not(
    page: Page, house: House, sitters
) -> None:
    sit(page, house, next(sitters))
    address, told = page.url, page.locator("[data-toasts]")
    page.goto("/exam/")
    page.wait_for_timeout(3_200)
    page.goto(address)
    expect(told).to_contain_text(re.compile(r"已记录：离开页面 [3-9] 秒"))
    page.goto("/exam/")
    page.go_back()
    expect(state(page)).to_have_text("已保存")
    page.reload()
    choose(page, 1)
    expect(state(page)).to_have_text("已保存")
    expect(told).not_to_contain_text("已记录")


def act(hall: Page, name: str, told: str = "考试已") -> None:
    hall.get_by_role("button", name=name).first.click()
    dialog = hall.locator("dialog[open]")
    if (minutes := dialog.locator("[name=minutes]")).count():
        minutes.fill("5")
    dialog.get_by_label("理由").fill("消防演习")
    dialog.locator("[type=submit]").click()
    expect(hall.locator("[data-toasts]")).to_contain_text(told)


def test_who_was_signed_out_or_cut_off_at_the_end_is_told_what_became_of_it(
    page: Page, house: House, sitters, complaints: list[str]
) -> None:
    who = next(sitters)
    sit(page, house, who)
    choose(page, 1)
    expect(state(page)).to_have_text("已保存")
    # Answers are saved without a sign-in, handing in asks for one, and leads back here.
    page.context.clear_cookies()
    choose(page, 2)
    expect(state(page)).to_have_text("已保存")
    page.get_by_role("button", name="交卷").first.click()
    page.locator("dialog[open]").get_by_role("button", name="交卷").click()
    expect(page.locator("[data-shut]")).to_contain_text("登录已过期")
    page.get_by_role("button", name="重新登录").click()
    page.locator("[name=username]").fill(who[0])
    page.locator("[name=password]").fill(who[1])
    page.locator("form:has([name=password]) [type=submit]").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    end_soon(house, page, timedelta(seconds=8))
    page.reload()
    expect(chosen(page, 2)).to_have_count(1)
    page.context.set_offline(True)
    choose(page, 3)
    expect(page.locator("[data-countdown-time]")).to_have_text("0 秒")
    page.wait_for_timeout(2_500)
    page.context.set_offline(False)
    expect(page.locator("[data-shut]")).to_contain_text("本页有 1 题没有在截止前传到服务器")
    page.get_by_role("button", name="查看结果").click()
    page.wait_for_url(RESULT)
    assert kept(house, page) == 2
    complaints.clear()


def test_handing_in_while_the_network_is_away_is_not_taken_for_done(
    page: Page, house: House, sitters, complaints: list[str]
) -> None:
    sit(page, house, next(sitters))
    page.context.set_offline(True)
    choose(page, 1)
    expect(state(page)).to_have_text("待同步 1 题")
    page.get_by_role("button", name="交卷").first.click()
    page.locator("dialog[open]").get_by_role("button", name="交卷").click()
    expect(state(page)).to_have_text("网络中断，恢复后自动交卷")
    expect(page.locator("[data-cut]")).to_contain_text("还没有交卷")
    resize(page, "phone")
    assert hidden_to_the_right(page) == 0
    page.context.set_offline(False)
    page.wait_for_url(RESULT)
    assert kept(house, page) == 1
    complaints.clear()


@pytest.mark.parametrize("years", [-6, 73], ids=["2020", "2099"])
def test_a_wrong_clock_of_the_computer_changes_nothing(
    house: House, sitters, new_context, years: int
) -> None:
    context = new_context()
    context.add_init_script(SHIFT % (years * YEAR))
    page = context.new_page()
    sit(page, house, next(sitters))
    minutes = page.locator("[data-countdown-time]")
    expect(minutes).to_have_text(re.compile(r"^5\d 分"))
    choose(page, 1)
    expect(state(page)).to_have_text("已保存")
    # … nor does setting it in the middle.
    page.evaluate("Date.now = ((real) => () => real() + 9e7)(Date.now)")
    page.wait_for_timeout(1_500)
    expect(minutes).to_have_text(re.compile(r"^5\d 分"))
    choose(page, 2)
    expect(state(page)).to_have_text("已保存")


def test_at_the_deadline_what_waits_is_sent_first_and_then_handed_in(
    page: Page, house: House, sitters
) -> None:
    sit(page, house, next(sitters))
    end_soon(house, page, timedelta(seconds=63))
    page.reload()
    expect(page.locator("[data-time-warning]")).to_have_text("距离自动交卷还有 1 分钟")
    end_soon(house, page, timedelta(seconds=8))
    page.reload()
    expect(page.locator("[data-countdown]")).to_have_class(re.compile("xf-countdown-soon"))
    for slot in (1, 2, 3):
        choose(page, slot)
    page.wait_for_url(RESULT, timeout=20_000)
    expect(page.locator("body")).to_contain_text("到时自动交卷")
    assert kept(house, page) == 3


def test_who_waits_before_the_door_is_let_in_at_the_time_without_asking(
    page: Page, house: House, sitters
) -> None:
    sign_in(page, *next(sitters))
    opens = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=8)  # noqa: TID251 - as above
    engine = create_engine(house.env["XUEFA_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE exam_session SET opens_at = :opens WHERE id = :id"),
            {"opens": opens.isoformat(" "), "id": house.open_session},
        )
    engine.dispose()
    page.goto(f"/exam/sessions/{house.open_session}")
    begin = page.locator("form[action$='/attempts'] [type=submit]")
    expect(begin).to_be_hidden()
    expect(page.locator("[data-until-opening]")).to_contain_text("无需刷新")
    expect(begin).to_be_visible()
    expect(page.locator("[data-opened]")).to_have_text("考试已经开始，可以开始作答")
    begin.click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))


def attempt_id(page: Page) -> int:
    found = re.search(r"/attempts/(\d+)", page.url)
    assert found
    return int(found[1])


def candidate_id(house: House, page: Page) -> int:
    engine = create_engine(house.env["XUEFA_DATABASE_URL"])
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT candidate_id FROM attempt WHERE id = :id"), {"id": attempt_id(page)}
        ).scalar_one()
    engine.dispose()
    return int(found)


def end_soon(house: House, page: Page, after: timedelta) -> None:
    """Let the attempt end ``after`` from now, as a short session would."""
    deadline = datetime.now(UTC).replace(tzinfo=None) + after  # noqa: TID251 - the server's clock
    engine = create_engine(house.env["XUEFA_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE attempt SET deadline = :deadline WHERE id = :id"),
            {"deadline": deadline.isoformat(" "), "id": attempt_id(page)},
        )
    engine.dispose()


def kept(house: House, page: Page) -> int:
    engine = create_engine(house.env["XUEFA_DATABASE_URL"])
    with engine.connect() as connection:
        count = connection.execute(
            text("SELECT count(*) FROM answer WHERE attempt_id = :id"), {"id": attempt_id(page)}
        ).scalar()
    engine.dispose()
    return int(count or 0)
