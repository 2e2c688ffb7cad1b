"""What a blueprint asks for beside its rows, from the bank's own facts to the drawn form."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.permissions import Role
from core.db import db
from core.errors import Refused
from exam.assembling import plans
from exam.assembling.assembly import SectionPlan
from exam.assembling.matter import setting_of
from exam.assembling.plans import Conditions
from exam.assembling.presets import PRESETS
from exam.kinds import ExamKind
from exam.models import (
    AttemptVector,
    Blueprint,
    BlueprintSection,
    MustInclude,
    SectionLaw,
)
from exam.queries.assembling import building as queries
from exam.queries.assembling import drawing
from exam.services.assembling import blueprints, building, enemies
from laws.categories import Category
from laws.lists.levels import Requirement, Tier
from laws.lists.models import MustKnowArticle, MustKnowEntry, MustKnowList, MustKnowVersion
from laws.models import LawCategory
from question_bank.item_types import CognitiveLevel, ItemType, MultiRule, Scene
from question_bank.life import Nearness
from question_bank.models import ItemState, NearPair
from tests.factories import NOON

S, M = ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE
DAY = NOON.date()


@pytest.fixture
def inside(app, noon):
    with app.app_context():
        yield


@pytest.fixture
def article(make):
    return make.version(articles=["条文一。", "条文二。"]).articles[0]


def plan(count=2, **given) -> SectionPlan:
    return SectionPlan(S, count, Decimal(5), **given)


def create(sections=(), **conditions) -> Blueprint:
    return blueprints.create_blueprint(
        title="方案", exam_kind=ExamKind.ANNUAL, multi_rule=MultiRule.ALL_OR_NOTHING,
        sections=sections or [plan()], at=NOON, by=None,
        conditions=Conditions(**({"scene_percent": 0} | conditions)),
    )  # fmt: skip


def draw(blueprint, seed=1, copies=1, **given) -> list[set[int]]:
    drawn = building.draw_forms(
        blueprint=blueprint, title="卷", copies=copies, seed=seed, exam_on=DAY, at=NOON, by=None,
        **given,
    )  # fmt: skip
    return [{each.revision.item_id for each in form.slots} for form in drawn.forms]


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_template_comes_to_a_hundred_marks(preset) -> None:
    assert plans.total_marks(preset.sections) == 100
    assert plans.faults(preset.sections, preset.conditions) == []


def test_content_meets_level_in_the_two_way_table() -> None:
    rows = plans.two_way([
        ("宪法", plan(3, cognitive_level=CognitiveLevel.REMEMBER)), ("宪法", plan(1)),
        ("监察法", plan(2, cognitive_level=CognitiveLevel.REMEMBER)),
    ])  # fmt: skip
    counts = [(row.content, [cell.items for cell in row.cells], row.total.marks) for row in rows]
    assert counts == [("宪法", [3, 0, 0, 1], 20), ("监察法", [2, 0, 0, 0], 10),
                      ("合计", [5, 0, 0, 1], 30)]  # fmt: skip


def test_scenes_share_a_matter_when_they_tell_the_same_before_asking() -> None:
    told = "李某到接待大厅反映某村征地补偿标准过低，并递交材料。"
    assert (
        setting_of(told + "应当如何登记？") == setting_of(told + "下列处理正确的是（　）。") != ""
    )
    assert setting_of("下列说法正确的是（　）。") == setting_of("来访。怎么办？") == ""


def test_rows_that_do_not_come_to_the_full_marks_are_refused(inside) -> None:
    with pytest.raises(Refused, match="各行合计 10 分，与满分 100 分不符"):
        create(full_marks=Decimal(100))
    with pytest.raises(blueprints.UnknownItems, match="题库中没有试题 99"):
        create(must=[99])


def test_what_must_be_there_is_and_enemies_near_ones_and_one_matter_never_meet(
    inside, make, article
) -> None:
    told = "李某到接待大厅反映某村征地补偿标准过低，并递交材料。"
    items = [make.revision(article=article) for _ in range(6)]
    scenes = [make.revision(article=article, scene=Scene.VISIT, stem=told + end)
              for end in ("怎么登记？", "怎么答复？")]  # fmt: skip
    ids = [each.item_id for each in (*items, *scenes)]
    enemies.set_apart(first=ids[1], second=ids[0], reason="", at=NOON, by=None)
    db.session.add(NearPair(first_id=items[2].id, second_id=items[3].id, kind=Nearness.NEAR,
                            likeness=800))  # fmt: skip
    blueprint = create([plan(5)], must=[ids[0]])
    for seed in range(12):
        (form,) = draw(blueprint, seed)
        assert ids[0] in form
        assert ids[1] not in form
        assert not {ids[2], ids[3]} <= form
        assert not {ids[6], ids[7]} <= form
    # Eight items, of which four can be on a form beside the one that must: 0, 2|3, 4, 5, 6|7.
    assert form >= {ids[0], ids[4], ids[5]}


def test_what_was_sat_of_late_or_often_rests(inside, make, article) -> None:
    first, second, third = (make.revision(article=article) for _ in range(3))
    for revision, days, sealed in ((first, 30, True), (second, 3, False), (first, 60, True)):
        at = NOON - timedelta(days=days)
        form = make.form(revision)
        if sealed:
            form.sealed_at, form.snapshot, form.hash = at, "{}", "0" * 64
        make.exam_session(form, make.person(), opens_at=at, closes_at=at + timedelta(hours=1))
    ids = [each.item_id for each in (first, second, third)]
    assert drawing.barred(Conditions(), DAY) == {}
    assert set(drawing.barred(Conditions(rest_sessions=1), DAY)) == {ids[1]}
    assert set(drawing.barred(Conditions(rest_sessions=2), DAY)) == {ids[0], ids[1]}
    twice = Conditions(exposure_most=2, exposure_days=90)
    assert set(drawing.barred(twice, DAY)) == {ids[0]}
    assert drawing.barred(Conditions(exposure_most=2, exposure_days=45), DAY) == {}
    assert draw(create([plan(1)], rest_sessions=2)) == [{ids[2]}]


def test_an_exam_planned_for_later_does_not_take_the_place_of_the_last_one(
    inside, make, article
) -> None:
    items = [make.revision(article=article) for _ in range(4)]
    for revision, days in zip(items[:3], (-30, -3, 9), strict=True):
        at = NOON + timedelta(days=days)
        make.exam_session(
            make.form(revision), make.person(), opens_at=at, closes_at=at + timedelta(hours=1)
        )
    before, last, planned, free = (each.item_id for each in items)
    assert set(drawing.barred(Conditions(rest_sessions=1), DAY)) == {last, planned}
    later = DAY + timedelta(days=20)
    assert set(drawing.barred(Conditions(rest_sessions=2), later)) == {last, planned}
    assert before not in drawing.barred(Conditions(rest_sessions=1), DAY)
    assert draw(create([plan(1)], rest_sessions=2)) == [{free}]


def test_rows_ask_for_a_topic_and_for_what_the_lists_ask(inside, make, article) -> None:
    other = make.version(articles=["别的。"]).articles[0]
    on_list, of_topic = make.revision(article=article), make.revision(article=other, topic="受理")
    make.revision(article=other)
    owner = MustKnowList(title="清单", created_at=NOON)
    version = MustKnowVersion(
        owner=owner, number=1, created_at=NOON, approved_at=NOON, effective_on=date(2026, 1, 1)
    )
    version.entries = [
        MustKnowEntry(
            position=1, title="一", tier=Tier.GENERAL, requirement=Requirement.MASTER,
            law_version_id=article.version_id,
            articles=[MustKnowArticle(article_id=article.id, position=1)],
        )
    ]  # fmt: skip
    make.save(version)
    rows = [
        plan(1, requirement=Requirement.MASTER, law_ids=frozenset()),
        plan(1, topic="受理", law_ids=frozenset()),
    ]
    made = create(rows)
    assert [queries.plan_of(each) for each in made.sections] == rows
    assert draw(made) == [{on_list.item_id, of_topic.item_id}]


def test_an_item_is_as_hard_as_thirty_people_found_it(inside, make, article) -> None:
    easy, hard = make.revision(article=article), make.revision(article=article)
    form = make.form(easy, hard)
    unit = make.unit()
    people = [make.person(unit) for _ in range(30)]
    exam = make.exam_session(form, *people)
    for n, person in enumerate(people):
        attempt = make.attempt(exam, person, 5)
        vector = AttemptVector(
            attempt_id=attempt.id, session_id=exam.id, form_id=form.id, person_id=person.id,
            unit_id=person.stat_unit_id, right=bytes([1, 0]),
            share=bytes([100, 255 if n == 0 else 20]),
        )  # fmt: skip
        db.session.add(vector)
    db.session.flush()
    # One answer to the second item waits to be marked: too few know how hard it is.
    assert drawing.observed() == {easy.id: 100}
    assert drawing.expected_mean(queries.form(form.id)) == Decimal("5.00") + Decimal("3.50")


def test_a_swap_keeps_enemies_the_mean_and_parallel_forms(inside, make, session, article) -> None:
    items = [make.revision(article=article, difficulty=d) for d in (3, 3, 3, 3, 3, 5, 3)]
    ids = [each.item_id for each in items]
    row = BlueprintSection(position=1, item_type=S, count=2, marks=Decimal(5))
    blueprint = make.blueprint(sections=[row], mean_target=Decimal(7), mean_tolerance=Decimal(1))
    form = make.form(items[0], items[1], blueprint=blueprint, seed=7)
    make.form(items[2], blueprint=blueprint, seed=7)
    session.commit()
    enemies.set_apart(first=ids[1], second=ids[3], reason="", at=NOON, by=None)
    found = queries.form(form.id)
    # Not 2: on the parallel form; not 3: enemy of what stays; not 5: the mean would be 5.5.
    assert {each.item_id for each in drawing.alternatives(found, 1, NOON)} == {ids[4], ids[6]}
    found.blueprint.must.append(MustInclude(item_id=ids[0]))
    assert drawing.alternatives(found, 1, NOON) == []
    # Once it may not stay, it is no reason to be stuck with it.
    found.slots[0].revision.item.state = ItemState.RETIRED
    assert len(drawing.alternatives(found, 1, NOON)) == 2


@pytest.fixture
def setter(make, sign_in, noon):
    return sign_in(make.account(Role.PAPER_SETTER))


def page_of(answer) -> BeautifulSoup:
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def test_one_press_makes_a_blueprint_from_a_template_once(setter, session) -> None:
    first = setter.post("/exam/blueprints/from/party_rules")
    assert setter.post("/exam/blueprints/from/party_rules").location == first.location
    assert setter.post("/exam/blueprints/from/nonsense").status_code == 404
    made = session.get_one(Blueprint, 1)
    assert (made.title, made.exam_kind, made.total_marks, made.scene_percent) == (
        "2026年党内法规考试组卷方案", ExamKind.PARTY_RULES, 100, 0,
    )  # fmt: skip
    session.rollback()
    assert "不低于" not in page_of(setter.get(first.location)).get_text()


def test_conditions_are_typed_kept_copied_and_shown(setter, make, article, session) -> None:
    one = make.revision(article=article)
    make.revision(article=article)
    sent = {
        "title": "方案", "exam_kind": "annual", "multi_rule": "partial_half", "act": "save",
        "scene_percent": "0", "full_marks": "10", "mean_target": "7", "mean_tolerance": "1.5",
        "rest_sessions": "2", "exposure_most": "3", "exposure_days": "100",
        "must": f"{one.item_id}、{one.item_id}",
        "rows-0-item_type": "single_choice", "rows-0-count": "2", "rows-0-marks": "5",
        "rows-0-difficulty_min": "1", "rows-0-difficulty_max": "5", "rows-0-topic": "",
        "rows-0-cognitive_level": "", "rows-0-requirement": "",
    }  # fmt: skip
    wrong = page_of(
        setter.post("/exam/blueprints/new", data=sent | {"must": "甲", "full_marks": "9"})
    )
    assert "“甲”不是试题编号" in wrong.get_text()
    wrong = page_of(setter.post("/exam/blueprints/new", data=sent | {"full_marks": "9"}))
    assert "各行合计 10 分，与满分 9 分不符" in wrong.get_text()
    done = setter.post("/exam/blueprints/new", data=sent)
    setter.post("/exam/blueprints/1/copy")
    for made in session.query(Blueprint).order_by(Blueprint.id):
        assert drawing.conditions_of(made) == Conditions(
            scene_percent=0, full_marks=Decimal(10), mean_target=Decimal(7),
            mean_tolerance=Decimal("1.5"), rest_sessions=2, exposure_most=3, exposure_days=100,
            must=(one.item_id,),
        )  # fmt: skip
    session.rollback()
    text = page_of(setter.get(done.location)).get_text()
    assert "7 分，上下不超过 1.5 分" in text
    assert "100 天内最多用于 3 套封存试卷" in text
    asked = setter.post("/exam/blueprints/stock", data=sent | {"mean_target": "9"}).get_json()
    assert asked["mean"] == "7.0"
    assert "预估平均分最高只能到 7.0 分" in asked["gaps"][0]["text"]


def test_enemies_are_set_once_and_taken_back(setter, make, article) -> None:
    a, b = (make.revision(article=article).item_id for _ in range(2))
    for first, second in ((a, b), (b, a)):
        assert (
            setter.post(
                "/exam/blueprints/enemies", data={"first": first, "second": second}
            ).status_code
            == 302
        )
    assert len(page_of(setter.get("/exam/blueprints/enemies")).select("tbody tr")) == 1
    for first, second, said in ((a, a, "两个编号是同一道题"), (a, 99, "题库中没有试题 99")):
        answer = setter.post("/exam/blueprints/enemies", data={"first": first, "second": second})
        assert said in page_of(answer).get_text()
    assert setter.post("/exam/blueprints/enemies/1/delete").status_code == 302
    assert setter.post("/exam/blueprints/enemies/1/delete").status_code == 404


def test_a_failed_draw_leads_to_tasks_for_what_it_was_asked_for(setter, make, article) -> None:
    """Of three forms that may share two items, not of three that share none."""
    for _ in range(10):
        make.revision(article=article)
        make.revision(ItemType.TRUE_FALSE, article=article)
    setter.post("/exam/blueprints/from/new_law")
    sent = {"blueprint_id": "1", "title": "卷", "copies": "3", "overlap": "2", "alternatives": "1",
            "exam_on": "2026-03-05", "seed": "7"}  # fmt: skip
    page = page_of(setter.post("/exam/forms/new", data=sent))
    link = page.select_one("a[href*='/blueprints/1/tasks']")
    asked = page_of(setter.get(link["href"])).get_text(" ", strip=True)
    assert "按 3 套、任两套最多 2 题相同核对出的缺口" in asked
    told = page.get_text(" ", strip=True)
    gaps = re.findall(r"第 \d 行（[^（）]*）缺 \d+ 题", told)
    assert len(set(gaps)) == 2
    assert all(each in asked for each in gaps)

    why = page.select_one("a[href*='/exam/blueprints/1?']")["href"]
    explained = page_of(setter.get(why))
    assert explained.find("input", {"name": "overlap"})["value"] == "2"
    assert explained.find("input", {"name": "on"})["value"] == "2026-03-05"
    assert "“只抽 1 套”，或“允许各套有更多相同的试题”" in explained.get_text(" ", strip=True)
    to_tasks = explained.select_one("a.btn-primary[href*='/blueprints/1/tasks']")["href"]
    assert page_of(setter.get(to_tasks)).get_text(" ", strip=True) == asked


def test_a_gap_becomes_a_task_that_new_items_close(setter, make, sign_in, article) -> None:
    writer = make.account(Role.ITEM_WRITER)
    make.revision(article=article, difficulty=5)
    setter.post("/exam/blueprints/from/new_law")
    page = page_of(setter.get("/exam/blueprints/1?forms=2"))
    gaps = [
        row.get_text(" ", strip=True) for row in page.select("[aria-label='题库缺口'] tbody tr")
    ]
    assert [each.split(" ")[:4] for each in gaps] == [
        ["1", "单选题·难度", "1–5", "19"], ["2", "判断题·难度", "1–5", "20"],
    ]  # fmt: skip
    url = "/exam/blueprints/1/tasks?forms=2"
    sent = {"due_on": "2026-03-10", "writer_id": str(writer.id), "gaps": ["0"]}
    assert (
        "完成日期应在今天或以后"
        in page_of(setter.post(url, data=sent | {"due_on": "2026-03-01"})).get_text()
    )
    assert setter.post(url, data=sent).location == "/bank/tasks"
    setter.post(url, data=sent)
    rows = page_of(setter.get("/bank/tasks")).select("tbody tr")
    assert [row.get_text(" ", strip=True).split(" ")[:3] for row in rows] == [["单选题", "19", "0"]]
    mine = sign_in(writer)
    assert "还缺 19 题" in page_of(mine.get("/")).get_text()
    for _ in range(19):
        written = make.revision(article=article).item
        written.created_at = NOON + timedelta(minutes=1)
        make.save(written)
    assert "还缺" not in page_of(mine.get("/")).get_text()
    assert "已补足" in page_of(mine.get("/bank/tasks")).get_text()
    other = sign_in(make.account(Role.ITEM_WRITER))
    assert page_of(other.get("/bank/tasks")).select("tbody tr") == []
    assert other.post("/bank/tasks/1/cancel").status_code == 403
    assert setter.post("/bank/tasks/1/cancel").status_code == 302
    assert "已取消" in page_of(setter.get("/bank/tasks")).get_text()


def test_the_template_of_party_rules_draws_from_party_regulations_only(
    setter, make, article, session
) -> None:
    law_id = article.version.law_id
    session.add(LawCategory(law_id=law_id, category=Category.PARTY_REGULATION))
    session.commit()
    make.revision(article=article)
    make.revision(article=make.version(articles=["另一部法律的条文。"]).articles[0])
    setter.post("/exam/blueprints/from/party_rules")
    assert session.scalars(select(SectionLaw.law_id)).all() == [law_id] * 3
    page = page_of(setter.get("/exam/blueprints/1"))
    first = page.select_one("[aria-label='题库缺口'] tbody tr").get_text(" ", strip=True)
    assert "29 题" in first
    assert "没有限定法律" not in page.get_text()


@pytest.mark.parametrize(
    ("kind", "rows"), [(ExamKind.NEW_LAW, [1]), (ExamKind.PARTY_RULES, [1]), (ExamKind.ANNUAL, [])]
)
def test_an_exam_about_certain_laws_says_which_rows_name_none(kind: ExamKind, rows) -> None:
    sections = [
        SectionPlan(ItemType.SINGLE_CHOICE, 5, Decimal(2)),
        SectionPlan(ItemType.SINGLE_CHOICE, 5, Decimal(2), law_ids=[1]),
    ]
    assert plans.of_any_law(sections, kind) == rows


def test_a_test_of_a_new_law_that_names_none_is_noted_on_its_page(setter, make, article) -> None:
    make.revision(article=article)
    setter.post("/exam/blueprints/from/new_law")
    said = page_of(setter.get("/exam/blueprints/1")).get_text(" ", strip=True)
    assert "新法测试只考指定的法律，第 1、2 行却会抽到任何法律的试题" in said


def test_a_task_for_a_few_does_not_stand_in_the_way_of_one_for_more(setter, make, article) -> None:
    setter.post("/exam/blueprints/from/new_law")
    sent = {"due_on": "2026-03-10", "writer_id": "", "gaps": ["0"]}
    for forms in (1, 3, 2, 3):
        setter.post(f"/exam/blueprints/1/tasks?forms={forms}", data=sent)
    rows = page_of(setter.get("/bank/tasks")).select("tbody tr")
    asked = [row.get_text(" ", strip=True).split(" ")[1] for row in rows]
    assert asked == ["30", "10"]


def test_a_lack_of_scenes_says_which_items_may_be_them(setter, make, article) -> None:
    for _ in range(12):
        make.revision(article=article)
    setter.post("/exam/blueprints/from/short")
    page = page_of(setter.get("/exam/blueprints/1")).get_text(" ", strip=True)
    assert "可以就是各行所缺的题" in page
    asked = page_of(setter.get("/exam/blueprints/1/tasks")).get_text(" ", strip=True)
    assert "缺 6 题（可以就是各行所缺的题）" in asked
