"""What an optical reader exports, as the sheet that people fill in."""

from decimal import Decimal

import pytest

from core.files import Unreadable
from core.spreadsheets import Sheet
from exam.on_paper import machine_sheets, paper_sheets
from exam.on_paper.paper_sheets import By
from exam.papers.snapshot import Paper, Section, Slot
from question_bank.item_types import ItemType, MultiRule


def paper(*kinds: ItemType) -> Paper:
    slots = [
        Slot(n, 0, n, each, f"题{n}", [] if each is ItemType.TRUE_FALSE else ["一", "二", "三"],
             KEYS[each], Decimal(10), "", [])
        for n, each in enumerate(kinds, 1)
    ]  # fmt: skip
    section = Section("一、选择题", "")
    return Paper("卷", MultiRule.ALL_OR_NOTHING, Decimal(10 * len(slots)), [section], slots)


KEYS = {
    ItemType.SINGLE_CHOICE: [0],
    ItemType.MULTIPLE_CHOICE: [0, 1],
    ItemType.TRUE_FALSE: [0],
    ItemType.SHORT_ANSWER: {"points": [{"text": "一点", "weight": 1}], "reference": ""},
}
TICKED = paper(ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE, ItemType.TRUE_FALSE)
NUMBERS = ["XF0007", "XF0008"]


def read(*rows: str, of: Paper = TICKED) -> tuple[By, list[paper_sheets.Row]]:
    sheet = Sheet("读卡", [each.split(",") for each in ("导出结果", "学号,题号,选项", *rows)])
    assert machine_sheets.is_of_a_reader(sheet)
    return paper_sheets.read([machine_sheets.as_filled(sheet, of, {}, NUMBERS)], of)


def test_lines_become_scripts_and_digits_the_candidate_whose_number_ends_in_them() -> None:
    by, rows = read("7,1,A", "7,2,AB", "7,3,B", "xf0008,1,B", "xf0008,2,", "")
    assert by is By.ITEM
    assert [(each.number, each.entry and each.entry.total) for each in rows] == [
        ("XF0007", Decimal(20)), ("XF0008", Decimal(0)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("7,9,A",), "第 3 行：试卷没有第“9”题"),
        (("7,1,A", "7,1,B"), "第 4 行：考号 XF0007 第 1 题出现两次"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_line(rows, said) -> None:
    with pytest.raises(Unreadable, match=said):
        read(*rows)


def test_marks_of_persons_have_to_stand_in_the_file_too() -> None:
    mixed = paper(ItemType.SINGLE_CHOICE, ItemType.SHORT_ANSWER)
    with pytest.raises(Unreadable, match="缺少第 2 题"):
        read("7,1,A", of=mixed)
    _, rows = read("7,1,A", "7,2,6.5", of=mixed)
    assert rows[0].entry
    assert rows[0].entry.total == Decimal("16.5")


def test_an_ordinary_sheet_is_not_of_a_reader() -> None:
    assert not machine_sheets.is_of_a_reader(Sheet("登分表", [["考号", "姓名", "总分"]]))
