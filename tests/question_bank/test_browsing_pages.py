"""The list of the bank and an item's page: who sees what, and what narrows it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from laws.models import Article, Law
from question_bank.item_types import ItemType
from question_bank.models import ItemState
from question_bank.queries import browsing
from tests.factories import Make
from tests.pages import main, page
from tests.question_bank.pages import SignIn, filled


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
