"""A class through its pages: arranged, signed up for, attended, concluded, taken back."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from accounts.models import Account, Person
from accounts.permissions import Role
from accounts.standing import DutyStatus, LeaderLevel, RankGroup, StaffCategory
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from core.documents import paragraphs
from core.spreadsheets import read_workbook
from courses.classes.models import (
    Attendance,
    CheckInMiss,
    ClassLeave,
    ClassUnit,
    Enrolment,
    Teacher,
    TrainingClass,
)
from courses.classes.queries import classes as queries
from courses.classes.queries import proving
from courses.classes.services import enrolling
from courses.hours.kinds import TrainingKind
from courses.models import Bucket, CreditEntry
from exam.kinds import ExamKind
from exam.models import ExamSession
from tests.courses.schooling import FIRST, NINE, seat, training_class
from tests.factories import NOON
from tests.pages import main

CLASS = {
    "title": "新录用人员初任班", "class_kind": "training", "training_kind": "initial",
    "category": "law", "course_id": "", "organiser": "人事司", "place": "礼堂",
    "starts_on": "2026-03-10", "ends_on": "2026-03-11", "days": "2",
    "signup_from": "2026-03-01T09:00", "signup_until": "2026-03-06T18:00", "capacity": "2",
    "rank_group": "", "staff_category": "", "approval": "y", "attend_percent": "80",
    "evidence": "",
}  # fmt: skip
UNIT = {"day": "2026-03-10", "starts": "09:00", "ends": "11:00", "hours": "2", "topic": "宪法",
        "teacher": "王教授", "employer": "党校", "category": "constitution", "is_law": "y",
        "laws": ""}  # fmt: skip


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


def rows(session, table):
    found = session.scalars(
        select(table).order_by(table.id).execution_options(populate_existing=True)
    ).all()
    session.commit()
    return found


def test_a_class_is_arranged_signed_up_for_approved_and_fills_up(make, sign_in, session) -> None:
    unit = make.unit("办信司")
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    head = sign_in(make.account(Role.UNIT_HEAD, unit=unit))
    liaison = sign_in(make.account(Role.LIAISON, unit=unit))
    one, two, three = (make.account(unit=unit) for _ in range(3))
    law = make.law("信访工作条例")
    wrong = officer.post("/classes/manage/new", data=CLASS | {"ends_on": "2026-03-09"})
    assert "结束日期不能早于开始日期" in wrong.text
    unproved = officer.post("/classes/manage/new", data=CLASS | {"accredited": "y"})
    assert "请写明认可的文号或依据" in unproved.text
    made = officer.post("/classes/manage/new", data=CLASS)
    page = made.location
    class_id = rows(session, TrainingClass)[0].id
    officer.post(f"{page}/publish")
    assert rows(session, TrainingClass)[0].published_at is None
    assert "第 1 行" in officer.post(f"{page}/units/new", data=UNIT | {"laws": "没有的法"}).text
    officer.post(f"{page}/units/new", data=UNIT | {"laws": law.short_title})
    again = officer.post(f"{page}/units/new", data=UNIT | {"starts": "10:30", "ends": "12:00"})
    assert "时间重叠" in again.text
    assert sign_in(one).get(f"/classes/{class_id}").status_code == 404
    officer.post(f"{page}/publish")
    text = main(sign_in(one).get("/classes"))
    assert "新录用人员初任班" in text
    assert "去报名" in main(sign_in(one).get("/"))
    notice = officer.get(f"/classes/{class_id}/notice.docx")
    said = [each.text for each in paragraphs(notice.data)]
    assert "关于举办新录用人员初任班的通知" in "".join(said)
    sign_in(one).post(f"/classes/{class_id}/sign-up")
    # The liaison puts two colleagues on the list, and nobody of another unit.
    stranger = make.person()
    liaison.post(f"/classes/manage/{class_id}/nominate", data={"person": [stranger.id]})
    ids = [two.person_id, three.person_id]
    liaison.post(f"/classes/manage/{class_id}/nominate", data={"person": ids})
    listed = rows(session, Enrolment)
    assert [each.person_id for each in listed] == [one.person_id, two.person_id, three.person_id]
    assert "培训班待办理" in main(head.get("/"))
    for each in listed:
        head.post(f"/classes/manage/enrolments/{each.id}/opine", data={"answer": "yes"})
    ticked = {"enrolment": [each.id for each in reversed(listed)], "answer": "yes"}
    officer.post(f"/classes/manage/{class_id}/decide", data=ticked)
    # Two seats, by the order of signing up; the third waits and moves up when somebody withdraws.
    assert [each.seated_at is not None for each in rows(session, Enrolment)] == [True, True, False]
    assert "候补次序 第 1 位" in main(sign_in(three).get(f"/classes/{class_id}"))
    sign_in(one).post(f"/classes/{class_id}/withdraw")
    assert [each.seated_at is not None for each in rows(session, Enrolment)] == [False, True, True]
    # Whoever comes back stands at the end of the queue.
    with clock.frozen(NOON + timedelta(minutes=1)):
        sign_in(one).post(f"/classes/{class_id}/sign-up")
    assert rows(session, Enrolment)[0].granted is None
    fewer = officer.post(f"{page}/edit", data=CLASS | {"capacity": "1"})
    assert "名额不能少于此数" in fewer.text
    actions = [each.action for each in rows(session, AuditRecord)]
    assert actions.count("enrolment.seat") == 3
    roster = officer.get(f"/classes/manage/{class_id}/roster.xlsx")
    assert len(read_workbook(roster.data)[0].rows) == 2 + 3
    assert officer.get(f"/classes/manage/{class_id}/roster.docx").status_code == 200


def test_nobody_signs_up_out_of_time_twice_or_for_others_classes(make, sign_in, session) -> None:
    me = make.account()
    client = sign_in(me)
    late = training_class(make, signup_until=NOON - timedelta(hours=1), title="已截止")
    aimed = training_class(make, rank_group=RankGroup.DEPT_LEADER,
                           staff_category=StaffCategory.CADRE)  # fmt: skip
    mine = training_class(make)
    for owner in (late, aimed):
        client.post(f"/classes/{owner.id}/sign-up")
    assert rows(session, Enrolment) == []
    for _ in range(2):
        client.post(f"/classes/{mine.id}/sign-up")
    assert len(rows(session, Enrolment)) == 1
    other = sign_in(make.account())
    assert other.post(f"/classes/{mine.id}/leave", data={}).status_code == 404
    assert other.get(f"/classes/units/{mine.units[0].id}/check-in").status_code == 404


def test_two_people_at_once_get_the_last_seat_only_once(app, make, session) -> None:
    owner = training_class(make, capacity=1)
    accounts = [make.account().id for _ in range(2)]
    owner_id, barrier, failures = owner.id, Barrier(2), []
    session.commit()

    def sign_up(account_id: int) -> None:
        try:
            with app.app_context():
                barrier.wait()
                account = db.session.get_one(Account, account_id)
                enrolling.sign_up(
                    owner=queries.training_class(owner_id, drafts=False),
                    person=db.session.get_one(Person, account.person_id),
                    at=NOON + timedelta(seconds=account_id), by=account,
                )  # fmt: skip
                db.session.commit()
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=sign_up, args=[each]) for each in accounts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    found = rows(session, Enrolment)
    assert sorted(each.seated_at is not None for each in found) == [False, True]
    assert all(each.granted for each in found)


def test_a_lesson_carries_no_more_hours_than_its_time_says(make, sign_in, session) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    page = officer.post("/classes/manage/new", data=CLASS).location
    new = f"{page}/units/new"
    # Six minutes are 0.125 of a day of 7.5 hours: to the next quarter 0.25.
    short = officer.post(new, data=UNIT | {"ends": "09:06", "hours": "3"}).text
    assert "“宪法”09:00–09:06 共 6 分钟" in short
    assert "每天 7.5 学时）至多 0.25 学时，填写的 3 学时超过了" in short
    assert rows(session, ClassUnit) == []
    # 150 minutes are 3.125 hours.
    assert officer.post(new, data=UNIT | {"ends": "11:30", "hours": "3.25"}).status_code == 303
    assert (
        officer.post(
            new, data=UNIT | {"starts": "14:00", "ends": "17:00", "hours": "3.75"}
        ).status_code
        == 303
    )
    over = officer.post(new, data=UNIT | {"starts": "19:00", "ends": "20:00", "hours": "1"}).text
    assert "2026年3月10日各讲合计 8 学时" in over
    edit = f"{page}/units/{rows(session, ClassUnit)[0].id}"
    assert "至多 2.5 学时" in officer.post(edit, data=UNIT | {"hours": "3"}).text
    other = UNIT | {"day": "2026-03-11", "starts": "19:00", "ends": "20:00", "hours": "1.25"}
    officer.post(new, data=other)
    assert len(rows(session, ClassUnit)) == 3


def test_a_colleague_teaches_by_staff_number_and_stays_the_same_teacher(
    make, sign_in, session
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    unit = make.unit("办信司")
    colleague, namesake = make.person(unit, name="李处长"), make.person(unit, name="李处长")
    page = officer.post("/classes/manage/new", data=CLASS).location
    outside = UNIT | {"teacher": "李处长", "employer": "办信司"}
    officer.post(f"{page}/units/new", data=outside)
    own = UNIT | {"teacher": "", "employer": "", "staff_number": colleague.staff_number,
                  "starts": "11:00", "ends": "12:00", "hours": "1"}  # fmt: skip
    wrong = officer.post(f"{page}/units/new", data=own | {"staff_number": "X0"})
    assert "没有这个工号" in wrong.text
    assert "不一致" in officer.post(f"{page}/units/new", data=own | {"teacher": "王教授"}).text
    officer.post(f"{page}/units/new", data=own)
    officer.post(f"{page}/units/new", data=own | {"starts": "13:00", "ends": "14:00"})
    other = own | {"staff_number": namesake.staff_number, "starts": "14:00", "ends": "15:00"}
    officer.post(f"{page}/units/new", data=other)
    # Named without a number before, the colleague is the same teacher; the namesake another one.
    found = rows(session, Teacher)
    assert [(each.name, each.person_id, each.origin) for each in found] == [
        ("李处长", colleague.id, "本机关"), ("李处长", namesake.id, "本机关"),
    ]  # fmt: skip
    assert len({each.employer for each in found}) == 2
    taught = [each.teacher_id for each in rows(session, ClassUnit)]
    assert taught == [found[0].id] * 3 + [found[1].id]


def test_one_checks_in_by_the_code_on_the_wall_in_time_and_only_if_enrolled(
    make, sign_in, session, client
) -> None:
    owner, anonymous = training_class(make), client
    me, officer = make.account(), sign_in(make.account(Role.EXAM_ADMIN))
    mine = seat(make, owner, me.person, me)
    first, second = (unit.id for unit in owner.units)
    client, address = sign_in(me), f"/classes/units/{owner.units[0].id}/check-in"
    assert "现在不能签到" in client.get(address).text
    assert officer.get(f"/classes/manage/units/{first}/code.json").json["open"] is False
    with clock.frozen(NINE - timedelta(minutes=5)):
        client, officer = sign_in(me), sign_in(make.account(Role.EXAM_ADMIN))
        shown = officer.get(f"/classes/manage/units/{first}/code.json").json
        digits = shown["code"]
        assert shown["qr"].startswith("<svg")
        assert digits in officer.get(f"/classes/manage/units/{first}/code").text
        # Where the QR leads: opening it checks nobody in, signed in or not.
        led = f"{address}?code={digits.replace(' ', '')}"
        assert digits.replace(" ", "") in client.get(led).text
        assert anonymous.get(led).location.startswith("/login")
        assert rows(session, Attendance) == []
        assert "签到：第1讲" in main(client.get("/"))
        # A code of another unit, and one made up, are no good; the misses are kept.
        assert "签到码不正确" in client.post(address, data={"code": "000000x"}).text
        assert len(rows(session, CheckInMiss)) == 1
        later = client.post(f"/classes/units/{second}/check-in", data={"code": digits})
        assert "现在不能签到" in later.text
        outsider = sign_in(make.account())
        assert outsider.post(address, data={"code": digits}).status_code == 404
    with clock.frozen(NINE - timedelta(minutes=4)):
        stale = client.post(address, data={"code": digits})
        assert "签到码不正确" in stale.text
        fresh = officer.get(f"/classes/manage/units/{first}/code.json").json["code"]
        assert client.post(address, data={"code": fresh}).status_code == 303
        assert client.post(address, data={"code": fresh}).status_code == 303
    (mark,) = rows(session, Attendance)
    assert (mark.enrolment_id, mark.mark.value, mark.way.value) == (mine.id, "present", "code")
    with clock.frozen(NINE - timedelta(minutes=3)):
        for _ in range(5):
            client.post(f"/classes/units/{first}/check-in", data={"code": "1"})
    assert len(rows(session, Attendance)) == 1


def test_too_many_wrong_codes_make_one_wait(make, sign_in, session) -> None:
    owner, me = training_class(make), make.account()
    seat(make, owner, me.person, me)
    address = f"/classes/units/{owner.units[0].id}/check-in"
    with clock.frozen(NINE):
        client = sign_in(me)
        for _ in range(5):
            client.post(address, data={"code": "abc"})
        assert "输错次数过多" in client.post(address, data={"code": "abc"}).text
    assert len(rows(session, CheckInMiss)) == 5


def test_leave_beyond_a_seventh_asks_the_officer_who_decides(make, sign_in, session) -> None:
    owner = training_class(make, "3", "3", full_time=True)
    me, boss = make.account(), make.account(Role.EXAM_ADMIN)
    mine = seat(make, owner, me.person, me)
    client, officer = sign_in(me), sign_in(boss)
    nothing = client.post(
        f"/classes/{owner.id}/leave",
        data={"from_at": "2026-03-08T09:00", "until_at": "2026-03-08T10:00", "reason": "出差"},
    )
    assert "这段时间没有课" in nothing.text
    asked = {"from_at": "2026-03-03T10:00", "until_at": "2026-03-03T11:00", "reason": "出差"}
    client.post(f"/classes/{owner.id}/leave", data=asked)
    (leave,) = rows(session, ClassLeave)
    page = f"/classes/manage/{owner.id}"
    assert "应退学" not in main(officer.get(page))
    officer.post(f"/classes/manage/leaves/{leave.id}/decide", data={"answer": "yes"})
    assert [each.mark.value for each in rows(session, Attendance)] == ["leave"]
    assert "请假超过总学时的 1/7，应退学" in main(officer.get(page))
    assert rows(session, Enrolment)[0].dismissed_at is None
    officer.post(f"/classes/manage/enrolments/{mine.id}/dismiss", data={"reason": "请假过多"})
    assert rows(session, Enrolment)[0].dismissed_at is not None
    officer.post(f"/classes/manage/enrolments/{mine.id}/readmit", data={"reason": "登记有误"})
    assert rows(session, Enrolment)[0].dismissed_at is None
    # Taken back before it begins, the mark goes.
    client.post(f"/classes/leaves/{leave.id}/withdraw")
    assert rows(session, Attendance) == []


def mark_all(client, unit_id: int, marks: dict[int, str]) -> str:
    data = {f"mark-{key}": value for key, value in marks.items()}
    answer = client.post(f"/classes/manage/units/{unit_id}/attendance", data=data,
                         follow_redirects=True)  # fmt: skip
    return answer.text


def test_completing_enters_the_hours_once_and_revoking_reverses_them(
    app, make, sign_in, session
) -> None:
    owner = training_class(make, "3", "2", accredited=True, evidence="人事〔2026〕1号",
                           training_kind=TrainingKind.APPOINTMENT)  # fmt: skip
    boss = make.account(Role.EXAM_ADMIN)
    people = [make.account() for _ in range(3)]
    good, half, bad = (seat(make, owner, each.person, each) for each in people)
    first, second = owner.units
    officer = sign_in(boss)
    page = f"/classes/manage/{owner.id}"
    future = mark_all(officer, first.id, {good.id: "present"})
    assert "还没有开始" in future
    assert rows(session, Attendance) == []
    with clock.frozen(NINE + timedelta(hours=1)):
        officer = sign_in(boss)
        mark_all(officer, first.id, {good.id: "present", half.id: "late", bad.id: "absent"})
        early = officer.post(f"{page}/conclude", data={})
        assert "最后一讲结束后才能办理结业" in early.text
    with clock.frozen(NINE + timedelta(days=2)):
        officer = sign_in(boss)
        missing = officer.post(f"{page}/conclude", data={})
        assert "还没有登记考勤" in missing.text
        mark_all(officer, second.id, {good.id: "present", half.id: "absent", bad.id: "absent"})
        data = {f"complete-{good.id}": "yes", f"excellent-{good.id}": "y",
                f"complete-{half.id}": "yes", f"complete-{bad.id}": "no"}  # fmt: skip
        assert "请写明理由" in officer.post(f"{page}/conclude", data=data).text
        assert rows(session, CreditEntry) == []
        data |= {f"reason-{half.id}": "因公缺课，已补课"}
        for _ in range(2):
            officer.post(f"{page}/conclude", data=data)
        entries = rows(session, CreditEntry)
        assert [(each.person_id, str(each.hours), each.is_law) for each in entries] == [
            (good.person_id, "3.00", True), (good.person_id, "2.00", False),
            (half.person_id, "3.00", True),
        ]  # fmt: skip
        assert {each.bucket for each in entries} == {Bucket.CONCENTRATED}
        assert {each.accredited for each in entries} == {True}
        assert {each.earned_on for each in entries} == {date(2026, 3, 4)}
        done = rows(session, Enrolment)[0]
        assert (done.hours, done.days, done.excellent) == (Decimal(5), Decimal(2), True)
        proof = sign_in(people[0]).get(f"/classes/{owner.id}/certificate.docx")
        assert done.number in "".join(each.text for each in paragraphs(proof.data))
        assert sign_in(people[2]).get(f"/classes/{owner.id}/certificate.docx").status_code == 404
        since = {each.person_id: FIRST for each in people}
        with app.app_context():
            assert proving.appointment_training(since) == {
                good.person_id: date(2026, 3, 4), half.person_id: date(2026, 3, 4),
            }  # fmt: skip
            assert proving.appointment_training({good.person_id: date(2026, 3, 5)}) == {}
        book = read_workbook(officer.get("/classes/manage/personnel.xlsx?year=2026").data)[0].rows
        heading = list(book[1])
        line = dict(zip(heading, book[2], strict=False))
        told = [line[name] for name in ("培训类别", "班名", "天数", "获得学时数", "优秀学员")]
        assert told == ["专题班", "依法行政专题班", "2", "5", "是"]
        for _ in range(2):
            officer.post(f"/classes/manage/enrolments/{good.id}/revoke", data={"reason": "代签"})
        sums = [each.hours for each in rows(session, CreditEntry)
                if each.person_id == good.person_id]  # fmt: skip
        assert (len(sums), sum(sums)) == (4, 0)
        with app.app_context():
            assert good.person_id not in proving.appointment_training(since)
        officer.post(f"/classes/manage/enrolments/{good.id}/award", data={"reason": "查无代签"})
        total = sum(each.hours for each in rows(session, CreditEntry)
                    if each.person_id == good.person_id)  # fmt: skip
        assert total == 5
        assert "结业 2" in " ".join(main(officer.get(page)).split())
        assert officer.get(f"{page}/completions.docx").status_code == 200


def test_the_countdown_after_an_appointment_shows_the_training(make, sign_in) -> None:
    appointed = {"leader_level": LeaderLevel.DIVISION_CHIEF, "post_since": date(2026, 1, 10)}
    trained, untrained = (make.person(**appointed) for _ in range(2))
    by = make.account(Role.EXAM_ADMIN)
    late = training_class(make, training_kind=TrainingKind.APPOINTMENT, concluded_at=NOON)
    other = training_class(make, training_kind=TrainingKind.IN_SERVICE, concluded_at=NOON)
    seat(make, late, trained, by, completed=True, judged_at=NOON)
    seat(make, other, untrained, by, completed=True, judged_at=NOON)
    text = main(sign_in(by).get("/exam/appointments"))
    since = "2026年1月10日 2027年1月10日 314 天"
    assert f"{since} 未通过 2026年3月4日完成" in text
    assert f"{since} 未通过 未完成" in text


def test_initial_training_is_due_within_the_probation(make, sign_in) -> None:
    """One page, of hours: what a class proves stands there beside what claims do."""
    given = {"duty_status": DutyStatus.NEWLY_RECRUITED}
    fresh = make.person(joined_on=date(2026, 1, 5), **given)
    slow = make.person(joined_on=date(2025, 2, 1), **given)
    by = make.account(Role.EXAM_ADMIN)
    owner = training_class(make, training_kind=TrainingKind.INITIAL, concluded_at=NOON)
    seat(make, owner, fresh, by, completed=True, judged_at=NOON)
    officer = sign_in(by)
    assert "/hours/units/deadlines?kind=" in officer.get("/classes/manage").text
    text = main(officer.get("/hours/units/deadlines?kind=初任培训"))
    assert "2026年1月5日 2027年1月5日 已完成 2026年3月4日" in text
    assert "2025年2月1日 2026年2月1日 已逾期 已过 29 天" in text
    assert slow.name in text


def test_a_test_is_made_for_those_who_have_a_seat(make, sign_in, session) -> None:
    owner, officer = training_class(make), sign_in(make.account(Role.EXAM_ADMIN))
    form = make.sealed_form()
    form.blueprint.exam_kind = ExamKind.PRE_TEST
    make.save(form.blueprint)
    page = f"/classes/manage/{owner.id}/tests"
    data = {"kind": "pre_test", "form_id": str(form.id), "opens_at": "2026-03-02T13:00",
            "closes_at": "2026-03-02T18:00", "minutes": "30"}  # fmt: skip
    assert "还没有录取学员" in officer.post(f"{page}/new", data=data).text
    me = make.account()
    seat(make, owner, me.person, me)
    make.person()
    officer.post(f"{page}/new", data=data)
    (made,) = rows(session, ExamSession)
    assert [each.person_id for each in made.candidates] == [me.person_id]
    assert rows(session, TrainingClass)[0].pre_session_id == made.id
    again = officer.post(f"{page}/new", data=data | {"kind": "post_test"})
    assert "道相同的题" in again.text
    session.commit()
