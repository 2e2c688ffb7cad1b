"""Papers in print: the seal line, the score box, whole items, counted pages; and who gets them."""

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from docx.enum.table import WD_ROW_HEIGHT_RULE
from lxml import etree
from sqlalchemy import select

from accounts.permissions import Role
from core import archives
from core.audit.models import AuditRecord
from core.db import db
from exam.models import SessionForm
from exam.papers import snapshot
from exam.papers.snapshot import Paper, Quote, Slot
from exam.printing import bubbles, cards, keys, layout, papers, writing
from exam.printing.layout import SHEETS, Stock
from exam.services.assembling import building
from question_bank.item_types import MultiRule
from tests.exam.items import CASE, EXAMPLES, SHORT, SINGLE
from tests.question_bank import picturing
from tests.word_files import versions

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
QUOTE = Quote("信访工作条例", "2022年公布", "第三十四条", "信访事项应当自受理之日起60日内办结。", 1)
FACE = layout.face("2026年度学法考试 A卷", minutes=90)


def paper() -> Paper:
    """A section of each type, one item each, worth 12 marks."""
    marks = Decimal(12)
    sections = [
        snapshot.section(n, each.item_type, 1, marks, MultiRule.PARTIAL_HALF)
        for n, each in enumerate(EXAMPLES, 1)
    ]
    slots = [
        Slot(
            slot=n, section=n - 1, revision_id=n, item_type=each.item_type, stem=each.stem,
            options=each.options, key=each.key, marks=marks, rationale=f"解析{n}",
            citations=[QUOTE], parts=each.parts,
        )
        for n, each in enumerate(EXAMPLES, 1)
    ]  # fmt: skip
    return Paper("试卷", MultiRule.PARTIAL_HALF, marks * len(slots), sections, slots)


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def text(root: etree._Element) -> str:
    return "".join(each.text or "" for each in root.iter(f"{W}t", f"{W}instrText"))


@pytest.fixture(scope="module")
def printed() -> bytes:
    return papers.write(paper(), FACE, stock=Stock.A4, card=True, pictures={})


def test_no_program_takes_the_paper_for_a_file_of_an_older_version(printed) -> None:
    assert versions(printed) == ["15"]


def test_the_first_page_has_a_seal_line_beside_the_text(printed) -> None:
    seal = part(printed, "seal")
    place = seal.find(f".//{W}tblpPr")
    column = int(seal.find(f".//{W}gridCol").get(f"{W}w"))
    margins = part(printed, "document").find(f".//{W}pgMar")
    assert int(place.get(f"{W}tblpX")) + column < int(margins.get(f"{W}left"))
    assert seal.find(f".//{W}textDirection").get(f"{W}val") == "btLr"
    assert seal.find(f".//{W}tcBorders/{W}right").get(f"{W}val") == "dashed"
    said = text(seal).replace("　", "")
    assert "密封线内不要答题" in said
    assert all(f"{each}：＿" in said for each in ("姓名", "部门", "职务", "考号"))
    section = docx.Document(io.BytesIO(printed)).sections[0]
    assert section.different_first_page_header_footer
    assert "密" not in section.header.paragraphs[0].text


def test_head_and_score_box_say_what_the_paper_is(printed) -> None:
    found = docx.Document(io.BytesIO(printed))
    lines = [each.text for each in found.paragraphs]
    assert lines[:2] == ["2026年度学法考试", "（A 卷）"]
    assert "考试时间：90 分钟　　满分：96 分　　共 8 题" in lines
    [box] = found.tables
    assert [cell.text for cell in box.rows[0].cells] == ["题号", *"一二三四五六七八", "总分"]
    assert [row.cells[0].text for row in box.rows] == ["题号", "得分", "阅卷人", "复核人"]
    rule = "二、多选题（共 1 题，每题 12 分，共 12 分。每题有两个或两个以上正确答案；"
    assert any(line.startswith(rule + MultiRule.PARTIAL_HALF.label) for line in lines)


def test_every_page_says_which_of_how_many_it_is(printed) -> None:
    said = text(part(printed, "pages"))
    assert said == "第 PAGE1 页　共 NUMPAGES1 页"
    references = part(printed, "document").findall(f".//{W}footerReference")
    assert {each.get(f"{W}type") for each in references} == {"first", "default"}


def test_items_are_never_torn(printed) -> None:
    """Each paragraph stays whole, and all but the last of an item stay with the next."""
    body = part(printed, "document").find(f"{W}body")
    paragraphs = body.findall(f"{W}p")
    assert all(each.find(f"{W}pPr/{W}keepLines") is not None for each in paragraphs)
    texts = [text(each) for each in paragraphs]
    first = next(n for n, each in enumerate(texts) if each.startswith("1．单选题干"))
    kept = [each.find(f"{W}pPr/{W}keepNext") is not None for each in paragraphs[first : first + 2]]
    assert kept == [True, False]
    assert texts[first + 1] == "A．甲B．乙C．丙D．丁"


def runs(data: bytes) -> list[tuple[str, str, str]]:
    """Of each run its text, the room after its letters, and how wide they are drawn."""

    def value(run: etree._Element, name: str) -> str:
        found = run.find(f"{W}rPr/{W}{name}")
        return "" if found is None else str(found.get(f"{W}val"))

    return [
        (text(each), value(each, "spacing"), value(each, "w"))
        for each in part(data, "document").iter(f"{W}r")
    ]


def test_what_is_written_into_holds_no_space_at_which_a_line_could_end(printed) -> None:
    """Brackets have their room after the first of them, a blank is one sign drawn wide."""
    said = text(part(printed, "document"))
    assert "()" in said
    assert not re.search(r"[(（]\s+[)）]|[_＿]{2,}", said)
    assert {each[1] for each in runs(printed) if each[0] == "("} == {"640"}
    assert {each[2] for each in runs(printed) if each[0] == "＿"} == {"600"}


def test_a_stem_with_brackets_of_its_own_gets_no_others_after_it() -> None:
    slots = paper().slots
    asked = replace(slots[0], stem="应当在（　）日内办理，由( )决定。")
    found = papers.write(
        replace(paper(), slots=[asked, *slots[1:]]), FACE,
        stock=Stock.LARGE, card=True, pictures={},
    )  # fmt: skip
    lines = [text(each) for each in part(found, "document").iter(f"{W}p")]
    assert "1．应当在（）日内办理，由()决定。" in lines
    # In 大字版 there is as much more room as the letters are larger.
    assert {each[1] for each in runs(found) if each[0] in ("（", "(")} == {"975"}


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("2026年度国家信访局机关工作人员学法用法考试暨任前法律知识考试试卷（综合类）",
         ["2026年度国家信访局机关工作人员", "学法用法考试暨任前法律知识考试试卷（综合类）"]),
        ("字" * 30, ["字" * 15, "字" * 15]),
        ("2026年度学法考试", ["2026年度学法考试"]),
    ],
    ids=["by-word", "by-length", "whole"],
)  # fmt: skip
def test_a_long_title_is_parted_between_words(title: str, lines: list[str]) -> None:
    found = papers.write(
        paper(), layout.face(title, minutes=60), stock=Stock.A4, card=True, pictures={}
    )
    assert [each.text for each in docx.Document(io.BytesIO(found)).paragraphs][
        : len(lines)
    ] == lines


@pytest.mark.parametrize(
    ("longest", "rows"), [(4, 1), (12, 2), (30, 4)], ids=["four", "two", "one"]
)
def test_options_stand_in_as_many_columns_as_fit(longest: int, rows: int) -> None:
    shown = ["字" * longest, "乙", "丙", "丁"]
    found = list(writing.options(shown, SHEETS[Stock.A4]))
    assert len(found) == rows
    assert all(len(each.findall(f".//{W}r/{W}tab")) == 4 // rows - 1 for each in found)


def test_answers_in_words_get_lines_where_they_are_to_be_written() -> None:
    def ruled(data: bytes) -> int:
        return len(part(data, "document").findall(f".//{W}pBdr"))

    on_card = papers.write(paper(), FACE, stock=Stock.A4, card=True, pictures={})
    on_paper = papers.write(paper(), FACE, stock=Stock.A4, card=False, pictures={})
    # Twelve marks, and three quarters of twelve in the case.
    assert (ruled(on_card), ruled(on_paper), ruled(cards.write(paper(), FACE))) == (0, 21, 21)


def test_the_card_has_a_box_for_each_option_and_tells_nothing(printed) -> None:
    said = text(part(cards.write(paper(), FACE), "document"))
    assert "1．[A] [B] [C] [D]" in said
    assert "3．[√] [×]" in said
    assert "5．1→[A] [B] [C]　　2→[A] [B] [C]" in said
    for data in (printed, cards.write(paper(), FACE)):
        said = text(part(data, "document"))
        assert not any(each in said for each in ("解析", "党委统一领导", QUOTE.text))


def test_lines_of_a_card_run_on_from_page_to_page_but_begin_below_their_number() -> None:
    """A page is not left half empty for twenty lines that are to stand together."""
    lines = [
        each.find(f".//{W}keepNext") is not None
        for each in part(cards.write(paper(), FACE), "document").iter(f"{W}p")
        if each.find(f".//{W}pBdr") is not None
    ]
    assert lines[:3] == [True, True, False]
    assert sum(lines) == 4


def test_the_card_for_machines_has_bubbles_bars_and_squares_at_the_corners() -> None:
    """What is not ticked is not on it; of each row of bubbles the bar says where it is."""
    data = bubbles.write(paper(), FACE)
    found = docx.Document(io.BytesIO(data))
    numbers, items = found.tables
    digits = [[each.text for each in row.cells] for row in numbers.rows]
    assert digits[1:] == [["■", *[f"[{n}]"] * bubbles.DIGITS] for n in range(10)]
    ticked = bubbles.read_by_machine(paper())
    shown = {cell.text for row in items.rows for cell in row.cells if cell.text.isdecimal()}
    assert shown == {str(each.slot) for each in ticked}
    assert {row.cells[0].text for row in items.rows} == {"■"}
    assert {row.height_rule for row in items.rows} == {WD_ROW_HEIGHT_RULE.EXACTLY}
    for name in ("seal", "running"):
        places = {
            (int(each.get(f"{W}tblpX")) > 5000, int(each.get(f"{W}tblpY")) > 8000)
            for each in part(data, name).iter(f"{W}tblpPr")
        }
        assert places == {(False, False), (False, True), (True, False), (True, True)}, name
    assert "密封线" not in text(part(data, "seal"))


def usual(single: int, multiple: int, judged: int) -> Paper:
    """A paper of so many items of each type that a machine reads."""
    kinds = [(EXAMPLES[n], count) for n, count in enumerate((single, multiple, judged))]
    sections = [
        snapshot.section(n, each.item_type, count, Decimal(1), MultiRule.ALL_OR_NOTHING)
        for n, (each, count) in enumerate(kinds, 1)
    ]
    slots = [
        Slot(
            slot=0, section=n, revision_id=1, item_type=each.item_type, stem=each.stem,
            options=each.options, key=each.key, marks=Decimal(1), rationale="", citations=[QUOTE],
            parts=each.parts,
        )
        for n, (each, count) in enumerate(kinds) for _ in range(count)
    ]  # fmt: skip
    slots = [replace(each, slot=n) for n, each in enumerate(slots, 1)]
    return Paper("试卷", MultiRule.ALL_OR_NOTHING, Decimal(len(slots)), sections, slots)


@pytest.mark.parametrize(
    ("counts", "pages"), [((40, 20, 20), 1), ((60, 20, 20), 1), ((100, 60, 40), 2)], ids=str
)
def test_the_card_for_machines_is_one_page_of_a_hundred_items(
    counts: tuple[int, int, int], pages: int, tmp_path: Path
) -> None:
    """A scanner takes a sheet; of more items the first page is not left empty."""
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice and poppler are not installed")
    (tmp_path / "card.docx").write_bytes(bubbles.write(usual(*counts), FACE))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "card.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "card.pdf", "-"], check=True, capture_output=True
    ).stdout.decode()
    found = said.strip("\f\n").split("\f")
    assert len(found) == pages
    assert all("[A]" in each for each in found)


def test_large_print_is_the_same_paper_in_sixteen_points() -> None:
    usual, large = (
        papers.write(paper(), FACE, stock=stock, card=True, pictures={})
        for stock in (Stock.A4, Stock.LARGE)
    )
    said = ["".join(text(part(each, "document")).split()) for each in (usual, large)]
    assert said[0] == said[1]
    sizes = [
        sorted({int(each.get(f"{W}val")) for each in part(data, "document").iter(f"{W}sz")
                if each.getparent().tag == f"{W}rPr"})
        for data in (usual, large)
    ]  # fmt: skip
    assert sizes == [[21, 24, 36], [32, 37, 43]]


def test_in_large_print_an_item_is_held_by_a_row_unless_it_may_outgrow_a_page() -> None:
    """LibreOffice tears some items whose paragraphs are merely kept with the next, and cuts off a
    row that is longer than a page."""
    sheet = SHEETS[Stock.LARGE]
    long = replace(SINGLE, stem="题" * sheet.characters * 30)
    pictured = replace(SINGLE, stem=f"看图。{picturing.named(picturing.picture())}")
    tabled = replace(SINGLE, stem=picturing.TABLE)
    shown = [(SINGLE, True), (SHORT, True), (long, False), (pictured, False), (tabled, False)]
    for each, held in shown:
        found = list(writing.item(each, "1．", Decimal(6), sheet, lines=True))  # type: ignore[arg-type]  # an example is what is written
        rows = [row for one in found for row in one.iter(f"{W}tr")]
        assert (len(found) == 1) is held
        if held:
            [row] = rows
            assert row.find(f"{W}trPr/{W}cantSplit") is not None
            # Kept with the next, the row would be so as well.
            assert row.find(f".//{W}keepNext") is None
    data = papers.write(paper(), FACE, stock=Stock.LARGE, card=True, pictures={})
    last = part(data, "document").find(f"{W}body")[-2]
    assert (last.tag, text(last)) == (f"{W}p", "")


def test_the_key_has_points_marks_and_the_articles_as_sealed() -> None:
    data = keys.write(paper(), FACE, pictures={})
    said = text(part(data, "document"))
    assert "1．B（12 分）" in said
    assert "1．党委统一领导（6 分）" in said
    assert "（1）B（3 分）" in said
    assert said.count(QUOTE.text) == len(EXAMPLES)
    assert "密" not in text(part(data, "seal"))


def test_the_key_begins_with_what_is_ticked_at_a_glance() -> None:
    """Ten answers a line where they are short, five where they are not; √ as it is written."""
    single, several, true = paper().slots[:3]
    slots = [replace(single, slot=n) for n in range(1, 13)]
    slots += [replace(several, slot=n, key=[0, 1, 2, 3]) for n in range(13, 19)]
    slots += [replace(true, slot=19, key=[0]), replace(true, slot=20, key=[1])]
    data = keys.write(replace(paper(), slots=slots), FACE, pictures={})
    lines = [each.text for each in docx.Document(io.BytesIO(data)).paragraphs]
    at = lines.index("答案一览")
    assert lines[at + 1 : at + 9] == [
        "一、单选题", "\t".join(f"{n}．B" for n in range(1, 11)), "11．B\t12．B",
        "二、多选题", "\t".join(f"{n}．ABCD" for n in range(13, 18)), "18．ABCD",
        "三、判断题", "19．√\t20．×",
    ]  # fmt: skip
    written = replace(paper(), slots=paper().slots[3:])
    assert "答案一览" not in text(part(keys.write(written, FACE, pictures={}), "document"))


def test_a_table_stands_off_the_words_around_it() -> None:
    table = "期限\n\n| 情形 | 期限 |\n| --- | --- |\n| 一般 | 60日 |"
    found = list(writing.words(table, SHEETS[Stock.A4]))
    assert [each.tag.rpartition("}")[2] for each in found] == ["p", "p", "tbl", "p"]


@pytest.mark.parametrize(
    ("stock", "size", "columns"),
    [(Stock.A4, (210, 297), None), (Stock.A3, (420, 297), "2"), (Stock.EIGHT, (370, 260), "2")],
    ids=["a4", "a3", "8k"],
)
def test_the_sheet_is_the_one_asked_for(stock, size, columns) -> None:
    data = papers.write(paper(), FACE, stock=stock, card=True, pictures={})
    section = docx.Document(io.BytesIO(data)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    found = part(data, "document").find(f".//{W}cols")
    assert (None if found is None else found.get(f"{W}num")) == columns


def test_a_case_shares_its_marks_and_keeps_each_question_whole() -> None:
    found = list(writing.item(CASE, "8．", Decimal(12), SHEETS[Stock.A4], lines=True))  # type: ignore[arg-type]  # an example is what is written
    loose = [each for each in found if each.find(f"{W}pPr/{W}keepNext") is None]
    assert len(loose) == 2


def test_tables_pictures_and_words_that_stand_out_are_drawn() -> None:
    image = picturing.picture()
    table = "| 情形 | 期限 |\n| --- | --- |\n| 一般 | 60日 |"
    stem = f"下列==不正确==的是\n{table}\n{picturing.named(image)}"
    written = replace(paper().slots[0], stem=stem, options=["甲", picturing.named(image, "图")])
    shown = replace(paper(), slots=[written])
    data = papers.write(shown, FACE, stock=Stock.A4, card=True, pictures={image.address: image})
    found = docx.Document(io.BytesIO(data))
    assert [[cell.text for cell in row.cells] for row in found.tables[1].rows] == [
        ["情形", "期限"], ["一般", "60日"],
    ]  # fmt: skip
    assert [
        each.text for each in found.element.body.iter(f"{W}t") if "=" in (each.text or "")
    ] == []
    assert len(found.inline_shapes) == 2
    bold = [run.text for each in found.paragraphs for run in each.runs if run.bold]
    assert bold == ["不正确"]
    missing = papers.write(shown, FACE, stock=Stock.A4, card=True, pictures={})
    assert "［图：流程图］" in text(part(missing, "document"))


def test_whoever_builds_papers_downloads_them_and_the_trail_says_so(
    noon, make, sealed, sign_in, session
) -> None:
    form = sealed(title="年度卷 B卷")
    exam = make.exam_session(form, make.person(), minutes=75)
    client = sign_in(make.account(Role.PAPER_SETTER))
    answer = client.get(f"/exam/forms/{form.id}/paper.docx?stock=a3")
    assert "考试时间：75 分钟" in text(part(answer.data, "document"))
    key = client.get(f"/exam/forms/{form.id}/key.docx")
    assert "机密解析一" in text(part(key.data, "document"))
    packed = client.get(f"/exam/sessions/{exam.id}/papers.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.namelist() == [
            "年度卷（B卷）.docx",
            "年度卷（B卷）答题卡.docx",
            "年度卷（B卷）机读答题卡.docx",
            "年度卷（B卷）参考答案与评分标准.docx",
        ]
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert acts[-3:] == ["form.print", "form.print_key", "session.print"]
    stranger = sign_in(make.account(Role.GRADER))
    assert stranger.get(f"/exam/forms/{form.id}/card.docx").status_code == 403


def test_papers_of_one_title_and_titles_with_a_slash_are_files_of_their_own(
    noon, make, sealed, sign_in
) -> None:
    first, second = sealed(title="厅级/处级卷"), sealed(title="厅级/处级卷")
    exam = make.exam_session(
        first, make.person(),
        papers=[SessionForm(form=first, position=1), SessionForm(form=second, position=2)],
    )  # fmt: skip
    client = sign_in(make.account(Role.PAPER_SETTER))
    packed = client.get(f"/exam/sessions/{exam.id}/papers.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        names = archive.namelist()
    assert names[:1] + names[4:5] == ["厅级_处级卷.docx", "厅级_处级卷（2）.docx"]
    assert len(set(names)) == 8


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (["a.docx", "A.docx", "a.docx"], ["a.docx", "A（2）.docx", "a（3）.docx"]),
        (["x", "x"], ["x", "x（2）"]),
        (['甲:乙?"<>|\\\n.zip'], ["甲_乙_______.zip"]),
    ],
    ids=["same", "no ending", "unfit"],
)
def test_files_of_a_folder_have_names_that_every_system_takes(names, apart) -> None:
    assert archives.apart(names) == apart


def test_a_paper_that_is_not_as_sealed_is_not_printed(noon, make, sealed, sign_in, session) -> None:
    form = sealed()
    form.hash = "0" * 64
    session.commit()
    client = sign_in(make.account(Role.PAPER_SETTER))
    for page in ("paper.docx", "key.docx", "preview", "print", "print/key"):
        answer = client.get(f"/exam/forms/{form.id}/{page}")
        assert answer.status_code == 409, page
        assert "不一致" in answer.get_data(as_text=True)


def test_a_paper_changed_together_with_its_hash_is_not_what_the_trail_says_was_sealed(
    app, noon, make, sealed, sign_in, session
) -> None:
    form = sealed()
    form.snapshot = form.snapshot.replace("题干", "题于", 1)
    form.hash = snapshot.digest(form.snapshot)
    session.commit()
    with app.app_context():
        assert not building.intact(db.session.merge(form))
    answer = sign_in(make.account(Role.PAPER_SETTER)).get(f"/exam/forms/{form.id}/paper.docx")
    assert answer.status_code == 409
