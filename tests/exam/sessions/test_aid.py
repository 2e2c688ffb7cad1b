"""What somebody is helped with in an exam besides time: shown, changed and taken back."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from exam.models import Candidate
from tests.exam.sessions.test_people import seat, seen
from tests.factories import NOON
from tests.pages import page, text

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def exam(make, sealed_form):
    unit = make.unit("办公室")
    return make.exam_session(
        sealed_form(), *(make.person(unit, name=each) for each in ("甲一", "甲二"))
    )


def helped(session, exam, name: str) -> tuple[bool, str]:
    found = session.get_one(Candidate, seat(exam, name).id)
    session.refresh(found)
    session.commit()
    return found.large_print, found.aid


def test_what_somebody_is_helped_with_is_shown_changed_and_taken_back_with_a_reason(
    officer, exam, session
) -> None:
    here = f"/exam/sessions/candidates/{seat(exam, '甲一').id}"
    path = f"{here}/aid"
    given = {"large_print": "y", "aid": "读题", "reason": "视力障碍"}
    assert officer.post(path, data=given).status_code == 302
    officer.post(path, data=given)
    shown = page(officer.get(here))
    assert "考试便利 大字版、读题" in shown.main.get_text(" ", strip=True)
    form = shown.select_one(f"form[action='{path}']")
    assert form.select_one("[name=large_print]").has_attr("checked")
    assert form.select_one("[name=aid]")["value"] == "读题"
    told = officer.post(path, data={"aid": "", "reason": ""}, follow_redirects=True)
    assert "请写明理由" in text(told)
    assert helped(session, exam, "甲一") == (True, "读题")
    officer.post(path, data={"aid": "单独考场", "reason": "改为单独考场"})
    officer.post(path, data={"aid": "", "reason": "本人不再需要"})
    assert helped(session, exam, "甲一") == (False, "")
    entries = seen(session, select(AuditRecord).where(AuditRecord.action == "candidate.aid"))
    details = [json.loads(each.body)["detail"] for each in entries]
    assert [(each["old"], each["aid"], each["reason"]) for each in details] == [
        ("", "读题", "视力障碍"),
        ("大字版、读题", "单独考场", "改为单独考场"),
        ("单独考场", "", "本人不再需要"),
    ]


def test_nobody_is_helped_who_is_through_nor_by_themselves(
    officer, make, sign_in, exam, sit, session
) -> None:
    mine = make.account(Role.EXAM_ADMIN, person=seat(exam, "甲一").person)
    given = {"large_print": "y", "aid": "", "reason": "看不清"}
    path = f"/exam/sessions/candidates/{seat(exam, '甲一').id}"
    assert "不能处理本人的" in text(sign_in(mine).post(f"{path}/aid", data=given))
    assert officer.post(f"{path}/aid", data=given | {"aid": "字" * 101}).status_code == 302
    assert helped(session, exam, "甲一") == (False, "")
    sit(exam, seat(exam, "甲一").person, right=1)
    assert "作答已经结束" in text(officer.post(f"{path}/aid", data=given))
    assert f"{path}/aid" not in officer.get(path).text
    with clock.frozen(NOON + timedelta(hours=2)):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        other = f"/exam/sessions/candidates/{seat(exam, '甲二').id}"
        assert officer.post(f"{other}/aid", data=given).status_code == 409
        assert f"{other}/aid" not in officer.get(other).text
