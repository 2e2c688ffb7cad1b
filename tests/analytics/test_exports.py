"""Year-end statistics and the personnel system's file: made once and kept with their hash."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from accounts.permissions import Role
from accounts.queries import snapshots
from analytics import rates
from analytics.exports.cli import make_due
from analytics.exports.kinds import ExportKind
from analytics.exports.models import YearExport
from analytics.frames import exam as frames
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import ExamSession
from tests.factories import NOON, Make

LATER = NOON + timedelta(days=40)


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(LATER):
        yield


@pytest.fixture
def exam(make: Make, session):
    """Four people of whom three sat; one name looks like a formula, one character is rare."""
    unit = make.unit("办信司", code="GX-03")
    people = [make.person(unit, name=name) for name in ("=1+1", "张𫖯", "李四", "王五")]
    given = make.exam_session(make.sealed_form(), *people, title="年度考试", published_at=NOON)
    for person, earned in zip(people, (90, 70, 50), strict=False):
        make.attempt(given, person, earned)
    found = given.id
    session.rollback()
    return found


def order(client, **sent):
    return client.post("/analytics/exports", data={"year": "2026"} | sent, follow_redirects=True)


def test_both_kinds_are_made_at_once_and_say_what_the_tables_say(
    exam, make: Make, sign_in, app, session
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "已生成" in order(officer, kind="statistics").text
    assert "已生成" in order(officer, kind="personnel").text
    personnel, statistics = session.scalars(
        select(YearExport).order_by(YearExport.id.desc())
    ).all()  # fmt: skip
    where, digest = f"/analytics/exports/{personnel.id}", personnel.digest
    made, yearly = statistics.id, f"/analytics/exports/{statistics.id}"
    assert personnel.row_count == 3
    assert personnel.roster_id != statistics.roster_id
    session.rollback()
    # Statistics: the sums are those of the page.
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{yearly}/xlsx").data))
    assert book.sheetnames == ["考试总表", "考试1", "学习汇总表", "培训班"]
    head, row = [[cell.value for cell in line] for line in book["考试总表"].iter_rows(2, 3)]
    told = dict(zip(head, row, strict=True))
    with app.app_context():
        given = db.session.get(ExamSession, exam)
        total = rates.department_table(frames.counted(given, LATER))[-1]
        values, figures = total.values, total.figures
    assert (told["应参考"], told["实参考"], told["缺考"]) == (4, 3, 1)
    # Each exam rests on its own roster, the whole on that of the export.
    with app.app_context():
        given = db.session.get(ExamSession, exam)
        own, whole = (
            snapshots.said(each) for each in (given.roster, db.session.get(YearExport, made).roster)
        )
        assert told["名单校验值"] == snapshots.digest(given.roster)[:16]
    notes = {each.title: [str(cell.value) for cell in each["A"]] for each in book}
    assert any(line.startswith(own) for line in notes["考试1"])
    assert all(any(line.startswith(whole) for line in lines) for lines in notes.values())
    assert told["实参考"] == values["taken"]
    assert told["合格率（应考）"] == float(figures["pass_due"])
    assert told["平均分"] == float(figures["mean"]) == 70
    # The personnel system's: the columns that it asks for, in three kinds of file.
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{where}/xlsx").data))
    said = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True) if row[1]}
    assert "不收集" in said["身份证号"]
    sheet = book.worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(2, 5)]
    assert lines[0][:4] == ["培训年度", "姓名", "性别", "工号"]
    by_name = {line[1]: dict(zip(lines[0], line, strict=True)) for line in lines[1:]}
    assert set(by_name) == {"'=1+1", "张𫖯", "李四"}
    assert by_name["李四"]["考试成绩"] == 50
    assert (by_name["李四"]["单位编码"], by_name["李四"]["身份证号"]) == ("GX-03", "")
    assert by_name["李四"]["考试时间"] == "2026-03-02 11:00"
    assert digest in "".join(str(cell.value) for cell in sheet["A"])
    for kind, encoding in (("csv", "utf-8-sig"), ("gb18030", "gb18030")):
        answer = officer.get(f"{where}/{kind}")
        told = list(csv.DictReader(io.StringIO(answer.data.decode(encoding))))
        assert [each["姓名"] for each in told] == ["'=1+1", "张𫖯", "李四"]
        assert [each["考试成绩"] for each in told] == ["90.00", "70.00", "50.00"]
    # The same every time, whatever becomes of the scores; and what was changed is not given out.
    first = officer.get(f"{where}/csv").data
    given = session.get(ExamSession, exam)
    given.published_at = None
    session.commit()
    assert officer.get(f"{where}/csv").data == first
    kept = session.get(YearExport, personnel.id)
    kept.content = kept.content.replace(b"90.00", b"99.00")
    session.commit()
    assert "校验值不符" in officer.get(f"{where}/csv").text
    acts = session.scalars(select(AuditRecord).where(AuditRecord.action == "year_export.make"))
    assert digest in "".join(each.body for each in acts)


def test_an_export_waits_for_its_day_and_can_be_cancelled(
    exam, make: Make, sign_in, app, session
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "到时自动生成" in order(officer, kind="statistics", due_on="2026-12-31").text
    assert "到时自动生成" in order(officer, kind="personnel", due_on="2026-12-31").text
    assert "不晚于今年" in order(officer, kind="statistics", year="2027").text
    ids = session.scalars(select(YearExport.id).order_by(YearExport.id)).all()
    session.rollback()
    assert "已取消" in officer.post(
        f"/analytics/exports/{ids[1]}/cancel", follow_redirects=True
    ).text  # fmt: skip
    with app.app_context():
        assert make_due() == 0
    with clock.frozen(LATER.replace(year=2027)), app.app_context():
        assert make_due() == 1
        assert make_due() == 0
    made = session.scalars(select(YearExport).where(YearExport.made_at.is_not(None))).one()
    assert (made.id, made.kind, made.year) == (ids[0], ExportKind.STATISTICS, 2026)
    session.rollback()
    assert "不能再取消" in officer.post(f"/analytics/exports/{ids[0]}/cancel").text
    for role in (Role.RESEARCH_OFFICE, Role.UNIT_HEAD, Role.STAFF):
        assert sign_in(make.account(role)).get("/analytics/exports").status_code == 403
