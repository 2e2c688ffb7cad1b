"""Two versions side by side: the page and the files that it hands out."""

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from flask.testing import FlaskClient

from accounts.models import Account
from accounts.permissions import Role
from laws.models import Law, LawVersion
from tests.factories import Make
from tests.pages import main, page
from tests.word_files import versions

DUTY = "各级机关应当设立专门机构，配备专职人员，负责本机关的来访接待。"
TIME = "有关机关应当自收到来信之日起十五日内告知来信人是否受理。"
LATE = "有关机关应当自收到来信之日起七日内告知来信人是否受理。"
HELP = "对生活确有困难的来访人，所在地<b>人民政府</b>应当给予必要的救助。"
FINE = "冲击机关、堵塞交通的，由公安机关处五百元以下罚款。"


@pytest.fixture
def reader(make: Make, sign_in: Callable[[Account], FlaskClient]) -> FlaskClient:
    return sign_in(make.account(Role.STAFF))


@pytest.fixture
def law(make: Make) -> Law:
    return make.law("中华人民共和国接待法", short_title="接待法")


@pytest.fixture
def old(make: Make, law: Law) -> LawVersion:
    return make.version(law, (DUTY, TIME, FINE), label="2005年公布",
                        promulgated_on=date(2005, 1, 1), effective_on=date(2005, 5, 1))  # fmt: skip


@pytest.fixture
def new(make: Make, law: Law, old: LawVersion) -> LawVersion:
    return make.version(law, (DUTY, HELP, LATE), label="2024年修订",
                        promulgated_on=date(2024, 1, 1), effective_on=date(2024, 5, 1))  # fmt: skip


def test_the_page_shows_the_version_in_force_beside_the_one_before_it(
    reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    answer = reader.get(f"/laws/{law.id}/compare")
    text = main(answer)
    assert "修改前： 接待法 2005年公布" in text
    assert "修改后： 接待法 2024年修订" in text
    rows = page(answer).select("tbody tr")
    assert [row.select_one("th").get_text(strip=True) for row in rows] == [  # type: ignore[union-attr]
        "未变", "新增", "已修改", "删去",
    ]  # fmt: skip
    assert [each.text for each in rows[2].select("del, ins")] == ["十五日", "七日"]
    assert "<b>人民政府</b>" not in answer.text


def test_chips_count_the_rows_and_narrow_them_down_without_script(
    reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    soup = page(reader.get(f"/laws/{law.id}/compare"))
    chips = {
        each.get_text(" ", strip=True): each["href"] for each in soup.select(".xf-compare-chip")
    }
    assert list(chips) == [
        "全部 4", "有变化 3", "未变 1", "仅条号变 0", "已修改 1", "新增 1", "删去 1",
    ]  # fmt: skip
    narrowed = page(reader.get(str(chips["有变化 3"])))
    assert len(narrowed.select("tbody tr")) == 3
    assert "没有这一类条文" in main(reader.get(str(chips["仅条号变 0"])))


def test_any_two_versions_can_be_compared_also_the_other_way_round(
    reader: FlaskClient, law: Law, old: LawVersion, new: LawVersion
) -> None:
    answer = reader.get(f"/laws/{law.id}/compare?old={new.id}&new={old.id}")
    assert "对调两栏" in main(answer)


def test_another_law_is_found_by_its_name(
    make: Make, reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    other = make.version(make.law("接待条例"), (DUTY, TIME))
    answer = reader.get(f"/laws/{law.id}/compare?new={new.id}&with=接待条例")
    assert answer.location == f"/laws/{law.id}/compare?old={other.id}&new={new.id}"
    assert "修改前： 接待条例" in main(reader.get(answer.location))


def test_a_name_that_no_law_has_is_said_and_kept(
    reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    answer = reader.get(f"/laws/{law.id}/compare?with=没有这部法")
    assert "没有名称含“没有这部法”的法律法规" in main(answer)
    assert 'value="没有这部法"' in answer.text


def test_a_law_with_one_version_says_that_there_is_nothing_to_compare(
    reader: FlaskClient, law: Law, old: LawVersion
) -> None:
    assert "没有更早的版本可以对照" in main(reader.get(f"/laws/{law.id}/compare"))
    assert reader.get(f"/laws/{law.id}/compare.docx").status_code == 409


def test_versions_that_do_not_exist_are_not_found(
    reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    assert reader.get(f"/laws/{law.id}/compare?old=9999").status_code == 404
    assert reader.get("/laws/9999/compare").status_code == 404


def test_the_page_of_a_law_leads_to_the_comparison_with_the_version_before(
    reader: FlaskClient, law: Law, old: LawVersion, new: LawVersion
) -> None:
    assert "与上一版本对照" in main(reader.get(f"/laws/versions/{new.id}"))
    assert "与上一版本对照" not in main(reader.get(f"/laws/versions/{old.id}"))


def test_the_document_is_a_landscape_table_with_a_repeated_head_and_marks(
    reader: FlaskClient, law: Law, new: LawVersion
) -> None:
    answer = reader.get(f"/laws/{law.id}/compare.docx")
    document = Document(io.BytesIO(answer.data))
    assert versions(answer.data) == ["15"]
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height  # type: ignore[operator]
    assert document.paragraphs[0].text == "《中华人民共和国接待法》修订对照表"
    assert (
        "未变 1 条，仅条号变 0 条，已修改 1 条，新增 1 条，删去 1 条" in document.paragraphs[1].text
    )
    table = document.tables[0]
    assert "tblHeader" in table.rows[0]._tr.xml
    assert [row.cells[0].text for row in table.rows] == ["变化", "未变", "新增", "已修改", "删去"]
    edited = table.rows[3].cells
    struck = [run.text for each in edited[1].paragraphs for run in each.runs if run.font.strike]
    added = [run.text for each in edited[2].paragraphs for run in each.runs if run.font.underline]
    assert (struck, added) == (["十五日"], ["七日"])
    assert "PAGE" in section.footer._element.xml


def test_the_workbook_holds_the_same_rows(reader: FlaskClient, law: Law, new: LawVersion) -> None:
    answer = reader.get(f"/laws/{law.id}/compare.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    values = [[cell.value for cell in row][:5] for row in sheet.iter_rows(min_row=2)]
    assert values[0] == ["变化", "原条号", "修改前", "新条号", "修改后"]
    assert values[3] == [
        "已修改", "第2条", TIME.replace("十五日", "〔删：十五日〕"),
        "第3条", LATE.replace("七日", "〔增：七日〕"),
    ]  # fmt: skip
