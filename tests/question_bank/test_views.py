"""The pages of the bank, through a browser's requests."""

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts.models import Account
from accounts.permissions import Role
from core.audit.models import AuditRecord
from laws.models import Article, Law
from question_bank.item_types import ItemType
from question_bank.models import ImportBatch, Item, ItemRevision, ItemState
from question_bank.queries import browsing
from tests.factories import Make
from tests.pages import main, page

SignIn = Callable[[Account], FlaskClient]
CSV = (
    "题型,题干,A,B,答案,法律名称,条款号\n"
    "单选题,题一,甲,乙,A,测试法,2\n"
    "判断题,题二,,,√,,\n"
    "单选题,题三,甲,乙,C,,\n"
    "单选题,题一,甲,乙,A,测试法,2\n"
)


@pytest.fixture
def writer(make: Make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_WRITER)


@pytest.fixture
def writing(writer: Account, sign_in: SignIn) -> FlaskClient:
    return sign_in(writer)


@pytest.fixture
def reviewer(make: Make) -> Account:
    return make.account(Role.STAFF, Role.ITEM_REVIEWER)


@pytest.fixture
def reviewing(reviewer: Account, sign_in: SignIn) -> FlaskClient:
    return sign_in(reviewer)


@pytest.fixture
def law(make: Make) -> Law:
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("总则。", "应在六十日内办结。"))
    return law


def upload(client: FlaskClient, data: bytes, name: str = "题.csv") -> TestResponse:
    sent = {"file": (io.BytesIO(data), name)}
    return client.post("/bank/import", data=sent, content_type="multipart/form-data")


def filled(**changed: Any) -> dict[str, Any]:
    """A form as a browser sends it, citing 测试法第二条."""
    return {
        "item_type": "single_choice",
        "stem": "信访事项应在几日内办结：",
        "options-0": "六十日",
        "options-1": "九十日",
        "options-2": "",
        "key": ["0"],
        "rationale": "",
        "citations-0-law": "测试法",
        "citations-0-articles": "第二条",
        "difficulty": "3",
        "cognitive_level": "remember",
        "scene": "",
        "topic": "",
        "source": "",
    } | changed


def as_sent(soup: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    sent: dict[str, Any] = {}
    for each in soup.select("#item-form input[name]"):
        if each.get("type") not in {"checkbox", "radio"} or each.has_attr("checked"):
            sent[each["name"]] = each.get("value", "")
    for each in soup.select("#item-form textarea"):
        sent[each["name"]] = each.get_text().strip()
    for each in soup.select("#item-form option[selected]"):
        sent[each.find_parent("select")["name"]] = each["value"]
    return sent


def read(session: Session, statement: Any) -> Any:
    """All rows as the last request left them; the session then stands in nobody's way."""
    rows = session.scalars(statement, execution_options={"populate_existing": True}).all()
    session.commit()
    return rows


def count(session: Session, table: Any = Item) -> int:
    return len(read(session, select(table)))


def state(session: Session, item_id: int) -> ItemState:
    (item,) = read(session, select(Item).where(Item.id == item_id))
    found: ItemState = item.state
    return found


# ------------------------------------------------------------------------------------ browsing


def test_readers_who_neither_write_nor_review_see_no_drafts(make: Make, sign_in: SignIn) -> None:
    published = make.revision(stem="已发布的题")
    draft = make.revision(stem="草稿的题", state=ItemState.DRAFT)
    for role in (Role.EXAM_ADMIN, Role.PAPER_SETTER):
        client = sign_in(make.account(role))
        text = main(client.get("/bank/"))
        assert "已发布的题" in text
        assert "草稿的题" not in text
        assert client.get(f"/bank/items/{published.item_id}").status_code == 200
        assert client.get(f"/bank/items/{draft.item_id}").status_code == 404


def test_writers_see_their_own_items_and_nobody_elses(
    make: Make, writer: Account, writing: FlaskClient
) -> None:
    own = make.revision(stem="我的题", state=ItemState.DRAFT, writer=writer)
    other = make.revision(stem="别人的题", writer=make.account(Role.ITEM_WRITER))
    assert "我的题" in main(writing.get("/bank/"))
    assert "别人的题" not in writing.get("/bank/").text
    assert writing.get(f"/bank/items/{own.item_id}").status_code == 200
    for act in ("", "/edit"):
        assert writing.get(f"/bank/items/{other.item_id}{act}").status_code == 404
    assert writing.post(f"/bank/items/{other.item_id}/edit", data=filled()).status_code == 404
    assert writing.post(f"/bank/items/{own.item_id}/publish").status_code == 403


def test_the_list_is_narrowed_by_law_and_article_and_the_rest(
    make: Make, reviewing: FlaskClient, law: Law, session: Session
) -> None:
    first, second = session.scalars(select(Article).order_by(Article.position)).all()
    make.revision(stem="题一", article=first, difficulty=1, topic="总则", rationale="缘由")
    make.revision(stem="题二", article=second, item_type=ItemType.TRUE_FALSE)
    make.revision(stem="题三", state=ItemState.DRAFT)
    for query, expected in {
        f"law={law.id}": ["题一", "题二"],
        f"law={law.id}&article=2": ["题二"],
        f"law={law.id}&article=第二条": ["题二"],
        f"law={law.id}&article=nonsense": ["题一", "题二"],
        "type=true_false": ["题二"],
        "difficulty=1": ["题一"],
        "topic=总则": ["题一"],
        "state=draft": ["题三"],
        "q=缘由": ["题一"],
        "q=题 三": ["题三"],
        "q=%25": [],
        "sort=difficulty&dir=asc&type=single_choice&state=published": ["题一"],
        "sort=nonsense&difficulty=x&law=x&page=0": ["题一", "题二", "题三"],
    }.items():
        rows = page(reviewing.get(f"/bank/?{query}")).select("tbody th")
        assert sorted(row.get_text() for row in rows) == sorted(expected), query
    tabs = main(reviewing.get("/bank/"))
    assert "全部 3" in tabs
    assert "草稿 1" in tabs


def test_of_more_hits_than_anybody_pages_through_the_newest_are_listed(
    make: Make, reviewing: FlaskClient, law: Law, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "CAP", 3)
    article = session.scalars(select(Article)).first()
    make.revision(stem="信访一", article=article)
    for name in "二三四":
        make.revision(stem=f"信访{name}", state=ItemState.DRAFT)
    found = page(reviewing.get("/bank/?q=信访"))
    assert [each.get_text() for each in found.select("tbody th")] == ["信访四", "信访三", "信访二"]
    assert "全部 3+" in main(reviewing.get("/bank/?q=信访"))
    few = page(reviewing.get("/bank/?q=信访&state=published"))
    assert [each.get_text() for each in few.select("tbody th")] == ["信访一"]
    assert "共 1 题" in few.select_one(".xf-toolbar-count").get_text()


def test_an_item_shows_its_articles_and_what_changed(
    make: Make, writer: Account, writing: FlaskClient, reviewing: FlaskClient, law: Law
) -> None:
    made = writing.post("/bank/items/new", data=filled())
    address = made.headers["Location"]
    writing.post(f"{address}/edit", data=filled(stem="信访事项应当在几日内办结："))
    soup = page(reviewing.get(address))
    assert (
        soup.select_one("blockquote.xf-article-text").get_text(strip=True) == "应在六十日内办结。"
    )
    assert [each.get_text() for each in soup.select("ins")] == ["当"]
    assert writer.person.name in soup.get_text()


# ------------------------------------------------------------------------------------- writing


def test_an_item_is_written_and_waits_as_a_draft(
    writing: FlaskClient, law: Law, session: Session
) -> None:
    answer = writing.post("/bank/items/new", data=filled())
    item = session.scalars(select(Item)).one()
    assert answer.headers["Location"] == f"/bank/items/{item.id}"
    assert item.current is not None
    assert (item.state, item.current.options, item.current.key) == (
        ItemState.DRAFT, ["六十日", "九十日"], [0],
    )  # fmt: skip
    assert [each.article.number for each in item.current.citations] == ["第2条"]


def test_ticks_follow_their_options_whatever_lines_are_left_blank(
    writing: FlaskClient, law: Law, session: Session
) -> None:
    lines = {
        "options-0": "",
        "options-1": "",
        "options-3": "甲",
        "options-7": "乙",
        "options-9": "丙",
    }
    sent = filled(item_type="multiple_choice", key=["3", "9"]) | lines
    assert writing.post("/bank/items/new", data=sent).status_code == 302
    revision = session.scalars(select(ItemRevision)).one()
    assert (revision.options, revision.key) == (["甲", "乙", "丙"], [0, 2])


def test_a_judgement_needs_no_options(writing: FlaskClient, law: Law, session: Session) -> None:
    sent = filled(item_type="true_false", truth="1", key=[])
    assert writing.post("/bank/items/new", data=sent).status_code == 302
    revision = session.scalars(select(ItemRevision)).one()
    assert (revision.options, revision.key) == ([], [1])


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"stem": ""}, "此项必填"),
        ({"key": []}, "缺少正确答案"),
        ({"key": ["0", "1"]}, "只能有一个正确答案"),
        ({"key": ["2"]}, "选项不能为空"),
        ({"options-1": "六十日"}, "选项重复"),
        ({"options-1": ""}, "选项应为 2 至 10 个"),
        ({"item_type": "multiple_choice"}, "多选题至少有两个正确选项"),
        ({"item_type": "true_false"}, "请选择正确或错误"),
        ({"item_type": "riddle"}, "Not a valid choice"),
        ({"citations-0-law": "无此法"}, "法律库中没有《无此法》"),
        ({"citations-0-articles": "第九条"}, "没有第九条"),
        ({"citations-0-articles": ""}, "法律名称和条款号要一起填写"),
        ({"citations-0-law": ""}, "法律名称和条款号要一起填写"),
        ({"citations-0-version": "1999-01-01"}, "已登记：2020-01-01"),
        ({"stem": "长" * 4001}, "不超过 4000 字"),
        ({"difficulty": "9"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_is_kept(
    writing: FlaskClient, law: Law, session: Session, changed: dict[str, Any], complaint: str
) -> None:
    answer = writing.post("/bank/items/new", data=filled(**changed))
    soup = page(answer)
    if "Not a valid" not in complaint:
        assert complaint in soup.get_text()
    assert soup.select_one("[name=options-0]")["value"] == "六十日"
    assert count(session) == 0


def test_an_edit_keeps_what_the_form_does_not_show(
    make: Make, writer: Account, writing: FlaskClient, law: Law, session: Session
) -> None:
    old = make.version(law, ("旧条。",), promulgated_on=date(2000, 1, 1), effective_on=None)
    revision = make.revision(
        writer=writer, article=old.articles[0], extra={"分值": "2"}, source="自编",
        valid_until=date(2027, 1, 1), state=ItemState.DRAFT,
    )  # fmt: skip
    address = f"/bank/items/{revision.item_id}/edit"
    soup = page(writing.get(address))
    sent = as_sent(soup)
    assert sent["citations-0-version"] == "2000-01-01"
    unchanged = writing.post(address, data=sent, follow_redirects=True)
    assert "内容没有改动" in unchanged.text
    writing.post(address, data=sent | {"stem": "新题干"})
    newest = session.scalars(select(ItemRevision).order_by(ItemRevision.number.desc())).first()
    assert newest is not None
    assert (newest.stem, newest.extra, newest.source, newest.valid_until) == (
        "新题干", {"分值": "2"}, "自编", date(2027, 1, 1),
    )  # fmt: skip
    assert [each.article.text for each in newest.citations] == ["旧条。"]


def test_the_cited_article_is_shown_while_the_item_is_written(
    writing: FlaskClient, law: Law
) -> None:
    sent = filled(stem="应在九十日内办结，正确的是：")
    html = writing.post("/bank/items/beside", data=sent).get_json()["html"]
    assert "应在六十日内办结。" in html
    assert "九十日" in html
    unknown = filled(**{"citations-0-law": "<script>", "item_type": "riddle"})
    html = writing.post("/bank/items/beside", data=unknown).get_json()["html"]
    assert "法律库中没有" in html
    assert "<script>" not in html
    assert writing.post("/bank/items/beside", data={}).status_code == 200


# ----------------------------------------------------------------------------------- reviewing


def test_a_reviewer_passes_the_revision_that_was_looked_at(
    make: Make, writer: Account, reviewing: FlaskClient, session: Session
) -> None:
    revision = make.revision(writer=writer, state=ItemState.DRAFT)
    address = f"/bank/items/{revision.item_id}/publish"
    stale = reviewing.post(address, data={"revision": revision.id + 1})
    assert stale.status_code == 409
    assert "被修改过" in stale.text
    assert reviewing.post(address, data={"revision": revision.id}).status_code == 302
    assert state(session, revision.item_id) is ItemState.LEGAL_CHECK
    again = reviewing.post(address, data={"revision": revision.id})
    assert (again.status_code, "只有草稿" in again.text) == (409, True)


def test_several_items_are_passed_after_looking_but_none_that_may_not_be(
    app: Flask,
    make: Make,
    reviewer: Account,
    writer: Account,
    reviewing: FlaskClient,
    session: Session,
) -> None:
    # Without the research office, whoever passes an item publishes it.
    app.config["XUEFA"] = replace(app.config["XUEFA"], legal_check=False)
    good = make.revision(writer=writer, state=ItemState.DRAFT)
    own = make.revision(writer=reviewer, state=ItemState.DRAFT)
    bare = make.revision(writer=writer, state=ItemState.RETIRED)
    ids = [good.item_id, own.item_id, bare.item_id]
    soup = page(reviewing.get("/bank/review", query_string={"item": ids}))
    boxes = [each["value"] for each in soup.select("[name=item]")]
    assert boxes == [f"{good.item_id}-{good.id}"]
    assert "命题人不能审定自己编写的试题" in soup.get_text()
    sent = {"item": [f"{each.item_id}-{each.id}" for each in (good, own, bare)]}
    answer = reviewing.post("/bank/review/publish", data=sent, follow_redirects=True)
    assert "已发布 1 道试题" in answer.text
    assert f"试题 {own.item_id} 没有发布：命题人不能审定" in answer.text
    states = [state(session, each) for each in ids]
    assert states == [ItemState.PUBLISHED, ItemState.DRAFT, ItemState.RETIRED]
    assert "已停用 1 道试题" in reviewing.post(
        "/bank/review/retire", data={"item": [boxes[0]]}, follow_redirects=True
    ).text  # fmt: skip
    nothing = reviewing.post(
        "/bank/review/publish", data={"item": ["x", "1"]}, follow_redirects=True
    )
    assert "没有勾选试题" in nothing.text
    assert reviewing.get("/bank/review").status_code == 302


# ----------------------------------------------------------------------------------- importing


def test_nothing_is_written_before_the_preview_is_confirmed(
    writing: FlaskClient, writer: Account, law: Law, session: Session
) -> None:
    address = upload(writing, CSV.encode("gb18030")).headers["Location"]
    text = main(writing.get(address))
    assert "可以导入 2" in text
    assert "《测试法》2" in text
    rejected = main(writing.get(f"{address}?show=rejected"))
    assert "4 题三 正确答案 ：答案 C 不在选项 A 至 B 之中" in rejected
    assert "5 题一 不导入 与本文件第 2 行相同" in main(writing.get(f"{address}?show=duplicates"))
    assert (count(session), count(session, ImportBatch)) == (0, 0)
    done = writing.post(address, follow_redirects=True)
    assert "已导入 2 道试题，均为草稿" in done.text
    (batch,) = read(session, select(ImportBatch))
    assert (batch.file_name, batch.accepted, batch.rejected) == ("题.csv", 2, 1)
    items = read(session, select(Item))
    assert {(each.state, each.writer_id) for each in items} == {(ItemState.DRAFT, writer.id)}
    actions = read(session, select(AuditRecord.action))
    assert actions == ["item.import"]


def test_a_preview_that_is_confirmed_twice_is_imported_once(
    writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    assert writing.post(address).status_code == 302
    again = writing.post(address, follow_redirects=True)
    assert "已经确认过" in again.text
    assert count(session, ImportBatch) == 1


def at_once(clients: Sequence[FlaskClient], addresses: Sequence[str]) -> list[int]:
    """Each client posts to its address, all at the same moment; the status of each answer."""
    start, answers = threading.Barrier(len(clients)), []

    def press(client: FlaskClient, address: str) -> None:
        start.wait()
        answers.append(client.post(address).status_code)

    presses = [threading.Thread(target=press, args=each)
               for each in zip(clients, addresses, strict=True)]  # fmt: skip
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    return answers


def test_two_presses_at_the_same_moment_import_once(
    app: Any, make: Make, sign_in: SignIn, writer: Account, session: Session
) -> None:
    address = upload(sign_in(writer), CSV.encode()).headers["Location"]
    assert at_once([sign_in(writer), sign_in(writer)], [address] * 2) == [302, 302]
    assert count(session, ImportBatch) == 1
    assert count(session) == 1


def test_two_people_who_import_the_same_file_at_once_leave_each_item_once(
    make: Make, sign_in: SignIn, writer: Account, session: Session
) -> None:
    clients = [sign_in(writer), sign_in(make.account(Role.ITEM_WRITER))]
    addresses = [upload(each, CSV.encode()).headers["Location"] for each in clients]
    assert at_once(clients, addresses) == [302, 302]
    assert count(session, ImportBatch) == 1
    assert count(session) == 1


def test_nobody_confirms_or_reads_a_colleagues_upload(
    make: Make, sign_in: SignIn, writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    other = sign_in(make.account(Role.ITEM_WRITER))
    assert other.get(address).status_code == 410
    assert other.get(f"{address}/rejected.xlsx").status_code == 410
    assert other.post(address).status_code == 302
    assert count(session) == 0
    assert writing.get(address).status_code == 200


def test_an_upload_can_be_given_up(writing: FlaskClient, session: Session) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    assert writing.post(f"{address}/cancel").status_code == 302
    assert writing.get(address).status_code == 410
    assert count(session) == 0


@pytest.mark.parametrize(
    ("data", "name", "complaint"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"<html></html>", "页.xlsx", "HTML"),
        (b"MZ\x90\0", "程序.xlsx", "编码无法识别"),
        ("姓名\n张三".encode(), "名册.csv", "没有找到列名"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so_at_once(
    writing: FlaskClient, data: bytes, name: str, complaint: str
) -> None:
    text = main(upload(writing, data, name))
    assert complaint in text
    assert name in text


def test_an_upload_without_a_file_is_asked_for(writing: FlaskClient) -> None:
    assert "请选择文件" in main(writing.post("/bank/import", data={}))


def test_a_file_of_rejected_rows_only_cannot_be_confirmed(
    writing: FlaskClient, session: Session
) -> None:
    address = upload(writing, "题干,A,B,答案\n题,甲,乙,\n".encode()).headers["Location"]
    assert "确认导入" not in main(writing.get(address))
    answer = writing.post(address, follow_redirects=True)
    assert "没有可以导入的试题" in answer.text
    assert count(session, ImportBatch) == 0


def test_rejected_rows_come_back_with_their_reasons_to_be_mended(
    writing: FlaskClient, law: Law, session: Session
) -> None:
    address = upload(writing, CSV.encode()).headers["Location"]
    answer = writing.get(f"{address}/rejected.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert (row["原行号"], row["题干"], row["选项B"], row["正确答案"]) == ("4", "题三", "乙", "C")
    assert row["原因"].startswith("正确答案：答案 C 不在选项")
    sheet.cell(2, head.index("正确答案") + 1, "B")
    mended = io.BytesIO()
    sheet.parent.save(mended)
    assert "可以导入 1" in main(writing.get(upload(writing, mended.getvalue()).headers["Location"]))


def test_what_a_file_holds_cannot_become_markup(writing: FlaskClient) -> None:
    data = "题干,A,B,答案,<b>列</b>\n<script>alert(1)</script>,<i>甲</i>,乙,A,x\n".encode()
    address = upload(writing, data, "<img>.csv").headers["Location"]
    answer = writing.get(address)
    assert "<script>alert" not in answer.text
    assert "<b>列" not in answer.text
    assert "<img>" not in answer.text
    assert "alert(1)" in main(answer)


def test_an_import_is_taken_back_by_its_writer_only(
    make: Make, sign_in: SignIn, writing: FlaskClient, session: Session
) -> None:
    writing.post(upload(writing, CSV.encode()).headers["Location"])
    (batch,) = read(session, select(ImportBatch.id))
    address = f"/bank/imports/{batch}"
    other = sign_in(make.account(Role.ITEM_WRITER))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/take-back").status_code == 404
    assert "整批撤回" in main(writing.get(address))
    assert "题.csv" in main(writing.get("/bank/imports"))
    answer = writing.post(f"{address}/take-back", follow_redirects=True)
    assert "已撤回，删除了 1 道草稿" in answer.text
    assert count(session) == 0
    again = writing.post(f"{address}/take-back", follow_redirects=True)
    assert "已经撤回过了" in again.text
    assert "item.import.take_back" in read(session, select(AuditRecord.action))


def test_the_template_is_downloaded(writing: FlaskClient) -> None:
    answer = writing.get("/bank/import/template.xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == ["填写说明", "试题"]


# ----------------------------------------------------------------------------------- exporting


def test_the_list_is_exported_as_narrowed_and_the_trail_says_so(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    make.revision(stem="题一", difficulty=1)
    make.revision(stem="题二", difficulty=2)
    make.revision(stem="题三", difficulty=1, state=ItemState.DRAFT)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    answer = client.post("/bank/export?difficulty=1", data={"format": "csv"})
    text = answer.data.decode("utf-8-sig")
    assert "题一" in text
    assert "题二" not in text
    assert "题三" not in text, "a draft of somebody else"
    (record,) = read(session, select(AuditRecord))
    assert record.action == "item.export"
    assert '"items": 1' in record.body or '"items":1' in record.body
    assert "难度：易" in record.body
    assert client.post("/bank/export", data={"format": "pdf"}).status_code == 400


def test_who_may_not_export_does_not(make: Make, sign_in: SignIn, writing: FlaskClient,
                                     writer: Account) -> None:  # fmt: skip
    make.revision(stem="别人的题")
    make.revision(stem="我的题", writer=writer)
    assert sign_in(make.account(Role.PAPER_SETTER)).post("/bank/export").status_code == 403
    own = writing.post("/bank/export", data={"format": "jsonl"}).text
    assert "我的题" in own
    assert "别人的题" not in own


def test_only_what_is_ticked_is_imported_and_doubts_are_not_ticked(
    writing: FlaskClient, session: Session
) -> None:
    good = "1.甲？\nA.乙\nB.丙\n答案：A\n2.丁？\nA.戊\nB.己\n答案：B\n"
    bank = good + "3.庚（ A ）？\nA.辛\nB.壬\n答案：B\n"
    sent = {"file": (io.BytesIO(bank.encode("gb18030")), "题库.txt")}
    answer = writing.post("/bank/import", data=sent, content_type="multipart/form-data")
    page = writing.get(answer.location).text
    assert "题干括号里的" not in page
    assert "题干括号里的" in writing.get(f"{answer.location}?show=doubtful").text
    writing.post(answer.location, data={"shown": ["0", "1"], "row": ["1"], "with": "2"})
    stems = [each.stem for each in read(session, select(ItemRevision))]
    assert stems == ["丁？", "庚（ A ）？"]
