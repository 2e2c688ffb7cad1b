"""修法复核: old and new text side by side, decisions for several items, and taking them back."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from laws.following import Event
from question_bank.amendment import Decision
from question_bank.models import AmendmentCase, Citation, Item, ItemState
from question_bank.services import amending
from tests.factories import NOON, Make
from tests.pages import main, page

SignIn = Callable[[Account], FlaskClient]


class Amended:
    """Three items on an article that is edited, one on an article that is removed."""

    def __init__(self, make: Make, app: Flask) -> None:
        law = make.law("信访测试条例")
        self.old = make.version(law, ["应当自收到之日起三十日内办结。", "可以延长。"])
        self.new = make.version(law, ["应当自收到之日起六十日内办结。"], label="2026年修订",
                                promulgated_on=date(2026, 2, 20),
                                effective_on=date(2026, 6, 1))  # fmt: skip
        make.change("edited", self.old, self.new, 1, 1)
        make.change("removed", self.old, self.new, 2, None)
        self.writer = make.account(Role.ITEM_WRITER)
        self.items = [
            make.revision(article=self.old.articles[0], writer=self.writer).item_id
            for _ in range(3)
        ]
        self.lost = make.revision(article=self.old.articles[1]).item_id
        with app.app_context():
            amending.follow(Event(law.id, self.new.id, NOON, None, [(self.old.id, self.new.id)]))
            db.session.commit()


@pytest.fixture
def amended(make: Make, app: Flask) -> Amended:
    return Amended(make, app)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def case_of(session: Session, item_id: int) -> AmendmentCase:
    session.expire_all()
    found = session.scalars(select(AmendmentCase).where(AmendmentCase.item_id == item_id)).one()
    session.commit()
    return found


def decide(client: FlaskClient, session: Session, decision: str, *items: int, **more: str) -> str:
    cases = [case_of(session, each).id for each in items]
    answer = client.post(
        "/bank/amended", data={"decision": decision, "case": cases, **more}, follow_redirects=True
    )
    return answer.get_data(as_text=True)


def test_old_and_new_text_stand_side_by_side_with_what_changed_marked(
    make: Make, sign_in: SignIn, amended: Amended
) -> None:
    answer = sign_in(make.account(Role.ITEM_REVIEWER)).get("/bank/amended")
    soup = page(answer)
    quotes = [" ".join(each.get_text().split()) for each in soup.select("blockquote")]
    assert "应当自收到之日起三十日内办结。" in quotes[0]
    assert [each.get_text() for each in soup.select("blockquote del")] == ["三十日"]
    assert [each.get_text() for each in soup.select("blockquote ins")] == ["六十日"]
    assert "新版本没有与之对应的条文" in main(answer)
    headings = [each.get_text() for each in soup.select("section h2")]
    assert headings == ["《信访测试条例》第1条", "《信访测试条例》第2条"]


def test_several_items_on_one_article_are_decided_about_in_one_go_and_taken_back(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    shown = decide(client, session, "still_applies", *amended.items)
    assert "3 道试题：仍然适用" in shown
    states = session.scalars(select(Item.state).where(Item.id.in_(amended.items))).all()
    session.commit()
    assert set(states) == {ItemState.PUBLISHED}
    assert "撤销" in main(client.get("/bank/amended?stage=settled"))
    first = case_of(session, amended.items[0])
    client.post(f"/bank/amended/{first.id}/undo")
    assert case_of(session, amended.items[0]).decision is None
    assert session.get_one(Item, amended.items[0]).state is ItemState.QUARANTINED
    actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("item.decide") == 3
    assert actions.count("item.undo") == 1


def test_what_cannot_be_decided_is_left_and_said(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    shown = decide(client, session, "still_applies", amended.items[0], amended.lost)
    assert "1 道试题：仍然适用" in shown
    assert f"试题 {amended.lost} 未处理：所引条文在新版本中已删去" in shown


def test_a_reviewer_who_wrote_the_item_is_not_offered_to_pass_it(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    both = make.account(Role.ITEM_WRITER, Role.ITEM_REVIEWER)
    for item_id in amended.items:
        session.get_one(Item, item_id).writer_id = both.id
    session.commit()
    client = sign_in(both)
    shown = decide(client, session, "still_applies", amended.items[0])
    assert "命题人不能审定自己编写的试题" in shown
    assert case_of(session, amended.items[0]).decision is None


def test_a_writer_sees_the_own_items_and_the_reviewers_words_and_decides_nothing(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    reviewer = sign_in(make.account(Role.ITEM_REVIEWER))
    decide(reviewer, session, "rewrite", amended.items[0], note="期限已改为六十日")
    client = sign_in(amended.writer)
    shown = main(client.get("/bank/amended?stage=with_writer"))
    assert "期限已改为六十日" in shown
    assert "去修改" in shown
    assert "您有 1 道试题因法律修改需要改写" in main(client.get("/"))
    assert f"试题 {amended.lost}" not in main(client.get("/bank/amended"))
    case = case_of(session, amended.items[1]).id
    sent = client.post("/bank/amended", data={"decision": "retire", "case": [case]})
    assert sent.status_code == 403
    assert client.post(f"/bank/amended/{case}/undo").status_code == 403


def test_nonsense_is_answered_in_words(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    assert client.post("/bank/amended", data={"decision": "sing"}).status_code == 400
    assert "没有勾选试题" in decide(client, session, "retire")
    assert "不超过 200 字" in decide(client, session, "rewrite", amended.lost, note="长" * 201)
    assert client.post("/bank/amended/999/undo").status_code == 404
    assert client.get("/bank/amended?stage=nonsense&version=x").status_code == 200
    assert client.get("/bank/amended?version=999").status_code == 404


def test_the_page_of_an_item_says_what_was_decided(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    assert "所引条文已变动" in main(client.get(f"/bank/items/{amended.items[0]}"))
    decide(client, session, Decision.UNTIL_EFFECTIVE.value, amended.items[0])
    shown = main(client.get(f"/bank/items/{amended.items[0]}"))
    assert "用到施行日前" in shown
    assert "2026年5月31日" in shown


def test_an_item_carried_over_shows_the_article_in_force(
    make: Make, sign_in: SignIn, session: Session, amended: Amended
) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    decide(client, session, "still_applies", amended.items[0])
    url = f"/bank/items/{amended.items[0]}"
    assert "六十日" not in main(client.get(url))
    with clock.frozen(NOON.replace(month=7)):
        client = sign_in(make.account(Role.ITEM_REVIEWER))
        shown = main(client.get(url))
    assert "六十日" in shown
    assert "三十日" not in shown


def test_after_a_split_the_reviewer_names_the_article_that_the_item_rests_on(
    make: Make, sign_in: SignIn, session: Session, app: Flask
) -> None:
    law = make.law("拆分条例")
    old = make.version(law, ["应当领取通知；有异议的可以申请复核。"])
    new = make.version(law, ["应当领取通知。", "有异议的可以申请复核。"], label="2026年修订",
                       promulgated_on=date(2026, 2, 20), effective_on=date(2026, 6, 1))  # fmt: skip
    make.change("edited", old, new, 1, 1)
    make.change("added", old, new, None, 2)
    item = make.revision(article=old.articles[0]).item_id
    with app.app_context():
        amending.follow(Event(law.id, new.id, NOON, None, [(old.id, new.id)]))
        db.session.commit()
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    field = f"article-{old.articles[0].id}"
    [shown] = page(client.get("/bank/amended")).select(f"[name={field}]")
    assert shown["value"] == "第1条"
    assert "新版本没有这一条：9" in decide(client, session, "still_applies", item, **{field: "9"})
    assert case_of(session, item).decision is None
    decide(client, session, "still_applies", item, **{field: "第二条"})
    cited = session.scalars(
        select(Citation.article_id)
        .join(Item, Item.current_id == Citation.revision_id)
        .where(Item.id == item)
        .order_by(Citation.id)
    ).all()
    assert cited == [old.articles[0].id, new.articles[1].id]


def test_taking_items_out_of_use_asks_first(make: Make, sign_in: SignIn, amended: Amended) -> None:
    client = sign_in(make.account(Role.ITEM_REVIEWER))
    for button in page(client.get("/bank/amended")).select("button[value=retire]"):
        asked = button.find_parent("details")
        assert asked is not None
        assert "停用勾选的试题？" in asked.get_text()
