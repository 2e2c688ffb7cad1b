"""The auditor's pages."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.audit import trail
from core.audit.models import AuditRecord
from core.db import db
from tests.pages import main, page

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def auditor(make, sign_in) -> FlaskClient:
    return sign_in(make.account(Role.AUDITOR))


@pytest.fixture
def records(app, make) -> None:
    """Somebody's three acts on three days, one of them just before midnight in Beijing."""
    make.person(name="张三", staff_number="A1")
    with app.app_context():
        for at, action, result in (
            (NOW, "unit.rename", "done"),
            (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), "role.grant", "done"),
            (NOW - timedelta(days=30), "sign_in", "refused"),
        ):
            trail.record(action, object_type="Account", object_id=7, actor="A1", result=result,
                         at=at, username="<b>=x</b>")  # fmt: skip
        db.session.commit()


def shown(client: FlaskClient, query: str) -> list[str]:
    soup = page(client.get(f"/audit?{query}"))
    return [row.select("td")[2].get_text(strip=True) for row in soup.select("tbody tr")]


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("", ["登录", "授予角色", "更名机构"]),
        ("action=role.grant", ["授予角色"]),
        ("actor=a1&result=refused", ["登录"]),
        ("since=2026-11-23&until=2026-11-23", ["授予角色"]),
        ("since=2026-11-24", ["更名机构"]),
        ("until=2026-10-31", ["登录"]),
        ("since=nonsense&until=9999-12-31", ["登录", "授予角色", "更名机构"]),
        ("action=no.such", []),
    ],
)
def test_records_are_found_by_act_actor_span_and_result(auditor, records, query, acts) -> None:
    assert shown(auditor, query) == acts


def test_a_record_says_everything_in_words_and_inert(auditor, records) -> None:
    answer = auditor.get("/audit/1")
    assert "更名机构（unit.rename）" in main(answer)
    assert "张三 A1" in main(answer)
    assert "&lt;b&gt;=x&lt;/b&gt;" in answer.text
    assert auditor.get("/audit/99").status_code == 404


def test_the_export_holds_what_the_list_shows_and_is_itself_recorded(
    auditor, records, session
) -> None:
    answer = auditor.get("/audit/records.xlsx?action=role.grant")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [(row[3], row[4], row[8]) for row in rows] == [("张三", "授予角色", "完成")]
    assert session.scalars(
        select(AuditRecord.action).order_by(AuditRecord.number.desc())
    ).first() == ("audit.export")


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("attempt.submit", {"earned": "71.25", "auto": True}),
        ("answer.mark", {"earned": "71.25", "points": {"0": [71.25]}, "slot": 4}),
        ("answer.mark_again", {"earned": "71.25", "points": {"0": [71.25]}}),
        ("recheck.answer", {"old": "71.25", "new": "71.25"}),
        ("paper_score.enter", {"new": "71.25"}),
        ("paper_score.correct", {"old": "71.25", "new": "71.25"}),
        ("paper_score.check", {"new": "71.25"}),
    ],
)
def test_who_reads_the_trail_reads_no_scores(app, auditor, action: str, detail) -> None:
    with app.app_context():
        trail.record(action, object_type="Attempt", object_id=7, actor="A1", at=NOW, **detail)
        db.session.commit()
    own = main(auditor.get("/audit/1"))
    assert "（成绩，日志页不显示）" in own
    exported = auditor.get("/audit/records.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(exported)).active
    body = next(row[9].value for row in sheet.iter_rows(min_row=3) if row[5].value == action)
    assert "71.25" not in own + body
    assert ("到时自动交卷 是" in own) == ("auto" in detail)
    # What is told is left out of the page, not of the chain.
    assert "审计链完整" in auditor.post("/audit/verify", follow_redirects=True).text


def test_the_auditor_proves_the_chain(auditor, records, session) -> None:
    assert "审计链完整，共 3 条" in auditor.post("/audit/verify", follow_redirects=True).text
    record = session.get_one(AuditRecord, 2)
    record.actor = "B2"
    session.commit()
    assert "第 2 条异常" in auditor.post("/audit/verify", follow_redirects=True).text
