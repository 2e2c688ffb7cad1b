"""The circular says what the table says: every number in it is one of the table's."""

import hashlib
import io
import json
import re
from datetime import timedelta
from decimal import Decimal

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup

from accounts.permissions import Role
from analytics import circular, rates
from analytics.circular import Exam, draft
from analytics.cli import cli
from analytics.items import Subject
from core import clock
from exam.kinds import ExamKind
from tests.analytics.frames import candidates, sat, unit
from tests.factories import NOON, Make

EXAM = Exam("2026年度学法考试", "2026年12月1日", "2026年12月4日", Decimal(60), "", "名单快照 1")
LATER = NOON + timedelta(days=3)


def subject(title: str, rate: int) -> Subject:
    return Subject(title, [], 10, Decimal(rate), Decimal(100))


def table():
    """办信司: ten of twelve sat, four failed; 督查室: all six passed."""
    letters, inspection = unit("办信司", 1), unit("督查室", 2)
    return rates.department_table(
        candidates(
            *(sat(90, **letters) for _ in range(6)),
            *(sat(40, **letters) for _ in range(4)),
            *(letters for _ in range(2)),
            *(sat(80, **inspection) for _ in range(6)),
        )
    )


def sections(**given) -> dict[str, list[str]]:
    found = draft(EXAM, table(), given.pop("laws", []), given.pop("articles", []), **given)
    return {title: list(lines) for title, lines in found.sections}


def test_the_findings_follow_from_the_figures() -> None:
    weak, strong = subject("行政复议法", 61), subject("信访工作条例", 95)
    found = sections(laws=[weak, strong], articles=[subject("《行政复议法》第二十条", 40)])
    assert found["基本情况"][0].endswith("应参考 18 人，实参考 16 人，参考率 88.89%。")
    assert "合格 12 人，合格率（应考）66.67%；优秀 6 人，优秀率 33.33%" in found["基本情况"][1]
    assert found["主要特点"] == [
        "督查室应参考人员全部参考。",
        "督查室合格率最高，为 100.00%。",
        "掌握较好的法律法规：《信访工作条例》（得分率 95.00%）。",
    ]
    assert found["存在问题"] == [
        "失分较多的法律法规：《行政复议法》（得分率 61.00%）。",
        "失分较多的条文：《行政复议法》第二十条（得分率 40.00%）。",
        "合格率低于全局 10 个百分点以上的部门：办信司（50.00%）。",
        "缺考 2 人，其中办信司 2 人。",
    ]
    assert "《行政复议法》" in found["有关要求"][0]


def test_it_compares_with_the_exam_before() -> None:
    before = rates.department_table(candidates(sat(70), sat(50)))[-1]
    assert sections(earlier=("2025年度学法考试", before))["基本情况"][2] == (
        "与《2025年度学法考试》相比，参考率下降 11.11 个百分点，"
        "合格率（应考）上升 16.67 个百分点，平均分上升 13.75 分。"
    )


def test_an_exam_that_nobody_sat_is_still_told() -> None:
    found = draft(EXAM, rates.department_table(candidates()), [], [])
    assert "参考率 —" in found.sections[0][1][0]
    assert found.table.rows[-1][0] == "合计"


def test_the_same_figures_have_the_same_digest_and_others_another() -> None:
    assert circular.digest(table()) == circular.digest(table())
    assert circular.digest(table()) != circular.digest(rates.department_table(candidates(sat(1))))


@pytest.fixture
def exam(make: Make):
    letters = make.unit("办信司")
    people = [make.person(letters) for _ in range(7)]
    session = make.exam_session(
        make.sealed_form(), *people, title="年度考试", exam_kind=ExamKind.ANNUAL
    )
    for person, score in zip(people, (95, 40, 70, 70, 70, 60, None), strict=True):
        if score is not None:
            make.attempt(session, person, score)
    return session


def test_word_and_page_and_table_agree(exam, make: Make, sign_in) -> None:
    with clock.frozen(LATER):
        client = sign_in(make.account(Role.EXAM_ADMIN))
        page = BeautifulSoup(
            client.get(f"/analytics/sessions/{exam.id}/circular").data, "html.parser"
        )
        written = docx.Document(
            io.BytesIO(client.get(f"/analytics/sessions/{exam.id}/circular.docx").data)
        )
    shown = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]
    printed = [[cell.text for cell in row.cells] for row in written.tables[0].rows][1:]
    assert shown == printed
    assert printed[-1] == [
        "合计", "7", "6", "85.71%", "5", "71.43%", "14.29%", "67.50", "—",
    ]  # fmt: skip
    prose = "\n".join(each.text for each in written.paragraphs)
    # What follows are rates of laws and articles, which stand on another page.
    numbers = set(re.findall(r"\d+\.\d+%", prose.split("二、")[0]))
    assert numbers
    assert numbers <= {cell for row in printed for cell in row}
    for person in exam.candidates:
        assert person.person.name not in prose


def test_every_paper_carries_the_roster_with_its_digest(
    exam, make: Make, session, sign_in, app
) -> None:
    """Worked out anew here: SHA-256 of a line of JSON for the snapshot and each person."""
    roster = exam.roster
    lines = [[roster.title, f"{roster.taken_at:%Y-%m-%dT%H:%M:%SZ}"]] + [
        [each.staff_number, each.name, each.unit_name, each.unit_position, each.post_title,
         each.grade_label, each.rank_group.value, each.duty_status.value,
         each.staff_category.value, each.line.value, each.reason, each.proposes_deferral,
         f"{each.target_factor:.2f}"]
        for each in sorted(roster.entries, key=lambda each: each.id)
    ]  # fmt: skip
    text = "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    said = f"名单快照 {roster.id}《{roster.title}》，2026年3月2日 12:00，校验值 {digest[:16]}"
    number, base = exam.id, f"/analytics/sessions/{exam.id}"
    session.rollback()
    with clock.frozen(LATER):
        client = sign_in(make.account(Role.EXAM_ADMIN))
        pages = [f"{base}/circular", f"/analytics/?session={number}", f"{base}/print"]
        for page in pages:
            assert said in client.get(page).text, page
        assert digest[:16] in client.get(f"/exam/sessions/{number}/manage").text
        paper = docx.Document(io.BytesIO(client.get(f"{base}/circular.docx").data))
        assert any(said in each.text for each in paper.paragraphs)
        for book in (f"{base}/table.xlsx", f"/exam/sessions/{number}/scores.xlsx"):
            sheet = openpyxl.load_workbook(io.BytesIO(client.get(book).data)).worksheets[0]
            assert any(row[0] == said for row in sheet.iter_rows(values_only=True)), book
        told = app.test_cli_runner().invoke(cli, ["rates", "--session", str(number), "--json"])
    assert json.loads(told.output)["roster_digest"] == digest


def test_who_may_and_when(exam, make: Make, sign_in) -> None:
    url = f"/analytics/sessions/{exam.id}/circular"
    with clock.frozen(NOON):
        assert sign_in(make.account(Role.EXAM_ADMIN)).get(url).status_code == 404
    with clock.frozen(LATER):
        assert sign_in(make.account(Role.RESEARCH_OFFICE)).get(url).status_code == 200
        assert sign_in(make.account(Role.UNIT_HEAD)).get(url).status_code == 404
        assert sign_in(make.account(Role.STAFF)).get(f"{url}.docx").status_code == 403
