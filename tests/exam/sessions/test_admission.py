"""Who may sit a session, appointees, the makeup, the notice and the reminders: their pages."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from accounts.standing import LeaderLevel
from core import clock, documents
from core.db import db
from courses.hours.kinds import TrainingKind
from exam.kinds import CandidateStatus, ExamKind, Release
from exam.models import Candidate, EligibilityRule, ExamSession
from exam.queries.sessions import eligibility as eligibility_queries
from exam.queries.sessions import overview as queries
from exam.services.sessions import candidates, eligibility
from exam.services.sessions.candidates import Impossible
from exam.sessions import standing
from exam.sessions.eligibility import Need, Rule
from exam.sessions.standing import Act, Standing
from tests.courses import schooling
from tests.exam.sessions.test_people import seat, text
from tests.factories import NOON
from tests.pages import main

HOUR = timedelta(hours=1)


pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def exam(make, sealed_form):
    one, other = make.unit("办公室"), make.unit("督查室")
    people = [make.person(one, name="甲一"), make.person(one, name="甲二"),
              make.person(other, name="乙一")]  # fmt: skip
    return make.exam_session(sealed_form(), *people)


# ------------------------------------------------------------------ the table is what holds


def test_the_acts_follow_the_table_in_every_standing(app, make, sealed_form, sit) -> None:
    """Everything that the table says of exempting, deferring, recalling and taking off."""
    # Of a session that was called off nothing is possible, before any of this is asked.
    left_out = {Standing.MARKING, Standing.CALLED_OFF}
    names = [each.value for each in Standing if each not in left_out]
    exam = make.exam_session(sealed_form(), *(make.person(name=each) for each in names))
    sit(exam, seat(exam, "sitting").person)
    sit(exam, seat(exam, "done").person, right=4)
    voided = sit(exam, seat(exam, "voided").person, right=4)
    late = make.exam_session(
        exam.form, make.person(name="absent"), opens_at=NOON - 3 * HOUR, closes_at=NOON - HOUR
    )
    over = make.exam_session(
        exam.form, make.person(name="unscored"), on_paper=True, opens_at=NOON - 3 * HOUR,
        closes_at=NOON - HOUR,
    )  # fmt: skip
    elsewhere = {"absent": late, "unscored": over}
    with app.app_context():
        queries.attempt(voided).voided_at = NOON
        for name in ("exempt", "deferred"):
            found = db.session.get_one(Candidate, seat(exam, name).id)
            found.status, found.reason = CandidateStatus.of(name), "经批准"
        db.session.commit()
    tried = {Act.EXEMPT: "exempt", Act.DEFER: "deferred", Act.RECALL: "due"}
    wrong = []
    for name in names:
        candidate = seat(elsewhere.get(name, exam), name)
        for act, status in tried.items():
            with app.app_context():
                found = db.session.get_one(Candidate, candidate.id)
                where = queries.standing_of(found, NOON)
                assert where.value == name
                if found.status.value == status:
                    continue  # what is so already changes nothing
                try:
                    candidates.set_status(
                        candidate=found, status=CandidateStatus.of(status), reason="事由",
                        at=NOON, by=None,
                    )  # fmt: skip
                    done = True
                except Impossible:
                    done = False
                db.session.rollback()
            if done != (act in standing.POSSIBLE[where]):
                wrong.append((name, act.value, done))
    assert wrong == []


# ------------------------------------------------------------------ eligibility


def test_the_gate_asks_the_ledger_and_opens_at_the_exact_hour(app, make, exam, sign_in) -> None:
    person = seat(exam, "甲一").person
    client = sign_in(make.account(Role.STAFF, person=person))
    course = make.course(title="宪法精讲")
    for hours, given in (
        ("39.5", {}),
        ("5", {"is_law": False}),
        ("9", {"earned_on": date(2025, 12, 31)}),
    ):
        make.credit(person, hours, **({"is_law": True} | given))
    with app.app_context():
        session = db.session.get_one(ExamSession, exam.id)
        for rule in (
            Rule(Need.HOURS, hours=Decimal(40), law_only=True),
            Rule(Need.COURSE, frozenset({course.id})),
        ):
            eligibility.add_rule(session=session, rule=rule, at=NOON, by=None)
            eligibility.add_rule(session=session, rule=rule, at=NOON, by=None)
        db.session.commit()
        assert db.session.query(EligibilityRule).count() == 2
    path = f"/exam/sessions/{exam.id}"
    shown = main(client.get(path))
    assert "现有 39.5 学时，还差 0.5 学时" in shown
    assert "尚未完成课程“宪法精讲” 去学习" in shown
    assert "开始作答" not in shown
    refused = client.post(f"{path}/attempts")
    assert refused.status_code == 409
    assert "还差 0.5 学时" in text(refused)
    make.completion(person, course)
    make.credit(person, "0.5", is_law=True)
    assert "尚未具备" not in main(client.get(path))
    assert client.post(f"{path}/attempts").status_code == 303
    # Who has begun goes on, whatever is reversed afterwards.
    make.credit(person, "-20", is_law=True)
    assert client.post(f"{path}/attempts").status_code == 303


def test_many_small_credits_add_up_exactly(app, make, exam) -> None:
    person = seat(exam, "甲一").person
    for _ in range(30):
        make.credit(person, "0.1")
    rule = Rule(Need.HOURS, hours=Decimal(3))
    with app.app_context():
        eligibility.add_rule(
            session=db.session.get_one(ExamSession, exam.id), rule=rule, at=NOON, by=None
        )
        found = eligibility_queries.ineligible(db.session.get_one(ExamSession, exam.id), NOON)
    assert [each.candidate.entry.name for each in found] == ["甲二", "乙一"]


def test_a_pass_in_the_earlier_session_or_its_makeup_opens_the_gate(
    app, make, exam, sealed_form, sit
) -> None:
    people = [seat(exam, name).person for name in ("甲一", "甲二", "乙一")]
    first = make.exam_session(exam.form, *people)
    again = make.exam_session(exam.form, people[1], makeup_of_id=first.id)
    sit(first, people[0], right=4)
    sit(first, people[1], right=0)
    sit(again, people[1], right=3)
    with app.app_context():
        session = db.session.get_one(ExamSession, exam.id)
        rule = Rule(Need.PASSED, frozenset({first.id}))
        eligibility.add_rule(session=session, rule=rule, at=NOON, by=None)
        found = eligibility_queries.ineligible(session, NOON)
    assert [each.candidate.entry.name for each in found] == ["乙一"]


@pytest.fixture
def asks_for_pass(app):
    """Lets nobody sit an exam who has not passed another one before."""

    def ask(exam: ExamSession, first: ExamSession) -> None:
        with app.app_context():
            session = db.session.get_one(ExamSession, exam.id)
            rule = Rule(Need.PASSED, frozenset({first.id}))
            eligibility.add_rule(session=session, rule=rule, at=NOON, by=None)
            db.session.commit()

    return ask


@pytest.mark.parametrize("release", [Release.ON_PUBLICATION, Release.AFTER_CLOSE, Release.NEVER])
def test_nobody_learns_from_a_gate_what_is_not_out(
    make, sign_in, sealed_form, sit, session, asks_for_pass, release
) -> None:
    unit, form = make.unit("办公室"), sealed_form()
    people = [make.person(unit, name=name) for name in "甲乙丙"]
    passed, failed, absent = (make.account(person=each) for each in people)
    first = make.exam_session(form, *people, title="先考的", score_release=release)
    exam = make.exam_session(sealed_form(), *people, closes_at=NOON + 9 * HOUR)
    sit(first, people[0], right=4)
    sit(first, people[1], right=0)
    asks_for_pass(exam, first)
    path, waiting = f"/exam/sessions/{exam.id}", "已参加先考场次“先考的”，成绩公布、可以查看后开放"
    for account in (passed, failed):
        client = sign_in(account)
        assert waiting in main(client.get(path))
        begun = client.post(f"{path}/attempts")
        assert (begun.status_code, waiting in text(begun)) == (409, True)
    assert "先考场次“先考的”尚未合格" in main(sign_in(absent).get(path))
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    assert "“先考的”的成绩本人还不能查看" in main(officer.get(f"{path}/eligibility"))
    with clock.frozen(NOON + 2 * HOUR):
        if release is not Release.AFTER_CLOSE:
            assert waiting in main(sign_in(passed).get(path))
            first.published_at = NOON + 2 * HOUR
            session.commit()
        assert "先考场次“先考的”尚未合格" in main(sign_in(failed).get(path))
        assert sign_in(passed).post(f"{path}/attempts").status_code == 303
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert "本人还不能查看" not in main(officer.get(f"{path}/eligibility"))


def test_who_has_no_attempt_left_is_not_told_what_another_one_would_take(
    make, sign_in, sealed_form, sit, asks_for_pass
) -> None:
    account = make.account(person=make.person())
    first = make.exam_session(sealed_form(), account.person)
    exam = make.exam_session(sealed_form(), account.person)
    sit(exam, account.person, right=4)
    asks_for_pass(exam, first)
    told = main(sign_in(account).get(f"/exam/sessions/{exam.id}"))
    assert ("查看结果" in told, "尚未具备参考资格" in told) == (True, False)


def test_a_pass_that_is_out_counts_while_the_result_of_a_makeup_is_awaited(
    app, make, exam, sit, asks_for_pass, session
) -> None:
    people = [seat(exam, name).person for name in ("甲一", "甲二", "乙一")]
    first = make.exam_session(exam.form, *people)
    again = make.exam_session(
        exam.form, *people[:2], makeup_of_id=first.id, score_release=Release.ON_PUBLICATION
    )
    sit(first, people[0], right=4)
    sit(first, people[1], right=0)
    sit(again, people[0], right=0)
    sit(again, people[1], right=4)
    # Marked by hand, and not final yet.
    mine = make.attempt(first, people[2], 80)
    mine.by_hand = 1
    session.commit()
    asks_for_pass(exam, first)
    with app.app_context():
        found = eligibility_queries.ineligible(db.session.get_one(ExamSession, exam.id), NOON)
    assert [(each.candidate.entry.name, "查看后开放" in each.lacks[0].text) for each in found] == [
        ("甲二", True), ("乙一", True),
    ]  # fmt: skip


def test_a_list_is_uploaded_with_a_report_by_row_and_taken_back(officer, exam, session) -> None:
    path = f"/exam/sessions/{exam.id}/eligibility"
    bad = "甲一\n没有此人\n"
    sent = {"file": (io.BytesIO(bad.encode()), "名单.csv")}
    shown = main(officer.post(f"{path}?need=listed", data=sent))
    assert "1 行有问题，名单未登记" in shown
    assert "2 没有此人 名册中没有这个工号或姓名" in shown
    assert officer.post(f"{path}?need=listed", data={"named": "甲一\n甲二"}).status_code == 302
    shown = main(officer.get(f"{path}?need=rank"))
    assert "列入资格名单（2 人）" in shown
    assert "乙一 督查室 不在本场次的资格名单中" in shown
    nought = {"hours": "0", "bucket": ""}
    assert "应大于 0" in main(officer.post(f"{path}?need=hours", data=nought))
    for need, chosen in (
        ("unit", {"units": ["98765"]}),
        ("unit", {"units": ["", "98765"]}),
        ("rank", {"ranks": [""]}),
        ("passed", {"sessions": ["", "x"]}),
    ):
        assert officer.post(f"{path}?need={need}", data=chosen).status_code == 200
    assert officer.post(f"{path}/1/remove").status_code == 302
    assert officer.post(f"{path}/1/remove").status_code == 404
    assert session.scalars(select(EligibilityRule)).all() == []


# ------------------------------------------------------------------ 任前考试 and makeups


def test_an_appointees_exam_has_one_makeup_and_two_failures_are_reported(
    officer, make, sealed_form, sit, session, arranged, sign_in
) -> None:
    unit = make.unit("办公室")
    people = [make.person(unit, name=name) for name in ("拟一", "拟二")]
    later = make.person(unit, name="拟三")
    exam = make.exam_session(sealed_form(), *people, exam_kind=ExamKind.PRE_APPOINTMENT)
    path = f"/exam/sessions/{exam.id}/appointees"
    assert "缺少拟任职务" in main(officer.post(path, data={"named": "拟一"}))
    rows = "拟一,处长,2026-02-20,2026-02-27,2026-03-16\n拟三,副处长"
    assert officer.post(path, data={"named": rows}).status_code == 302
    assert officer.post(path, data={"named": rows}).status_code == 302
    shown = main(officer.get(path))
    assert "拟三 办公室 副处长" in shown
    assert "2026年2月20日 至 2026年2月27日" in shown
    sit(exam, people[0], right=0)
    sit(exam, people[1], right=4)
    with clock.frozen(NOON + 2 * HOUR):
        assert "建补考（2 人）" in main(officer.get(f"/exam/sessions/{exam.id}/manage"))
        form = sealed_form()
        made = officer.post(
            f"/exam/sessions/new?form={form.id}&makeup_of={exam.id}",
            data=arranged | {"title": "补考", "exam_kind": "makeup", "act": "create"},
        )
        assert made.status_code == 302
        makeup = session.scalars(
            select(ExamSession).where(ExamSession.makeup_of_id == exam.id)
        ).one()
        session.commit()
    with clock.frozen(makeup.closes_at + HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        again = officer.get(f"/exam/sessions/new?form={form.id}&makeup_of={makeup.id}")
        assert "只补考一次" in text(again)
        second = officer.post(
            f"/exam/sessions/new?form={form.id}&makeup_of={exam.id}",
            data=arranged | {"title": "再补考", "opens_at": "2026-03-05T09:00",
                             "closes_at": "2026-03-05T18:00", "act": "create"},
        )  # fmt: skip
        assert "只补考一次，不再安排第二次补考" in text(second)
        shown = main(officer.get(path))
        assert "2 人正考、补考均未合格，请报干部管理部门 拟一（办公室）、拟三（办公室）" in shown
    other = make.exam_session(form, people[1], exam_kind=ExamKind.MAKEUP, makeup_of_id=exam.id)
    refused = officer.post(
        f"/exam/sessions/{other.id}/candidates/{later.id}", data={"reason": "再给一次"}
    )
    assert "只补考一次" in text(refused)
    assert officer.get(f"/exam/sessions/{other.id}/appointees").status_code == 409


def test_a_makeup_for_the_deferred_alone_keeps_the_help_that_was_granted(
    officer, make, exam, session, arranged, sealed_form
) -> None:
    deferred = session.get_one(Candidate, seat(exam, "甲二").id)
    deferred.status, deferred.reason = CandidateStatus.DEFERRED, "病假"
    deferred.extra_minutes, deferred.extra_reason, deferred.large_print = 20, "视力障碍", True
    session.commit()
    with clock.frozen(NOON + 2 * HOUR):
        assert "只建缓考人员的补考（1 人）" in main(officer.get(f"/exam/sessions/{exam.id}/manage"))
        path = f"/exam/sessions/new?form={sealed_form().id}&makeup_of={exam.id}&who=deferred"
        assert "缓考人员，共 1 人" in main(officer.get(path))
        officer.post(path, data=arranged | {"title": "缓考补考", "act": "create"})
    [made] = session.scalars(
        select(Candidate).join(Candidate.session).where(ExamSession.makeup_of_id == exam.id)
    ).all()
    assert (made.entry.name, made.extra_minutes, made.large_print) == ("甲二", 20, True)


def test_the_year_after_an_appointment_is_listed_by_days_left(
    officer, make, sealed_form, sit, session
) -> None:
    unit = make.unit("办公室")

    def leader(name: str, since: date | None) -> Person:
        return make.person(
            unit, name=name, post_since=since, leader_level=LeaderLevel.DIVISION_CHIEF
        )

    leader("早任", date(2020, 1, 1))
    leader("无期", None)
    leader("近任", date(2026, 1, 5))
    leader("超期", date(2025, 3, 1))
    passed = leader("已过", date(2026, 2, 1))
    make.person(unit, name="非领导", post_since=date(2026, 1, 1))
    exam = make.exam_session(sealed_form(), passed, exam_kind=ExamKind.PRE_APPOINTMENT)
    sit(exam, passed, right=4)
    shown = main(officer.get("/exam/appointments"))
    assert shown.index("超期 办公室") < shown.index("近任 办公室")
    assert "2026年3月1日 逾期 1 天" in shown
    assert "1 人已满一年" in shown
    assert not any(name in shown for name in ("早任", "无期", "非领导"))
    # The exam is passed, the training is not done yet; with both, the person leaves the list.
    assert "2026年3月2日合格 未完成" in shown
    owner = schooling.training_class(
        make, training_kind=TrainingKind.APPOINTMENT, concluded_at=NOON
    )
    schooling.seat(make, owner, passed, make.account(), completed=True, judged_at=NOON)
    assert "已过" not in main(officer.get("/exam/appointments"))
    everybody = main(officer.get("/exam/appointments?all=1"))
    assert "2026年3月2日合格 2026年3月4日完成" in everybody


# ------------------------------------------------------------------ notice and reminders


def test_a_notice_is_drafted_from_the_session_edited_issued_and_downloaded(
    officer, make, exam, sign_in, session
) -> None:
    path = f"/exam/sessions/{exam.id}/notice"
    lines = [each.text for each in documents.paragraphs(officer.get(f"{path}.docx").data)]
    assert f"关于举办{exam.title}的通知" in "".join(lines)
    assert "共 3 人，其中办公室 2 人、督查室 1 人。" in lines
    assert any("2026年3月2日11:00至13:00" in each for each in lines)
    assert any("60 分为合格，90 分为优秀" in each for each in lines)
    person = sign_in(make.account(Role.STAFF, person=seat(exam, "甲一").person))
    issued = f"/exam/sessions/{exam.id}/issued-notice.docx"
    assert person.get(issued).status_code == 409
    assert officer.post(f"{path}/issue").status_code == 409, "nobody has looked at it yet"
    form = {
        "number": "人函〔2026〕12号", "addressees": "各司", "basis": "依据", "people": "全体",
        "schedule": "三月", "content": "宪法", "manner": "机考", "requirements": "独立完成",
        "contact": "张三 1234", "organ": "人事司", "dated": "2026-03-02",
    }  # fmt: skip
    assert "此项必填" in main(officer.post(path, data=form | {"contact": ""}))
    blank = form | {"contact": "人事司　联系人：张三　电话：　　　　"}
    assert officer.post(path, data=blank).status_code == 302
    assert "还有没填的空白" in text(officer.post(f"{path}/issue"))
    assert officer.post(path, data=form).status_code == 302
    assert officer.post(f"{path}/issue").status_code == 302
    assert officer.post(f"{path}/issue").status_code == 302
    assert officer.post(path, data=form).status_code == 302, "sent twice is saved once"
    assert officer.post(path, data=form | {"people": "另改"}).status_code == 409
    assert "下载考试通知" in main(person.get(f"/exam/sessions/{exam.id}"))
    words = [each.text for each in documents.paragraphs(person.get(issued).data)]
    assert "人函〔2026〕12号" in words
    assert words[-2:] == ["人事司", "2026年3月2日"]


def test_who_has_not_begun_is_reminded_near_the_end_once_and_by_department(
    officer, make, exam, sit, sign_in, session
) -> None:
    idle = sign_in(make.account(Role.STAFF, person=seat(exam, "甲一").person))
    liaison = sign_in(make.account(Role.LIAISON, unit=seat(exam, "甲一").person.stat_unit))
    sit(exam, seat(exam, "甲二").person)
    row = session.get_one(ExamSession, exam.id)
    row.remind_hours = 1
    session.commit()
    with clock.frozen(NOON - timedelta(minutes=1)):
        assert "请尽快参加" not in main(idle.get("/"))
        assert "没有需要催办" in main(officer.get("/exam/reminders"))
    assert "请尽快参加" in main(idle.get("/"))
    shown = main(liaison.get("/exam/reminders"))
    assert shown.count("甲一") == 1
    assert not any(name in shown for name in ("甲二", "乙一"))
    assert "有 1 人次尚未参加" in main(liaison.get("/"))
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/exam/reminders.xlsx").data))
    names = [line[2].value for line in book.active.iter_rows(min_row=3)]
    assert names == ["甲一", "乙一"]
