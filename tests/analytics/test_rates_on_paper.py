"""The workbook, the printed table and the charts of an exam's rates say what the page says."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from analytics import rates
from analytics.frames import exam as frames
from core.audit.models import AuditRecord
from core.db import db
from exam.models import ExamSession
from tests.analytics.figures import LATER, sheets, soup

pytestmark = pytest.mark.usefixtures("much_later")


def test_the_workbook_has_the_forms_columns_and_the_pages_figures(
    app, bureau, make, sign_in
) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))
    assert book.sheetnames == ["部门汇总表", "全部指标", "口径"]
    title, head, *body = book["部门汇总表"].iter_rows(values_only=True)
    assert title[0] == "年度考试部门汇总表"
    assert list(head) == [
        "序号", "部门", "在册", "免考", "缓考", "应参考", "实参考", "参考率", "合格数",
        "合格率（应考）", "优秀数", "优秀率", "平均分", "最高", "最低", "缺考人数", "名次",
    ]  # fmt: skip
    assert body[0] == (1, "办信司", 3, 0, 0, 3, 2, 66.67, 1, 33.33, 1, 33.33, 67.5, 95, 40, 1, None)
    assert body[2][:6] == (None, "合计", 5, 0, 0, 5)
    assert any("填报单位（盖章）" in str(row[0]) for row in body)
    with app.app_context():
        found = db.session.get_one(ExamSession, session.id)
        expected = rates.department_table(frames.counted(found, LATER))
    _title, names, *rows = book["全部指标"].iter_rows(values_only=True)
    from_sheet = {row[1 - 1]: dict(zip(names, row, strict=True)) for row in rows}
    for row in expected:
        shown = from_sheet[row.title]
        for record in rates.EXAM.records:
            value = row.values.get(record.key, row.figures.get(record.key))
            cell = shown[record.title]
            assert (None if cell is None else Decimal(str(cell))) == value


def test_percentages_are_numbers_with_a_format(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    sheet = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))["部门汇总表"]
    cell = sheet.cell(row=3, column=8)
    assert (cell.value, cell.data_type, cell.number_format) == (66.67, "n", '0.00"%"')


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"])
def test_a_unit_named_like_a_formula_stays_text(make, sign_in, name: str) -> None:
    session = make.exam_session(make.sealed_form(), make.person(make.unit(name)), title=name)
    client = sign_in(make.account(Role.EXAM_ADMIN))
    book = sheets(client.get(f"/analytics/sessions/{session.id}/table.xlsx"))
    for sheet in book:
        for cells in sheet.iter_rows():
            for cell in cells:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "@", "+"))
    assert book["部门汇总表"].cell(row=3, column=2).value == f"'{name}"


def test_a_head_exports_the_own_unit_and_the_export_is_on_record(
    bureau, make, sign_in, session
) -> None:
    letters, _inspection, exam, _people = bureau
    client = sign_in(make.account(Role.UNIT_HEAD, unit=letters))
    book = sheets(client.get(f"/analytics/sessions/{exam.id}/table.xlsx"))
    column = [row[1] for row in book["部门汇总表"].iter_rows(min_row=3, values_only=True)]
    assert column[:2] == ["办信司", "合计"]
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.number.desc())).first()
    assert last.action == "rates.export"


def test_the_printed_table_has_the_line_to_sign(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    page = soup(
        sign_in(make.account(Role.EXAM_ADMIN)).get(f"/analytics/sessions/{session.id}/print")
    )
    assert "填报单位（盖章）" in page.get_text()
    assert page.find("link", href=re.compile("landscape.css"))


def test_charts_are_images_that_a_browser_may_keep(bureau, make, sign_in) -> None:
    *_, session, _people = bureau
    client = sign_in(make.account(Role.EXAM_ADMIN))
    where = f"/analytics/sessions/{session.id}/charts/"
    answer = client.get(where + "departments.svg")
    assert answer.status_code == 200
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    again = client.get(where + "departments.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(where + "scores.svg").status_code == 200
    assert client.get(where + "secret.svg").status_code == 404
