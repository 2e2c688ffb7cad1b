"""Reminders over the register: told once, pressed once a day, and mailed where it is wanted."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_string, policy

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account, OrgUnit, Person
from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.config import BadSetting, Config
from core.db import db
from core.mail import sending
from core.mail.models import MailOut
from courses.quality.models import SurveyMark
from courses.quality.questions import SurveyKind
from courses.reminding import cli, registry, services
from courses.reminding.escalation import Step
from courses.reminding.models import MailChoice, ReminderSent
from tests.courses.schooling import seat, training_class
from tests.factories import NOON, Make
from tests.pages import main

SignIn = Callable[[Account], FlaskClient]


class Post(socketserver.StreamRequestHandler):
    """So much of SMTP as handing in a message takes."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "RCPT" and self.server.refusals > 0:  # type: ignore[attr-defined]
                self.server.refusals -= 1  # type: ignore[attr-defined]
                self.wfile.write(b"450 later\r\n")
            elif verb == "DATA":
                self.wfile.write(b"354 go\r\n")
                text = ""
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    text += part
                self.server.got.append(message_from_string(text, policy=policy.default))  # type: ignore[attr-defined]
                self.wfile.write(b"250 ok\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
                if verb == "QUIT":
                    return


@pytest.fixture
def post() -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        server.daemon_threads = True
        server.got, server.refusals = [], 0  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def mailing(app: Flask, post: socketserver.ThreadingTCPServer) -> Config:
    host, port = post.server_address[:2]
    config = replace(
        app.config["XUEFA"],
        smtp_host=str(host),
        smtp_port=int(port),
        smtp_from="xuefa@example.gov.cn",
        base_url="https://xuefa.example",
    )
    app.config["XUEFA"] = config
    return config


@pytest.fixture
def owing(make: Make) -> dict[str, Account | Person | OrgUnit]:
    """Somebody who owes a course due on 2026-03-15, with liaison and head; somebody elsewhere."""
    unit, other = make.unit(), make.unit()
    course = make.course(title="到期的课")
    make.assignment(course, unit)
    make.assignment(make.course(title="别处的课"), other)
    return {
        "late": make.account(person=make.person(unit, name="拖延的人")),
        "liaison": make.account(Role.STAFF, Role.LIAISON, person=make.person(unit, name="联络员")),
        "head": make.account(Role.UNIT_HEAD, person=make.person(unit, name="负责人")),
        "other": make.person(other, name="别处的人"),
    }


def run(app: Flask, day: date) -> int:
    with clock.frozen(NOON + (day - NOON.date())), app.app_context():
        return cli.tell()


def test_each_step_tells_once_and_what_is_done_is_told_no_more(
    app: Flask, make: Make, session: Session, owing: dict[str, Account]
) -> None:
    late, liaison, head = (owing[each].person_id for each in ("late", "liaison", "head"))
    session.rollback()

    def told() -> dict[Step, set[int]]:
        rows = session.execute(
            select(ReminderSent.step, ReminderSent.recipient_id)
            .where(ReminderSent.subject_id == late)
            .order_by(ReminderSent.id)
        ).all()
        session.rollback()
        found: dict[Step, set[int]] = {}
        for step, recipient in rows:
            assert recipient not in found.setdefault(step, set())
            found[step].add(recipient)
        return found

    assert run(app, date(2026, 3, 7)) == 0
    for _ in range(2):
        run(app, date(2026, 3, 8))
    assert told() == {Step.PERSON: {late}}
    run(app, date(2026, 3, 15))
    run(app, date(2026, 3, 16))
    assert told() == {Step.PERSON: {late}, Step.LIAISON: {liaison}}
    # The job stood still for a while: the head's step is caught up.
    run(app, date(2026, 3, 29))
    assert told()[Step.HEAD] == {head}
    assert run(app, date(2026, 3, 30)) == 0


def test_the_days_are_set_from_a_day_on_and_what_was_told_stays_told(
    app: Flask, make: Make, sign_in: SignIn, session: Session, owing: dict[str, Account]
) -> None:
    with clock.frozen(NOON):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert "到期前 7 天" in officer.get("/reminders/rules").text
        rule = {"valid_from": "2026-03-04", "before": "10", "after": "3", "claim_days": "5",
                "matter": ""}  # fmt: skip
        refused = officer.post("/reminders/rules", data=rule | {"valid_from": "2026-03-01"})
        assert "不能早于今天" in refused.text
        assert "0 到 60 天" in officer.post("/reminders/rules", data=rule | {"before": "61"}).text
        assert sign_in(owing["liaison"]).get("/reminders/rules").status_code == 403
        assert officer.post("/reminders/rules", data=rule).status_code == 303
    session.rollback()
    # The day before it holds: the fifteenth is still twelve days off; then eleven, then ten.
    assert [run(app, date(2026, 3, day)) for day in (3, 4)] == [0, 0]
    assert run(app, date(2026, 3, 5)) > 0
    with clock.frozen(NOON + timedelta(days=4)):
        wider = rule | {"valid_from": "2026-03-06", "before": "30"}
        assert sign_in(make.account(Role.EXAM_ADMIN)).post(
            "/reminders/rules", data=wider
        ).status_code == 303  # fmt: skip
    session.rollback()
    assert run(app, date(2026, 3, 8)) == 0
    run(app, date(2026, 3, 15))
    head = owing["head"].person_id
    told = select(ReminderSent.day).where(ReminderSent.step == Step.HEAD)
    assert run(app, date(2026, 3, 17)) == 0
    run(app, date(2026, 3, 18))
    found = session.scalars(told.where(ReminderSent.recipient_id == head)).all()
    assert set(found) == {date(2026, 3, 15)}
    assert "reminder_rule.set" in set(session.scalars(select(AuditRecord.action)))


def test_a_kind_of_matter_has_days_of_its_own_from_a_day_on(
    app: Flask, make: Make, sign_in: SignIn, owing: dict[str, Account]
) -> None:
    with clock.frozen(NOON):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        rule = {"valid_from": "2026-03-02", "after": "7", "claim_days": "7"}
        officer.post("/reminders/rules", data=rule | {"matter": "course", "before": "2"})
        officer.post("/reminders/rules", data=rule | {"matter": "", "before": "12"})
        page = main(officer.get("/reminders/rules"))
        assert "课程 到期前 2 天" in page
        assert "考试 随通用" in page
        assert 'value="2"' in officer.get("/reminders/rules?matter=course").text
    # The course is due on the fifteenth: nothing at twelve days, something at two.
    assert run(app, date(2026, 3, 5)) == 0
    with clock.frozen(NOON + timedelta(days=4)):
        again = rule | {"matter": "course", "before": "2", "follows": "y"}
        again |= {"valid_from": "2026-03-07"}
        sign_in(make.account(Role.EXAM_ADMIN)).post("/reminders/rules", data=again)
    assert run(app, date(2026, 3, 6)) == 0
    assert run(app, date(2026, 3, 7)) > 0


def test_the_liaison_sees_and_presses_the_own_unit_once_a_day(
    make: Make, sign_in: SignIn, session: Session, owing: dict[str, Account]
) -> None:
    with clock.frozen(NOON + timedelta(days=20)):
        client = sign_in(owing["liaison"])
        page = client.get("/reminders/unit").text
        assert "拖延的人" in page
        assert "已逾期" in page
        assert "别处的人" not in page
        assert "本部门催办" in client.get("/").text
        for _ in range(2):
            assert client.post("/reminders/unit/press").status_code == 303
        rows = session.scalars(select(ReminderSent)).all()
        assert len({each.recipient_id for each in rows}) == len(rows) == 3
        assert owing["other"].id not in {each.recipient_id for each in rows}
        session.rollback()
        assert "到期的课" in sign_in(owing["late"]).get("/reminders/mine").text
        assert "催办" in client.get("/reminders/log").text
        office = sign_in(make.account(Role.RESEARCH_OFFICE))
        assert "别处的人" in office.get("/reminders/unit").text
        assert "别处的人" not in office.get("/reminders/unit?urgency=near").text
        assert sign_in(make.account()).get("/reminders/unit").status_code == 403
    session.rollback()
    assert "reminder.press" in set(session.scalars(select(AuditRecord.action)))


def test_without_a_server_nothing_is_queued(
    app: Flask, make: Make, session: Session, owing: dict[str, Account]
) -> None:
    make.save(MailChoice(person_id=owing["late"].person_id, address="late@example.gov.cn"))
    run(app, date(2026, 3, 9))
    assert session.scalars(select(MailOut)).all() == []


def test_mail_goes_to_who_wants_it_and_is_tried_again(
    app: Flask, make: Make, session: Session, owing: dict[str, Account],
    post: socketserver.ThreadingTCPServer,
) -> None:  # fmt: skip
    mailing(app, post)
    for name, choice in (("late", {}), ("liaison", {"notices": False, "digest": False})):
        address = f"{name}@example.gov.cn"
        make.save(MailChoice(person_id=owing[name].person_id, address=address, **choice))
    run(app, date(2026, 3, 15))  # a Sunday; the digest goes out on Monday
    run(app, date(2026, 3, 16))
    run(app, date(2026, 3, 16))
    queued = session.scalars(select(MailOut).order_by(MailOut.id)).all()
    assert [each.subject for each in queued] == ["学法提醒：1 项", "本周学法事项：1 项"]
    session.rollback()
    post.refusals = 1  # type: ignore[attr-defined]
    at = NOON + timedelta(days=14)
    with app.app_context():
        with clock.frozen(at):
            assert cli.hand_in_mail() == 1
        with clock.frozen(at + timedelta(seconds=50)):
            assert cli.hand_in_mail() == 0
        with clock.frozen(at + timedelta(seconds=70)):
            assert cli.hand_in_mail() == 1
            assert cli.hand_in_mail() == 0
    got = {each["Subject"]: each for each in post.got}  # type: ignore[attr-defined]
    assert len(post.got) == 2  # type: ignore[attr-defined]
    assert {each["To"] for each in got.values()} == {"late@example.gov.cn"}
    body = got["学法提醒：1 项"].get_content()
    assert "课程“到期的课”，2026-03-15 前完成，今天到期" in body
    assert "https://xuefa.example/" in body
    states = session.scalars(select(MailOut).order_by(MailOut.id)).all()
    assert [(each.attempts, each.next_at) for each in states] == [(2, None), (1, None)]


def test_a_mail_that_never_arrives_is_given_up(
    app: Flask, session: Session, post: socketserver.ThreadingTCPServer
) -> None:
    mailing(app, post)
    post.refusals = 99  # type: ignore[attr-defined]
    with app.app_context():
        sending.queue(cause="x", address="a@example.com", subject="题", body="文", at=NOON)
        assert not sending.queue(cause="x", address="b@example.com", subject="", body="", at=NOON)
        db.session.commit()
        for day in range(10):
            with clock.frozen(NOON + timedelta(days=day * 2)):
                assert cli.hand_in_mail() == 0
    [mail] = session.scalars(select(MailOut))
    assert (mail.attempts, mail.next_at, mail.sent_at) == (len(sending.WAITS) + 1, None, None)
    assert "450" in mail.error or "later" in mail.error


def test_mail_is_chosen_by_oneself_and_the_page_stays(
    make: Make, sign_in: SignIn, session: Session
) -> None:
    client = sign_in(make.account())
    assert "格式不对" in client.post("/reminders/mine", data={"address": "不是邮箱"}).text
    assert "须填写邮箱" in client.post("/reminders/mine", data={"notices": "y"}).text
    form = {"address": "a@example.gov.cn", "digest": "y"}
    assert client.post("/reminders/mine", data=form).status_code == 303
    assert client.post("/reminders/mine", data={"address": ""}).status_code == 303
    [choice] = session.scalars(select(MailChoice))
    assert (choice.address, choice.notices, choice.digest) == ("", False, False)
    assert client.get("/reminders/mine").status_code == 200


def test_addresses_that_could_carry_a_header_are_refused() -> None:
    for bad in ("a@b\nBcc: c@d", "a b@c.cn", "<a@b.cn>", "a@b.cn,c@d.cn", "名@b.cn", "@b.cn"):
        assert not sending.is_address(bad)
    assert sending.is_address("zhang.san@mail.gov.cn")
    with pytest.raises(BadSetting):
        Config.from_env({"XUEFA_SMTP_PORT": "x", "XUEFA_SECRET_KEY": "k", "XUEFA_DATA_DIR": "var"})


def test_a_claim_that_waits_is_the_liaisons_to_do(
    app: Flask, make: Make, sign_in: SignIn, owing: dict[str, Account]
) -> None:
    form = {"title": "外出班", "organiser": "党校", "activity": "full_time", "training_kind": "",
            "starts_on": "2026-02-02", "ends_on": "2026-02-03", "days": "2",
            "document": "文"}  # fmt: skip
    with clock.frozen(NOON):
        assert sign_in(owing["late"]).post("/hours/claims/new", data=form).status_code == 303
    with clock.frozen(NOON + timedelta(days=3)):
        page = sign_in(owing["liaison"]).get("/reminders/mine").text
        assert "核对拖延的人的“外出班”" in page
    with clock.frozen(NOON + timedelta(days=3)), app.app_context():
        assert {each.owed.kind for each in services.due(at=clock.now())} == {"claim"}


def test_a_survey_is_pressed_until_it_is_answered_and_only_whether_it_was(
    app: Flask, make: Make, sign_in: SignIn
) -> None:
    owner = training_class(make, title="问卷的班", concluded_at=NOON)
    head = make.account(Role.STAFF, Role.UNIT_HEAD)
    unit = head.person.stat_unit
    late, done = (make.account(unit=unit) for _ in range(2))
    for each in (late, done):
        seat(make, owner, each.person, each, completed=True, judged_at=NOON)
    make.save(SurveyMark(class_id=owner.id, kind=SurveyKind.REACTION, person_id=done.person_id,
                         about_id=done.person_id))  # fmt: skip
    ids = {late.person_id, done.person_id, head.person_id}

    def owed(days: int) -> set[tuple[int, str]]:
        with app.test_request_context():
            found = registry.owed(ids, NOON + timedelta(days=days))
            assert all(url_for(each.endpoint, **each.values) for each in found)
            return {(each.person_id, each.kind) for each in found if "survey" in each.kind}

    assert owed(0) == set()
    assert owed(2) == {(late.person_id, "survey_reaction")}
    assert owed(40) == set()
    assert owed(94) == {
        (late.person_id, "survey_follow_up"), (done.person_id, "survey_follow_up"),
        (head.person_id, "survey_superior"),
    }  # fmt: skip
    with clock.frozen(NOON + timedelta(days=10)):
        page = sign_in(late).get("/reminders/mine").text
        assert "问卷的班：培训反馈" in page
        assert "问卷的班" not in sign_in(done).get("/reminders/mine").text
