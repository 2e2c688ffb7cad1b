"""The life of an item on its pages: passing in two steps, remarks, bulk acts, who sees what."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.queries.assembling import building
from exam.queries.papers import exposure
from question_bank.life import BulkKind, Pool, Secrecy
from question_bank.models import BulkAct, Item, ItemComment, ItemState
from question_bank.queries import holding
from question_bank.services import bulk, writing
from question_bank.services.bulk import Order
from tests.factories import NOON
from tests.pages import main, page


@pytest.fixture
def reviewer(make):
    return make.account(Role.ITEM_REVIEWER)


@pytest.fixture
def reviewing(reviewer, sign_in):
    return sign_in(reviewer)


@pytest.fixture
def legal(make, sign_in):
    return sign_in(make.account(Role.RESEARCH_OFFICE))


@pytest.fixture
def writer(make):
    return make.account(Role.ITEM_WRITER)


@pytest.fixture
def writing_client(writer, sign_in):
    return sign_in(writer)


def fresh(session, item_id: int) -> Item:
    session.expire_all()
    item = session.get_one(Item, item_id)
    if item.current:
        _ = [each.article.number for each in item.current.citations]
    session.commit()
    return item


# -------------------------------------------------------------------------------------- passing


def test_an_item_is_passed_by_a_reviewer_and_then_by_the_research_office(
    make, writer, reviewing, legal, session
) -> None:
    item = make.revision(state=ItemState.DRAFT, writer=writer).item_id
    legal.post(f"/bank/items/{item}/confirm")
    assert fresh(session, item).state is ItemState.DRAFT
    reviewing.post(f"/bank/items/{item}/publish")
    assert fresh(session, item).state is ItemState.LEGAL_CHECK
    assert reviewing.post(f"/bank/items/{item}/confirm").status_code == 403
    assert "等待研究室核对法律" in main(reviewing.get(f"/bank/items/{item}"))
    legal.post(f"/bank/items/{item}/confirm")
    assert fresh(session, item).state is ItemState.PUBLISHED
    text = main(legal.get(f"/bank/items/{item}"))
    assert "审题通过" in text
    assert "法律核对通过" in text


def test_whoever_wrote_it_passes_neither_step(make, sign_in, session) -> None:
    both = make.account(Role.ITEM_WRITER, Role.RESEARCH_OFFICE)
    item = make.revision(state=ItemState.DRAFT, writer=both).item_id
    client = sign_in(both)
    client.post(f"/bank/items/{item}/publish")
    assert fresh(session, item).state is ItemState.DRAFT
    waiting = make.revision(state=ItemState.LEGAL_CHECK, writer=both).item_id
    client.post(f"/bank/items/{waiting}/confirm")
    assert fresh(session, waiting).state is ItemState.LEGAL_CHECK


def test_an_item_is_sent_back_with_a_reason_and_waits_for_its_writer(
    make, writer, reviewing, writing_client, session
) -> None:
    revision = make.revision(state=ItemState.DRAFT, writer=writer)
    address = f"/bank/items/{revision.item_id}"
    reviewing.post(f"{address}/return", data={"remark": " "})
    assert fresh(session, revision.item_id).state is ItemState.DRAFT
    reviewing.post(f"{address}/return", data={"remark": "选项丙与条文不符"})
    assert fresh(session, revision.item_id).state is ItemState.RETURNED
    assert "选项丙与条文不符" in main(writing_client.get(address))
    reviewing.post(f"{address}/publish")
    assert fresh(session, revision.item_id).state is ItemState.RETURNED


def test_remarks_say_who_when_and_on_which_revision_and_are_dealt_with(
    make, writer, reviewer, reviewing, writing_client, session
) -> None:
    item = make.revision(state=ItemState.DRAFT, writer=writer).item_id
    reviewing.post(f"/bank/items/{item}/comments", data={"text": "题干<b>过长</b>"})
    comment_id = session.scalars(select(ItemComment.id)).one()
    # Opening an item is noted (item_sight), for which nobody may hold the database.
    session.commit()
    text = main(writing_client.get(f"/bank/items/{item}"))
    assert "题干<b>过长</b>" in text
    assert f"{reviewer.person.name}" in text
    assert "针对第 1 版" in text
    session.commit()
    writing_client.post(f"/bank/items/{item}/comments/{comment_id}/resolve")
    assert "已处理" in main(writing_client.get(f"/bank/items/{item}"))
    other = make.revision(writer=make.account(Role.ITEM_WRITER)).item_id
    answer = writing_client.post(f"/bank/items/{other}/comments", data={"text": "看看"})
    assert answer.status_code == 404


def test_a_writer_deletes_only_an_untouched_draft_of_his_own(
    make, writer, reviewing, writing_client, session
) -> None:
    own = make.revision(state=ItemState.DRAFT, writer=writer).item_id
    said = make.revision(state=ItemState.DRAFT, writer=writer).item_id
    published = make.revision(writer=writer).item_id
    used = make.revision(state=ItemState.DRAFT, writer=writer)
    make.form(used)
    reviewing.post(f"/bank/items/{said}/comments", data={"text": "再想想"})
    assert "删除草稿" in main(writing_client.get(f"/bank/items/{own}"))
    for each in (own, said, published, used.item_id):
        writing_client.post(f"/bank/items/{each}/delete")
    session.expire_all()
    left = session.scalars(select(Item.id).order_by(Item.id)).all()
    assert left == [said, published, used.item_id]


# ------------------------------------------------------------------------------ who sees what


def test_items_of_a_sealed_paper_are_seen_by_nobody_but_its_setter(
    app, make, sign_in, session
) -> None:
    setter = make.account(Role.PAPER_SETTER)
    form = make.sealed_form()
    form.sealed_by_id = setter.id
    make.save(form)
    revision = form.slots[0].revision
    address, stem = f"/bank/items/{revision.item_id}", revision.stem
    for role in (Role.EXAM_ADMIN, Role.ITEM_REVIEWER, Role.RESEARCH_OFFICE, Role.PAPER_SETTER):
        client = sign_in(make.account(role))
        assert client.get(address).status_code == 404, role
        assert stem not in client.get("/bank/?q=题干").text, role
        answer = client.post("/bank/export", data={"format": "csv"})
        assert stem.encode() not in answer.data, role
    assert sign_in(setter).get(address).status_code == 200
    with app.app_context():
        assert db.session.scalars(holding.practisable(NOON.date())).all() == []


@pytest.mark.parametrize(
    ("closes", "hidden"), [(timedelta(hours=1), True), (timedelta(hours=-1), False)]
)
def test_until_the_exams_of_the_paper_are_over(app, make, closes, hidden) -> None:
    form = make.sealed_form()
    now = clock.now()
    make.exam_session(form, opens_at=now - timedelta(hours=2), closes_at=now + closes)
    with app.app_context():
        found = db.session.scalars(exposure.held(None)).all()
        assert (form.slots[0].revision.item_id in found) is hidden
        practised = db.session.scalars(holding.practisable(NOON.date())).all()
        assert (form.slots[0].revision.item_id in practised) is not hidden


def test_until_the_last_candidate_with_more_time_has_finished(app, make) -> None:
    form, person, now = make.sealed_form(), make.person(), clock.now()
    exam = make.exam_session(
        form, person, opens_at=now - timedelta(hours=2), closes_at=now - timedelta(minutes=1)
    )
    make.attempt(exam, person, None, deadline=now + timedelta(minutes=20))
    item_id = form.slots[0].revision.item_id
    for later, hidden in ((timedelta(0), True), (timedelta(minutes=21), False)):
        with app.app_context(), clock.frozen(now + later):
            assert (item_id in db.session.scalars(exposure.held(None)).all()) is hidden


def test_exam_and_practice_are_drawn_from_pools_apart(app, make) -> None:
    item = {}
    for pool in Pool:
        revision = make.revision()
        revision.item.pool = pool
        make.save(revision.item)
        item[pool] = revision.item_id
    secret = make.revision()
    secret.item.secrecy = Secrecy.UNTIL_EXAM
    make.save(secret.item)
    expired = make.revision(valid_until=date(2026, 3, 1))
    with app.app_context():
        drawn = {each.item_id for each in building.pool(date(2026, 3, 2))}
        practised = set(db.session.scalars(holding.practisable(date(2026, 3, 2))))
    assert drawn == {item[Pool.BOTH], item[Pool.EXAM], secret.item_id}
    assert practised == {item[Pool.BOTH], item[Pool.PRACTICE]}
    assert expired.item_id not in drawn | practised


def test_what_is_secret_until_its_exam_is_not_exported(make, reviewing) -> None:
    secret, plain = make.revision(stem="保密的题"), make.revision(stem="平常的题")
    secret.item.secrecy = Secrecy.UNTIL_EXAM
    make.save(secret.item)
    data = reviewing.post("/bank/export", data={"format": "csv"}).data.decode()
    assert plain.stem in data
    assert secret.stem not in data
    assert reviewing.get(f"/bank/items/{secret.item_id}").status_code == 200


def test_items_that_expire_soon_are_listed(make, reviewing) -> None:
    today = clock.today()
    make.revision(stem="快到期", valid_until=today + timedelta(days=10))
    make.revision(stem="过期了", valid_until=today - timedelta(days=1))
    make.revision(stem="长期的")
    for days, expected in {"0": ["过期了"], "30": ["快到期", "过期了"]}.items():
        rows = page(reviewing.get(f"/bank/?expiring={days}")).select("tbody th")
        assert sorted(each.get_text() for each in rows) == expected


# ------------------------------------------------------------------------------------- bulk acts


def act_on(app, make, order: Order, *revisions: Any) -> None:
    """Do it as the service does, on its own."""
    with app.app_context():
        items = [db.session.get_one(Item, each.item_id) for each in revisions]
        bulk.apply(items=items, order=order, shown=len(items), at=NOON, by=None)
        db.session.commit()


@pytest.mark.parametrize(
    ("query", "read", "expected", "before"),
    [
        ("kind=topic&set_topic=听证", lambda item: item.current.topic, "听证", ""),
        ("kind=difficulty&set_difficulty=5", lambda item: item.current.difficulty, 5, 3),
        ("kind=validity&set_until=2027-01-31", lambda item: item.current.valid_until,
         date(2027, 1, 31), None),
        ("kind=pool&set_pool=practice", lambda item: item.pool, Pool.PRACTICE, Pool.BOTH),
        ("kind=secrecy&set_secrecy=until_exam", lambda item: item.secrecy, Secrecy.UNTIL_EXAM,
         Secrecy.INTERNAL),
        ("kind=retire", lambda item: item.state, ItemState.RETIRED, ItemState.PUBLISHED),
    ],
)  # fmt: skip
def test_many_items_are_changed_at_once_as_shown_and_put_back(
    make, reviewing, session, query, read, expected, before
) -> None:
    one, other = make.revision(stem="题一"), make.revision(stem="题二")
    address = f"/bank/bulk?item={one.item_id}&item={other.item_id}&{query}"
    soup = page(reviewing.get(address))
    assert "2 道将改动" in soup.get_text()
    assert soup.select_one("[name=shown]")["value"] == "2"
    assert read(fresh(session, one.item_id)) == before
    reviewing.post(address, data={"shown": "2"})
    assert [read(fresh(session, each.item_id)) for each in (one, other)] == [expected] * 2
    act = session.scalars(select(BulkAct)).one()
    session.commit()
    reviewing.post(f"/bank/bulk/done/{act.id}/undo")
    assert [read(fresh(session, each.item_id)) for each in (one, other)] == [before] * 2


def test_everything_that_a_filter_finds_is_chosen(make, reviewing, session) -> None:
    found = [make.revision(stem="找到的题", topic="旧") for _ in range(3)]
    other = make.revision(stem="别的题", topic="另")
    address = "/bank/bulk?all=1&topic=旧&kind=topic&set_topic=新"
    reviewing.post(address, data={"shown": "3"})
    topics = [fresh(session, each.item_id).current.topic for each in (*found, other)]
    assert topics == ["新", "新", "新", "另"]


def test_what_is_no_longer_as_shown_is_not_done(make, reviewing, session) -> None:
    one = make.revision(topic="旧")
    answer = reviewing.post(
        "/bank/bulk?all=1&kind=topic&set_topic=新", data={"shown": "2"}, follow_redirects=True
    )
    assert "请重新核对" in answer.text
    assert fresh(session, one.item_id).current.topic == "旧"


def test_undoing_leaves_items_that_were_changed_since(app, make, reviewing, session) -> None:
    one, other = make.revision(), make.revision()
    act_on(app, make, Order(BulkKind.POOL, "仅考试", Pool.EXAM), one, other)
    item = session.get_one(Item, other.item_id)
    item.pool = Pool.PRACTICE
    session.commit()
    act = session.scalars(select(BulkAct)).one()
    session.commit()
    answer = reviewing.post(f"/bank/bulk/done/{act.id}/undo", follow_redirects=True)
    assert f"试题 {other.item_id}之后又有变动" in answer.text
    assert fresh(session, one.item_id).pool is Pool.BOTH
    assert fresh(session, other.item_id).pool is Pool.PRACTICE


def test_recited_items_wait_to_be_passed_and_undoing_brings_them_back(
    make, reviewing, session
) -> None:
    law = make.law("测试法")
    version = make.version(law, ("甲条。", "乙条。"))
    revision = make.revision(article=version.articles[0])
    address = (
        f"/bank/bulk?item={revision.item_id}&kind=recite&old_law=测试法&old_article=1"
        "&set_law=测试法&set_article=2"
    )
    assert "《测试法》第2条" in main(reviewing.get(address))
    reviewing.post(address, data={"shown": "1"})
    item = fresh(session, revision.item_id)
    assert item.state is ItemState.DRAFT
    assert [each.article.number for each in item.current.citations] == ["第2条"]
    act = session.scalars(select(BulkAct)).one()
    session.commit()
    reviewing.post(f"/bank/bulk/done/{act.id}/undo")
    item = fresh(session, revision.item_id)
    assert (item.state, item.current_id) == (ItemState.PUBLISHED, revision.id)


def test_an_order_that_cannot_be_read_says_why(make, reviewing) -> None:
    item = make.revision().item_id
    for query, said in {
        "kind=topic": "请填写知识点",
        "kind=difficulty&set_difficulty=9": "请选择难度",
        "kind=validity&set_until=明年": "请填写有效期",
        "kind=recite&set_law=没有的法&set_article=1": "法律库中没有",
        "kind=recite": "请填写改引的法律和条款号",
        "kind=pool&set_pool=x": "请选择用途",
    }.items():
        assert said in main(reviewing.get(f"/bank/bulk?item={item}&{query}")), query


# -------------------------------------------------------------------------- duplicates, coverage


def statement(make, stem: str, writer: Any = None) -> int:
    revision = make.revision(stem=stem, writer=writer, options=["甲一", "乙二"])
    return revision.item_id


def test_pairs_stand_side_by_side_and_are_decided(app, make, reviewing, session) -> None:
    with app.app_context():
        for stem in ("信访人不得围堵国家机关。", "信访人不能围堵国家机关"):
            draft = writing.ItemDraft(make_type(), stem, (), (0,))
            writing.create_item(draft=draft, at=NOON, by=None)
        db.session.commit()
    soup = page(reviewing.get("/bank/duplicates"))
    assert [each.get_text() for each in soup.select("mark")] == ["不得", "。", "不能"] or [
        each.get_text() for each in soup.select("mark")
    ] == ["得", "。", "能"]
    one, other = (each["value"] for each in soup.select("form [name=one], form [name=other]")[:2])
    reviewing.post("/bank/duplicates", data={"one": one, "other": other, "act": "keep_one"})
    assert fresh(session, int(other)).state is ItemState.RETIRED
    assert "最近处理" in main(reviewing.get("/bank/duplicates"))
    reviewing.post("/bank/duplicates/decisions/1/undo")
    assert fresh(session, int(other)).state is ItemState.DRAFT
    reviewing.post("/bank/duplicates", data={"one": one, "other": other, "act": "keep_both"})
    assert "没有待处理的相近试题" in main(reviewing.get("/bank/duplicates"))


def make_type() -> Any:
    return writing.drafts.ItemType.TRUE_FALSE


def test_a_writer_is_shown_near_items_beside_the_form(make, writer, writing_client) -> None:
    own = make.revision(
        stem="信访人不得围堵国家机关办公场所。", writer=writer, options=["一", "二"]
    )
    make.revision(stem="信访人禁止围堵国家机关办公场所", options=["一", "二"])
    sent = {"item_type": "single_choice", "stem": "信访人不能围堵国家机关办公场所",
            "options-0": "一", "options-1": "二"}  # fmt: skip
    html = writing_client.post("/bank/items/beside", data=sent).json["html"]
    assert f"试题 {own.item_id}" in html
    assert "另有 1 道他人编写的试题与之相近" in html
    assert "禁止围堵" not in html
    again = writing_client.post(f"/bank/items/beside?item={own.item_id}", data=sent).json["html"]
    assert f"试题 {own.item_id}" not in again


def test_the_map_counts_usable_items_and_names_what_is_missing(make, reviewing) -> None:
    law = make.law("测试法")
    article = make.version(law).articles[0]
    make.revision(article=article, difficulty=1)
    make.revision(article=article, difficulty=5)
    make.revision(article=article, state=ItemState.DRAFT)
    make.revision(article=article, valid_until=date(2020, 1, 1))
    soup = page(reviewing.get("/bank/coverage?across=difficulty&least=3"))
    cells = [each.get_text(strip=True) for each in soup.select("tbody tr td")]
    # 1 to 5, usable, lacking, never used, over-exposed.
    assert cells == ["1", "0", "0", "0", "1", "2", "1", "2", "—"]
    book = load_workbook(io.BytesIO(reviewing.get("/bank/coverage.xlsx").data))
    assert book.sheetnames == ["按题型", "按难度", "按认知层次"]


def test_use_is_computed_from_papers_and_attempts(make, reviewing) -> None:
    form = make.sealed_form()
    person = make.person()
    past = make.exam_session(form, person, opens_at=NOON - timedelta(days=9),
                             closes_at=NOON - timedelta(days=8))  # fmt: skip
    make.attempt(past, person, 100)
    idle = make.revision(stem="没人用过的题")
    used = form.slots[0].revision
    assert "没人用过的题" in main(reviewing.get("/exam/exposure"))
    over = main(reviewing.get("/exam/exposure?show=over&people=1"))
    assert used.stem in over
    assert idle.stem not in over
    text = main(reviewing.get(f"/exam/exposure/{used.item_id}"))
    assert past.title in text
    assert "还没有试卷用过" in main(reviewing.get(f"/exam/exposure/{idle.item_id}"))
