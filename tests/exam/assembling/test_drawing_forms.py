"""Forms drawn from a blueprint: what comes out, by the law of which day, and who may see it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from exam.kinds import ExamKind
from exam.models import Form, ItemEnemy
from exam.queries.assembling import building as queries
from exam.services.assembling import building
from question_bank.difficulty import PRIOR
from question_bank.models import ItemState
from question_bank.tasks.models import WritingTask
from tests.exam.assembling.sending import M, S, T, create, draw, plan, row, sent, soup, text
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("noon")


def test_a_form_is_drawn_and_shows_key_article_and_mix(setter, bank, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0), row(1, "multiple_choice", "3", "4")))
    done = draw(setter)
    form = session.scalars(select(Form)).one()
    assert done.location == f"/exam/forms/{form.id}"
    assert (form.seed, form.exam_on, len(form.slots)) == (42, date(2026, 3, 2), 5)
    page = text(setter.get(done.location))
    for said in (
        "正确答案", "信访工作条例（2020年公布）", "条文一。", "共 2 题，每题 2 分，共 4 分",
        "少选且无错选得一半分", "42",
    ):  # fmt: skip
        assert said in page


def test_the_same_draw_sent_twice_makes_one_form(setter, bank, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0)))
    assert draw(setter).location == draw(setter).location
    assert len(session.scalars(select(Form)).all()) == 1


def test_parallel_forms_are_drawn_apart(setter, bank, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0, count="4")))
    answer = draw(setter, copies="3")
    assert answer.location == "/exam/forms/1/set"
    forms = session.scalars(select(Form).order_by(Form.id)).all()
    assert [each.title for each in forms] == ["年度试卷 A卷", "年度试卷 B卷", "年度试卷 C卷"]
    held = [each.revision_id for form in forms for each in form.slots]
    assert len(set(held)) == 12
    # How hard they are is told of all side by side.
    rows = soup(setter.get(answer.location)).select("table tbody tr")
    told = [[cell.get_text(strip=True) for cell in each.select("td")[:8]] for each in rows]
    assert told == [
        ["4", "8", f"{2 * sum(PRIOR[each] for each in levels) / 100:.1f}",
         *(str(levels.count(each)) for each in PRIOR)]
        for levels in ([each.revision.difficulty for each in form.slots] for form in forms)
    ]  # fmt: skip


def test_a_shortage_is_said_on_the_page_with_the_row(setter, bank, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0, count="13")))
    answer = draw(setter)
    assert answer.status_code == 200
    assert "题库不足：第 1 行（单选题·难度 1–5）缺 1 题" in text(answer)
    assert session.scalars(select(Form)).all() == []


def test_what_alternatives_lack_is_counted_for_the_paper_as_a_whole(setter, bank, session) -> None:
    """Two forms of six items can be drawn, items that must not meet on one apart; a paper with two
    alternatives for each of its six places has all twelve on it."""
    first, second, *_ = (each.item_id for each in bank if each.item_type is S)
    session.add(ItemEnemy(first_id=first, second_id=second, made_at=NOON))
    session.commit()
    setter.post("/exam/blueprints/new", data=sent(row(0, count="6")))
    assert "能抽出 2 套" in text(setter.get("/exam/blueprints/1?forms=2"))
    failed = draw(setter, alternatives="2")
    assert "第 1 行（单选题·难度 1–5）缺 1 题" in text(failed)
    why, tasks = (each["href"] for each in soup(failed).select("a[href*='alternatives=2']"))
    gap = soup(setter.get(why)).select_one("[aria-label='题库缺口'] tbody tr")
    assert gap.get_text(" ", strip=True).startswith("1 单选题·难度 1–5 1 题")
    told = text(setter.get(tasks))
    assert "按每题位备选 2 题核对出的缺口" in told
    assert "第 1 行（单选题·难度 1–5）缺 1 题" in told
    setter.post(tasks, data={"due_on": "2026-03-10", "writer_id": "", "gaps": ["0"]})
    assert session.scalars(select(WritingTask.count)).all() == [1]


def test_items_are_drawn_by_the_law_of_the_exam_day(app, make) -> None:
    law = make.law("治安管理处罚法")
    old = make.version(law, promulgated_on=date(2012, 10, 26), effective_on=date(2013, 1, 1))
    new = make.version(law, promulgated_on=date(2025, 6, 27), effective_on=date(2026, 1, 1))
    repealed = make.version(repealed_on=date(2026, 1, 1))
    on_old, on_new, on_both, on_repealed = (
        make.revision(article=version.articles[0]) for version in (old, new, old, repealed)
    )
    make.save(type(on_both.citations[0])(revision=on_both, article_id=new.articles[0].id))
    make.revision(article=new.articles[0], state=ItemState.RETIRED)
    make.revision(article=new.articles[0], valid_until=date(2025, 12, 30))

    def drawable(day: date, kind: ExamKind | None = None) -> set[int]:
        return {item.revision_id for item in queries.pool(day, kind)}

    with app.app_context():
        for days in range(-5, 6):
            day = date(2026, 1, 1) + timedelta(days=days)
            before = {on_old.id, on_both.id, on_repealed.id}
            assert drawable(day) == (before if days < 0 else {on_new.id, on_both.id})
        # A test of new law asks about what is promulgated, too; not before that.
        assert drawable(date(2025, 12, 31), ExamKind.NEW_LAW) >= {on_new.id, on_both.id}
        assert on_new.id not in drawable(date(2025, 6, 26), ExamKind.NEW_LAW)
        assert drawable(date(2026, 1, 1), ExamKind.NEW_LAW) == {on_new.id, on_both.id}


def test_the_form_is_drawn_for_the_day_that_was_chosen(setter, make, session) -> None:
    version = make.version(promulgated_on=date(2026, 1, 5), effective_on=date(2026, 5, 1))
    make.revision(article=version.articles[0])
    setter.post("/exam/blueprints/new", data=sent(row(0, count="1")))
    assert draw(setter, exam_on="2026-04-30").status_code == 200
    assert draw(setter, exam_on="2026-05-01").status_code == 302


def test_rows_of_one_type_and_marks_make_one_section_of_the_paper(app, bank) -> None:
    with app.app_context():
        rows = [
            plan(count=2, difficulty_max=2), plan(count=1, difficulty_min=4),
            plan(M, 1, 4), *(plan(T, 1, n + 1) for n in range(6)), plan(count=1, marks=9),
            plan(M, 1, 8), plan(M, 1, 6),
        ]  # fmt: skip
        form = building.draw_form(
            blueprint=create(sections=rows), title="卷", seed=1, at=NOON, by=None
        )
        paper = building.paper_of(form)
    assert [each.title for each in paper.sections][:2] == ["一、单选题", "二、多选题"]
    assert paper.sections[0].instructions.startswith("共 3 题，每题 2 分，共 6 分")
    assert [each.title for each in paper.sections][-1] == "十一、多选题"
    assert [each.section for each in paper.slots][:4] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    "role",
    [role for role in Role if role not in {Role.PAPER_SETTER, Role.EXAM_ADMIN}],
    ids=lambda role: role.value,
)
def test_no_other_role_sees_a_form_or_a_key(setter, drawn, make, sign_in, role) -> None:
    client = sign_in(make.account(role))
    for path in (drawn, f"{drawn}/set", f"{drawn}/preview", f"{drawn}/print", f"{drawn}/slots/1",
                 "/exam/forms", "/exam/blueprints", "/exam/blueprints/1"):  # fmt: skip
        assert client.get(path).status_code == 403
    for path in (f"{drawn}/seal", f"{drawn}/set/seal", f"{drawn}/slots/1/swap", f"{drawn}/discard"):
        assert client.post(path).status_code == 403
