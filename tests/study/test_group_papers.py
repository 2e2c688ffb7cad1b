"""Circulars, the archive, the law report, and calendars of study groups."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from flask import Flask

from accounts.permissions import Role
from core import clock
from core.attachments import Upload
from core.db import db
from study.group import files
from study.group.kinds import FileKind, WorkKind
from study.group.services import attending, meetings
from study.group.views import calendars
from tests.pages import main
from tests.study.group_year import A, L, P, draft, held, house, moment


@pytest.fixture
def year(app: Flask, make, sign_in):
    """Two sessions of 2026, on 5 February and 6 May, with a material, a speech and a writing."""
    calendars.ASKS.forget()
    make.version(make.law("测试条例"), ["一。"])
    with clock.frozen(moment(1, 2)), app.app_context():
        place = house(make)
        plan = replace(draft(moment(2, 5)), laws=["测试条例"], is_law=True)
        first = held(place, plan, P, P, L, close=False)
        by = db.session.merge(place.secretary)
        upload = Upload("材料.pdf", b"%PDF-1.7 x")
        meetings.add_material(
            meeting=first, kind=FileKind.CORE, upload=upload, at=moment(2, 5), by=by
        )
        db.session.commit()
        number = first.id
        held(place, draft(moment(5, 6)), P, A, A)
        person = db.session.merge(place.people[0].person)
        attending.hand_in_work(
            group=place.group, person=person, kind=WorkKind.NOTES, year=2026, title="体会",
            body="正文", upload=None, at=moment(5, 7), by=by,
        )  # fmt: skip
        db.session.commit()
    with clock.frozen(moment(7, 1)):
        sign_in(place.secretary).post(f"/group/sessions/{number}/close")
        yield place


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [each.text for table in document.tables for row in table.rows for each in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def test_the_half_years_circular_says_the_figures(year, sign_in) -> None:
    secretary = sign_in(year.secretary)
    url = f"/group/{year.group_id}"
    text = words(secretary.get(f"{url}/circulars/2026-1.docx").data)
    assert "关于2026年上半年党组理论学习中心组学习情况的通报" in text.replace("\n", "")
    assert "应到 6 人次，出席 3 人次，出勤率 50.00%；请假 1 人次，缺席 2 人次" in text
    assert "尚有 3 人次未完成补学" in text
    assert "累计出勤率" in text
    assert "有 2 名成员出勤率低于 80%" in text
    assert not any(name in text for name in ("成员甲", "成员乙", "成员丙"))  # nobody is named
    assert "第三季度" not in text
    page = main(secretary.get(f"{url}/papers?year=2026"))
    assert "应到 6 人次，出席 3 人次" in page
    assert secretary.get(f"{url}/circulars/2026-3.docx").status_code == 404
    with clock.frozen(moment(1, 5, year=2027)):
        text = words(sign_in(year.secretary).get(f"{url}/circulars/2026-2.docx").data)
    for quarter in ("第三季度", "第四季度"):
        assert f"{quarter}集体学习 0 次，未达到“不少于 1 次”的要求" in text
    assert "2026年下半年没有已归档的学习记录" in text
    assert "第一季度" not in text
    assert "本年累计出勤率" in text


def test_who_was_there_by_name_is_for_the_secretary_and_the_head_alone(year, make, sign_in) -> None:
    url = f"/group/{year.group_id}/attendance/2026-1.docx"
    head, member = year.people[0], year.people[1]
    for each in (year.secretary, head):
        text = words(sign_in(each).get(url).data)
        assert "内部掌握" in text
        assert "成员乙\n2\n1\n0\n1\n0\n50.00%" in text
    assert "出勤情况（内部掌握）" in main(sign_in(head).get(f"/group/{year.group_id}/papers"))
    office = sign_in(make.account(Role.RESEARCH_OFFICE))
    assert "出勤情况（内部掌握）" not in main(office.get(f"/group/{year.group_id}/papers"))
    for each in (sign_in(member), office):
        assert each.get(url).status_code in (403, 404)
    assert sign_in(head).get(url.replace("-1", "-3")).status_code == 404


def test_the_archive_is_the_same_bytes_with_an_index_and_hashes(year, sign_in, tmp_path) -> None:
    secretary = sign_in(year.secretary)
    url = f"/group/{year.group_id}/archives/2026.zip"
    packed = secretary.get(url).data
    assert secretary.get(url).data == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
        sums = archive.read("SHA256SUMS.txt").decode().splitlines()
        for row in sums:
            digest, name = row.split("  ", 1)
            assert files.digest(archive.read(name)) == digest
        index = words(archive.read("00 专卷目录.docx"))
        assert len(sums) == len(names) - 1
        folders = list(dict.fromkeys(each.split("/")[0] for each in names if "/" in each))
        assert folders == sorted(folders)
        for each in ("会议记录", "考勤", "纪要简报与材料", "心得文章", "年度报备"):
            assert any(each in one for one in folders), each
            assert each in index
        filing = next(each for each in names if "年度报备.docx" in each)
        assert "上年度学习情况" in words(archive.read(filing))
        (tmp_path / "报备.docx").write_bytes(archive.read(filing))
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "报备.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (tmp_path / "报备.pdf").read_bytes().startswith(b"%PDF")


def test_a_leaders_own_report_counts_what_they_did(year, sign_in) -> None:
    leader, other = sign_in(year.people[0]), sign_in(year.people[2])
    url = f"/group/{year.group_id}"
    page = main(leader.get(f"{url}/report?year=2026"))
    assert "应参加中心组集体学习 2 次，出席 2 次，出勤率 100.00%" in page
    assert "全年登记学时 6，其中法治学时 3、集体学习学时 6" in page
    assert "《测试条例》" in page
    assert "撰写心得、调研报告和理论文章 1 篇：《体会》" in page
    assert "出席 0 次，出勤率 0.00%；请假、缺席 2 次" in main(other.get(f"{url}/report?year=2026"))
    assert "成员甲" in words(leader.get(f"{url}/reports/2026.docx").data)


def test_a_feed_is_private_and_ends_when_it_is_revoked(year, make, sign_in, client) -> None:
    member = sign_in(year.people[1])
    page = member.post("/group/feeds").text
    path = "/feeds/" + page.split("/feeds/")[1].split('"')[0]
    answer = client.get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.data.count(b"BEGIN:VEVENT") == 2
    assert client.get("/feeds/guess.ics").status_code == 404
    assert sign_in(year.people[2]).post("/group/feeds/1/revoke").status_code == 404
    member.post("/group/feeds/1/revoke")
    assert client.get(path).status_code == 404
    stranger = sign_in(make.account())
    path = "/feeds/" + stranger.post("/group/feeds").text.split("/feeds/")[1].split('"')[0]
    assert client.get(path).status_code == 404


def test_the_calendar_shows_a_month_and_a_year_of_ones_own(year, make, sign_in) -> None:
    member, office = sign_in(year.people[1]), sign_in(make.account(Role.RESEARCH_OFFICE))
    for each in (member, office):
        assert "05月学习" in main(each.get("/group/calendar?year=2026&month=5"))
        assert "02月学习" in main(each.get("/group/calendar?year=2026&month=0"))
    assert "05月学习" not in main(sign_in(make.account()).get("/group/calendar?year=2026&month=5"))
    assert member.get("/group/calendar?year=2026&month=13").status_code == 404
