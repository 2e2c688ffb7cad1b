"""Repeal and replacement: read from texts, known, entered by hand; shown by page and command."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.db import db
from laws import force, queries, repeal_lists
from laws.cli import cli
from laws.force import State
from laws.models import LawCategory, LawSuccession, LawVersion
from laws.parsing import reading, repeals
from laws.services import registering
from question_bank.models import Item
from tests.factories import NOON, Make
from tests.pages import main, page

SignIn = Callable[[Account], FlaskClient]
DAY = date(2026, 3, 2)


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def law(title: str, clause: str, day: str = "2020年1月2日") -> tuple[str, bytes]:
    head = f"# {title}\n\n{day} 国务院令第1号公布\n\n<!-- INFO END -->\n\n"
    text = f"{head}第一条 甲。\n\n第二条 {clause}"
    return f"{title}{day}.md", text.encode()


def said(clause: str) -> list[tuple[str, date | None]]:
    parsed = reading.read(*law("新条例", clause))
    return [
        (each.name, each.on)
        for each in repeals.repeals(parsed.title, parsed.articles, in_force_from=date(2020, 3, 1))
    ]


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("本条例自2020年5月1日起施行。2005年1月10日国务院发布的《旧条例》同时废止。",
         [("旧条例", date(2020, 5, 1))]),
        ("《甲条例》、《乙办法（试行）》和国务院批准、某部发布的《丙规定》同时废止。",
         [("丙规定", date(2020, 3, 1)), ("乙办法（试行）", date(2020, 3, 1)),
          ("甲条例", date(2020, 3, 1))]),
        ("自2020年5月1日起施行。《旧条例》自2021年1月1日起废止。", [("旧条例", date(2021, 1, 1))]),
        ("1990年公布的《新条例》同时废止。", []),
        ("《旧条例》中有关看守所的规定同时废止。", []),
        ("修改或者废止《旧条例》，依照《立法法》办理。", []),
    ],
)  # fmt: skip
def test_what_a_text_repeals_is_read(clause: str, found: list[tuple[str, date | None]]) -> None:
    assert said(clause) == found


BEGINS = "本条例自2022年5月1日起施行。"
OLD = law("信访旧条例", "本条例自2005年5月1日起施行。", "2005年1月10日")
NEW = law("信访新条例", BEGINS + "《信访旧条例》同时废止。", "2022年2月25日")


@pytest.mark.usefixtures("app_context")
@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD), (OLD, NEW, OLD)],
                         ids=["old first", "new first", "again"])  # fmt: skip
def test_a_law_that_another_repeals_is_not_in_force(order: tuple[tuple[str, bytes], ...]) -> None:
    for file in order:
        registering.register_batch(reading.read_all([file]), at=NOON)
    old, new = queries.law_named("信访旧条例"), queries.law_named("信访新条例")
    assert force.current(old.versions, date(2022, 4, 30)) is old.versions[0]
    assert force.current(old.versions, date(2022, 5, 1)) is None
    assert force.state(old.versions[0], old.versions, DAY) is State.REPEALED
    assert force.state(new.versions[0], new.versions, DAY) is State.IN_FORCE
    [row] = db.session.scalars(select(LawSuccession))
    assert (row.repealed_title, row.successor_title, row.article) == (
        "信访旧条例", "信访新条例", "第二条",
    )  # fmt: skip


@pytest.mark.usefixtures("app_context")
def test_what_the_replacing_text_does_not_say_is_known_with_its_source() -> None:
    old = law("信访条例", "本条例自2005年5月1日起施行。", "2005年1月10日")
    new = law("信访工作条例", "本条例自2022年5月1日起施行。", "2022年2月25日")
    for file in (old, new):
        registering.register_batch(reading.read_all([file]), at=NOON)
    assert queries.law_named("信访条例").versions[0].repealed_on == date(2022, 5, 1)
    [row] = db.session.scalars(select(LawSuccession))
    assert row.basis == "中华人民共和国国务院令第752号"


@pytest.mark.usefixtures("app_context")
def test_the_first_text_knows_the_day_and_an_amended_one_does_not_move_it() -> None:
    old = law("旧条例", "本条例自1995年5月1日起施行。", "1995年1月10日")
    first = law("新条例", "本条例自公布之日起施行。《旧条例》同时废止。", "2010年1月2日")
    head = "2010年1月2日 国务院令第1号公布\n\n2019年1月2日 《国务院关于修改的决定》修订"
    amended = ("新.md", first[1].decode().replace("2010年1月2日 国务院令第1号公布", head).encode())
    for file in (old, amended, first):
        registering.register_batch(reading.read_all([file]), at=NOON)
    assert queries.law_named("旧条例").versions[0].repealed_on == date(2010, 1, 2)


def test_the_research_office_enters_what_no_text_says(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    old = make.version(make.law("旧办法", categories=[LawCategory(category="rule")]))
    new = make.version(make.law("新办法"))
    editor = sign_in(make.account(Role.STAFF, Role.RESEARCH_OFFICE))
    address = f"/laws/versions/{old.id}/edit"
    data = {"label": "2020年公布", "categories": ["rule"], "repealed_on": "2025-01-01"}
    unknown = editor.post(address, data=data | {"successor": "没有的办法"})
    assert "没有名称含“没有的办法”的法律法规" in main(unknown)
    itself = editor.post(address, data=data | {"successor": "旧办法"})
    assert "取代它的须是另一部法律法规" in main(itself)
    given = data | {"successor": "新办法", "basis": "国务院令第9号"}
    assert editor.post(address, data=given).status_code == 302
    with clock.frozen(NOON):
        shown = page(editor.get(f"/laws/versions/{old.id}"))
        assert "已废止" in shown.get_text()
        assert shown.find("a", href=f"/laws/{new.law_id}", string="《新办法》")
        successor = page(editor.get(f"/laws/{new.law_id}"))
        assert successor.find("a", href=f"/laws/{old.law_id}", string="《旧办法》")
    assert 'value="新办法"' in editor.get(address).text
    cleared = data | {"repealed_on": "", "successor": "", "basis": ""}
    assert editor.post(address, data=cleared).status_code == 302
    assert session.scalars(select(LawSuccession)).all() == []
    assert session.scalars(
        select(LawVersion.repealed_on).where(LawVersion.id == old.id)
    ).one() is None  # fmt: skip


def test_a_version_to_come_says_from_when_and_both_can_be_read(make: Make, sign_in: SignIn) -> None:
    law_ = make.law("测试法")
    now = make.version(law_, label="2020年公布")
    later = make.version(law_, label="2099年修订", promulgated_on=date(2025, 1, 1),
                         effective_on=date(2099, 1, 1))  # fmt: skip
    reader = sign_in(make.account(Role.STAFF))
    shown = page(reader.get(f"/laws/{law_.id}"))
    assert "2099年修订的版本将自2099年1月1日起施行" in shown.get_text()
    assert shown.find("a", href=f"/laws/versions/{later.id}")
    pending = page(reader.get(f"/laws/versions/{later.id}"))
    assert "尚未施行，自2099年1月1日起施行" in pending.get_text()
    assert pending.find("a", href=f"/laws/versions/{now.id}")


def test_clauses_have_addresses_and_citations_lead_on(make: Make, sign_in: SignIn) -> None:
    cited = make.version(make.law("行政处罚法"))
    version = make.version(
        make.law("测试法"),
        (
            "应当：\n（一）登记；\n（二）依照《行政处罚法》第三条<办理>。",
            "依照本法第1条第（二）项。",
        ),
    )
    reader = sign_in(make.account(Role.STAFF))
    soup = page(reader.get(f"/laws/versions/{version.id}"))
    assert soup.find(id="a1p1i2")
    assert soup.find("a", href=f"/laws/{cited.law_id}#a3", string="《行政处罚法》第三条")
    assert soup.find("a", href="#a1p1i2", string="本法第1条第（二）项")
    assert "<办理>" in soup.get_text()


LISTED = """{"entries": [
  {"name": "中华人民共和国旧合同法", "type": "repealed", "repealed_date": "2021-01-01",
   "replaced_by_name": "中华人民共和国新法典（第三编 合同）"},
  {"name": "旧税条例", "type": "repealed", "repealed_date": "2017-11-19",
   "replaced_by_name": "（改征别的税）"},
  {"name": "公司法（2013修正）", "type": "superseded", "repealed_date": "2024-07-01"},
  {"name": "无日期法", "type": "repealed", "repealed_date": "去年"},
  7
]}"""


def test_a_list_of_repeals_counts_for_laws_on_the_register_and_those_that_come_later(
    app: Flask, make: Make, session: Session, tmp_path: Path
) -> None:
    old = make.version(make.law("中华人民共和国旧合同法", short_title="旧合同法"))
    item = make.revision(article=old.articles[0]).item_id
    path = tmp_path / "名单.json"
    path.write_text(LISTED, encoding="utf-8")
    for _ in range(2):
        done = app.test_cli_runner().invoke(cli, ["repeals", str(path)])
        assert done.exit_code == 1, done.output
        assert "2 项废止已登记，库中有 1 个版本因此废止" in done.output
        assert "第 3 项“公司法（2013修正）”不是废止" in done.output
        assert "第 4 项“无日期法”的废止日期" in done.output
        assert "第 5 项没有法律名称" in done.output
    rows = session.execute(
        select(LawSuccession.repealed_title, LawSuccession.successor_title, LawSuccession.ends_on)
        .order_by(LawSuccession.id)
    ).all()  # fmt: skip
    assert [tuple(each) for each in rows] == [
        ("旧合同法", "新法典", date(2021, 1, 1)), ("旧税条例", "", date(2017, 11, 19)),
    ]  # fmt: skip
    assert session.scalars(select(Item.state).where(Item.id == item)).one() == "quarantined"
    session.rollback()
    shown = app.test_cli_runner().invoke(cli, ["show", "旧合同法", "--as-of", "2021-01-01"])
    assert shown.exit_code == 2
    assert "2021年1月1日起废止，由《新法典》取代" in shown.output
    with app.app_context():
        late = law("旧税条例", "本条例自1994年1月1日起施行。", "1993年12月13日")
        registering.register_batch(reading.read_all([late]), at=NOON)
        assert queries.law_named("旧税条例").versions[0].repealed_on == date(2017, 11, 19)


@pytest.mark.parametrize("text", ["", "名单", '{"laws": []}', "[" * 100_000])
def test_a_file_that_is_no_list_of_repeals_is_refused(
    app: Flask, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "名单.json"
    path.write_text(text, encoding="utf-8")
    done = app.test_cli_runner().invoke(cli, ["repeals", str(path)])
    assert done.exit_code == 2
    assert "请核对后再试" in done.output or "空" in done.output


@pytest.mark.reference
def test_the_reference_list_of_repealed_names_is_read(reference_data: Path) -> None:
    found = repeal_lists.read((reference_data / "laws" / "repealed_law_names.json").read_bytes())
    assert len(found.listed) == 9
    assert {each.successor for each in found.listed} == {"民法典", "增值税法", ""}
    assert len(found.left) == 2
