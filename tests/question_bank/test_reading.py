"""Rows out of files, whatever shape the files have."""

import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from core.files import Unreadable
from question_bank.importing import columns, plan, readers, rows, words
from question_bank.importing.columns import Field, RawRow
from question_bank.importing.formats import Format
from question_bank.item_types import CognitiveLevel, ItemType

HEAD = ("题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案")


def book(*sheets: tuple[str, list[tuple[object, ...]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets:
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def one(**values: str) -> rows.ReadRow:
    """A single choice with the given cells changed."""
    given = {Field.STEM: "题干", Field.KEY: "A"} | {Field(name): v for name, v in values.items()}
    return rows.read(RawRow(7, given, ["甲", "乙"]))


def faults(row: rows.ReadRow) -> list[tuple[str, str]]:
    return [(each.field, each.reason) for each in row.faults]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("题干", Field.STEM), ("*题干（必填）", Field.STEM), (" 题 目 ", Field.STEM),
        ("试题内容", Field.STEM), ("Question", Field.STEM), ("答案", Field.KEY),
        ("参考答案", Field.KEY), ("章节/知识点", Field.TOPIC), ("法律版本日", Field.VERSION),
        ("条款号", Field.ARTICLE), ("密级", Field.SECRECY), ("得分点", None), ("", None),
    ],
)  # fmt: skip
def test_headings_are_known_by_their_many_names(heading: str, field: Field | None) -> None:
    assert columns.field_named(heading) is field


@pytest.mark.parametrize(
    ("heading", "place"),
    [("选项A", 0), ("A", 0), ("Ｂ", 1), ("C选项", 2), ("备选项D", 3), ("选项1", 0), ("选项 H", 7),
     ("K", None), ("选项", None), ("1", None)],
)  # fmt: skip
def test_option_headings_say_their_place(heading: str, place: int | None) -> None:
    assert columns.option_named(heading) == place


def test_instructions_titles_and_empty_rows_are_passed_over() -> None:
    data = book(
        ("填写说明", [("列", "要求"), ("题干", "必填"), ("正确答案", "必填")]),
        ("试题", [("××单位题库",), (), HEAD, (), ("单选题", "题一", "甲", "乙", None, None, "A"),
                (), ("判断题", "题二", None, None, None, None, "√")]),
    )  # fmt: skip
    file = readers.read(data)
    assert (file.format, file.passed_over) == (Format.XLSX, ["填写说明"])
    assert [(each.number, each.values[Field.STEM]) for each in file.rows] == [
        (5, "题一"), (7, "题二"),
    ]  # fmt: skip


def test_the_sheet_or_a_heading_between_the_rows_says_the_type() -> None:
    plain = HEAD[1:]
    data = book(
        ("多选题", [plain, ("题一", "甲", "乙", "丙", "丁", "AB")]),
        ("其他", [plain, ("一、单项选择题（每题1分）",), ("题二", "甲", "乙", None, None, "A"),
                ("二、判断题",), ("题三", None, None, None, None, "错")]),
    )  # fmt: skip
    read = [rows.read(each) for each in readers.read(data).rows]
    assert [(each.sheet, each.number, each.draft and each.draft.item_type) for each in read] == [
        ("多选题", 2, ItemType.MULTIPLE_CHOICE),
        ("其他", 3, ItemType.SINGLE_CHOICE),
        ("其他", 5, ItemType.TRUE_FALSE),
    ]


def test_a_stray_mark_in_the_last_column_hides_nothing() -> None:
    made = openpyxl.Workbook()
    made.active.append(HEAD)
    made.active.append(("单选题", "题一", "甲", "乙", None, None, "B"))
    made.active.cell(1, 16_383, "x")
    made.active.cell(3_000, 16_384, " ")
    buffer = io.BytesIO()
    made.save(buffer)
    (row,) = readers.read(buffer.getvalue()).rows
    assert row.values[Field.KEY] == "B"


def test_three_hundred_columns_are_survived() -> None:
    wide = (*HEAD, *(f"列{n}" for n in range(300)))
    (row,) = readers.read(book(("试题", [wide, ("单选题", "题一", "甲", "乙", "", "", "B")]))).rows
    assert rows.read(row).draft is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", "\t"])
def test_csv_is_read_in_the_encodings_that_people_use(encoding: str, comma: str) -> None:
    text = f"题干{comma}A{comma}B{comma}答案\r\n题一{comma}甲{comma}乙{comma}B\r\n"
    file = readers.read(text.encode(encoding))
    assert file.format is Format.CSV
    (row,) = (rows.read(each) for each in file.rows)
    assert row.draft is not None
    assert (row.number, row.draft.options, row.draft.key) == (2, ["甲", "乙"], [1])


def test_json_lines_are_read_and_a_broken_line_is_named() -> None:
    lines = [
        json.dumps({"stem": "题一", "options": ["甲", "乙"], "key": "B", "难度": "难"}),
        "{broken",
        "[1]",
        json.dumps({"题干": "题二", "正确答案": True, "学科": "宪法"}),
        "",
    ]
    read = [rows.read(each) for each in readers.read("\n".join(lines).encode()).rows]
    assert [each.number for each in read if each.draft] == [1, 4]
    assert read[0].draft is not None
    assert read[0].draft.difficulty == 5
    assert read[3].draft is not None
    assert (read[3].draft.item_type, read[3].draft.extra) == (
        ItemType.TRUE_FALSE, {"学科": "宪法"},
    )  # fmt: skip
    assert "JSON 对象" in read[1].faults[0].reason
    assert "JSON 对象" in read[2].faults[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"), (b"\xef\xbb\xbf \r\n", "文件是空的"),
        (b"<html><table></table></html>", "HTML"), (b"\xd0\xcf\x11\xe0rest", "xlsx"),
        (b"%PDF-1.7", "PDF"), (b"PK\x03\x04torn", "xlsx"), ("题干\0,答案".encode(), "编码"),
        ("姓名,部门\n张三,人事司".encode(), "没有找到列名"), (b'{"a": 1}', "没有读到试题"),
        (b"[1, 2", "JSON"), (b"[" * 100_000, "JSON"), (b'"a\nb', "CSV"),
        (bytes(range(256)), "编码"),
        (b"\n\nx", "没有找到列名"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_items_is_refused_with_the_remedy(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        readers.read(data)


def test_a_format_that_is_named_is_kept_to() -> None:
    with pytest.raises(Unreadable, match="xlsx"):
        readers.read("题干,答案".encode(), Format.XLSX)


NO_RIDDLE = (
    "没有“谜语”这种题型；请填单选题、多选题、判断题、填空题、简答题、案例分析题、匹配题、排序题"
)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"stem": ""}, ("题干", "题干为空；请填写题干，或者删去这一行")),
        ({"key": ""}, ("正确答案", "缺少正确答案；请填写，如 A、ACD 或 正确")),
        ({"key": "C"}, ("正确答案", "答案 C 不在选项 A 至 B 之中；请改正答案或补上选项")),
        ({"item_type": "单选题", "key": "AB"},
         ("正确答案", "只能有一个正确答案；请改正答案或题型")),
        ({"item_type": "多选题"}, ("正确答案", "多选题至少有两个正确选项；请改正答案或题型")),
        ({"item_type": "填空题"},
         ("题干", "题干里没有空；请用两个以上下划线或空括号（　）标出")),
        ({"item_type": "谜语"},
         ("题型", NO_RIDDLE)),
        ({"difficulty": "0.7"},
         ("难度", "看不懂难度“0.7”；请填易、较易、中等、较难、难，或者 1 至 5")),
        ({"cognitive_level": "背诵"}, ("认知层次", "看不懂认知层次“背诵”；请填识记、理解或应用")),
        ({"valid_until": "明年"}, ("有效期", "看不懂日期“明年”；请写成 2026-12-31")),
        ({"valid_until": "2026-02-30"}, ("有效期", "看不懂日期“2026-02-30”；请写成 2026-12-31")),
        ({"secrecy": "秘密"}, ("密级", "本系统不得录入涉密内容（密级“秘密”）；请删去这一行")),
        ({"article": "34"}, ("法律名称", "有条款号“34”而没有法律名称；请填写法律名称")),
        ({"law": "甲法", "article": "1", "version": "x"},
         ("法律版本日", "看不懂日期“x”；请写成 2026-12-31")),
        ({"topic": "长" * 101}, ("知识点", "知识点超过 100 字；请缩短")),
        ({"stem": "长" * 4001}, ("题干", "题干超过 4000 字；请缩短")),
    ],
)  # fmt: skip
def test_each_fault_names_its_field_the_reason_and_the_remedy(
    cells: dict[str, str], fault: tuple[str, str]
) -> None:
    row = one(**cells)
    assert row.draft is None
    assert faults(row) == [fault]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["甲", "甲"], "选项 A 与选项 B 相同；请改正其中一个"),
        (["甲", "", "乙"], "选项 B 为空，后面还有选项；请补上或前移"),
        (["甲"], "选项应为 2 至 10 个，现有 1 个；请增减选项"),
        (["甲", "长" * 1001], "选项超过 1000 字；请缩短"),
    ],
)
def test_faults_of_options_say_which(options: list[str], reason: str) -> None:
    row = rows.read(RawRow(2, {Field.STEM: "题干", Field.KEY: "A"}, options))
    assert ("选项", reason) in faults(row)


def test_a_cell_whose_formula_went_wrong_is_a_fault() -> None:
    assert faults(one(topic="#N/A")) == [("知识点", "单元格是错误值 #N/A；请改正公式，或填入内容")]
    row = rows.read(RawRow(2, {Field.STEM: "题干", Field.KEY: "A"}, ["甲", "#REF!"]))
    assert ("选项", "单元格是错误值 #REF!；请改正公式，或填入内容") in faults(row)


def test_every_fault_of_a_row_is_named() -> None:
    row = one(key="", difficulty="?", secrecy="机密", stem="")
    assert {field for field, _ in faults(row)} == {"题干", "正确答案", "难度", "密级"}


def test_the_type_is_worked_out_where_none_is_given() -> None:
    def type_of(key: str, options: list[str]) -> ItemType | None:
        draft = rows.read(RawRow(2, {Field.STEM: "题干", Field.KEY: key}, options)).draft
        return draft and draft.item_type

    assert type_of("AB", ["甲", "乙"]) is ItemType.MULTIPLE_CHOICE
    assert type_of("A", ["甲", "乙"]) is ItemType.SINGLE_CHOICE
    assert type_of("A", ["对", "错"]) is ItemType.TRUE_FALSE
    assert type_of("×", []) is ItemType.TRUE_FALSE


def test_letters_that_a_file_repeats_before_each_option_are_taken_off() -> None:
    assert rows.without_letters(["(A)甲", "(B)乙"]) == ["甲", "乙"]
    assert rows.without_letters(["A、甲", "B．乙", "C:丙"]) == ["甲", "乙", "丙"]
    assert rows.without_letters(["A股", "B股"]) == ["A股", "B股"]
    assert rows.without_letters(["A. 甲", "乙"]) == ["A. 甲", "乙"]


def test_options_in_one_cell_are_divided() -> None:
    row = one(options="A.甲\nB.乙\nC.丙", key="C")
    raw = RawRow(2, {Field.STEM: "题干", Field.KEY: "C", Field.OPTIONS: "A.甲\nB.乙\nC.丙"})
    read = rows.read(raw)
    assert read.draft is not None
    assert list(read.draft.options) == ["甲", "乙", "丙"]
    assert row.draft is None  # the columns of their own come first


def test_what_no_database_takes_is_taken_out() -> None:
    row = one(stem="题\0干\x07\ud800", topic="\x1f宪法")
    assert row.draft is not None
    assert (row.draft.stem, row.draft.topic) == ("题干", "宪法")


def test_what_has_no_column_is_kept() -> None:
    values = {Field.STEM: "题干", Field.KEY: "A", Field.MARKS: "2", Field.AUDIENCE: "处级"}
    row = rows.read(RawRow(2, values, ["甲", "乙"], {"学科": "宪法"}))
    assert row.draft is not None
    assert row.draft.extra == {"分值": "2", "适用人群": "处级", "学科": "宪法"}


def test_a_stem_that_shows_its_key_is_pointed_out() -> None:
    assert any("似有答案" in note for note in one(stem="下列正确的是（ A ）。").notes)
    assert not any("似有答案" in note for note in one(stem="下列正确的是（  ）。").notes)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("第三十四条", ["第三十四条"]), ("34", ["34"]), ("第34条、第35条", ["第34条", "第35条"]),
        ("第三十四条第三十五条", ["第三十四条", "第三十五条"]), ("34，35", ["34", "35"]),
        ("第三十四条第一款", ["第三十四条"]),
        ("第二百六十二条之一第二款第（三）项", ["第二百六十二条之一"]),
        ("第 34 条", ["第34条"]), ("第三十四条和第三十五条", ["第三十四条", "第三十五条"]),
        ("34、34", ["34"]),
    ],
)  # fmt: skip
def test_article_numbers_of_a_cell_are_told_apart(written: str, expected: list[str]) -> None:
    assert words.numbers(written) == expected


def test_laws_and_their_articles_go_together() -> None:
    assert words.cited("甲法；乙法", "1、2；3", "2020-01-01；2021-02-03") == [
        words.Cited("甲法", ["1", "2"], date(2020, 1, 1)),
        words.Cited("乙法", ["3"], date(2021, 2, 3)),
    ]
    assert words.cited("《甲法》第三条", "", "") == [words.Cited("甲法", ["第三条"])]
    assert words.cited("甲法", "1；2", "") == [words.Cited("甲法", ["1", "2"])]
    assert words.cited("", "", "") == []
    with pytest.raises(words.Unknown, match="一一对应"):
        words.cited("甲法；乙法", "1", "")


@pytest.mark.parametrize("written", ["2026-12-31", "2026/12/31", "2026年12月31日", "20261231",
                                     "2026.12.31", "2026-12-31T00:00:00"])  # fmt: skip
def test_days_are_read_however_they_are_written(written: str) -> None:
    assert words.day(written) == date(2026, 12, 31)


def test_words_for_difficulty_and_level() -> None:
    assert [words.difficulty(each) for each in ("", "易", "较难", "5", "中")] == [3, 1, 4, 5, 3]
    assert words.cognitive_level("掌握") is CognitiveLevel.UNDERSTAND
    assert words.cognitive_level("") is CognitiveLevel.REMEMBER


def test_rows_of_the_same_wording_are_taken_once() -> None:
    def raw(number: int, stem: str, options: list[str], key: str) -> rows.ReadRow:
        return rows.read(RawRow(number, {Field.STEM: stem, Field.KEY: key}, options))

    decided = plan.decide(
        [
            raw(2, "应在１５日内办理？", ["甲", "乙"], "A"),
            raw(3, "应在15日内办理", ["乙", "甲。"], "B"),
            raw(4, "应在15日内办理", ["甲", "乙"], "B"),
            raw(5, "应在15日内办理", ["丙", "丁"], "A"),
        ],
        articles=lambda _cited: [],
        in_bank=lambda _marks: {},
    )
    assert [each.row.number for each in decided.accepted] == [2, 5]
    assert [(each.row.number, each.of_row, each.taken, each.differs)
            for each in decided.duplicates] == [
        (3, 2, False, True), (4, 2, False, True), (5, 2, True, False),
    ]  # fmt: skip


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "accepted", "rejected", "skipped", "same_stem", "types"),
    [
        ("jec-qa-kd.jsonl", 997, {212: "正确答案", 403: "选项"}, [751], 11,
         {ItemType.MULTIPLE_CHOICE: 519, ItemType.SINGLE_CHOICE: 478}),
        ("mcq_sing_lbk.csv", 275, {}, [], 1, {ItemType.SINGLE_CHOICE: 275}),
        ("mcq_sing_pfe.csv", 166, {73: "选项", 105: "选项"}, [144, 170], 0,
         {ItemType.SINGLE_CHOICE: 166}),
    ],
)  # fmt: skip
def test_real_files_are_read_to_the_last_row(
    reference_data: Path, file: str, accepted: int, rejected: dict[int, str], skipped: list[int],
    same_stem: int, types: dict[ItemType, int],
) -> None:  # fmt: skip
    read = readers.read((reference_data / "questions" / file).read_bytes())
    decided = plan.decide(
        [rows.read(each) for each in read.rows],
        articles=lambda _cited: [],
        in_bank=lambda _marks: {},
    )
    assert len(decided.accepted) == accepted
    assert {each.row.number: each.faults[0].field for each in decided.rejected} == rejected
    assert [each.row.number for each in decided.duplicates if not each.taken] == skipped
    assert sum(each.taken for each in decided.duplicates) == same_stem
    assert Counter(each.draft.item_type for each in decided.accepted) == types
    assert all(len(each.draft.options) == 4 for each in decided.accepted)
    assert not any(each.draft.options[0].startswith("(A)") for each in decided.accepted)
