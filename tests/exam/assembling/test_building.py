"""Blueprints and forms: the acts, and the pages of 组卷人."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from app import cli
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.assembling.assembly import SectionPlan
from exam.assembling.plans import Conditions
from exam.kinds import ExamKind
from exam.models import Blueprint, BlueprintSection, Form, FormItem
from exam.papers import snapshot
from exam.queries.assembling import building as queries
from exam.services.assembling import blueprints, building
from question_bank.item_types import ItemType, MultiRule
from question_bank.models import ItemState
from tests.factories import NOON

S, M, T = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def setter(make, sign_in):
    return sign_in(make.account(Role.PAPER_SETTER))


@pytest.fixture
def bank(make):
    """Twelve single-choice, six multiple-choice and six true/false items on one article."""
    article = make.version(make.law("信访工作条例")).articles[0]
    return [
        make.revision(kind, article=article, difficulty=1 + n % 5, stem=f"{kind.label}题干{n}")
        for kind, count in ((S, 12), (M, 6), (T, 6))
        for n in range(count)
    ]


def plan(item_type=S, count=2, marks=2, **given) -> SectionPlan:
    return SectionPlan(item_type, count, Decimal(marks), **given)


def create(title="方案", sections=(), **given) -> Blueprint:
    defaults = {
        "exam_kind": ExamKind.ANNUAL,
        "multi_rule": MultiRule.ALL_OR_NOTHING,
        "conditions": Conditions(scene_percent=0),
    }
    return blueprints.create_blueprint(
        title=title, sections=sections or [plan()], at=NOON, by=None, **(defaults | given)
    )


def row(number, item_type="single_choice", count="2", marks="2", **given) -> dict[str, str]:
    fields = {
        "item_type": item_type, "count": count, "marks": marks,
        "difficulty_min": "1", "difficulty_max": "5", "cognitive_level": "",
    }  # fmt: skip
    return {f"rows-{number}-{name}": value for name, value in (fields | given).items()}


def sent(*rows, act="save", title="年度方案") -> dict[str, str]:
    return {
        "title": title, "exam_kind": "annual", "multi_rule": "partial_half", "act": act,
        "scene_percent": "0",
        **{name: value for each in rows for name, value in each.items()},
    }  # fmt: skip


def seen(session, statement) -> list:
    """What a statement finds, with the transaction ended, so that requests may write."""
    found = session.scalars(statement).all()
    session.commit()
    return found


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.data, "html.parser")


def text(answer) -> str:
    return soup(answer).get_text(" ", strip=True)


# ------------------------------------------------------------------ blueprints


def test_a_new_blueprint_begins_as_the_usual_paper(setter, bank) -> None:
    page = soup(setter.get("/exam/blueprints/new"))
    counts = [each["value"] for each in page.select("[name$='-count']")]
    marks = [each["value"] for each in page.select("[name$='-marks']")]
    assert (counts, marks) == (["40", "20", "20"], ["1", "2", "1"])
    assert page.select_one("[data-totals]").get_text() == "共 80 题，满分 100 分"
    assert "第 1 行（单选题·难度 1–5）缺 28 题" in page.select_one("[data-gaps]").get_text()


def test_a_blueprint_is_written_and_shows_totals_and_stock(setter, bank, session) -> None:
    law_id = str(bank[0].citations[0].article.version.law_id)
    done = setter.post(
        "/exam/blueprints/new",
        data=sent(row(0, laws=law_id), row(1, "multiple_choice", "3", "4", difficulty_min="4")),
    )
    assert done.status_code == 302
    made = session.scalars(select(Blueprint)).one()
    assert (made.title, made.total_marks) == ("年度方案", Decimal(16))
    assert [each.law.short_title for each in made.sections[0].laws] == ["信访工作条例"]
    page = soup(setter.get(done.location))
    assert "共 5 题，满分 16 分" in page.get_text()
    gap = page.select_one("[aria-label='题库缺口'] tbody tr").get_text(" ", strip=True)
    assert gap.startswith("2 多选题·难度 4–5 1 题")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": "0"}, "题数"),
        ({"count": "-3"}, "题数应为 1 至 200 的整数"),
        ({"count": "201"}, "题数应为 1 至 200 的整数"),
        ({"count": ""}, "请填写题数"),
        ({"count": "两"}, "题数"),
        ({"marks": "0.3"}, "每题分值应为 0.5 至 100 分"),
        ({"marks": "1.2"}, "每题分值应为 0.5 的整数倍"),
        ({"marks": "NaN"}, "每题分值"),
        ({"difficulty_min": "4", "difficulty_max": "2"}, "难度上限应不低于下限"),
        ({"difficulty_min": "9"}, "难度从"),
        ({"item_type": "essay"}, "题型"),
        ({"laws": "999"}, "法律"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_field(setter, session, fields, said) -> None:
    answer = setter.post("/exam/blueprints/new", data=sent(row(0), row(1, **fields)))
    assert answer.status_code == 200
    assert said in text(answer)
    assert soup(answer).select_one("[name='rows-0-count']")["value"] == "2"
    assert session.scalars(select(Blueprint)).all() == []


def test_the_summary_of_errors_names_the_row_and_leads_to_its_field(setter) -> None:
    page = soup(setter.post("/exam/blueprints/new", data=sent(row(0), row(1, count="201"))))
    [link] = page.select("a[href='#rows-1-count']")
    assert link.get_text() == "第 2 行题数：题数应为 1 至 200 的整数"
    assert page.select_one("#rows-1-count")


def test_too_many_items_and_no_rows_are_refused(setter) -> None:
    answer = setter.post(
        "/exam/blueprints/new", data=sent(row(0, count="200"), row(1, count="101"))
    )
    assert "全卷共 301 题，最多 300 题" in text(answer)
    assert "组卷方案至少要有一行" in text(setter.post("/exam/blueprints/new", data=sent()))


@pytest.mark.parametrize(
    ("act", "counts"),
    [
        ("add", ["1", "2", "abc", "abc"]),
        ("remove-1", ["1", "abc"]),
        ("up-2", ["1", "abc", "2"]),
        ("down-0", ["2", "1", "abc"]),
        ("up-0", ["1", "2", "abc"]),
        ("remove-9", ["1", "2", "abc"]),
        ("up-x", ["1", "2", "abc"]),
    ],
)
def test_without_javascript_buttons_rearrange_rows_and_lose_nothing(setter, act, counts) -> None:
    rows = [row(0, count="1"), row(1, count="2"), row(2, count="abc")]
    page = soup(setter.post("/exam/blueprints/new", data=sent(*rows, act=act)))
    assert [each["value"] for each in page.select("[name$='-count']")] == counts
    assert page.select(".xf-error") == []


def test_the_page_asks_for_the_stock_of_what_is_being_typed(setter, bank) -> None:
    rows = [row(0, count="10"), row(1, count="x"), row(2, count="5")]
    answer = setter.post("/exam/blueprints/stock", data=sent(*rows)).get_json()
    assert answer["fitting"] == [12, None, 12]
    assert (answer["items"], answer["marks"]) == (15, "30")
    assert [(gap["row"], gap["short"]) for gap in answer["gaps"]] == [(3, 3)]
    assert answer["gaps"][0]["text"].endswith("缺 3 题，与第 1 行争用同一批试题")


def test_a_blueprint_sent_twice_is_made_once_and_its_title_is_its_own(setter, session) -> None:
    first = setter.post("/exam/blueprints/new", data=sent(row(0)))
    second = setter.post("/exam/blueprints/new", data=sent(row(0)))
    assert first.location == second.location
    other = setter.post("/exam/blueprints/new", data=sent(row(0, count="3")))
    assert "已有同名的组卷方案" in text(other)
    assert len(session.scalars(select(Blueprint)).all()) == 1


def test_an_unused_blueprint_is_changed_copied_and_deleted(setter, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0)))
    changed = sent(row(0, count="7"), row(1, "true_false"), title="新名")
    assert setter.post("/exam/blueprints/1/edit", data=changed).status_code == 302
    copied = setter.post("/exam/blueprints/1/copy")
    assert copied.location == "/exam/blueprints/2/edit"
    assert seen(session, select(Blueprint.title).order_by(Blueprint.id)) == [
        "新名", "新名（副本）",
    ]  # fmt: skip
    order = (BlueprintSection.blueprint_id, BlueprintSection.id)
    assert seen(session, select(BlueprintSection.count).order_by(*order)) == [7, 2, 7, 2]
    assert setter.post("/exam/blueprints/1/delete").location == "/exam/blueprints"
    assert session.scalars(select(Blueprint.id)).all() == [2]


def test_a_blueprint_that_was_drawn_from_stays_as_it_is(setter, make, session) -> None:
    form = make.form()
    path = f"/exam/blueprints/{form.blueprint_id}"
    assert "方案不能再改" in text(setter.get(f"{path}/edit"))
    for act in ("edit", "delete"):
        refused = setter.post(f"{path}/{act}", data=sent(row(0)))
        assert refused.status_code == 409
    assert "已抽 1 套" in text(setter.get(path))
    assert session.scalars(select(Blueprint.id)).all() == [form.blueprint_id]


# ------------------------------------------------------------------ drawing


def draw(client, blueprint_id=1, **given):
    data = {"blueprint_id": str(blueprint_id), "title": "年度试卷", "copies": "1",
            "exam_on": "2026-03-02", "seed": "42"}  # fmt: skip
    return client.post("/exam/forms/new", data=data | given)


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


def test_a_shortage_is_said_on_the_page_with_the_row(setter, bank, session) -> None:
    setter.post("/exam/blueprints/new", data=sent(row(0, count="13")))
    answer = draw(setter)
    assert answer.status_code == 200
    assert "题库不足：第 1 行（单选题·难度 1–5）缺 1 题" in text(answer)
    assert session.scalars(select(Form)).all() == []


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


# ------------------------------------------------------------------ swapping


@pytest.fixture
def drawn(setter, bank):
    setter.post("/exam/blueprints/new", data=sent(row(0, count="4"), row(1, "true_false", "6")))
    return draw(setter).location


def slots(session) -> list[int]:
    return seen(session, select(FormItem.revision_id).order_by(FormItem.slot))


def test_a_slot_is_given_another_item_of_its_cell(setter, drawn, bank, session) -> None:
    before = slots(session)
    page = soup(setter.get(f"{drawn}/slots/1"))
    offered = {int(each["value"]) for each in page.select("[name=revision]")}
    assert offered == {each.id for each in bank if each.item_type is S} - set(before)
    chosen = min(offered)
    done = setter.post(f"{drawn}/slots/1/swap", data={"revision": chosen})
    assert done.location.endswith("#q1")
    assert slots(session) == [chosen, *before[1:]]
    [entry] = seen(session, select(AuditRecord).where(AuditRecord.action == "form.swap"))
    assert json.loads(entry.body)["detail"] == {"slot": 1, "old": before[0], "new": chosen}


def test_a_random_swap_takes_something_else(setter, drawn, session) -> None:
    before = slots(session)
    setter.post(f"{drawn}/slots/2/swap")
    after = slots(session)
    assert after[1] != before[1]
    assert after[1] not in before


def test_swaps_that_do_not_fit_are_refused(setter, drawn, bank, session) -> None:
    before = slots(session)
    wrong_type = next(each.id for each in bank if each.item_type is M)
    for revision in (wrong_type, before[1], before[0]):
        refused = setter.post(f"{drawn}/slots/1/swap", data={"revision": revision})
        assert refused.status_code == 409
    assert "没有其他符合" in text(setter.post(f"{drawn}/slots/5/swap"))
    assert setter.post(f"{drawn}/slots/1/swap", data={"revision": 987}).status_code == 404
    assert setter.post(f"{drawn}/slots/99/swap").status_code == 404
    assert setter.get(f"{drawn}/slots/0").status_code == 404
    assert slots(session) == before


def test_alternatives_are_searched_and_paged(setter, drawn) -> None:
    page = soup(setter.get(f"{drawn}/slots/1?q=题干3"))
    assert len(page.select("[name=revision]")) <= 1
    assert "没有可换的试题" in text(setter.get(f"{drawn}/slots/1?q=没有这样的题干"))


# ------------------------------------------------------------------ sealing


def test_a_sealed_form_is_read_only_and_verified(setter, drawn, session) -> None:
    assert setter.post(f"{drawn}/seal").location == drawn
    [form] = seen(session, select(Form))
    assert form.hash == snapshot.digest(form.snapshot)
    page = text(setter.get(drawn))
    assert form.hash in page
    assert "校验通过" in page
    assert "换一题" not in page
    for act in ("seal", "discard", "slots/1/swap"):
        assert setter.post(f"{drawn}/{act}").status_code == 409
    assert setter.post(f"{drawn}/rename", data={"title": "改名"}).status_code == 409
    assert setter.get(f"{drawn}/slots/1").status_code == 409
    form.snapshot = form.snapshot.replace("题干", "题于", 1)
    session.commit()
    assert "校验未通过" in text(setter.get(drawn))


def test_a_form_with_a_withdrawn_item_is_not_sealed_until_it_is_swapped(
    setter, drawn, session
) -> None:
    place = session.scalars(select(Form)).one().slots[2]
    place.revision.item.state = ItemState.QUARANTINED
    session.commit()
    assert "第 3 题" in text(setter.get(drawn))
    refused = setter.post(f"{drawn}/seal")
    assert "第 3 题已修改、停用" in text(refused)
    setter.post(f"{drawn}/slots/3/swap")
    assert setter.post(f"{drawn}/seal").status_code == 302


def test_a_form_with_items_set_apart_after_the_draw_is_not_sealed(setter, drawn, session) -> None:
    [form] = session.scalars(select(Form)).all()
    first, second = (each.revision.item_id for each in form.slots[:2])
    session.rollback()
    setter.post("/exam/blueprints/enemies", data={"first": first, "second": second})
    page = soup(setter.get(drawn))
    assert "有互斥的试题" in page.get_text()
    assert not page.select(f"form[action='{drawn}/seal']")
    assert "第 1 题与第 2 题互斥" in text(setter.post(f"{drawn}/seal"))
    assert setter.post(f"{drawn}/slots/1/swap").status_code == 302
    assert setter.post(f"{drawn}/seal").status_code == 302


def test_forms_drawn_together_are_sealed_in_one_act(setter, bank, session) -> None:
    """Those that can be; one that cannot is named with the reason and sealed once it is mended."""
    setter.post("/exam/blueprints/new", data=sent(row(0, count="3")))
    shown = draw(setter, copies="3").location
    draw(setter, seed="43", title="另一次")
    held = session.scalars(select(Form).order_by(Form.id)).all()
    held[1].slots[1].revision.item.state = ItemState.QUARANTINED
    session.commit()
    page = soup(setter.get(shown))
    assert page.select_one(f"form[action='{shown}/seal'][data-confirm]")
    assert "第 2 题已修改、停用" in page.get_text()
    assert "另一次" not in page.get_text()
    said = text(setter.post(f"{shown}/seal", follow_redirects=True))
    assert "已封存 2 套，可以建立考试场次：年度试卷 A卷、年度试卷 C卷。" in said
    assert "“年度试卷 B卷”没有封存：第 2 题已修改、停用" in said
    session.expire_all()
    sealed = [bool(each.hash) for each in session.scalars(select(Form).order_by(Form.id))]
    session.rollback()
    assert sealed == [True, False, True, False]
    assert not soup(setter.get(shown)).select(f"form[action='{shown}/seal']")
    setter.post("/exam/forms/2/slots/2/swap")
    assert "一并查看、封存" in text(setter.get("/exam/forms/1"))
    setter.post(f"{shown}/seal")
    sealings = select(AuditRecord.object_id).where(AuditRecord.action == "form.seal")
    noted = seen(session, sealings.order_by(AuditRecord.id))
    assert [int(each) for each in noted] == [1, 3, 2]
    assert "此前已全部封存" in text(setter.post(f"{shown}/seal", follow_redirects=True))


def test_a_form_that_was_drawn_alone_is_no_set(setter, drawn) -> None:
    assert setter.get(f"{drawn}/set").location == drawn
    assert "同次抽出" not in text(setter.get(drawn))


def test_an_unsealed_form_is_renamed_and_thrown_away(setter, drawn, session) -> None:
    setter.post(f"{drawn}/rename", data={"title": "改后的卷名"})
    assert seen(session, select(Form.title)) == ["改后的卷名"]
    assert setter.post(f"{drawn}/rename", data={"title": ""}).status_code == 302
    setter.post(f"{drawn}/discard")
    assert session.scalars(select(Form)).all() == []
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert acts[-2:] == ["form.rename", "form.discard"]


def test_the_candidates_view_and_the_print_show_no_key(setter, drawn) -> None:
    for view in ("preview", "print"):
        page = setter.get(f"{drawn}/{view}").get_data(as_text=True)
        assert "题干" in page
        for secret in ("解析1", "解析2", "xf-option-right", "xf-option-note", "条文一"):
            assert secret not in page


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


# ------------------------------------------------------------------ command line


@pytest.fixture
def run(app, monkeypatch):
    runner = app.test_cli_runner()

    def run(*arguments):
        result = runner.invoke(cli.commands["exam"], ["assemble", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def test_the_command_draws_forms_by_title_or_id(app, run, bank) -> None:
    with app.app_context():
        create("年度", [plan(S, 4), plan(T, 3)])
        db.session.commit()
    for name in ("年度", "1"):
        result = run(name, "--forms", "2", "--seed", "7", "--on", "2026-03-02", "--json")
        found = json.loads(result.output)
        assert (result.exit_code, found["gaps"]) == (0, [])
        assert [len(form) for form in found["forms"]] == [7, 7]
        assert not set(found["forms"][0]) & set(found["forms"][1])
    assert "第 1 套" in run("年度").output


def test_the_command_names_what_is_short_and_unknown_blueprints(app, run, bank) -> None:
    with app.app_context():
        create("大卷", [plan(S, 20)])
        db.session.commit()
    result = run("大卷", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output) == {
        "forms": [], "gaps": [{"cell": "单选题·难度 1–5", "short": 8}],
    }  # fmt: skip
    assert run("没有的方案").exit_code == 2
    assert run("大卷", "--forms", "0").exit_code == 2
    # Longer than any number of a row.
    assert run("9" * 30).exit_code == 2
