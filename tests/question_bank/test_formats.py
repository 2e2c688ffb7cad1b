"""GIFT, Aiken, Moodle XML and QTI: what comes in, and what is refused with a reason."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from core.files import Unreadable
from question_bank.importing import readers, rows
from question_bank.importing.formats import Format, detected
from question_bank.importing.rows import ReadRow
from question_bank.item_types import ItemType

QUIZ = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{}</quiz>'
CHOICE = (
    '<question type="multichoice"><name><text>甲</text></name><questiontext format="html">'
    "<text><![CDATA[<p>哪一项<b>对</b>？</p>]]></text></questiontext><single>{}</single>{}</question>"
)
ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="a" '
    'title="试题 1" adaptive="false" timeDependent="false"><responseDeclaration '
    'identifier="RESPONSE" cardinality="{}" baseType="identifier"><correctResponse>{}'
    "</correctResponse>"
    "</responseDeclaration><itemBody>{}</itemBody></assessmentItem>"
)
BODY = (
    '<p>哪一项对？</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
    '<simpleChoice identifier="A">甲</simpleChoice><simpleChoice identifier="B">乙</simpleChoice>'
    "</choiceInteraction>"
)
MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/>'
    "<resources>{}</resources></manifest>"
)
RESOURCE = (
    '<resource identifier="r{0}" type="imsqti_item_xmlv2p1" href="{0}">'
    '<file href="{0}"/></resource>'
)
OUTSIDE = MANIFEST.format(RESOURCE.format("../../etc/passwd"))
LISTED = ("a.xml", "gone.xml", "torn.xml", "key.xml", "hot.xml")


def answers(*pairs: tuple[str, str]) -> str:
    return "".join(
        f'<answer fraction="{share}"><text>{text}</text></answer>' for text, share in pairs
    )


def package(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", b"\0" * 30_000_000)
    return buffer.getvalue()


def read(data: bytes | str) -> list[ReadRow]:
    raw = data.encode() if isinstance(data, str) else data
    return [rows.read(each) for each in readers.read(raw).rows]


def one(data: bytes | str) -> ReadRow:
    (row,) = read(data)
    return row


def reasons(row: ReadRow) -> str:
    return "；".join(each.reason for each in row.faults)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("::甲::乙？{=丙 ~丁}", Format.GIFT), ("乙？{T}", Format.GIFT),
        ("乙？\nA) 甲\nB) 乙\nANSWER: A", Format.AIKEN),
        ("1.乙？\nA.甲\nB.乙\n答案：A", Format.TEXT), ("题干,答案\n甲,A", Format.CSV),
        ('{"stem": "甲"}', Format.JSONL), (QUIZ.format(""), Format.MOODLE),
        (ITEM.format("single", "<value>A</value>", BODY), Format.QTI),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_format_shows_in_the_content_in_any_encoding(
    text: str, format_: Format, encoding: str
) -> None:
    data = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    if encoding == "gb18030" and text.startswith("<assessmentItem"):
        data = f'<?xml version="1.0" encoding="gb18030"?>{data}'
    assert detected(data.encode(encoding)) is format_


def test_gift_knows_weights_feedback_and_matching() -> None:
    single = one("甲？{=乙#对 ~%50%丙 ~丁####总说明}")
    assert single.draft is not None
    assert (single.draft.item_type, single.draft.key) == (ItemType.SINGLE_CHOICE, [0])
    assert single.draft.rationale == "总说明\nA：对"
    assert single.notes == ["选项 B 原可得部分分，导入后选它不得分"]
    several = one("甲？{~%50%乙 ~%50%丙 ~%-100%丁}")
    assert several.draft is not None
    assert (several.draft.item_type, several.draft.key) == (ItemType.MULTIPLE_CHOICE, [0, 1])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("::甲::只有说明", "没有大括号"), ("甲{=乙", "不成对"), ("::甲::乙 {}", "没有参考答案"),
        ("甲？{#3:1}", "误差范围"), ("甲？{~乙 ~丙}", "没有正确选项"),
        ("甲？{=乙 =丙 ~丁}", "现有 2 个"), ("甲？{~%50%乙 ~%20%丙}", "合计 70%"),
    ],
)  # fmt: skip
def test_gift_that_makes_no_item_is_refused_with_the_reason(text: str, reason: str) -> None:
    row = rows.read(readers.read(text.encode(), Format.GIFT).rows[0])
    assert reason in reasons(row)
    assert row.number == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("甲？\nA) 乙\nB) 丙", "没有 ANSWER"), ("甲？\nA) 乙\nANSWER: A", "不足两个"),
        ("甲？\nA) 乙\nC) 丙\nANSWER: A", "第 3 行"), ("甲？\nA) 乙\nB) 丙\nANSWER: D", "不在选项"),
    ],
)  # fmt: skip
def test_aiken_that_makes_no_item_is_refused_with_the_reason(text: str, reason: str) -> None:
    (row,) = [rows.read(each) for each in readers.read(text.encode(), Format.AIKEN).rows]
    assert reason in reasons(row)


def test_moodle_choices_lose_their_markup_and_keep_their_key() -> None:
    row = one(QUIZ.format(CHOICE.format("true", answers(("乙", "0"), ("丙", "100")))))
    assert row.draft is not None
    assert (row.draft.stem, row.draft.options, row.draft.key) == ("哪一项对？", ["乙", "丙"], [1])


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (CHOICE.format("false", answers(("乙", "33"), ("丙", "33.33333"))), "33% 不是 Moodle"),
        (CHOICE.format("true", answers(("乙", "50"), ("丙", "50"))), "有且只有一个 100%"),
        (CHOICE.format("true", ""), "没有答案"),
        (CHOICE.format("true", answers(("乙", "abc"))), "不是 -100 至 100 的数"),
        ('<question type="ddwtos"/>', "拖放题"), ('<question type="description"/>', "只有说明文字"),
        ('<question type="essay"/>', "没有参考答案"), ("<question/>", "未写类型"),
        ('<question type="truefalse"><answer fraction="100"><text>maybe</text></answer></question>',
         "true 或 false"),
        (('<question type="cloze"><questiontext><text>甲{1:MULTICHOICE:=乙}</text></questiontext>'
         "</question>"), "第 1 空是选择"),
    ],
)  # fmt: skip
def test_moodle_questions_that_make_no_item_are_refused_with_line_and_reason(
    question: str, reason: str
) -> None:
    row = one(QUIZ.format(question))
    assert reason in reasons(row)
    assert row.number == 2


def test_pictures_in_a_question_are_doubted_not_dropped_in_silence() -> None:
    text = '<text>&lt;img src="@@PLUGINFILE@@/a.png" alt="图一"&gt;哪个？</text>'
    question = CHOICE.format("true", answers(("乙", "0"), ("丙", "100")))
    row = one(
        QUIZ.format(question.replace("<text><![CDATA[<p>哪一项<b>对</b>？</p>]]></text>", text))
    )
    assert row.stem == "［图片：图一］哪个？"
    assert "含图片" in row.doubts[0]


def test_a_qti_item_is_read_alone_and_in_a_package() -> None:
    item = ITEM.format("single", "<value>B</value>", BODY)
    for data in (item.encode(), package({
        "imsmanifest.xml": MANIFEST.format(RESOURCE.format("a.xml")), "a.xml": item})):  # fmt: skip
        row = one(data)
        assert row.draft is not None
        assert (row.draft.stem, row.draft.options, row.draft.key) == (
            "哪一项对？",
            ["甲", "乙"],
            [1],
        )


def test_a_package_gives_the_good_items_and_a_reason_for_each_bad_one() -> None:
    good = ITEM.format("single", "<value>B</value>", BODY)
    data = package({
        "imsmanifest.xml": MANIFEST.format("".join(RESOURCE.format(each) for each in LISTED)),
        "a.xml": good,
        "torn.xml": "<assessmentItem>",
        "key.xml": ITEM.format("single", "<value>Z</value>", BODY),
        "hot.xml": ITEM.format("single", "<value>A</value>",
                               '<hotspotInteraction responseIdentifier="RESPONSE"/>'),
        "other.xml": good,
    })  # fmt: skip
    file = readers.read(data)
    found = {each.sheet: rows.read(each) for each in file.rows}
    assert [name for name, row in found.items() if row.draft] == ["a.xml"]
    assert "包里却没有" in reasons(found["gone.xml"])
    assert "XML 格式有误" in reasons(found["torn.xml"])
    assert "“Z”不在选项之中" in reasons(found["key.xml"])
    assert "热区题" in reasons(found["hot.xml"])
    assert file.passed_over == ["other.xml（清单中没有列出）"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (package({"../a.xml": "x", "imsmanifest.xml": ""}), "不安全的路径"),
        (package({"imsmanifest.xml": OUTSIDE}), "包外"),
        (package({"imsmanifest.xml": MANIFEST.format("")}), "没有题目"),
        (package({"imsmanifest.xml": "<manifest"}), "XML 格式有误"),
        (package({"a.txt": "x"}), "没有能读的题库"),
        (b"<questestinterop/>", "QTI 1.2"), (b"<assessmentTest/>", "整个 .zip 包"),
        (b"<other/>", "不是 QTI 题目"),
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><quiz>&e;</quiz>', "DOCTYPE"),
        (b"<quiz>" + b"<a>" * 100_000, "嵌套过深"),
        (bomb(), "压缩比异常"),
        (b"{\\rtf1 x}", "RTF"), (b"%PDF-1.7", "PDF"), (b"Rar!\x1a", "解压"),
    ],
)  # fmt: skip
def test_files_that_are_no_bank_or_hostile_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        readers.read(data)


def test_a_broken_utf_8_text_is_not_taken_for_gb18030() -> None:
    data = ("1.甲乙丙丁戊己庚辛？\nA.子丑寅卯\nB.辰巳午未\n答案：A\n" * 3).encode()
    with pytest.raises(Unreadable, match="第 2 行含有损坏的字符"):
        readers.read(data.replace("子".encode(), "子".encode()[:2], 1))


@pytest.mark.parametrize(
    "text",
    [
        "A" * 1_000_000, "(" * 500_000, "1." * 300_000, "【答案】" * 200_000, "A." * 300_000,
        "答案：" + "A" * 15_000, "1.甲" + "（A）" * 4_000, "{" * 200_000, "::" * 200_000,
        "\u202e1.甲\nA.乙\nB.丙\n答案：A", "1-99999 ABCDA\n" * 2_000, "阅读" * 9_000, "_" * 15_000,
        "1.甲？\n" + "A.乙 " * 5_000 + "\n答案：A", "$CATEGORY: /" * 10_000,
    ],
    ids=range(15),
)  # fmt: skip
@pytest.mark.parametrize("format_", [Format.TEXT, Format.GIFT, Format.AIKEN], ids=lambda f: f.value)
def test_hostile_texts_end_soon(text: str, format_: Format) -> None:
    with suppress(Unreadable):
        for each in readers.read(text.encode(), format_).rows:
            rows.read(each)


def test_marks_that_turn_text_around_and_lone_halves_are_taken_out() -> None:
    row = one("\u202e1.甲\u202e乙？\nA.丙\u2066\nB.丁\n答案：A")
    assert row.draft is not None
    assert (row.draft.stem, row.draft.options) == ("甲乙？", ["丙", "丁"])
    row = one('{"stem": "甲\\ud800乙", "options": ["丙", "丁"], "key": "A"}')
    assert row.stem == "甲乙"


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "items", "refused"),
    [
        ("aiken/questions.aiken.txt", 2, 0), ("gift/questions.gift.txt", 8, 1),
        ("gift/questions_in_category.gift.txt", 4, 0),
        ("moodle-xml/error_invalid_grades.xml", 0, 1), ("moodle-xml/export_category.xml", 1, 0),
    ],
)  # fmt: skip
def test_moodles_own_fixtures_are_read_or_refused_with_a_reason(
    reference_data: Path, name: str, items: int, refused: int
) -> None:
    found = read((reference_data / "formats" / name).read_bytes())
    assert sum(each.draft is None for each in found) >= refused
    assert all(each.faults or each.draft for each in found)
    assert all(fault.reason for each in found for fault in each.faults)
