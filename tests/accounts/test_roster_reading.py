"""What the rows of a roster say, however people write them."""

from datetime import date

import pytest

from accounts.lineage import Lineage, UnitFact
from accounts.roster import cells, columns, reading
from accounts.roster.columns import CLEAR
from accounts.roster.entry import PersonEntry, faults
from accounts.standing import DutyStatus, Grade, LeaderLevel, StaffCategory
from core.files import Unreadable
from core.spreadsheets import Sheet

TODAY = date(2026, 11, 25)
LINEAGE = Lineage(
    [
        UnitFact(1, "办公室", "办公室", date(2017, 1, 1), None, None, None),
        UnitFact(2, "信访二司", "二司", date(2017, 1, 1), date(2023, 3, 16), None, None),
        UnitFact(3, "办信司", "办信司", date(2023, 3, 16), None, 2, None),
    ]
)


def read(*rows: list[str], name: str = "名册") -> reading.Reading:
    return reading.read([Sheet(name, rows)], LINEAGE)


def only(*rows: list[str]) -> reading.Row:
    [row] = read(*rows).rows
    return row


@pytest.mark.parametrize(
    "text",
    [
        "2024-3-1", "2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "2024年03月01日",
        "２０２４年３月１日", "20240301", "45352", "2024-03-01 00:00:00", "2024-03-01T08:00:00",
        "2024年3月", "2024.03", "2024-3",
    ],
)  # fmt: skip
def test_days_are_read_in_every_usual_form(text: str) -> None:
    assert cells.day(text) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-2-30", "不存在"),
        ("2024-13-1", "不存在"),
        ("1/3/2024", "不是日期"),
        ("24-3-1", "不是日期"),
        ("去年", "不是日期"),
        ("12", "不是日期"),
        ("99999999999999999999", "不是日期"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(cells.Unclear, match=reason):
        cells.day(text)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("工号", "staff_number"), ("* 工 号", "staff_number"), ("工号（必填）", "staff_number"),
        ("职工号", "staff_number"), ("部门(编制)", "home_unit_id"), ("部门", "home_unit_id"),
        ("编制部门", "home_unit_id"), ("所在单位", "home_unit_id"), ("现任职务", "post_title"),
        ("领导职务层次", "leader_level"), ("是否中心组成员", "in_study_group"),
        ("中心组成员", "in_study_group"), ("任现职日期", "post_since"), ("离职日期", "left_on"),
    ],
)  # fmt: skip
def test_headings_are_known_by_their_usual_names(heading: str, field: str) -> None:
    found = columns.by_heading(heading)
    assert found
    assert found.field == field


def test_every_heading_names_one_column_only() -> None:
    names = [
        columns.heading(name)
        for column in columns.COLUMNS
        for name in {columns.heading(column.title), *column.others}
    ]
    assert len(names) == len(set(names))


def test_an_explanation_a_title_and_totals_are_not_people() -> None:
    sheets = [
        Sheet("填写说明", [["请按要求填写"], ["姓名", "必填"]]),
        Sheet(
            "名册",
            [
                ["国家信访局人员名册"],
                ["序号", "姓名", "工号", "部门"],
                ["1", "张三", "A1", "办公室"],
                [],
                ["2"],
                ["", "合计", "", "1 人"],
                ["", "填报人：李四"],
            ],
        ),
    ]
    assert [row.values["name"] for row in reading.read(sheets, LINEAGE).rows] == ["张三"]


def test_a_cell_whose_formula_went_wrong_is_a_fault_and_no_empty_one() -> None:
    row = only(["姓名", "工号", "职务"], ["张三", "A1", "#N/A"])
    [fault] = row.faults
    assert (fault.field, fault.reason) == ("post_title", "单元格是错误值 #N/A")
    assert "post_title" not in row.values


def test_the_place_of_a_row_is_as_the_reader_of_the_file_sees_it() -> None:
    sheets = [
        Sheet("甲", [["姓名", "工号"], ["张三", "A1"]]),
        Sheet("乙", [["姓名", "工号"], ["李四", "A2"]]),
    ]
    assert [row.place for row in reading.read(sheets, LINEAGE).rows] == ["甲 第 2 行", "乙 第 2 行"]
    assert only(["姓名", "工号"], ["张三", "A1"]).place == "第 2 行"


def test_a_table_without_names_and_numbers_is_no_roster() -> None:
    with pytest.raises(reading.NoRoster, match="至少有“姓名”和“工号”"):
        read(["姓名", "电话"], ["张三", "1"])


def test_identity_cards_and_telephones_are_not_read_and_said_so() -> None:
    found = read(
        ["姓名", "工号", "身份证号", "手机", "爱好"],
        ["张三", "A1", "110101199001011234", "13800000000", "棋"],
    )
    assert found.not_collected == ["身份证号", "手机"]
    assert found.unknown == ["爱好"]
    assert found.rows[0].values == {"name": "张三", "staff_number": "A1"}


def test_words_of_the_lists_are_read_as_people_write_them() -> None:
    row = only(
        ["姓名", "工号", "职务层次", "职级", "人员类别", "在岗状态", "中心组成员", "性别"],
        ["张三", "ａ１", "副处级", "三级调研员", "返聘", "调出", "√", "男性"],
    )
    assert row.values == {
        "name": "张三", "staff_number": "A1", "leader_level": LeaderLevel.DIVISION_DEPUTY,
        "grade": Grade.RESEARCHER_3, "staff_category": StaffCategory.REHIRED,
        "duty_status": DutyStatus.TRANSFERRED_OUT, "in_study_group": True, "gender": "男",
    }  # fmt: skip


def test_a_word_outside_the_list_says_what_may_be_written() -> None:
    [fault] = only(["姓名", "工号", "编制状态"], ["张三", "A1", "临时"]).faults
    assert (fault.field, fault.reason) == ("establishment", "“临时”不在可填内容中")
    assert fault.remedy == "可填：公务员、参公管理、事业编制、聘用、派遣、借调"


def test_a_former_name_of_a_unit_is_understood_and_said() -> None:
    row = only(["姓名", "工号", "部门"], ["张三", "A1", "信访二司"])
    assert row.values["home_unit_id"] == 3
    assert row.notes == ["“信访二司”现为“办信司”"]


def test_an_unknown_unit_proposes_the_one_that_is_like_it() -> None:
    [fault] = only(["姓名", "工号", "部门"], ["张三", "A1", "办信处"]).faults
    assert (fault.reason, fault.remedy) == ("没有名为“办信处”的机构", "是否指“办信司”")


def test_an_empty_cell_says_nothing_and_the_word_for_nothing_clears() -> None:
    row = only(["姓名", "工号", "职务", "备注"], ["张三", "A1", "无", ""])
    assert row.values == {"name": "张三", "staff_number": "A1", "post_title": CLEAR}


def test_names_outside_the_basic_plane_are_kept() -> None:
    assert only(["姓名", "工号"], ["𠮷𬱖", "A1"]).values["name"] == "𠮷𬱖"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    data = "姓名,工号,部门\n张三,A1,办公室\n".encode(encoding)
    [row] = reading.read(reading.sheets_of("名册.csv", data), LINEAGE).rows
    assert row.values["home_unit_id"] == 1


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0old", b"<html>", b"PK\x03\x04broken"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        reading.sheets_of("名册.xls", data)


def person(**given: object) -> PersonEntry:
    plain = {
        "staff_number": "A1", "name": "张三", "home_unit_id": 1, "work_unit_id": 1,
        "stat_unit_id": 1, "joined_on": date(2020, 1, 1),
    }  # fmt: skip
    return PersonEntry(**(plain | given))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"staff_number": "110101199001011234"}, "staff_number"),
        ({"staff_number": "13800000000"}, "staff_number"),
        ({"staff_number": "A 1"}, "staff_number"),
        ({"staff_number": ""}, "staff_number"),
        ({"name": ""}, "name"),
        ({"note": "电话13800000000"}, "note"),
        ({"post_title": "11010119900101123X"}, "post_title"),
        ({"joined_on": date(1900, 1, 1)}, "joined_on"),
        ({"duty_status": DutyStatus.RETIRED}, "left_on"),
        ({"left_on": date(2026, 11, 25)}, "duty_status"),
        ({"left_on": date(2019, 1, 1), "duty_status": DutyStatus.LEFT}, "left_on"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_right_is_found(given: dict[str, object], field: str) -> None:
    assert [fault.field for fault in faults(person(**given), today=TODAY)] == [field]


def test_a_sound_entry_has_no_faults() -> None:
    retired = person(duty_status=DutyStatus.RETIRED, left_on=date(2026, 6, 1))
    assert faults(person(), today=TODAY) == faults(retired, today=TODAY) == []
    assert faults(person(left_on=date(2026, 12, 31)), today=TODAY) == []
