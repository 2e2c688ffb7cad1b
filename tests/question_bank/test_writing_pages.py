"""The page on which an item is written: what it takes, what it complains of, what it keeps."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from laws.models import Law
from question_bank.models import Item, ItemRevision, ItemState
from tests.factories import Make
from tests.pages import page
from tests.question_bank.pages import as_sent, count, filled


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
