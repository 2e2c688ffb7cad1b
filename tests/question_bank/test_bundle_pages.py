"""A lossless bundle in the browser: looked at, restored once, taken back; by whoever may."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.permissions import Role
from core.audit.models import AuditRecord
from core.db import db
from core.fulltext.models import SearchEntry
from question_bank.exporting import bundles as files
from question_bank.models import ImportBatch, Item, ItemRevision, ItemState, NearPair
from question_bank.queries.bundles import contents
from question_bank.services import bundles
from tests.factories import NOON, Make
from tests.pages import main

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def line(app: Flask, make: Make) -> dict[str, Any]:
    """What a bundle says of the one item of the bank, which is published."""
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("一。", "二。"), label="2024年修订")
    make.revision(stem="信访人不得围堵国家机关的办公场所")
    with app.app_context():
        item = db.session.scalars(select(Item)).one()
        found: dict[str, Any] = json.loads(json.dumps(bundles._item(item)))
    return found


def another(line: Mapping[str, Any], stem: str, **changed: Any) -> dict[str, Any]:
    """A further item that says something else."""
    copy: dict[str, Any] = json.loads(json.dumps(line))
    copy["revisions"][0] |= {"stem": stem, "fingerprint": f"{len(stem):064}"}
    return copy | changed


def send(client: FlaskClient, *lines: Mapping[str, Any]) -> Any:
    sent = {"file": (io.BytesIO(files.pack(lines)), "题库.zip")}
    return client.post("/bank/bundle", data=sent, content_type="multipart/form-data")


def lawless(line: Mapping[str, Any]) -> dict[str, Any]:
    copy = another(line, "引用了没有登记的法律")
    copy["revisions"][0]["citations"][0] |= {"law": "无此法"}
    return copy


def test_a_bundle_is_looked_at_restored_once_and_taken_back(
    line: dict[str, Any], make: Make, sign_in: SignIn, session: Session
) -> None:
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    new = another(line, "信访人不能围堵国家机关的办公场所")
    address = send(office, line, new, lawless(line)).headers["Location"]
    shown = main(office.get(address))
    for said in ("可以恢复 1", "不能恢复 1", "已在题库中 1", "其中 1 道是已发布的", "缺 1 条",
                 "法律库中没有《无此法》"):  # fmt: skip
        assert said in shown
    assert session.scalar(select(func.count(Item.id))) == 1
    session.commit()
    page = main(office.post(address, follow_redirects=True))
    assert "现为已发布 1" in page
    assert "已经恢复过" in office.post(address, follow_redirects=True).text
    items = session.scalars(select(Item).order_by(Item.id)).all()
    batch = session.scalars(select(ImportBatch)).one()
    assert [each.state for each in items] == [ItemState.PUBLISHED] * 2
    assert session.scalar(select(func.count(NearPair.id))) == 1
    found = select(SearchEntry.ref_id).where(SearchEntry.kind == "item")
    assert items[1].id in session.scalars(found).all()
    assert (batch.accepted, batch.rejected) == (1, 1)
    session.commit()
    office.post(f"/bank/imports/{batch.id}/take-back")
    assert session.scalar(select(func.count(Item.id))) == 1
    actions = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert actions == ["item.bundle.restore", "item.import.take_back"]


def test_a_restored_item_that_was_changed_since_is_not_taken_back(
    line: dict[str, Any], make: Make, sign_in: SignIn, session: Session
) -> None:
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    address = send(office, another(line, "另一道题目的题干")).headers["Location"]
    office.post(address)
    batch = session.scalars(select(ImportBatch)).one()
    item = session.scalars(select(Item).where(Item.batch_id == batch.id)).one()
    item.state = ItemState.RETIRED
    session.commit()
    answer = office.post(f"/bank/imports/{batch.id}/take-back", follow_redirects=True)
    assert "之后又有变动" in answer.text
    assert session.scalar(select(func.count(Item.id))) == 2


def test_writers_do_not_restore_and_what_is_no_bundle_is_said_so(
    make: Make, sign_in: SignIn
) -> None:
    writer = sign_in(make.account(Role.ITEM_WRITER))
    assert writer.get("/bank/bundle").status_code == 403
    sent = {"file": (io.BytesIO(files.pack([])), "题库.zip")}
    answer = writer.post("/bank/import", data=sent, content_type="multipart/form-data")
    assert "恢复无损包" in answer.text
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    sent = {"file": (io.BytesIO(b"no bundle"), "题库.zip")}
    answer = office.post("/bank/bundle", data=sent, content_type="multipart/form-data")
    assert "题库.zip：" in answer.text
    assert answer.status_code == 200


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no current revision": lambda line: line | {"current": 9},
    "a citation that is not there": lambda line: line | {"passed": 7},
    "a number beyond all": lambda line: line | {"revisions": [
        line["revisions"][0] | {"difficulty": 10**30}]},
    "a state of no item": lambda line: line | {"state": "nonsense"},
    "no revisions": lambda line: line | {"revisions": []},
    "revisions that are none": lambda line: line | {"revisions": "x"},
    "a day that is none": lambda line: line | {"used_until": {"$day": "2026-13-40"}},
    "an option that is a number": lambda line: line | {"revisions": [
        line["revisions"][0] | {"options": 7}]},
    "no object": lambda _line: [],
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_line_that_nobody_exported_is_refused_alone(
    app: Flask, line: dict[str, Any], name: str
) -> None:
    wrong = BROKEN[name](another(line, "坏的一行的题干"))
    good = another(line, "好的一行题干")
    bundle = files.unpack(files.pack([wrong, good]))
    with app.app_context():
        seen = contents(bundle)
        done = bundles.restore(bundle, file_name="a.zip", at=NOON, by=None)
        assert [each.number for each in done.rejected] == [1]
        assert done.accepted == 1
        assert len(seen.rejected) in {0, 1}
        assert db.session.scalar(select(func.count(ItemRevision.id))) == 2
