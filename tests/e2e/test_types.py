"""An exam with every type of item in a browser: answered, cut off, handed in, marked, shown."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.permissions import Role
from app import create_app
from core import clock
from core.config import Config
from core.db import db
from exam.models import ExamSession
from exam.services.assembling import building
from exam.services.marking import round as marking_round
from tests.e2e.browser import barriers, fits, resize, shot, sign_in
from tests.e2e.conftest import House
from tests.exam.items import EXAMPLES
from tests.factories import Make

pytestmark = pytest.mark.once

PASSWORD = "Types-of-2026-tests"


@dataclass(frozen=True)
class Exam:
    session_id: int
    candidate: str
    grader: str


@pytest.fixture(scope="module")
def exam(house: House) -> Exam:
    """An open session on a paper with an item of each type, a candidate and a grader."""
    app = create_app(Config.from_env(house.env))
    given = {"password_hash": passwords.hashed(PASSWORD), "password_set_at": clock.now()}
    with app.app_context():
        with Session(db.engine, expire_on_commit=False) as rows:
            make = Make(rows)
            unit = make.unit("题型司")
            candidate, grader = (
                make.account(role, person=make.person(unit, staff_number=f"TYPES{n}"), **given)
                for n, role in enumerate((Role.STAFF, Role.GRADER), 1)
            )
            article = make.version().articles[0]
            form = make.form(
                *[make.revision(each.item_type, article=article, **each.columns)
                  for each in EXAMPLES],
                title="各题型试卷",
            )  # fmt: skip
        building.seal(form=db.session.merge(form), at=clock.now(), by=None)
        db.session.commit()
        with Session(db.engine, expire_on_commit=False) as rows:
            session = Make(rows).exam_session(
                rows.get(type(form), form.id), rows.merge(candidate.person),
                title="各题型考试", shuffle_options=False,
                opens_at=clock.now() - timedelta(hours=1),
                closes_at=clock.now() + timedelta(hours=8),
                pass_score=20, excellent_score=36,
            )  # fmt: skip
        db.engine.dispose()
    return Exam(session.id, candidate.username, grader.username)


def declare_final(house: House, exam: Exam) -> None:
    """The session is over and its marking final (定评)."""
    app = create_app(Config.from_env(house.env))
    with app.app_context():
        session = db.session.get_one(ExamSession, exam.session_id)
        session.closes_at = clock.now()
        marking_round.close(session=session, at=clock.now(), by=None)
        db.session.commit()
        db.session.close()
        db.engine.dispose()


def question(page: Page, slot: int):
    return page.locator(f"[data-slot='{slot}'][data-type]")


def to_mark(slot: int) -> re.Pattern[str]:
    """The name of the link to what waits of an item."""
    return re.compile(rf"^开始阅卷\s*：第 {slot} 题$")


def state(page: Page):
    return page.locator("[data-save-state]")


def test_every_type_is_answered_kept_handed_in_and_marked(
    page: Page, house: House, exam: Exam, complaints: list[str]
) -> None:
    sign_in(page, exam.candidate, PASSWORD)
    page.goto(f"/exam/sessions/{exam.session_id}")
    page.locator("form[action$='/attempts'] [type=submit]").click()
    page.wait_for_url(re.compile(r"/exam/attempts/\d+$"))
    fits(page)
    shot(page, "types")
    resize(page, "phone")
    story = question(page, 8).locator("details")
    story.locator("summary").click()
    expect(story.locator("p")).to_be_hidden()
    story.locator("summary").click()
    resize(page, "desk")
    assert barriers(page) == []

    question(page, 1).locator("input").nth(1).check(force=True)
    for n in (0, 2):
        question(page, 2).locator("input").nth(n).check(force=True)
    question(page, 3).locator("input").nth(1).check(force=True)
    question(page, 4).locator("input").nth(0).fill("60日")
    expect(page.locator("[data-cell='4']")).to_have_attribute("aria-label", "第 4 题，未答")
    question(page, 4).locator("input").nth(1).fill("30天")
    expect(page.locator("[data-cell='4']")).to_have_attribute("aria-label", "第 4 题，已答")
    question(page, 5).locator("select").nth(0).select_option("C")
    question(page, 5).locator("select").nth(1).select_option("A")
    # The place that another option had is changed with it.
    places = question(page, 6).locator("select")
    for letter, place in (("C", "1"), ("A", "3"), ("B", "2")):
        question(page, 6).locator(f"select[data-letter={letter}]").select_option(place)
    question(page, 6).locator("select[data-letter=A]").select_option("2")
    expect(question(page, 6).locator("[data-order]")).to_have_text("现在的次序：C、A、B")
    expect(state(page)).to_have_text("已保存", timeout=20_000)

    page.context.set_offline(True)
    question(page, 7).locator("textarea").fill("党委统一领导，\n政府组织落实")
    expect(state(page)).to_have_text("待同步 1 题")
    expect(question(page, 7).locator("[data-count]")).to_contain_text("已写 14 字")
    page.context.set_offline(False)
    question(page, 8).locator("label.xf-option").nth(1).click()
    expect(question(page, 8).locator("input").nth(1)).to_be_checked()
    question(page, 8).locator("textarea").fill("统一领导")
    expect(page.locator("[data-progress]")).to_have_text("全部 8 题已答")
    expect(state(page)).to_have_text("已保存", timeout=30_000)
    complaints.clear()

    page.reload()
    expect(page.locator("[data-progress]")).to_have_text("全部 8 题已答")
    expect(question(page, 7).locator("textarea")).to_have_value("党委统一领导，\n政府组织落实")
    expect(question(page, 4).locator("input").nth(1)).to_have_value("30天")
    expect(places.nth(0)).to_have_value("2")

    # Written in one tab, seen in the other.
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-slot='8'] textarea").fill("统一领导，组织落实")
    expect(question(page, 8).locator("textarea")).to_have_value("统一领导，组织落实")
    expect(other.locator("[data-save-state]")).to_have_text("已保存", timeout=20_000)
    other.close()

    page.get_by_role("button", name="交卷").first.click()
    page.locator("dialog[open]").get_by_role("button", name="交卷").click()
    page.wait_for_url(re.compile(r"/result$"))
    result = page.url
    expect(page.get_by_text("主观题待评").first).to_be_visible()

    grader = page.context.browser.new_context(base_url=house.url)
    desk = grader.new_page()
    sign_in(desk, exam.grader, PASSWORD)
    desk.goto("/exam/marking")
    desk.get_by_role("link", name=to_mark(7)).click()
    expect(desk.locator("mark")).to_have_text(["统一领导", "组织落实"])
    words = desk.get_by_role("button", name="提示词高亮")
    for shown in ("false", "true"):
        words.click()
        expect(words).to_have_attribute("aria-pressed", shown)
        colour = "rgba(0, 0, 0, 0)" if shown == "false" else re.compile(r"rgb\(\d")
        expect(desk.locator("mark").first).to_have_css("background-color", colour)
    fits(desk)
    shot(desk, "marking")
    assert barriers(desk) == []
    desk.locator("h1").click()
    desk.keyboard.press("1")
    expect(desk.locator("[data-mark-sum]")).to_have_text("2.5")
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("本题已评完")).to_be_visible()
    desk.goto("/exam/marking")
    desk.get_by_role("link", name=to_mark(8)).click()
    desk.locator("input[name='points-2']").nth(0).check()
    desk.get_by_role("button", name="保存，看下一份").click()
    expect(desk.get_by_text("本题已评完")).to_be_visible()
    grader.close()

    # Nobody is told a total before the marking is final.
    page.goto(result)
    expect(page.get_by_text("主观题待评").first).to_be_visible()
    expect(page.get_by_text("36.88")).to_have_count(0)
    declare_final(house, exam)
    page.goto(result)
    # 30 for what the machine marks, 3.75 of the short answer, 1.25 and 1.875 of the case.
    expect(page.get_by_text("36.88").first).to_be_visible()
    shot(page, "types-result")
