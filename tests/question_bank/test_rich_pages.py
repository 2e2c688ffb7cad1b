"""Items with tables and pictures in the pages of the bank."""

import io
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from accounts.permissions import Role
from core import clock, pictures
from core.db import db
from question_bank.item_types import ItemType
from question_bank.models import ItemRevision
from question_bank.pictures import services
from question_bank.pictures.models import Picture, PictureUpload, PictureUse
from question_bank.types import kinds
from tests import pages
from tests.factories import NOON
from tests.question_bank.picturing import TABLE, drawn, kept, named, picture


@pytest.fixture
def writer(make):
    return make.account(Role.STAFF, Role.ITEM_WRITER)


def bring(client, data: bytes, alt: str = "流程图", name: str = "图.png"):
    sent = {"file": (io.BytesIO(data), name), "alt": alt}
    return client.post("/bank/pictures", data=sent, content_type="multipart/form-data")


def form(stem: str, **fields: str) -> dict[str, str]:
    usual = {
        "item_type": "single_choice", "stem": stem, "options-0": "甲", "options-1": "乙",
        "key": "0", "rationale": "", "difficulty": "3", "cognitive_level": "remember", "scene": "",
    }  # fmt: skip
    return usual | fields


def test_a_picture_is_brought_shown_and_written_into_an_item(
    app, make, sign_in, session, writer
) -> None:
    client = sign_in(writer)
    exif = pictures.Image.Exif()
    exif[0x010E] = "机密地点"
    data = io.BytesIO()
    pictures.Image.new("RGB", (30, 20), "red").save(data, "JPEG", exif=exif)
    answer = bring(client, data.getvalue(), name="照片.gif")
    text = answer.get_json()["text"]
    assert text.startswith("![流程图](pic:")
    address = text[-33:-1]

    shown = client.get(f"/bank/pictures/{address}")
    assert shown.content_type == "image/jpeg"
    assert shown.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "机密地点".encode() not in shown.data

    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("应当在六十日内办结。",), promulgated_on=date(2020, 1, 1))
    sent = form(f"期限==不对==的是：\n{TABLE}\n{text}", **{
        "options-1": f"乙{text}", "rationale": f"见下：\n{TABLE}",
        "citations-0-law": "测试法", "citations-0-articles": "1",
    })  # fmt: skip
    beside = client.post("/bank/items/beside", data=sent).get_json()["html"]
    preview = BeautifulSoup(beside, "html.parser").select_one(".xf-rich-preview")
    assert len(preview.select("table")) == 2
    assert len(preview.select("img")) == 2

    saved = client.post("/bank/items/new", data=sent, follow_redirects=True)
    soup = pages.page(saved)
    panel = soup.select_one(".xf-stem").parent
    assert [each.get_text() for each in panel.select("thead th")][:2] == ["环节", "期限"]
    assert panel.select_one("strong.xf-strong").get_text() == "不对"
    images = panel.select("img.xf-picture")
    assert [each["alt"] for each in images] == ["流程图", "流程图"]
    assert {each["src"] for each in images} == {f"/bank/pictures/{address}"}
    revision = session.scalars(select(ItemRevision)).one()
    uses = session.scalars(select(PictureUse)).all()
    assert [(each.revision_id, each.asked) for each in uses] == [(revision.id, True)]

    listed = pages.main(client.get("/bank/"))
    assert "期限不对的是： 环节 期限" in listed
    assert address not in listed
    found = pages.main(client.get("/bank/?q=不对的是"))
    assert "期限不对的是" in found
    edited = client.get(f"/bank/items/{revision.item_id}/edit").text
    assert "==不对==" in edited


def test_what_cannot_be_a_picture_is_refused_in_words(sign_in, session, writer) -> None:
    client = sign_in(writer)
    for data, alt, said in (
        (b"<svg onload=alert(1)>", "图", "不是可用的图片"),
        (drawn(), " ", "请写明图上是什么"),
    ):
        answer = bring(client, data, alt)
        assert answer.status_code == 400
        assert said in answer.get_json()["error"]
    assert client.post("/bank/pictures").status_code == 400
    assert session.scalar(select(func.count(Picture.id))) == 0


def test_a_picture_brought_twice_is_kept_once(app, make, sign_in, session, writer) -> None:
    other = make.account(Role.STAFF, Role.ITEM_WRITER)
    for each in (writer, writer, other):
        assert bring(sign_in(each), drawn()).status_code == 200
    assert session.scalar(select(func.count(Picture.id))) == 1
    assert session.scalar(select(func.count(PictureUpload.id))) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"stem": f"![图](pic:{'0' * 32})"}, "不在题库中"), ({"stem": "看图![](pic:1)"}, "没有说明"),
     ({"options-1": "![图](pic:1)"}, "编号不完整"), ({"rationale": "![图](pic:1)"}, "编号不完整")],
)  # fmt: skip
def test_an_item_does_not_name_pictures_that_are_none(
    sign_in, session, writer, fields, said
) -> None:
    answer = sign_in(writer).post("/bank/items/new", data=form("题干") | fields)
    assert said in answer.text
    assert session.scalar(select(func.count(ItemRevision.id))) == 0


def test_only_pictures_that_nothing_shows_are_cleared_away(app, make, session) -> None:
    used, idle, fresh = picture("red"), picture("blue"), picture("green")
    for each in (used, idle):
        kept(app, each, NOON)
    later = NOON + services.UNUSED + timedelta(days=1)
    kept(app, fresh, later)
    revision = make.revision(rationale=named(used))
    with app.app_context():
        services.note_uses([(revision.id, revision, revision.rationale)])
        assert services.forget_unused(at=later) == 1
        db.session.commit()
    left = session.scalars(select(Picture.address).order_by(Picture.id)).all()
    assert left == [used.address, fresh.address]


def test_a_draft_that_is_deleted_lets_its_picture_go(app, make, sign_in, session, writer) -> None:
    client = sign_in(writer)
    text = bring(client, drawn()).get_json()["text"]
    with clock.frozen(NOON):
        made = client.post("/bank/items/new", data=form(text))
    item_id = int(made.location.rsplit("/", 1)[1])
    assert client.post(f"/bank/items/{item_id}/delete").status_code == 302
    assert session.scalar(select(func.count(PictureUse.id))) == 0


@pytest.mark.parametrize("kind", [each.item_type for each in kinds()], ids=lambda each: each.value)
def test_every_type_shows_tables_and_pictures_of_its_stem(
    app, make, sign_in, session, writer, kind
) -> None:
    found = picture()
    kept(app, found, NOON)
    stem = f"题干：\n{TABLE}\n{named(found)}"
    part = {"item_type": "single_choice", "stem": stem, "options": [named(found), "乙"],
            "key": [0], "weight": 1, "rationale": TABLE}  # fmt: skip
    given = {
        ItemType.FILL_BLANK: {"stem": f"{stem}\n| ____ | ____ |\n| 甲 | 乙 |", "options": [],
                              "key": {"blanks": [["一"], ["二"]], "any_order": False}},
        ItemType.SHORT_ANSWER: {"options": [], "key": {
            "points": [{"text": "甲", "weight": 1, "words": []}], "reference": TABLE}},
        ItemType.MATCHING: {"options": ["甲", named(found)],
                            "key": {"left": [named(found), "乙"], "pairs": [0, 1]}},
        ItemType.ORDERING: {"options": ["甲", named(found)], "key": [0, 1]},
        ItemType.CASE_ANALYSIS: {"options": [], "key": {}, "parts": [part]},
        ItemType.TRUE_FALSE: {"options": []},
    }.get(kind, {"options": ["甲", named(found), "丙"]})  # fmt: skip
    revision = make.revision(kind, writer=writer, rationale=TABLE, **{"stem": stem} | given)
    session.commit()
    soup = pages.page(sign_in(writer).get(f"/bank/items/{revision.item_id}"))
    panel = soup.select_one(".xf-rich-table").find_parent("section", class_="xf-panel")
    assert not [each for each in panel.select("p") if each.select("table, p")]
    assert len(panel.select("table.xf-rich-table")) >= 2
    assert f"/bank/pictures/{found.address}" in {each["src"] for each in panel.select("img")}
    assert found.address not in panel.get_text()
    assert "| --- |" not in panel.get_text()
