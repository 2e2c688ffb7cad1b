"""What is wrong with a plan for a session is said all at once, each where it belongs."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.standing import Grade
from exam.models import ExamSession
from tests.factories import NOON
from tests.pages import page

pytestmark = pytest.mark.usefixtures("noon")


def said_at(answer) -> dict[str, list[str]]:
    """What a page of a form says is wrong, by the field that each line leads to."""
    shown = page(answer)
    found: dict[str, list[str]] = {}
    for line in shown.select("[data-error-summary] li"):
        link = line.select_one("a")
        assert link is None or shown.select_one(link["href"])
        found.setdefault(link["href"][1:] if link else "", []).append(line.get_text(strip=True))
    return found


def test_everything_that_is_wrong_with_a_plan_is_said_at_once_where_it_belongs(
    officer, make, sealed_form, arranged, session
) -> None:
    make.person(name="甲一")
    faulty = {
        "title": "", "closes_at": "2026-03-03T09:30", "pass_score": "101", "max_attempts": "0",
        "key_release": "at_submit", "named": "甲一\n查无此人", "makeup_from": "2026-03-03T09:00",
    }  # fmt: skip
    path = f"/exam/sessions/new?form={sealed_form().id}"
    for act in ("check", "create"):
        found = said_at(officer.post(path, data=arranged | faulty | {"act": act}))
        assert {field: len(lines) for field, lines in found.items()} == {
            "title": 1, "closes_at": 1, "max_attempts": 1, "pass_score": 1, "excellent_score": 1,
            "key_release": 1, "makeup_from": 2, "named": 1,
        }  # fmt: skip
        assert "第 2 行“查无此人”" in found["named"][0]
    # What rests on a field that cannot be read is not judged, and the rest is.
    unread = {"opens_at": "昨天", "minutes": "许多", "closes_at": "2026-03-01T18:00"}
    found = said_at(officer.post(path, data=arranged | unread | {"pass_score": "0"}))
    assert found == {
        "opens_at": ["开始时间：不是有效的日期和时间，请写成 2026-12-04 09:00 的样子"],
        "closes_at": ["结束时间：结束时间已过"],
        "minutes": ["作答时长（分钟）：不是有效的整数，请只填数字，如 60"],
        "pass_score": ["合格线：合格线应大于 0 且不超过总分 100"],
    }
    assert session.scalars(select(ExamSession)).all() == []


def test_papers_that_cannot_be_used_are_told_together_with_the_rest(
    officer, make, sealed_form, arranged, session
) -> None:
    make.person(make.unit("办公室"), grade=Grade.CLERK_1)
    stale, small, unsealed = sealed_form(title="甲卷"), sealed_form(items=2), make.form()
    stale.slots[0].revision.citations[0].article.version.repealed_on = date(2026, 3, 3)
    session.commit()
    path = f"/exam/sessions/new?form={stale.id}&form={unsealed.id}"
    found = said_at(officer.post(path, data=arranged | {"minutes": "601"}))
    assert "“甲卷”第 1 题所引条文在开考日" in found["opens_at"][0]
    assert found[""] == ["只有已封存且校验无误的试卷才能用于场次"]
    assert len(found["minutes"]) == 1
    # Of a paper for one group alone: nobody else has any.
    groups = {f"groups-{small.id}": "division", f"groups-{stale.id}": "division"}
    path = f"/exam/sessions/new?form={small.id}&form={stale.id}"
    found = said_at(officer.post(path, data=arranged | groups | {"title": ""}))
    assert set(found) == {"title", "opens_at", ""}
    nobody = {"rank_groups": "bureau_leader"}
    found = said_at(officer.post(path, data=arranged | nobody | {"title": ""}))
    assert set(found) == {"title", "opens_at", "unit_ids-0"}


def test_every_fault_of_a_changed_plan_is_said_at_once(
    officer, make, sealed_form, arranged, session
) -> None:
    opens = NOON + timedelta(days=1)
    exam = make.exam_session(
        sealed_form(), make.person(), opens_at=opens, closes_at=opens + timedelta(hours=3)
    )
    path = f"/exam/sessions/{exam.id}/edit"
    found = said_at(officer.post(path, data=arranged | {"title": "", "excellent_score": "50"}))
    assert set(found) == {"title", "excellent_score"}
    found = said_at(officer.post(path, data=arranged | {"minutes": "600", "pass_score": "0"}))
    assert set(found) == {"closes_at", "pass_score"}
    assert session.scalars(select(ExamSession.title)).all() == [exam.title]
