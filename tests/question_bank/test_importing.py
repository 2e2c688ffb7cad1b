"""Items in and out of the bank: citations, duplicates, batches, exports."""

import json
import os
import pwd
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from core.audit.models import AuditRecord
from core.db import db
from question_bank import cli
from question_bank.exporting import tables
from question_bank.exporting import writing as files
from question_bank.importing import readers
from question_bank.importing.formats import Format
from question_bank.item_types import ItemType
from question_bank.models import (
    Citation,
    ImportBatch,
    Item,
    ItemRevision,
    ItemSight,
    ItemState,
    NearPair,
)
from question_bank.queries import browsing
from question_bank.queries.browsing import Filter
from question_bank.queries.importing import plan_of
from question_bank.reach import EVERYTHING
from question_bank.services import comparing, exporting, importing, reviewing, writing
from question_bank.services.importing import NotUntouched, TakenBack
from tests.factories import NOON, Make

DAY = date(2026, 3, 2)
#: All but the third are near to each other.
NEAR = (
    "单选题,信访人不能围堵国家机关的办公场所,甲一,乙二,A,,,",
    "单选题,信访人不准围堵国家机关的办公地点,甲一,乙二,A,,,",
    "单选题,公务员初任培训应当在试用期内完成,丙三,丁四,B,,,",
    "单选题,信访人严禁围堵国家机关的办公场所,甲一,乙五,A,,,",
)
HEAD = "题型,题干,选项A,选项B,正确答案,法律名称,条款号,法律版本日"


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def laws(make: Make) -> None:
    """测试法 as of 2005 with one article, and as of 2024 with two; 废法 is not in force."""
    law = make.law("中华人民共和国测试法", short_title="测试法")
    make.version(law, ("旧一。",), label="2005年公布", promulgated_on=date(2005, 1, 1),
                 effective_on=date(2005, 5, 1))  # fmt: skip
    make.version(law, ("新一。", "新二。"), label="2024年修订", promulgated_on=date(2024, 1, 1),
                 effective_on=date(2024, 5, 1))  # fmt: skip
    make.version(make.law("废法"), repealed_on=date(2025, 1, 1))


def plan(*lines: str) -> Any:
    return plan_of(readers.read("\n".join((HEAD, *lines)).encode()), day=DAY)


def cited(item: Item) -> list[tuple[str, str]]:
    assert item.current is not None
    return [(each.article.version.label, each.article.number) for each in item.current.citations]


def take_in(*lines: str, by: Account | None = None) -> ImportBatch:
    return importing.take_in(plan=plan(*lines), file_name="题.csv", at=NOON, by=by)


@pytest.mark.parametrize(
    ("law", "article", "version", "expected"),
    [
        ("测试法", "第二条", "", [("2024年修订", "第2条")]),
        ("中华人民共和国测试法", "2", "", [("2024年修订", "第2条")]),
        ("《测试法》", "第1条、第二条", "", [("2024年修订", "第1条"), ("2024年修订", "第2条")]),
        ("测试法", "第一条第二款", "2005-01-01", [("2005年公布", "第1条")]),
        ("测试法", "1", "2005/5/1", [("2005年公布", "第1条")]),
        ("测试法；废法", "2；1", "2024-01-01；2020-01-01",
         [("2024年修订", "第2条"), ("2020年公布", "第1条")]),
        ("《测试法》第2条", "", "", [("2024年修订", "第2条")]),
        ("", "", "", []),
        ("测试法", "", "", []),
    ],
)  # fmt: skip
def test_an_imported_item_cites_the_articles_of_its_row(
    inside: None, laws: None, law: str, article: str, version: str, expected: list[Any]
) -> None:
    take_in(f"单选题,题干,甲,乙,A,{law},{article},{version}")
    (item,) = db.session.scalars(select(Item)).all()
    assert item.state is ItemState.DRAFT
    assert cited(item) == expected


@pytest.mark.parametrize(
    ("law", "article", "version", "field", "reason"),
    [
        ("无此法", "1", "", "法律名称", "法律库中没有《无此法》；请写全称或简称"),
        ("测试", "1", "", "法律名称", "名称相近的有：测试法"),
        ("测试法", "3", "", "条款号", "《测试法》（2024年修订）没有3；该版本共 2 条"),
        ("测试法", "2", "2005-01-01", "条款号", "《测试法》（2005年公布）没有2；该版本共 1 条"),
        ("测试法", "甲", "", "条款号", "“甲”不是条款号"),
        ("测试法", "9999999999999", "", "条款号", "没有9999999999999"),
        ("测试法", "1", "2010-01-01", "法律版本日",
         "没有 2010-01-01 公布或施行的版本；已登记：2005-01-01、2024-01-01"),
        ("废法", "1", "", "法律版本日", "没有现行有效的版本；请填写法律版本日"),
    ],
)  # fmt: skip
def test_an_article_that_does_not_exist_is_the_rows_fault(
    inside: None, laws: None, law: str, article: str, version: str, field: str, reason: str
) -> None:
    (rejected,) = plan(f"单选题,题干,甲,乙,A,{law},{article},{version}").rejected
    ((fault),) = rejected.faults
    assert (rejected.row.number, fault.field) == (2, field)
    assert reason in fault.reason


def test_what_is_in_the_bank_is_not_imported_again(inside: None, make: Make) -> None:
    take_in("单选题,题一,甲,乙,A,,,", "单选题,题二,甲,乙,B,,,")
    again = plan("单选题,题一。,乙,甲,B,,,", "单选题,题三,甲,乙,B,,,")
    (duplicate,) = again.duplicates
    assert (duplicate.row.number, duplicate.of_item, duplicate.taken) == (2, 1, False)
    assert [each.draft.stem for each in again.accepted] == ["题三"]


def test_an_import_is_one_batch_of_drafts_of_its_writer(inside: None, make: Make) -> None:
    writer = db.session.merge(make.account(Role.ITEM_WRITER))
    batch = take_in(
        "单选题,题一,甲,乙,A,,,", "判断题,题二,,,√,,,", "单选题,题三,甲,甲,A,,,", by=writer
    )
    assert (batch.accepted, batch.rejected) == (2, 1)
    items = db.session.scalars(select(Item).order_by(Item.id)).all()
    assert {(each.writer_id, each.batch_id) for each in items} == {(writer.id, batch.id)}
    assert [each.current and each.current.stem for each in items] == ["题一", "题二"]


def test_what_somebody_else_imported_since_the_preview_is_not_imported_twice(
    inside: None, make: Make
) -> None:
    lines = ["单选题,信访人不得围堵国家机关,甲一,乙二,A,,,", "单选题,新的题目,丙三,丁四,B,,,"]
    mine, theirs, other = plan(*lines), plan(*lines), plan(*lines)
    importing.take_in(plan=theirs.taking({0}), file_name="先", at=NOON, by=None)
    batch = importing.take_in(plan=mine, file_name="后", at=NOON, by=None)
    assert (batch.accepted, db.session.scalar(select(func.count(Item.id)))) == (1, 2)
    with pytest.raises(importing.NothingToImport, match="刚刚已经导入"):
        importing.take_in(plan=other, file_name="再", at=NOON, by=None)


def test_what_an_import_is_near_to_is_noted_as_the_preview_found_it(
    inside: None, make: Make
) -> None:
    there = plan("单选题,信访人不得围堵国家机关的办公场所,甲一,乙二,A,,,")
    importing.take_in(plan=there, file_name="库", at=NOON, by=None)
    said: list[str] = []
    found = plan_of(
        readers.read("\n".join([HEAD, *NEAR]).encode()), day=DAY,
        say=lambda what, _done, _of: said.append(what),
    )  # fmt: skip
    batch = importing.take_in(plan=found.taking({0, 2, 3}), file_name="近", at=NOON, by=None)
    noted = pairs()
    assert len(noted) == 3
    comparing.note_all_near()
    assert pairs() == noted
    assert list(dict.fromkeys(said)) == ["核对", "查找相近的试题", "判断是否相近"]
    importing.take_back(batch=batch, at=NOON)
    assert pairs() == []


def pairs() -> list[tuple[int, int, str, int]]:
    query = select(NearPair.first_id, NearPair.second_id, NearPair.kind, NearPair.likeness)
    ordered = query.order_by(NearPair.first_id, NearPair.second_id)
    return [tuple(row) for row in db.session.execute(ordered)]


def test_an_import_is_taken_back_as_a_whole(inside: None, laws: None) -> None:
    kept = take_in("单选题,题零,甲,乙,A,测试法,1,")
    batch = take_in("单选题,题一,甲,乙,A,测试法,1,", "单选题,题二,甲,乙,A,,,")
    assert importing.take_back(batch=batch, at=NOON) == 2
    assert db.session.scalars(select(Item.batch_id)).all() == [kept.id]
    assert db.session.scalar(select(func.count(ItemRevision.id))) == 1
    assert db.session.scalar(select(func.count(Citation.id))) == 1
    with pytest.raises(TakenBack):
        importing.take_back(batch=batch, at=NOON)


def test_an_import_is_not_taken_back_once_an_item_was_passed(inside: None, laws: None) -> None:
    batch = take_in("单选题,题一,甲,乙,A,测试法,1,", "单选题,题二,甲,乙,A,,,")
    item = db.session.scalars(select(Item).order_by(Item.id)).first()
    assert item is not None
    reviewing.publish(item=item, at=NOON, by=None)
    with pytest.raises(NotUntouched, match=f"试题 {item.id}已经修改、发布"):
        importing.take_back(batch=batch, at=NOON)
    reviewing.retire(item=item, at=NOON, by=None)
    with pytest.raises(NotUntouched):
        importing.take_back(batch=batch, at=NOON)


def test_nor_once_a_paper_holds_an_item(inside: None, laws: None, make: Make) -> None:
    batch = take_in("单选题,题一,甲,乙,A,测试法,1,")
    db.session.commit()
    revision = make._session.scalars(select(ItemRevision)).one()
    make.form(revision)
    db.session.rollback()
    with pytest.raises(NotUntouched, match="已被试卷使用"):
        importing.take_back(batch=batch, at=NOON)
    assert db.session.scalar(select(func.count(Item.id))) == 1


ROUND_TRIP = (
    '{"item_type": "单选题", "stem": "=1+1 是多少", "options": ["-1", "2", "+3"], "key": "B",'
    ' "rationale": "算术", "difficulty": "难", "topic": "@甲", "law": "测试法", "articles": "1、2",'
    ' "cognitive_level": "应用", "source": "自编", "valid_until": "2027-12-31", "分值": "2",'
    ' "学科": "数学"}\n'
    '{"stem": "多选", "options": ["甲", "乙", "丙"], "key": ["A", "C"], "law": "测试法",'
    ' "articles": "1", "version": "2005-01-01"}\n'
    '{"stem": "判断\\n两行", "key": false}\n'
)


@pytest.mark.parametrize(
    "format_",
    [each for each in files.FORMATS if each is not Format.AIKEN],
    ids=lambda each: each.value,
)
def test_what_is_exported_is_imported_as_it_was(inside: None, laws: None, format_: Format) -> None:
    def wordings() -> list[Any]:
        query = browsing.items(Filter(), EVERYTHING, descending=False)
        items = db.session.scalars(browsing.with_citations(query)).unique().all()
        return [
            (r.item_type, r.stem, r.options, r.key, r.rationale, r.difficulty, r.topic, r.source,
             r.cognitive_level, r.valid_until, r.extra, cited(item))
            for item in items if (r := item.current)
        ]  # fmt: skip

    paragraphs = format_ in {Format.TEXT, Format.DOCX}
    given = ROUND_TRIP.replace(', "学科": "数学"', "", 1) if paragraphs else ROUND_TRIP
    given = given.replace(',\n "学科": "数学"', "") if paragraphs else given
    first = importing.take_in(
        plan=plan_of(readers.read(given.encode()), day=DAY), file_name="a", at=NOON, by=None
    )
    before = wordings()
    assert len(before) == 3
    query = browsing.items(Filter(), EVERYTHING, descending=False)
    items = db.session.scalars(browsing.with_citations(query)).unique().all()
    made = exporting.written(items, format_)
    assert made.losses == []
    data = made.data
    importing.take_back(batch=first, at=NOON)
    file = readers.read(data)
    assert file.format is (Format.QTI if format_ is Format.QTI3 else format_)
    importing.take_in(plan=plan_of(file, day=DAY), file_name="b", at=NOON, by=None)
    assert wordings() == before


def test_nothing_in_an_export_is_a_formula(inside: None, make: Make, tmp_path: Path) -> None:
    make.revision(stem='=HYPERLINK("http://x")', topic="+1", options=["@SUM(A1)", "-1"])
    items = db.session.scalars(browsing.items(Filter(), EVERYTHING)).unique().all()
    text = exporting.written(items, Format.CSV).data.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    path = tmp_path / "x.xlsx"
    path.write_bytes(exporting.written(items, Format.XLSX).data)
    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def test_the_template_tells_how_and_holds_no_item(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(tables.template())
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["填写说明", "试题"]
    rules = book["试题"].data_validations.dataValidation
    assert any(
        rule.formula1 == '"单选题,多选题,判断题,填空题,简答题,案例分析题,匹配题,排序题"'
        for rule in rules
    )
    assert [cell.value for cell in book["试题"][1]][:5] == [
        "题号",
        "题型",
        "题干",
        "选项A",
        "选项B",
    ]
    assert readers.read(path.read_bytes()).rows == []


def test_a_filled_in_template_is_imported(inside: None, laws: None, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(tables.template())
    book = openpyxl.load_workbook(path)
    sheet = book["试题"]
    at = {cell.value: cell.column for cell in sheet[1]}
    filled = {"题干": "题一", "选项A": "甲", "选项B": 15, "正确答案": "B"}
    filled |= {"法律名称": "测试法", "条款号": 2, "有效期": date(2027, 12, 31)}
    for name, value in filled.items():
        sheet.cell(2, at[name], value)
    book.save(path)
    (accepted,) = plan_of(readers.read(path.read_bytes()), day=DAY).accepted
    assert accepted.draft.options == ["甲", "15"]
    assert accepted.draft.valid_until == date(2027, 12, 31)
    assert len(accepted.draft.article_ids) == 1


# ------------------------------------------------------------------------------- command line

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    def run(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(cli.cli, [str(each) for each in arguments])

    return run


def test_the_command_lists_what_it_cannot_take_and_takes_the_rest(
    run: Run, tmp_path: Path, inside: None
) -> None:
    path = tmp_path / "题.csv"
    path.write_text(
        f"{HEAD}\n单选题,题一,甲,乙,A,,,\n单选题,题二,甲,乙,,,,\n单选题,题一,甲,乙,A,,,\n"
    )
    trial = run("import", path, "--dry-run", "--json")
    expected = {
        "accepted": 1,
        "uncited": 1,
        "rejected": [
            {"row": 3, "field": "正确答案", "reason": "缺少正确答案；请填写，如 A、ACD 或 正确"}
        ],
        "duplicates": [
            {"row": 4, "of_row": 2, "of_item": None, "taken": False,
             "reason": "与本文件第 2 行相同，不再导入"}
        ],
    }  # fmt: skip
    assert (trial.exit_code, json.loads(trial.stdout)) == (1, expected)
    assert db.session.scalar(select(func.count(Item.id))) == 0
    db.session.rollback()
    assert json.loads(run("import", path, "--json").stdout) == expected
    assert db.session.scalar(select(func.count(Item.id))) == 1
    db.session.rollback()
    again = run("import", path)
    assert again.exit_code == 1
    assert "已导入 0 道试题，1 行不能导入，2 行与已有试题相同" in again.stdout


def test_a_clean_file_ends_with_success(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "题.jsonl"
    path.write_text('{"题干": "题一", "正确答案": "对"}\n')
    assert run("import", path).exit_code == 0


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04", b"a,b\n1,2", b"\0\1\2"])
def test_what_cannot_be_read_is_said_in_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "题.xlsx"
    path.write_bytes(content)
    result = run("import", path)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


def test_a_missing_file_and_an_unknown_format_are_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("import", tmp_path / "没有.csv").exit_code == 2
    assert run("import", __file__, "--format", "docx").exit_code == 2
    assert run("export", "--format", "csv").exit_code == 2
    assert run("export", "--format", "csv", "--output", tmp_path / "无" / "x.csv").exit_code == 2


def test_the_bank_is_exported_by_command(
    run: Run, make: Make, tmp_path: Path, session: Session
) -> None:
    one = make.revision(stem="题一").id
    make.revision(stem="题二", state=ItemState.RETIRED)
    path = tmp_path / "out.jsonl"
    result = run("export", "--format", "jsonl", "--output", path, "--state", "published", "--json")
    assert json.loads(result.stdout) == {"exported": 1, "file": str(path)}
    assert "没有写明领用人（--to）" in result.stderr
    assert [json.loads(line)["stem"] for line in path.read_text().splitlines()] == ["题一"]
    taker = make.account(Role.EXAM_ADMIN)
    given = ("export", "--format", "csv", "--output", path, "--state", "published", "--to")
    assert run(*given, "nobody").exit_code == 2
    assert run(*given, taker.username).exit_code == 0
    noted = session.execute(select(ItemSight.account_id, ItemSight.revision_id)).all()
    assert [tuple(each) for each in noted] == [(taker.id, one)]
    trail = session.scalars(
        select(AuditRecord).where(AuditRecord.action == "item.export").order_by(AuditRecord.number)
    ).all()
    owner = pwd.getpwuid(os.getuid()).pw_name
    assert all(each.source.startswith(f"命令行 {owner}") for each in trail)
    assert [json.loads(each.body)["detail"]["taker"] for each in trail] == [
        "未写明", taker.username,
    ]  # fmt: skip


@pytest.mark.reference
def test_real_files_are_imported_once(inside: None, run: Run, reference_data: Path) -> None:
    for name, accepted, status in (
        ("jec-qa-kd.jsonl", 997, 1), ("mcq_sing_lbk.csv", 275, 0), ("mcq_sing_pfe.csv", 166, 1),
    ):  # fmt: skip
        result = run("import", reference_data / "questions" / name, "--json")
        assert (result.exit_code, json.loads(result.stdout)["accepted"]) == (status, accepted)
    again = run("import", reference_data / "questions" / "jec-qa-kd.jsonl", "--json")
    assert json.loads(again.stdout)["accepted"] == 0
    assert len(json.loads(again.stdout)["duplicates"]) == 998
    assert db.session.scalar(
        select(func.count(ItemRevision.id)).where(
            ItemRevision.item_type == ItemType.MULTIPLE_CHOICE
        )
    ) == 519  # fmt: skip


def test_an_edit_that_changes_nothing_makes_no_revision(inside: None, make: Make) -> None:
    take_in("单选题,题一,甲,乙,A,,,")
    (accepted,) = plan("单选题,题二,甲,乙,A,,,").accepted
    item = db.session.scalars(select(Item)).one()
    writing.revise_item(item=item, draft=accepted.draft, at=NOON, by=None)
    with pytest.raises(writing.Unchanged):
        writing.revise_item(item=item, draft=accepted.draft, at=NOON, by=None)
    assert len(item.revisions) == 2
