"""Tables up and down: what is read as written, what is refused, what stays inert."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from core import spreadsheets
from core.files import Unreadable
from core.spreadsheets import Column, Table

COLUMNS = [Column("姓名", "name"), Column("率", "rate", format="0.00"), Column("日", "day")]


def table(*rows: dict[str, object]) -> bytes:
    return spreadsheets.write_workbook(Table("表", COLUMNS, rows, title="标题", notes=["负责人"]))


def test_a_written_workbook_reads_back_as_its_reader_sees_it() -> None:
    data = table({"name": "张三", "rate": Decimal("82.50"), "day": date(2026, 1, 2)})
    (sheet,) = spreadsheets.read_workbook(data)
    assert sheet.rows == [
        ["标题"],
        ["姓名", "率", "日"],
        ["张三", "82.5", "2026-01-02"],
        ["负责人"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(table({"name": text, "rate": None, "day": None})))
    cell = book.active["A3"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_numbers_are_written_as_numbers_with_their_format() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(table({"name": "甲", "rate": Decimal("66.67"), "day": None}))
    )
    cell = book.active["B3"]
    assert (cell.value, cell.number_format) == (66.67, "0.00")


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0 old xls"],
    ids=["empty", "html", "torn", "xls"],
)
def test_what_is_no_workbook_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(Unreadable, match="xlsx"):
        spreadsheets.read_workbook(data)


def test_a_workbook_that_unpacks_to_a_thousand_times_its_size_is_not_parsed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (spreadsheets.MAX_UNPACKED + 1))
    with pytest.raises(Unreadable, match="过大"):
        spreadsheets.read_workbook(buffer.getvalue())


def test_a_workbook_with_macros_is_refused() -> None:
    buffer = io.BytesIO(table())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(Unreadable, match="宏"):
        spreadsheets.read_workbook(buffer.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_that_people_use(encoding: str) -> None:
    sheet = spreadsheets.read_csv("姓名,部门\n张三,人事司\n".encode(encoding))
    assert sheet.rows == [["姓名", "部门"], ["张三", "人事司"]]


def test_binary_rubbish_is_no_csv() -> None:
    with pytest.raises(Unreadable, match="编码"):
        spreadsheets.read_csv(bytes(range(256)) * 4)


def test_one_stray_mark_far_to_the_right_does_not_make_the_sheet_unreadable() -> None:
    book = openpyxl.Workbook()
    for row in range(1, 3_001):
        book.active.cell(row, 1, f"第{row}行")
    book.active.cell(1, 16_384, "x")
    book.active.cell(3_000, 16_383, "y")
    buffer = io.BytesIO()
    book.save(buffer)
    (sheet,) = spreadsheets.read_workbook(buffer.getvalue())
    assert [len(row) for row in sheet.rows] == [1] * 3_000
    assert sheet.rows[2_999] == ["第3000行"]


def test_a_csv_that_is_downloaded_opens_anywhere_and_holds_no_formula() -> None:
    rows = [{"name": "=1+1", "rate": Decimal("82.50"), "day": None}]
    data = spreadsheets.write_csv(Table("表", COLUMNS, rows))
    assert data.startswith(b"\xef\xbb\xbf")
    assert spreadsheets.read_csv(data).rows == [["姓名", "率", "日"], ["'=1+1", "82.50", ""]]


def test_a_sheet_to_fill_in_offers_choices_and_hints() -> None:
    column = Column("难度", "level", choices=("易", "难"), hint="不填为易")
    book = openpyxl.load_workbook(
        io.BytesIO(spreadsheets.write_workbook(Table("表", [column], ())))
    )
    (rule,) = book.active.data_validations.dataValidation
    assert (rule.formula1, rule.prompt) == ('"易,难"', "不填为易")


def saved(**cells: object) -> bytes:
    """A workbook with values, formulas and errors in the cells named, as a program wrote it."""
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_an_error_is_read_as_what_stands_in_its_cell_and_not_as_nothing() -> None:
    (sheet,) = spreadsheets.read_workbook(saved(A1="考号", B1="总分", A2="X1", B2="#N/A"))
    assert sheet.rows == [["考号", "总分"], ["X1", "#N/A"]]


def test_a_formula_that_no_program_has_reckoned_is_not_taken_for_an_empty_cell() -> None:
    with pytest.raises(Unreadable, match="单元格 B2 是公式"):
        spreadsheets.read_workbook(saved(A1="考号", B1="总分", A2="X1", B2="=40+46"))


def test_the_result_of_a_formula_is_read_an_empty_one_too() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_formula("A1", "=40+46.3", None, 86.30000000000001)
        page.write_formula("B1", '=""', None, "")
        page.write("C1", "后")
    data = _with(buffer.getvalue(), b'<c r="B1">', b'<c r="B1" t="str">')
    (sheet,) = spreadsheets.read_workbook(data)
    assert sheet.rows == [["86.3", "", "后"]]


def _with(data: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with something else in its sheet, as Excel would have written it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(old, new))
    return buffer.getvalue()
