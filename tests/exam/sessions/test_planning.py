"""Planning sessions: a form, the arrangements, the summary; changed, extended, published."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from accounts.models import RosterSnapshot
from accounts.permissions import Role
from accounts.standing import DutyStatus, Grade, LeaderLevel
from core import clock
from core.audit.models import AuditRecord
from exam.kinds import CandidateStatus, Release
from exam.models import AttemptEvent, Candidate, ExamSession
from tests.factories import NOON
from tests.pages import main, page, text

pytestmark = pytest.mark.usefixtures("noon")


def seen(session, statement) -> list:
    fresh = statement.execution_options(populate_existing=True)
    found = session.scalars(fresh).all()
    session.commit()
    return found


# ------------------------------------------------------------------ a new session


def test_three_steps_make_a_session_with_sensible_defaults(
    officer, make, sealed_form, session
) -> None:
    form = sealed_form(title="宪法宣传周试卷")
    unit = make.unit("办公室")
    make.person(unit, duty_status=DutyStatus.SICK_LEAVE, name="病中人")
    make.person(unit, duty_status=DutyStatus.RETIRED)
    assert "宪法宣传周试卷" in text(officer.get("/exam/sessions/new"))
    path = f"/exam/sessions/new?form={form.id}"
    page = BeautifulSoup(officer.get(path).data, "html.parser")
    fields = {
        each["name"]: each.get("value", "")
        for each in page.select("main form input[name]")
        if each.get("type") not in {"checkbox", "hidden"}
    }
    # NOON is a Monday; the next working day is Tuesday.
    assert fields == {
        "title": "宪法宣传周", "minutes": "60", "opens_at": "2026-03-03T09:00",
        "closes_at": "2026-03-05T18:00", "pass_score": "60", "excellent_score": "90",
        "max_attempts": "1", "avoid_exams": "1", "makeup_from": "", "makeup_until": "",
        "remind_hours": "48", "recheck_days": "5",
    }  # fmt: skip
    chosen = {"exam_kind": "annual", "score_policy": "best", "score_release": "at_submit",
              "paper_release": "after_close", "key_release": "after_close"}  # fmt: skip
    summary = text(officer.post(path, data=fields | chosen))
    assert "病中人（病假）" in summary
    assert "退休 1 人" in summary
    assert "场次结束后考生可以看到正确答案、解析和所引条文。" in summary
    assert seen(session, select(ExamSession)) == []
    done = officer.post(path, data=fields | chosen | {"act": "create"})
    [made] = seen(session, select(ExamSession))
    assert done.location == f"/exam/sessions/{made.id}/manage"
    statuses = seen(session, select(Candidate.status).order_by(Candidate.id))
    assert sorted(statuses) == [CandidateStatus.DEFERRED, CandidateStatus.DUE]
    # Candidates could not tell another one of this name from it; who is named is read through.
    assert "已有同名场次" not in summary
    again = text(officer.post(path, data=fields | chosen | {"named": "病中人"}))
    assert "已有同名场次" in again
    assert "共 1 人：病中人（" in again


def test_going_back_from_the_summary_keeps_what_was_typed(officer, sealed_form, arranged) -> None:
    path = f"/exam/sessions/new?form={sealed_form().id}"
    page = BeautifulSoup(
        officer.post(path, data=arranged | {"act": "edit", "title": "还要改"}).data, "html.parser"
    )
    assert page.select_one("[name=title]")["value"] == "还要改"


def test_parallel_forms_on_paper_share_a_name_and_nothing_is_said_of_screens(
    officer, make, sealed_form, arranged
) -> None:
    make.person(make.unit())
    first, second = (sealed_form(title=f"年度考试 {mark}卷") for mark in "AB")
    path = f"/exam/sessions/new?form={first.id}&form={second.id}"
    page = BeautifulSoup(officer.get(path).data, "html.parser")
    assert page.select_one("main [name=title]")["value"] == "年度考试"
    online = text(officer.post(path, data=arranged))
    assert "从各人开始作答起算" in online
    assert "选项次序" in online
    on_paper = text(officer.post(path, data=arranged | {"on_paper": "y"}))
    assert "线下纸笔考试" in on_paper
    assert "从各人开始作答起算" not in on_paper
    assert "选项次序" not in on_paper


def test_a_session_sent_twice_is_made_once(officer, sealed_form, arranged, session) -> None:
    path = f"/exam/sessions/new?form={sealed_form().id}"
    first = officer.post(path, data=arranged | {"act": "create"})
    second = officer.post(path, data=arranged | {"act": "create"})
    assert (first.status_code, first.location) == (302, second.location)
    assert len(seen(session, select(ExamSession))) == 1
    assert len(seen(session, select(RosterSnapshot))) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"closes_at": "2026-03-03T09:00"}, "结束时间应晚于开始时间"),
        ({"closes_at": "2026-03-03T09:30"}, "开放时间短于作答时长"),
        ({"opens_at": "2026-03-01T09:00", "closes_at": "2026-03-01T18:00"}, "结束时间已过"),
        ({"opens_at": "昨天"}, "开始时间"),
        ({"closes_at": "9999-12-31T23:59"}, "应在 1900 年至 2199 年之间，请核对年份"),
        ({"opens_at": "0001-01-01T00:00"}, "应在 1900 年至 2199 年之间，请核对年份"),
        ({"minutes": "0"}, "作答时长应为 1 至 600 分钟"),
        ({"minutes": "2000"}, "作答时长应为 1 至 600 分钟"),
        ({"pass_score": "101"}, "合格线应大于 0 且不超过总分 100"),
        ({"excellent_score": "50"}, "优秀线应不低于合格线"),
        ({"pass_score": "NaN"}, "合格线"),
        ({"key_release": "at_submit"}, "他人仍在作答时不得公开"),
        ({"score_release": "on_publication"}, "不能比得分先开放（得分：公布成绩后可查看）"),
        ({"score_release": "never"}, "不能比得分先开放（得分：不开放）"),
        ({"title": ""}, "此项必填"),
        ({"title": "长" * 101}, "不超过 100 字"),
        ({"unit_ids": "9999"}, "参考部门"),
        # An empty box first lets nothing past that is not offered.
        ({"unit_ids": ["", "9999"]}, "参考部门"),
        ({"rank_groups": ""}, "职级范围"),
        ({"rank_groups": "bureau_leader"}, "参考范围内没有应考人员"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said_and_nothing_is_made(
    officer, sealed_form, arranged, session, fields, said
) -> None:
    path = f"/exam/sessions/new?form={sealed_form().id}"
    for act in ("check", "create"):
        answer = officer.post(path, data=arranged | fields | {"act": act})
        assert answer.status_code == 200
        assert said in text(answer)
    assert seen(session, select(ExamSession)) == []


def test_people_are_called_by_department_and_rank(
    officer, make, sealed_form, arranged, session
) -> None:
    one, other = make.unit("甲司"), make.unit("乙司")
    make.person(one, name="甲处长", leader_level=LeaderLevel.DIVISION_CHIEF)
    make.person(one, name="甲科员", grade=Grade.CLERK_1)
    make.person(other, name="乙处长", leader_level=LeaderLevel.DIVISION_CHIEF)
    scope = {"unit_ids": str(one.id), "rank_groups": "division", "act": "create"}
    officer.post(f"/exam/sessions/new?form={sealed_form().id}", data=arranged | scope)
    [candidate] = seen(session, select(Candidate))
    assert candidate.entry.name == "甲处长"


def test_only_a_sealed_form_whose_law_is_in_force_is_used(
    officer, make, sealed_form, arranged, session
) -> None:
    unsealed = make.form()
    path = f"/exam/sessions/new?form={unsealed.id}"
    assert "只有已封存" in text(officer.post(path, data=arranged | {"act": "create"}))
    assert officer.get("/exam/sessions/new?form=999").status_code == 404
    form = sealed_form()
    version = form.slots[1].revision.citations[0].article.version
    version.repealed_on = date(2026, 3, 3)
    session.commit()
    path = f"/exam/sessions/new?form={form.id}"
    answer = officer.post(path, data=arranged | {"act": "create"})
    assert "第 2 题所引条文在开考日（2026-03-03）不是现行有效" in text(answer)
    earlier = {"opens_at": "2026-03-02T18:00", "closes_at": "2026-03-02T20:00"}
    assert officer.post(path, data=arranged | earlier | {"act": "create"}).status_code == 302


# ------------------------------------------------------------------ changes


def upcoming(make, form, *people):
    opens = NOON + timedelta(days=1)
    return make.exam_session(form, *people, opens_at=opens, closes_at=opens + timedelta(hours=3))


def test_a_session_is_changed_until_it_opens(
    officer, make, sign_in, sealed_form, arranged, session
) -> None:
    exam = upcoming(make, sealed_form(), make.person())
    path = f"/exam/sessions/{exam.id}/edit"
    assert officer.get(path).status_code == 200
    done = officer.post(path, data=arranged | {"title": "改名", "minutes": "45"})
    assert done.location == f"/exam/sessions/{exam.id}/manage"
    [found] = seen(session, select(ExamSession))
    assert (found.title, found.minutes) == ("改名", 45)
    assert "开放时间短于" in text(officer.post(path, data=arranged | {"minutes": "600"}))
    with clock.frozen(NOON + timedelta(days=1)):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert officer.get(path).status_code == 409
        assert officer.post(path, data=arranged | {"minutes": "10"}).status_code == 409
    assert seen(session, select(ExamSession.minutes)) == [45]


def test_who_changes_a_session_that_another_changed_meanwhile_is_told(
    officer, make, sign_in, sealed_form, arranged, session
) -> None:
    exam = upcoming(make, sealed_form(), make.person())
    path = f"/exam/sessions/{exam.id}/edit"
    other = sign_in(make.account(Role.EXAM_ADMIN))

    def shown(answer) -> dict[str, str]:
        page = BeautifulSoup(answer.data, "html.parser")
        return {"seen": page.select_one("main [name=seen]")["value"]}

    first, second = shown(officer.get(path)), shown(other.get(path))
    assert officer.post(path, data=arranged | first | {"minutes": "45"}).status_code == 302
    answer = other.post(path, data=arranged | second | {"notice": "带身份证"})
    assert "您打开本页以后，别人修改并保存过" in text(answer)
    assert seen(session, select(ExamSession.minutes)) == [45]
    again = other.post(path, data=arranged | shown(answer) | {"notice": "带身份证"})
    assert again.status_code == 302
    assert seen(session, select(ExamSession.notice)) == ["带身份证"]


def test_extending_gives_back_the_time_that_the_old_end_cut_off(
    officer, make, sealed_form, sit, attempt, session
) -> None:
    cut, whole, idle = make.person(), make.person(), make.person()
    exam = make.exam_session(sealed_form(), cut, whole, idle, minutes=60)
    # The window ends at NOON + 1 h: this one has 20 minutes, that one the full hour.
    short = sit(exam, cut, at=NOON + timedelta(minutes=40))
    full = sit(exam, whole, at=NOON)
    done = sit(exam, idle, right=1, at=NOON + timedelta(minutes=50))
    with clock.frozen(NOON + timedelta(minutes=55)):
        officer.post(f"/exam/sessions/{exam.id}/extend", data={"closes_at": "2026-03-02T13:30"})
    assert attempt(short).deadline == NOON + timedelta(minutes=90)
    assert attempt(full).deadline == NOON + timedelta(minutes=60)
    assert attempt(done).deadline == NOON + timedelta(minutes=60)
    with clock.frozen(NOON + timedelta(minutes=70)):
        officer.post(f"/exam/sessions/{exam.id}/extend", data={"closes_at": "2026-03-02T15:00"})
    # Never more than the own sixty minutes.
    assert attempt(short).deadline == NOON + timedelta(minutes=100)
    notes = seen(session, select(AttemptEvent.detail).where(AttemptEvent.kind == "extended"))
    assert notes == ["场次延长，截止时间推后 30 分钟", "场次延长，截止时间推后 10 分钟"]


def test_a_paper_is_looked_for_among_many_without_losing_what_was_chosen(
    officer, make, sealed_form
) -> None:
    forms = [sealed_form(title=f"专题试卷{n}") for n in range(11)]
    path = f"/exam/sessions/new?form={forms[0].id}&more=1"
    asked = page(officer.get(path)).select_one("form.xf-filter")
    kept = {each["name"]: each.get("value") for each in asked.select("input[type=hidden]")}
    assert kept == {"form": str(forms[0].id), "more": "1"}
    assert "专题试卷3" in main(officer.get(f"{path}&q=卷3"))
    assert "专题试卷4" not in main(officer.get(f"{path}&q=卷3"))
    missed = page(officer.get(f"{path}&q=没有这套"))
    assert "没有符合条件的试卷" in missed.get_text()
    assert missed.select_one("a.btn", string="清除条件")["href"] == path


def test_a_session_is_extended_by_a_minute_at_least(officer, make, sealed_form) -> None:
    exam = make.exam_session(sealed_form(), make.person())
    path = f"/exam/sessions/{exam.id}/manage"
    field = page(officer.get(path)).select_one("#closes_at")
    assert (field["value"], field["min"]) == ("2026-03-02T13:00", "2026-03-02T13:01")


def test_the_numbers_of_a_session_lead_to_the_people_that_they_count(
    officer, make, sealed_form, sit
) -> None:
    sat, missing = make.person(name="考过的"), make.person(name="没考的")
    exam = make.exam_session(sealed_form(), sat, missing)
    sit(exam, sat, right=1)
    shown = page(officer.get(f"/exam/sessions/{exam.id}/manage?sort=name&standing=done"))
    link = shown.select_one("[data-count=waiting] a")
    assert link["href"] == f"/exam/sessions/{exam.id}/manage?sort=name&standing=waiting#list"
    assert shown.select_one("#list")
    listed = main(officer.get(link["href"]))
    assert ("没考的" in listed, "考过的" in listed) == (True, False)


def test_a_window_is_not_shortened_nor_opened_again_once_answers_are_out(
    officer, make, sealed_form, session
) -> None:
    exam = make.exam_session(sealed_form(), make.person())
    path = f"/exam/sessions/{exam.id}/extend"
    assert officer.post(path, data={"closes_at": "2026-03-02T12:30"}).status_code == 409
    assert officer.post(path, data={"closes_at": ""}).status_code == 302
    with clock.frozen(NOON + timedelta(hours=2)):
        later = {"closes_at": "2026-03-02T20:00"}
        assert "答案已按规定开放" in text(officer.post(path, data=later))
        exam.paper_release = exam.key_release = Release.ON_PUBLICATION
        session.commit()
        assert officer.post(path, data=later).status_code == 302
        exam.published_at = NOON
        session.commit()
        assert officer.post(path, data={"closes_at": "2026-03-02T22:00"}).status_code == 409


def test_a_session_ends_early_once_nobody_sits_and_the_absent_are_called_to_a_makeup(
    officer, make, sealed_form, sit, session
) -> None:
    person, absent = make.person(), make.person()
    exam = make.exam_session(sealed_form(), person, absent)
    path, said = f"/exam/sessions/{exam.id}/end", {"end-reason": "全部交卷"}
    assert "还没有人作答" in text(officer.post(path, data=said))
    sit(exam, person)
    assert "还有 1 人正在作答" in text(officer.post(path, data=said))
    other = make.exam_session(sealed_form(), person, absent)
    path = f"/exam/sessions/{other.id}/end"
    sit(other, person, right=1, at=NOON + timedelta(minutes=1))
    with clock.frozen(NOON + timedelta(minutes=10)):
        assert "须写明理由" in text(officer.post(path, data={"end-reason": " "}))
        page = officer.post(path, data=said, follow_redirects=True)
        assert "1 人没有作答，计为缺考" in text(page)
        assert officer.post(path, data=said).status_code == 409
    session.refresh(other)
    assert other.closes_at == NOON + timedelta(minutes=10)
    [entry] = seen(session, select(AuditRecord).where(AuditRecord.action == "session.end"))
    assert "全部交卷" in entry.body


def test_cancelling_asks_for_a_reason_and_stops_the_saving(
    officer, make, sealed_form, sit, attempt, session
) -> None:
    person = make.person()
    exam = make.exam_session(sealed_form(), person)
    running = sit(exam, person)
    path = f"/exam/sessions/{exam.id}/cancel"
    assert officer.post(path, data={"reason": " "}).status_code == 409
    assert officer.post(path, data={"reason": "停电"}).status_code == 302
    assert attempt(running).epoch == 2
    assert officer.post(path, data={"reason": "停电"}).status_code == 409
    [entry] = seen(session, select(AuditRecord).where(AuditRecord.action == "session.cancel"))
    assert "停电" in entry.body
    # Nobody is sitting it any more, and nobody missed it.
    page = officer.get(f"/exam/sessions/{exam.id}/manage").text
    assert "理由：停电" in page
    assert "取消时未交卷" in page
    for word in ("正在作答", "缺考", "未开始"):
        assert word not in page


def test_results_are_published_once_everybody_is_through(
    officer, make, sealed_form, sit, session
) -> None:
    quick, slow = make.person(), make.person()
    exam = make.exam_session(sealed_form(), quick, slow)
    sit(exam, quick, right=4)
    path = f"/exam/sessions/{exam.id}/publish"
    assert officer.post(path).status_code == 409
    seat = exam.candidates[1]
    officer.post(
        f"/exam/sessions/candidates/{seat.id}/minutes", data={"minutes": "30", "reason": "视障"}
    )
    sit(exam, slow, at=NOON + timedelta(minutes=50))
    with clock.frozen(NOON + timedelta(minutes=70)):
        assert "还有 1 人在加时作答" in text(officer.post(path))
    with clock.frozen(NOON + timedelta(minutes=91)):
        assert officer.post(path).status_code == 302
        assert officer.post(path).status_code == 302
    acts = seen(session, select(AuditRecord.action).order_by(AuditRecord.number))
    assert acts.count("session.publish") == 1
    assert acts[-2:] == ["attempt.submit", "session.publish"]


# ------------------------------------------------------------------ makeup


def test_a_makeup_calls_those_who_were_absent_deferred_or_failed(
    officer, make, sign_in, sealed_form, sit, arranged, session
) -> None:
    names = ("合格", "不合格", "缺考", "缓考", "免考", "违纪", "后来退休")
    people = {name: make.person(name=name) for name in names}
    exam = make.exam_session(sealed_form(), *people.values(), pass_score=70, excellent_score=95)
    seats = {each.entry.name: each for each in exam.candidates}
    for name, status in (("缓考", "deferred"), ("免考", "exempt")):
        officer.post(
            f"/exam/sessions/candidates/{seats[name].id}/status",
            data={"status": status, "reason": "公务"},
        )
    sit(exam, people["合格"], right=3)
    sit(exam, people["不合格"], right=2)
    voided = sit(exam, people["违纪"], right=4)
    officer.post(f"/exam/attempts/{voided}/void", data={"reason": "替考"})
    path = f"/exam/sessions/new?makeup_of={exam.id}"
    assert officer.get(path).status_code == 409
    people["后来退休"].duty_status = DutyStatus.RETIRED
    session.commit()
    other = sealed_form(title="B卷")
    with clock.frozen(NOON + timedelta(hours=2)):
        assert "建补考（4 人）" in text(officer.get(f"/exam/sessions/{exam.id}/manage"))
        page = BeautifulSoup(officer.get(f"{path}&form={other.id}").data, "html.parser")
        assert page.select_one("[name=title]")["value"] == f"{exam.title}补考"
        assert page.select_one("[name=pass_score]")["value"] == "70"
        made = officer.post(
            f"{path}&form={other.id}",
            data=arranged | {"title": "补考", "exam_kind": "makeup", "act": "create"},
        )
        assert made.status_code == 302
        [makeup] = seen(session, select(ExamSession).where(ExamSession.makeup_of_id == exam.id))
        called = [each.entry.name for each in session.get_one(ExamSession, makeup.id).candidates]
        session.commit()
        assert called == ["不合格", "缺考", "缓考"]
        again = officer.post(
            f"{path}&form={other.id}", data=arranged | {"title": "再补考", "act": "create"}
        )
        assert "没有应考人员" in text(again)
    late = people["缺考"]
    sit(makeup, late, right=4, at=makeup.opens_at)
    with clock.frozen(makeup.opens_at + timedelta(minutes=5)):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        row = text(officer.get(f"/exam/sessions/{makeup.id}/manage?q=缺考"))
    assert "100 合格" in row


def test_a_makeup_is_offered_a_paper_of_the_same_plan_first_and_plans_no_makeup(
    officer, make, sealed_form
) -> None:
    exam = make.exam_session(sealed_form(title="A卷"), make.person())
    parallel = sealed_form(title="B卷", blueprint=exam.form.blueprint)
    sealed_form(title="别的方案")
    path = f"/exam/sessions/new?makeup_of={exam.id}"
    with clock.frozen(NOON + timedelta(hours=2)):
        page = BeautifulSoup(officer.get(path).data, "html.parser")
        rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
        assert [row.split()[0] for row in rows] == ["B卷", "别的方案", "A卷"]
        assert "同一方案，未用过" in rows[0]
        assert page.select_one(f"a[href='/exam/forms/new?blueprint={exam.form.blueprint_id}']")
        page = BeautifulSoup(officer.get(f"{path}&form={parallel.id}").data, "html.parser")
        assert page.select_one("[name=opens_at]")
        assert not page.select_one("[name=makeup_from]")


def test_a_makeup_on_the_same_form_is_warned_of(officer, make, sealed_form) -> None:
    exam = make.exam_session(sealed_form(), make.person())
    with clock.frozen(NOON + timedelta(hours=2)):
        answer = officer.get(f"/exam/sessions/new?makeup_of={exam.id}&form={exam.form.id}")
        assert "与原场次同一套试卷" in text(answer)


def test_no_makeup_is_begun_that_nobody_owes(officer, make, sealed_form, sit) -> None:
    person = make.person()
    exam = make.exam_session(sealed_form(), person, pass_score=60)
    sit(exam, person, right=4)
    with clock.frozen(NOON + timedelta(hours=2)):
        answer = officer.get(f"/exam/sessions/new?makeup_of={exam.id}")
    assert answer.status_code == 409
    assert "原场次没有需要补考的人员" in text(answer)


# ------------------------------------------------------------------ the list of sessions


def test_sessions_are_found_by_name_and_state(officer, make, sealed_form) -> None:
    form, person = sealed_form(), make.person()
    make.exam_session(form, person, title="现在的")
    upcoming(make, form, person)
    make.exam_session(form, person, title="取消的", cancelled_at=NOON)
    make.exam_session(
        form, person, title="过去的",
        opens_at=NOON - timedelta(days=2), closes_at=NOON - timedelta(days=1),
    )  # fmt: skip
    for state, title in (("open", "现在的"), ("cancelled", "取消的"), ("closed", "过去的")):
        page = text(officer.get(f"/exam/sessions?state={state}"))
        assert title in page
        assert "共 1 场" in page
    assert "共 1 场" in text(officer.get("/exam/sessions?state=upcoming"))
    assert "没有符合条件的场次" in text(officer.get("/exam/sessions?state=published"))
    assert "共 1 场" in text(officer.get("/exam/sessions?q=过去"))
