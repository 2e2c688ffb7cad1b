"""The pages on which drafts are passed, one at a time or several."""

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Account
from question_bank.models import ItemState
from tests.factories import Make
from tests.pages import page
from tests.question_bank.pages import state


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
