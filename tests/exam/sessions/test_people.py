"""The people of a session: statuses, more time, additions, misconduct; the board and the scores."""

import io
import json
from datetime import date, timedelta

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import RosterEntry
from accounts.permissions import Role
from accounts.standing import DutyStatus, Line
from core import clock
from core.audit.models import AuditRecord
from exam.kinds import Release
from exam.models import AttemptEvent, Candidate, ExamSession
from tests.factories import NOON
from tests.pages import text

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def exam(make, sealed_form):
    """A running session of two departments with two people each."""
    one, other = make.unit("办公室"), make.unit("督查室")
    people = [make.person(one, name="甲一"), make.person(one, name="甲二"),
              make.person(other, name="乙一"), make.person(other, name="乙二")]  # fmt: skip
    return make.exam_session(sealed_form(), *people)


def seat(exam, name) -> Candidate:
    return next(each for each in exam.candidates if each.entry.name == name)


def seen(session, statement) -> list:
    fresh = statement.execution_options(populate_existing=True)
    found = session.scalars(fresh).all()
    session.commit()
    return found


def acts(session) -> list[str]:
    return seen(session, select(AuditRecord.action).order_by(AuditRecord.number))


# ------------------------------------------------------------------ more time


def test_minutes_granted_before_the_start_count_from_it_and_past_the_window(
    officer, exam, sit, attempt, session
) -> None:
    candidate = seat(exam, "甲一")
    path = f"/exam/sessions/candidates/{candidate.id}/minutes"
    officer.post(path, data={"minutes": "30", "reason": "视障"})
    late = sit(exam, candidate.person, at=NOON + timedelta(minutes=50))
    assert attempt(late).deadline == NOON + timedelta(minutes=90)
    assert "加时 30 分钟：视障" in text(officer.get(f"/exam/sessions/{exam.id}/manage"))


def test_minutes_granted_during_an_attempt_move_its_deadline_at_once(
    officer, exam, sit, attempt, session
) -> None:
    candidate = seat(exam, "甲一")
    running = sit(exam, candidate.person, at=NOON - timedelta(minutes=30))
    assert attempt(running).deadline == NOON + timedelta(minutes=30)
    path = f"/exam/sessions/candidates/{candidate.id}/minutes"
    officer.post(path, data={"minutes": "20", "reason": "设备故障"})
    assert attempt(running).deadline == NOON + timedelta(minutes=50)
    officer.post(path, data={"minutes": "0", "reason": "误登"})
    assert attempt(running).deadline == NOON + timedelta(minutes=30)
    [first, second] = seen(
        session, select(AttemptEvent.detail).where(AttemptEvent.kind == "extended")
    )
    assert first == "加时 20 分钟（设备故障），截止时间推后 20 分钟"
    assert second.endswith("截止时间提前 20 分钟")
    entries = seen(session, select(AuditRecord).where(AuditRecord.action == "candidate.minutes"))
    assert json.loads(entries[0].body)["detail"] == {
        "old": 0, "new": 20, "reason": "设备故障", "running_moved": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"minutes": "-5", "reason": "x"}, 302),
        ({"minutes": "301", "reason": "x"}, 302),
        ({"minutes": "abc", "reason": "x"}, 302),
        ({"minutes": "10", "reason": ""}, 302),
        ({"minutes": "10", "reason": "  "}, 302),
    ],
)
def test_minutes_need_a_sound_number_and_a_reason(officer, exam, session, fields, status) -> None:
    path = f"/exam/sessions/candidates/{seat(exam, '甲一').id}/minutes"
    assert officer.post(path, data=fields).status_code == status
    assert seen(session, select(Candidate.extra_minutes).distinct()) == [0]
    assert "candidate.minutes" not in acts(session)


def test_time_is_not_taken_away_under_somebodys_hands_nor_given_after_the_end(
    officer, exam, sit, attempt
) -> None:
    candidate = seat(exam, "甲一")
    path = f"/exam/sessions/candidates/{candidate.id}/minutes"
    officer.post(path, data={"minutes": "30", "reason": "视障"})
    running = sit(exam, candidate.person, at=NOON - timedelta(minutes=50))
    with clock.frozen(NOON + timedelta(minutes=20)):
        refused = officer.post(path, data={"minutes": "0", "reason": "误登"})
        assert "将立即到时" in text(refused)
    assert attempt(running).deadline == NOON + timedelta(minutes=40)
    with clock.frozen(NOON + timedelta(hours=3)):
        assert officer.post(path, data={"minutes": "60", "reason": "晚"}).status_code == 409


def test_who_has_handed_in_is_given_time_only_while_a_sitting_is_left(
    officer, exam, sit, session
) -> None:
    candidate = seat(exam, "甲一")
    page = f"/exam/sessions/candidates/{candidate.id}"
    grant = {"minutes": "10", "reason": "断网"}
    offered = "给甲一加时"
    sit(exam, candidate.person)
    assert offered in text(officer.get(page))
    sit(exam, candidate.person, right=1)
    assert offered not in text(officer.get(page))
    refused = officer.post(f"{page}/minutes", data=grant)
    assert (refused.status_code, "作答已经结束" in text(refused)) == (409, True)
    session.get_one(ExamSession, exam.id).max_attempts = 2
    session.commit()
    assert offered in text(officer.get(page))
    assert officer.post(f"{page}/minutes", data=grant).status_code == 302


def test_who_sits_on_past_the_window_can_be_given_more_time(officer, exam, sit, attempt) -> None:
    candidate = seat(exam, "甲一")
    page = f"/exam/sessions/candidates/{candidate.id}"
    officer.post(f"{page}/minutes", data={"minutes": "60", "reason": "视障"})
    running = sit(exam, candidate.person, at=NOON + timedelta(minutes=30))
    with clock.frozen(exam.closes_at + timedelta(minutes=1)):
        assert "给甲一加时" in text(officer.get(page))
        officer.post(f"{page}/minutes", data={"minutes": "80", "reason": "视障，断电"})
    assert attempt(running).deadline == NOON + timedelta(minutes=140)


# ------------------------------------------------------------------ the list


def test_somebody_who_joined_later_is_added_as_they_stand_now(officer, exam, make, session) -> None:
    newcomer = make.person(make.unit("研究室"), name="新同志", joined_on=date(2026, 3, 1))
    page = f"/exam/sessions/{exam.id}/candidates/new?q=新同志"
    assert "列入名单" in text(officer.get(page))
    path = f"/exam/sessions/{exam.id}/candidates/{newcomer.id}"
    assert officer.post(path, data={"reason": ""}).status_code == 409
    assert officer.post(path, data={"reason": "新入职"}).status_code == 302
    again = officer.post(path, data={"reason": "新入职"})
    assert "新同志已在名单中" in text(again)
    [entry] = seen(session, select(RosterEntry).where(RosterEntry.name == "新同志"))
    # The session's own snapshot stays as it was taken.
    assert entry.snapshot_id != exam.roster_id
    assert (entry.unit_name, entry.line) == ("研究室", Line.RANKED)
    assert "新同志" in text(officer.get(f"/exam/sessions/{exam.id}/manage"))
    assert acts(session)[-2:] == ["roster.snapshot", "candidate.add"]


def test_somebody_on_the_roster_but_not_called_is_added_from_it(
    officer, exam, make, session
) -> None:
    person = make.person(name="原名单外")
    entry = make.roster(person).entries[0]
    entry.snapshot_id = exam.roster_id
    session.commit()
    officer.post(f"/exam/sessions/{exam.id}/candidates/{person.id}", data={"reason": "扩大范围"})
    [candidate] = seen(session, select(Candidate).where(Candidate.person_id == person.id))
    assert candidate.entry_id == entry.id


def test_people_who_are_not_counted_and_closed_sessions_take_no_additions(
    officer, exam, make, session
) -> None:
    gone = make.person(duty_status=DutyStatus.RETIRED)
    path = f"/exam/sessions/{exam.id}/candidates"
    assert "现为退休" in text(officer.post(f"{path}/{gone.id}", data={"reason": "x"}))
    assert officer.post(f"{path}/98765", data={"reason": "x"}).status_code == 404
    fresh = make.person()
    with clock.frozen(NOON + timedelta(hours=2)):
        assert officer.post(f"{path}/{fresh.id}", data={"reason": "x"}).status_code == 409
    assert len(seen(session, select(Candidate.id))) == 4


def test_only_somebody_who_has_not_begun_is_taken_off(officer, exam, sit, session) -> None:
    begun, idle = seat(exam, "甲一"), seat(exam, "甲二")
    sit(exam, begun.person)
    assert officer.post(
        f"/exam/sessions/candidates/{begun.id}/remove", data={"reason": "调离"}
    ).status_code == 409  # fmt: skip
    assert officer.post(f"/exam/sessions/candidates/{idle.id}/remove", data={}).status_code == 409
    done = officer.post(f"/exam/sessions/candidates/{idle.id}/remove", data={"reason": "调离"})
    assert done.location == f"/exam/sessions/{exam.id}/manage"
    assert idle.id not in seen(session, select(Candidate.id))
    assert acts(session)[-1] == "candidate.remove"


def test_a_status_needs_a_reason_and_comes_before_the_start(officer, exam, sit, session) -> None:
    candidate = seat(exam, "甲一")
    path = f"/exam/sessions/candidates/{candidate.id}/status"
    bare = officer.post(path, data={"status": "exempt", "reason": ""}, follow_redirects=True)
    # Told on the page where it was forgotten.
    assert "理由：免考、缓考须写明理由" in text(bare)
    assert bare.request.path == f"/exam/sessions/candidates/{candidate.id}"
    officer.post(path, data={"status": "exempt", "reason": "公务出访"})
    assert "公务出访" in text(officer.get(f"/exam/sessions/candidates/{candidate.id}"))
    officer.post(path, data={"status": "due", "reason": ""})
    sit(exam, candidate.person)
    refused = officer.post(path, data={"status": "deferred", "reason": "病假"})
    assert "已经开始作答" in text(refused)
    assert officer.post(path, data={"status": "nonsense"}).status_code == 302


def test_whoever_registers_a_status_after_a_colleague_is_told(officer, exam, session) -> None:
    candidate = seat(exam, "甲一")
    shown = BeautifulSoup(officer.get(f"/exam/sessions/candidates/{candidate.id}").data, "lxml")
    mark = shown.select_one("[action$='/status'] [name=seen]")["value"]
    path = f"/exam/sessions/candidates/{candidate.id}/status"
    first = {"status": "exempt", "reason": "公务出访", "seen": mark}
    assert [officer.post(path, data=first).status_code for _ in range(2)] == [302, 302]
    other = officer.post(path, data={"status": "deferred", "reason": "病假", "seen": mark})
    assert (other.status_code, "已由他人登记" in text(other)) == (409, True)
    found = seen(session, select(Candidate).where(Candidate.id == candidate.id))
    assert [each.reason for each in found] == ["公务出访"]


# ------------------------------------------------------------------ misconduct, handing in


def test_a_voided_attempt_saves_nothing_more_and_counts_as_taken_with_nought(
    officer, exam, make, sign_in, session, attempt
) -> None:
    person = seat(exam, "甲一").person
    client = sign_in(make.account(Role.STAFF, person=person))
    begun = client.post(f"/exam/sessions/{exam.id}/attempts").location
    page = BeautifulSoup(client.get(begun).data, "html.parser")
    token = page.find("meta", {"name": "attempt-token"})["content"]

    def save(seq: int) -> int:
        return client.put(
            f"{begun}/answers", json={"answers": [{"slot": 1, "seq": seq, "choice": ["A"]}]},
            headers={"X-Attempt-Token": token},
        ).status_code  # fmt: skip

    assert save(1) == 200
    attempt_id = int(begun.rsplit("/", 1)[1])
    path = f"/exam/attempts/{attempt_id}"
    assert officer.post(f"{path}/void", data={"reason": ""}).status_code == 409
    assert officer.post(f"{path}/void", data={"reason": "夹带资料"}).status_code == 302
    assert save(2) == 409
    assert (attempt(attempt_id).epoch, attempt(attempt_id).void_reason) == (2, "夹带资料")
    listed = text(officer.get(f"/exam/sessions/{exam.id}/manage?standing=voided"))
    assert "甲一" in listed
    assert "0 不合格" in listed
    assert officer.post(f"{path}/void", data={"reason": "再次"}).status_code == 409
    # Taken back: the person opens the page anew and goes on.
    officer.post(f"{path}/restore", data={"reason": "查无此事"})
    token = BeautifulSoup(client.get(begun).data, "html.parser").find(
        "meta", {"name": "attempt-token"}
    )["content"]
    assert save(3) == 200
    assert officer.post(f"{path}/restore", data={"reason": "再次"}).status_code == 409
    done = [each for each in acts(session) if each.startswith(("attempt.void", "attempt.rest"))]
    assert done == ["attempt.void", "attempt.restore"]


def test_an_attempt_is_handed_in_for_somebody_with_what_was_saved(
    officer, exam, sit, attempt, session
) -> None:
    running = sit(exam, seat(exam, "乙一").person)
    path = f"/exam/attempts/{running}/hand-in"
    assert officer.post(path, data={}).status_code == 409
    assert officer.post(path, data={"reason": "中途离场"}).status_code == 302
    assert attempt(running).submitted_at == NOON
    assert officer.post(path, data={"reason": "中途离场"}).status_code == 302
    kinds = seen(session, select(AttemptEvent.kind).order_by(AttemptEvent.id))
    assert [each.value for each in kinds] == ["started", "handed_in", "submitted"]
    assert acts(session).count("attempt.hand_in") == 1


# ------------------------------------------------------------------ who may see and do what


@pytest.fixture
def of_unit(make, sign_in, exam, session):
    """A client who holds a role in the department of somebody on the list."""

    def client(role: Role, name: str):
        unit = seat(exam, name).person.stat_unit
        return sign_in(make.account(role, unit=unit))

    return client


def test_a_liaison_sees_the_own_department_and_no_scores_and_registers_nothing(
    exam, of_unit, sit, session
) -> None:
    sit(exam, seat(exam, "甲一").person, right=3)
    liaison = of_unit(Role.LIAISON, "甲一")
    page = text(liaison.get(f"/exam/sessions/{exam.id}/manage"))
    assert "甲一" in page
    assert "乙一" not in page
    assert "成绩" not in page
    board = liaison.get(f"/exam/sessions/{exam.id}/progress").get_json()
    assert board["counts"]["total"] == 2
    mine = board["rows"][str(seat(exam, "甲一").id)]
    assert (mine["standing"], mine["answered"]) == ("done", 3)
    assert (mine["score"], mine["level"]) == (None, None)
    own, others = seat(exam, "甲二"), seat(exam, "乙一")
    assert "75" not in text(liaison.get(f"/exam/sessions/candidates/{seat(exam, '甲一').id}"))
    assert liaison.get(f"/exam/sessions/candidates/{others.id}").status_code == 404
    status = {"status": "deferred", "reason": "病假"}
    for path in (
        f"sessions/candidates/{own.id}/status", f"sessions/candidates/{own.id}/minutes",
        f"sessions/candidates/{own.id}/remove",
        f"sessions/{exam.id}/candidates/{own.person_id}",
        "attempts/1/void", "attempts/1/hand-in",
        f"sessions/{exam.id}/extend", f"sessions/{exam.id}/cancel", f"sessions/{exam.id}/end",
        f"sessions/{exam.id}/publish",
    ):  # fmt: skip
        assert liaison.post(f"/exam/{path}", data=status).status_code == 403
    assert liaison.get(f"/exam/sessions/{exam.id}/scores.xlsx").status_code == 403


def test_another_departments_liaison_does_not_find_the_session(
    exam, make, sign_in, session
) -> None:
    stranger = sign_in(make.account(Role.LIAISON))
    for path in ("manage", "progress"):
        assert stranger.get(f"/exam/sessions/{exam.id}/{path}").status_code == 404


def test_a_head_sees_the_scores_of_the_own_department_only(exam, of_unit, sit) -> None:
    for name in ("甲一", "乙一"):
        sit(exam, seat(exam, name).person, right=3)
    head = of_unit(Role.UNIT_HEAD, "甲一")
    page = text(head.get(f"/exam/sessions/{exam.id}/manage"))
    assert "甲一" in page
    assert "75" in page
    assert "乙一" not in page
    book = openpyxl.load_workbook(
        io.BytesIO(head.get(f"/exam/sessions/{exam.id}/scores.xlsx").data)
    )
    assert [row[2].value for row in book.active.iter_rows(min_row=3, max_row=4)] == ["甲一", "甲二"]


def test_a_head_sees_scores_no_sooner_than_the_department_itself(
    exam, of_unit, sit, session
) -> None:
    sit(exam, seat(exam, "甲一").person, right=3)
    head, one = of_unit(Role.UNIT_HEAD, "甲一"), seat(exam, "甲一").id
    exam.score_release = Release.ON_PUBLICATION
    session.commit()
    pages = [f"sessions/{exam.id}/manage?sort=score", f"sessions/candidates/{one}"]
    assert all("75" not in text(head.get(f"/exam/{each}")) for each in pages)
    rows = head.get(f"/exam/sessions/{exam.id}/progress").get_json()["rows"]
    assert rows[str(one)]["score"] is None
    refused = head.get(f"/exam/sessions/{exam.id}/scores.xlsx")
    assert (refused.status_code, "还没有公布" in refused.text) == (409, True)
    exam.score_release, exam.published_at = Release.NEVER, NOON
    session.commit()
    assert all("75" in text(head.get(f"/exam/{each}")) for each in pages)


def test_scores_reach_no_further_than_their_own_permission(
    exam, make, sign_in, sit, session
) -> None:
    # 研究室 sees every list; as a head also, only the own department's scores.
    for name in ("甲一", "乙一"):
        sit(exam, seat(exam, name).person, right=3)
    unit = seat(exam, "甲一").person.stat_unit
    both = sign_in(make.account(Role.RESEARCH_OFFICE, Role.UNIT_HEAD, unit=unit))
    rows = both.get(f"/exam/sessions/{exam.id}/progress?sort=score&dir=desc").get_json()["rows"]
    assert rows[str(seat(exam, "甲一").id)]["score"] == "75"
    assert rows[str(seat(exam, "乙一").id)]["score"] is None
    found = both.get(f"/exam/sessions/{exam.id}/progress?level=good").get_json()["rows"]
    assert str(seat(exam, "乙一").id) not in found
    assert "75" not in text(both.get(f"/exam/sessions/candidates/{seat(exam, '乙一').id}"))


# ------------------------------------------------------------------ board and scores


def test_the_board_follows_answers_and_filters(officer, exam, sit) -> None:
    first = seat(exam, "甲一")
    sit(exam, first.person)
    path = f"/exam/sessions/{exam.id}/progress"
    board = officer.get(path).get_json()
    assert board["counts"] == {
        "total": 4, "submitted": 0, "marking": 0, "running": 1, "waiting": 3, "called_off": 0,
        "excused": 0,
    }  # fmt: skip
    assert board["rows"][str(first.id)]["label"] == "正在作答"
    assert board["state"] == "open"
    waiting = officer.get(f"{path}?standing=waiting&unit=办公室").get_json()["rows"]
    assert list(waiting) == [str(seat(exam, "甲二").id)]
    with clock.frozen(NOON + timedelta(hours=2)):
        assert officer.get(path).get_json()["state"] == "closed"


def names(page) -> list[str]:
    found = BeautifulSoup(page.data, "html.parser")
    return [each.get_text(strip=True) for each in found.select("tbody th")]


def test_the_list_is_sorted_by_score_department_or_name(officer, exam, sit) -> None:
    for name, right in (("甲一", 1), ("甲二", 4), ("乙一", 2)):
        sit(exam, seat(exam, name).person, right=right)
    path = f"/exam/sessions/{exam.id}/manage"
    assert names(officer.get(f"{path}?sort=score&dir=desc")) == ["甲二", "乙一", "甲一", "乙二"]
    assert names(officer.get(f"{path}?sort=score&dir=asc")) == ["乙二", "甲一", "乙一", "甲二"]
    assert names(officer.get(path)) == ["甲一", "甲二", "乙一", "乙二"]
    assert names(officer.get(f"{path}?sort=unit&dir=desc")) == ["乙一", "乙二", "甲一", "甲二"]
    assert names(officer.get(f"{path}?level=excellent")) == ["甲二"]


def test_the_score_table_is_of_those_whom_the_filters_let_through(
    officer, exam, sit, session
) -> None:
    sit(exam, seat(exam, "甲一").person, right=3)
    shown = BeautifulSoup(
        officer.get(f"/exam/sessions/{exam.id}/manage?unit=办公室&standing=waiting").text,
        "html.parser",
    )
    link = shown.select_one('.xf-filter a[href*="scores.xlsx"]')["href"]
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get(link).data)).active
    assert sheet["A1"].value == f"{exam.title}成绩表（筛选 1 人）"
    assert [sheet["C3"].value, sheet["C4"].value] == ["甲二", None]


def test_the_score_table_has_the_columns_of_the_trade(officer, exam, sit, session) -> None:
    sit(exam, seat(exam, "甲一").person, right=3)
    voided = sit(exam, seat(exam, "乙一").person, right=4)
    officer.post(f"/exam/attempts/{voided}/void", data={"reason": "替考"})
    officer.post(
        f"/exam/sessions/candidates/{seat(exam, '甲二').id}/status",
        data={"status": "exempt", "reason": "=1+1"},
    )
    with clock.frozen(NOON + timedelta(hours=2)):
        answer = officer.get(f"/exam/sessions/{exam.id}/scores.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=6)]
    assert rows[0] == ["序号", "部门", "姓名", "职务职级", "考试名称", "次数", "成绩", "等次",
                       "是否合格", "状态", "用时", "备注"]  # fmt: skip
    table = {row[2]: row for row in rows[1:]}
    assert table["甲一"][5:11] == [1, 75, "合格", "是", "正常", "0秒"]
    assert table["甲二"][6:12] == [None, None, None, "免考", None, "'=1+1"]
    assert table["乙一"][6:12] == [0, "不合格", "否", "成绩无效", None, "替考"]
    assert table["乙二"][5:10] == [0, None, None, None, "缺考"]
    assert "scores.export" in acts(session)
