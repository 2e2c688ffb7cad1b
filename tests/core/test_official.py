"""Official papers: the page, the fonts and the lines of GB/T 9704."""

import io
import zipfile
from datetime import date

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH

from core import documents, official
from core.official import Block, Grid, Level, Paper
from tests.word_files import versions

PAPER = Paper(
    title="关于举办2026年度机关干部学法考试的通知",
    blocks=[
        Block("正文。\n第二段。"),
        Block("一、参考人员", Level.FIRST),
        Block("（一）范围", Level.SECOND),
        Grid(["部门", "人数"], [["办公室", "3"]]),
    ],
    number="人函〔2026〕12号",
    addressees="各司（室）：",
    organ="人事司",
    dated=date(2026, 3, 2),
    attachments=["名单", "日程"],
)


def test_the_page_is_that_of_the_standard() -> None:
    section = docx.Document(io.BytesIO(official.write(PAPER))).sections[0]
    sides = (
        section.page_width, section.page_height, section.top_margin, section.left_margin,
        section.right_margin, section.bottom_margin,
    )  # fmt: skip
    assert [round(each.mm) for each in sides] == [210, 297, 37, 28, 26, 35]
    # 225 mm in 22 lines; 28 characters of 16 points, drawn a quarter point closer, in 156 mm.
    with zipfile.ZipFile(io.BytesIO(official.write(PAPER))) as archive:
        document = archive.read("word/document.xml").decode()
        fonts = archive.read("word/fontTable.xml").decode()
    assert 'w:type="lines" w:linePitch="580"' in document
    assert 28 * (16 - 0.25) <= 156 / 25.4 * 72
    assert 'w:val="仿宋"' in fonts, "what stands in for 仿宋_GB2312"


def test_no_program_takes_the_file_for_one_of_an_older_version() -> None:
    data = official.write(PAPER)
    assert versions(data) == ["15"]
    settings = docx.Document(io.BytesIO(data)).settings.element
    assert [each.tag.partition("}")[2] for each in settings] == ["evenAndOddHeaders", "compat"]


def test_paragraphs_bear_the_fonts_of_their_level() -> None:
    found = docx.Document(io.BytesIO(official.write(PAPER)))
    fonts = {
        each.text: (each.runs[0].font.name, each.runs[0].font.size.pt)
        for each in found.paragraphs
        if each.runs
    }
    assert fonts["正文。"] == ("仿宋_GB2312", 16)
    assert fonts["一、参考人员"] == ("黑体", 16)
    assert fonts["（一）范围"] == ("楷体_GB2312", 16)
    assert {font for text, font in fonts.items() if "通知" in text} == {("方正小标宋简体", 22)}


def test_a_paper_reads_as_it_was_written_and_twice_alike() -> None:
    data = official.write(PAPER)
    lines = [each.text for each in documents.paragraphs(data) if each.text]
    assert lines[:2] == ["关于举办2026年度", "机关干部学法考试的通知"]
    assert lines[2:4] == ["人函〔2026〕12号", "各司（室）："]
    assert lines[-4:] == ["附件：1．名单", "　　　2．日程", "人事司", "2026年3月2日"]
    assert data == official.write(PAPER)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    data = official.write(Paper("标题", [Block("甲\x00乙\x0b丙<w:p>&")]))
    assert [each.text for each in documents.paragraphs(data)[-2:]] == ["甲乙", "丙<w:p>&"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("党组理论学习中心组2026年集体学法台账", ["党组理论学习中心组2026年集体学法台账"]),
        ("党组理论学习中心组2026年第12次学习考勤表",
         ["党组理论学习中心组", "2026年第12次学习考勤表"]),
        ("关于2026年下半年党组理论学习中心组学习情况的通报",
         ["关于2026年下半年", "党组理论学习中心组学习情况的通报"]),
        ("关于党组理论学习中心组2026年度学习情况的报备",
         ["关于党组理论学习中心组", "2026年度学习情况的报备"]),
        ("关于印发《机关干部学法用法考核办法（试行）》的通知",
         ["关于印发《机关干部", "学法用法考核办法（试行）》的通知"]),
    ],
)  # fmt: skip
def test_titles_break_before_words_and_figures_and_within_none(title, lines) -> None:
    found = docx.Document(io.BytesIO(official.write(Paper(title, []))))
    assert [each.text for each in found.paragraphs if each.text] == lines


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    grid = Grid(
        ["序号", "日期", "主题", "出勤率"],
        [["1", "2026-02-14", "会前学法：信访事项的提出和受理以及转送的有关规定", "100.00%"],
         ["2", "2026-03-31", "专题讲座", "60.00%"]],
    )  # fmt: skip
    table = docx.Document(io.BytesIO(official.write(Paper("标题", [grid])))).tables[0]
    number, day, topic, rate = (each.width.pt for each in table.columns)
    # Characters of 14 points: what cannot be broken fits beside the sides of its cell.
    assert day >= 5 * 14
    assert rate >= 3.5 * 14
    assert topic > 2 * day > 2 * number
    assert abs(number + day + topic + rate - 156 / 25.4 * 72) < 1
    wide = docx.Document(io.BytesIO(official.write(Paper("标题", [grid], landscape=True))))
    assert round(wide.sections[0].page_width.mm) == 297
    assert sum(each.width.pt for each in wide.tables[0].columns) > 630


def test_a_table_of_many_columns_is_written_smaller_before_its_words_stand_on_end() -> None:
    figures = ["146", "132", "100.00%", "127", "86.99%", "30.14%", "82.32", "—"]
    heading = ["部门", "应参考", "实参考", "参考率", "合格", "合格率", "优秀率", "平均分", "名次"]
    few, many = (
        Grid(heading[:4], [["综合指导司（其他人员）", *figures[:3]]]),
        Grid(heading, [["综合指导司（其他人员）", *figures], ["合计", *figures]]),
    )
    found = docx.Document(io.BytesIO(official.write(Paper("标题", [few, many]))))
    sizes = [each.rows[1].cells[0].paragraphs[0].runs[0].font.size.pt for each in found.tables]
    assert sizes == [14, 10.5]
    unit = found.tables[1].columns[0].width.pt - 10.8
    assert unit >= 5 * 10.5
    assert abs(sum(each.width.pt for each in found.tables[1].columns) - 156 / 25.4 * 72) < 1


def test_what_comes_last_goes_with_the_signature() -> None:
    for block in (Block("最后一段。"), Grid(["甲"], [["一"], ["二"]])):
        paper = Paper("标题", [Block("正文。"), block], organ="人事司", dated=date(2026, 3, 2))
        found = docx.Document(io.BytesIO(official.write(paper)))
        last = found.tables[0].rows[-1].cells[0] if found.tables else None
        paragraph = last.paragraphs[0] if last else found.paragraphs[-5]
        assert paragraph.text in ("最后一段。", "二")
        kept = [paragraph, *found.paragraphs[-4:-1]]
        assert all(each.paragraph_format.keep_with_next for each in kept)
        assert found.paragraphs[-1].text == "2026年3月2日"


def test_a_long_figure_does_not_spread_the_rest_of_its_line() -> None:
    found = docx.Document(
        io.BytesIO(official.write(Paper("标题", [Block(f"校验值：{'ab' * 32}")])))
    )
    last = found.paragraphs[-1]
    assert last.alignment == WD_ALIGN_PARAGRAPH.LEFT
