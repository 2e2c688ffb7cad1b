"""Requests for 免考, 缓考 and accommodations: the rules, the way they go, and their pages."""

import io
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from accounts.models import Account
from accounts.permissions import Role
from core import clock
from core.attachments import Upload
from core.audit.models import AuditRecord
from core.db import db
from core.errors import Refused
from exam.kinds import CandidateStatus
from exam.models import Candidate, CandidateRequest
from exam.services.sessions import asking as services
from exam.services.sessions import candidates
from exam.sessions import asking
from exam.sessions.asking import Asked, ReasonCode, RequestKind, RequestState, Step
from tests.exam.sessions.test_people import seat, text
from tests.factories import NOON
from tests.pages import main

HOUR = timedelta(hours=1)
PDF = Upload("证明.pdf", b"%PDF-1.7 x")
EARLY = NOON - 2 * HOUR


def asked(kind=RequestKind.DEFERRAL, code=ReasonCode.OFFICIAL_TRIP, **given) -> Asked:
    return Asked(kind, code, **({"text": "3月2日至4日出差"} | given))


# ------------------------------------------------------------------ rules


def test_each_state_allows_its_own_steps_and_no_others() -> None:
    allowed = {
        ("asked", "opine"), ("asked", "decide"), ("asked", "withdraw"),
        ("opined", "decide"), ("opined", "withdraw"), ("granted", "reverse"),
    }  # fmt: skip
    found = {
        (state.value, step.value)
        for state, step in product(RequestState, Step)
        if step in asking.POSSIBLE[state]
    }
    assert found == allowed


@pytest.mark.parametrize(
    ("opined_at", "granted", "withdrawn_at", "reversed_at", "state"),
    [
        (None, None, None, None, "asked"),
        (NOON, None, None, None, "opined"),
        (None, None, NOON, None, "withdrawn"),
        (NOON, None, NOON, None, "withdrawn"),
        (NOON, True, None, None, "granted"),
        (None, True, None, None, "granted"),
        (NOON, False, None, None, "declined"),
        (NOON, True, None, NOON, "reversed"),
    ],
)
def test_the_state_is_derived_from_what_was_done(
    opined_at, granted, withdrawn_at, reversed_at, state
) -> None:
    found = asking.state(
        opined_at=opined_at, granted=granted, withdrawn_at=withdrawn_at, reversed_at=reversed_at
    )
    assert found.value == state


@pytest.mark.parametrize(
    ("request_", "proof", "field"),
    [
        (asked(), False, None),
        (asked(code=ReasonCode.SICK_LEAVE), False, "proof"),
        (asked(code=ReasonCode.SICK_LEAVE), True, None),
        (asked(code=ReasonCode.KNOWS_ITEMS), True, "code"),
        (asked(text="  "), False, "text"),
        (asked(minutes=30), False, "minutes"),
        (asked(RequestKind.ACCOMMODATION, ReasonCode.IMPAIRED_SIGHT), True, "minutes"),
        (asked(RequestKind.ACCOMMODATION, ReasonCode.OTHER, minutes=301), False, "minutes"),
        (asked(RequestKind.ACCOMMODATION, ReasonCode.OTHER, large_print=True), False, None),
        (asked(RequestKind.ACCOMMODATION, ReasonCode.OTHER, aid="读" * 101), False, "aid"),
    ],
)
def test_a_request_holds_together(request_, proof, field) -> None:
    faults = asking.faults(request_, proof=proof)
    assert [each.field for each in faults][:1] == ([field] if field else [])


# ------------------------------------------------------------------ the way of a request


@pytest.fixture
def exam(make, sealed_form):
    """A session that opens at eleven by NOON's clock, of two departments."""
    one, other = make.unit("办公室"), make.unit("督查室")
    people = [make.person(one, name="甲一"), make.person(one, name="甲二"),
              make.person(other, name="乙一")]  # fmt: skip
    return make.exam_session(sealed_form(), *people)


@pytest.fixture
def cast(exam, make):
    """Who plays a part: the asker, their head, the liaison and two of 人事司."""
    unit = seat(exam, "甲一").person.stat_unit
    return {
        "asker": make.account(Role.STAFF, person=seat(exam, "甲一").person),
        "head": make.account(Role.UNIT_HEAD, Role.STAFF, unit=unit),
        "liaison": make.account(Role.LIAISON, Role.STAFF, unit=unit),
        "officer": make.account(Role.EXAM_ADMIN, Role.STAFF),
        "second": make.account(Role.EXAM_ADMIN, Role.STAFF),
    }


@pytest.fixture
def act(app, exam, cast):
    """Call a service about 甲一's (newest) request; what it refused, or None."""

    def act(name: str, who: str, at=EARLY, **given):
        with app.app_context(), clock.frozen(at):
            by = db.session.get(Account, cast[who].id)
            candidate = db.session.get(Candidate, seat(exam, given.pop("of", "甲一")).id)
            if name == "ask":
                given = {"asked": asked(), "proof": None} | given | {"candidate": candidate}
            else:
                query = select(CandidateRequest).order_by(CandidateRequest.id.desc())
                if number := given.pop("number", None):
                    query = query.where(CandidateRequest.id == number)
                given["request"] = db.session.scalars(query).first()
            if name != "reverse" and name != "ask" and name != "withdraw":
                given = {"text": ""} | given
            try:
                getattr(services, name)(at=at, by=by, **given)
            except Refused as refusal:
                return str(refusal)
            db.session.commit()
            return None

    return act


@pytest.fixture
def standing(session, exam):
    def read(name="甲一"):
        found = session.get_one(Candidate, seat(exam, name).id)
        session.refresh(found)
        session.commit()
        return found

    return read


def states(session) -> list[str]:
    rows = session.scalars(select(CandidateRequest).order_by(CandidateRequest.id)).all()
    for each in rows:
        session.refresh(each)
    session.commit()
    return [each.state.value for each in rows]


def test_a_deferral_goes_from_the_person_over_the_head_to_the_office_and_back(
    act, session, standing
) -> None:
    assert act("ask", "asker") is None
    assert act("ask", "asker") is None, "sent twice is filed once"
    assert "正在办理" in act("ask", "asker", asked=asked(text="另一次出差"))
    assert "须由他人" in act("decide", "asker", grants=True)
    assert "不同意的" in act("opine", "head", agrees=False)
    assert act("opine", "head", agrees=True) is None
    assert act("opine", "head", agrees=True) is None
    assert "不能再提出部门意见" in act("opine", "second", agrees=False, text="x")
    assert act("decide", "officer", grants=True) is None
    assert act("decide", "officer", grants=True) is None
    assert "不能再审批" in act("decide", "second", grants=False, text="x")
    found = standing()
    assert (found.status, found.reason) == (CandidateStatus.DEFERRED, "公务出差、出访")
    assert "不用再申请" in act("ask", "asker")
    assert "不能再撤回" in act("withdraw", "asker")
    assert "须写明理由" in act("reverse", "officer", reason=" ")
    assert act("reverse", "officer", reason="出差取消") is None
    assert act("reverse", "officer", reason="出差取消") is None
    assert (standing().status, standing().reason) == (CandidateStatus.DUE, "")
    assert states(session) == ["reversed"]
    trail = session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)).all()
    assert [each for each in trail if each.startswith(("request", "candidate"))] == [
        "request.ask", "request.opine", "candidate.status", "request.grant",
        "candidate.status", "request.reverse",
    ]  # fmt: skip


def test_those_to_which_units_said_yes_are_granted_at_once_and_the_others_named(
    act, cast, session, exam, sign_in, make, standing
) -> None:
    for name, agrees in (("甲一", True), ("甲二", False), ("乙一", True)):
        asker = "asker" if name == "甲一" else "liaison"
        assert act("ask", asker, of=name, asked=asked(text=f"{name}出差")) is None
        assert act("opine", "head", agrees=agrees, text="工作需要") is None
    ids = session.scalars(select(CandidateRequest.id).order_by(CandidateRequest.id)).all()
    session.commit()
    officer = sign_in(cast["officer"])
    with clock.frozen(EARLY):
        listed = officer.get("/exam/requests?state=opined").text
        assert [f'value="{each}" form="grant"' in listed for each in ids] == [True, False, True]
        assert "部门不同意" in main(officer.get("/exam/requests"))
        assert 'form="grant"' not in sign_in(cast["head"]).get("/exam/requests").text
        assert "请先勾选" in text(officer.post("/exam/requests/granted", follow_redirects=True))
        given = {"request": [str(each) for each in [*ids, 10**9, 10**30]] + ["x"]}
        told = text(officer.post("/exam/requests/granted", data=given, follow_redirects=True))
        assert "已批准 2 项" in told
        assert "甲二的申请没有批准：部门不同意，批准须写明理由" in told
    assert states(session) == ["granted", "opined", "granted"]
    assert [standing(each).status.value for each in ("甲一", "甲二", "乙一")] == [
        "deferred", "due", "deferred",
    ]  # fmt: skip
    granted = select(AuditRecord.object_id).where(AuditRecord.action == "request.grant")
    assert sorted(session.scalars(granted)) == [str(ids[0]), str(ids[2])]


def test_deciding_without_the_head_or_against_them_needs_a_reason(act, standing) -> None:
    act("ask", "asker")
    assert "部门尚未提出意见" in act("decide", "officer", grants=True)
    act("opine", "head", agrees=False, text="工作需要")
    assert "部门不同意" in act("decide", "officer", grants=True)
    assert "不批准的" in act("decide", "officer", grants=False)
    assert act("decide", "officer", grants=False, text="同部门意见") is None
    assert standing().status is CandidateStatus.DUE
    assert act("ask", "asker") is None, "a declined request may be made anew"


def test_nobody_decides_what_they_filed(act, standing) -> None:
    act("ask", "officer", late_reason="")
    assert "须由他人" in act("opine", "officer", agrees=True)
    assert "须由他人" in act("decide", "officer", grants=True, text="本人代报")
    assert act("decide", "second", grants=True, text="急") is None
    assert standing().status is CandidateStatus.DEFERRED


def test_requests_come_before_the_opening_and_later_only_from_the_office(act, session) -> None:
    late = NOON
    assert "开考前提出" in act("ask", "asker", late)
    assert "开考前提出" in act("ask", "liaison", late)
    assert "逾期提出的理由" in act("ask", "officer", late, late_reason=" ")
    assert act("ask", "officer", late, late_reason="急诊住院") is None
    assert act("withdraw", "officer", late) is None
    aid = asked(RequestKind.ACCOMMODATION, ReasonCode.OTHER, minutes=10)
    over = NOON + 2 * HOUR
    assert "场次已结束" in act("ask", "officer", over, late_reason="x", asked=aid)
    assert act("ask", "officer", over, late_reason="补交病假条") is None
    assert states(session) == ["withdrawn", "asked"]


def test_an_absent_person_is_deferred_late_and_who_has_begun_is_not(
    act, sit, exam, standing
) -> None:
    over = NOON + 2 * HOUR
    assert act("ask", "officer", EARLY, late_reason="急诊", of="甲二") is None
    sit(exam, seat(exam, "甲二").person)
    again = asked(RequestKind.EXEMPTION, ReasonCode.OTHER)
    refused = act("ask", "officer", NOON, late_reason="急诊", of="甲二", asked=again, proof=PDF)
    assert refused == "甲二已经开始作答，不能申请免考"
    assert "已经开始作答" in act("decide", "second", NOON, grants=True, text="急诊")
    act("ask", "officer", over, late_reason="急诊")
    assert act("decide", "second", over, grants=True, text="有病历") is None
    assert standing().status is CandidateStatus.DEFERRED


def test_an_accommodation_holds_at_once_and_is_undone_as_it_was(
    act, sit, exam, attempt, standing
) -> None:
    aid = asked(
        RequestKind.ACCOMMODATION, ReasonCode.IMPAIRED_SIGHT,
        minutes=30, large_print=True, aid="读题",
    )  # fmt: skip
    assert "须附证明材料" in act("ask", "asker", asked=aid)
    assert "与扩展名" in act("ask", "asker", asked=aid, proof=Upload("a.pdf", b"MZ"))
    assert "只接受" in act("ask", "asker", asked=aid, proof=Upload("a.exe", b"MZ"))
    assert act("ask", "asker", asked=aid, proof=PDF) is None
    running = sit(exam, seat(exam, "甲一").person, at=NOON - HOUR / 2)
    assert act("decide", "officer", NOON, grants=True, text="正在考试") is None
    found = standing()
    assert (found.extra_minutes, found.large_print, found.aid) == (30, True, "读题")
    assert attempt(running).deadline == NOON + HOUR
    assert act("reverse", "officer", NOON, reason="误批") is None
    assert (standing().extra_minutes, standing().large_print, standing().aid) == (0, False, "")


def test_an_accommodation_comes_too_late_for_who_has_handed_in_but_goes_back_as_it_was(
    act, sit, exam, standing
) -> None:
    aid = asked(RequestKind.ACCOMMODATION, ReasonCode.IMPAIRED_SIGHT, minutes=30)
    assert act("ask", "liaison", asked=aid, proof=PDF, of="甲二") is None
    sit(exam, seat(exam, "甲二").person, right=1)
    assert "作答已经结束" in act("decide", "officer", NOON, grants=True, text="补批")
    assert act("decide", "officer", NOON, grants=False, text="已交卷") is None
    assert act("ask", "liaison", asked=aid, proof=PDF) is None
    assert act("decide", "officer", grants=True, text="属实") is None
    sit(exam, seat(exam, "甲一").person, right=1)
    assert standing().extra_minutes == 30
    assert act("reverse", "officer", NOON, reason="误批") is None
    assert standing().extra_minutes == 0


def test_accommodations_are_reversed_from_the_last_one_on(act, session, standing) -> None:
    kind = RequestKind.ACCOMMODATION
    for aid in (
        asked(kind, ReasonCode.OTHER, minutes=30),
        asked(kind, ReasonCode.OTHER, minutes=20, large_print=True),
    ):
        assert act("ask", "asker", asked=aid) is None
        assert act("decide", "officer", grants=True, text="属实") is None
    first, second = session.scalars(select(CandidateRequest.id).order_by(CandidateRequest.id)).all()
    session.commit()
    assert "先撤销后批准的一项" in act("reverse", "officer", number=first, reason="误批")
    assert (standing().extra_minutes, standing().large_print) == (30, True)
    assert act("reverse", "officer", number=second, reason="误批") is None
    assert (standing().extra_minutes, standing().large_print) == (30, False)
    assert act("reverse", "officer", number=first, reason="误批") is None
    assert (standing().extra_minutes, standing().large_print) == (0, False)


def test_an_accommodation_that_was_changed_since_is_not_reversed(act, app, exam, standing) -> None:
    aid = asked(RequestKind.ACCOMMODATION, ReasonCode.OTHER, large_print=True, aid="读题")
    assert act("ask", "asker", asked=aid) is None
    assert act("decide", "officer", grants=True, text="属实") is None
    with app.app_context():
        candidates.set_aid(
            candidate=db.session.get_one(Candidate, standing().id), large_print=False,
            aid="单独考场", reason="本人改为单独考场", at=NOON - HOUR, by=None,
        )  # fmt: skip
        db.session.commit()
    assert "另行登记" in act("reverse", "officer", reason="误批")
    assert (standing().large_print, standing().aid) == (False, "单独考场")


def test_a_grant_that_was_overruled_since_is_not_reversed(act, app, exam) -> None:
    act("ask", "asker")
    act("decide", "officer", grants=True, text="急")
    with app.app_context(), clock.frozen(EARLY):
        candidates.set_status(
            candidate=db.session.get(Candidate, seat(exam, "甲一").id),
            status=CandidateStatus.EXEMPT, reason="转为免考", at=EARLY, by=None,
        )  # fmt: skip
        db.session.commit()
    assert "已另行登记" in act("reverse", "officer", reason="x")


def test_an_officer_registers_nothing_for_themselves(exam, make, sign_in, standing) -> None:
    own = seat(exam, "甲一")
    officer = sign_in(make.account(Role.EXAM_ADMIN, person=own.person))
    path = f"/exam/sessions/candidates/{own.id}"
    with clock.frozen(EARLY):
        for act, data in (
            ("status", {"status": "exempt", "reason": "x"}),
            ("minutes", {"minutes": "30", "reason": "x"}),
        ):
            assert "不能处理本人" in text(officer.post(f"{path}/{act}", data=data))
    assert (standing().status, standing().extra_minutes) == (CandidateStatus.DUE, 0)


def test_who_has_asked_stays_on_the_list(act, app, exam) -> None:
    act("ask", "asker")
    with app.app_context(), clock.frozen(EARLY), pytest.raises(Refused, match="不能移出名单"):
        candidates.remove(
            candidate=db.session.get(Candidate, seat(exam, "甲一").id),
            reason="调离", at=EARLY, by=None,
        )  # fmt: skip


# ------------------------------------------------------------------ pages


def test_the_pages_lead_a_request_from_hand_to_hand(exam, cast, sign_in, session) -> None:
    asker, head, officer = (sign_in(cast[each]) for each in ("asker", "head", "officer"))
    with clock.frozen(EARLY):
        intro = f"/exam/sessions/{exam.id}"
        assert "提出申请" in main(asker.get(intro))
        form = f"{intro}/request?kind=accommodation"
        assert "大字版" in main(asker.get(form))
        sent = {"code": "impaired_sight", "text": "低视力", "minutes": "20", "large_print": "y"}
        assert "须附证明材料" in main(asker.post(form, data=sent))
        answer = asker.post(form, data=sent | {"proof": (io.BytesIO(PDF.data), "残疾证.pdf")})
        path = answer.location
        assert "待部门意见" in main(asker.get(path))
        assert "有 1 项申请待您提出意见" in main(head.get("/"))
        assert "甲一" in main(head.get("/exam/requests?state=asked"))
        assert head.get(f"{path}/proof").data == PDF.data
        assert head.post(f"{path}/opinion", data={"answer": "yes"}).status_code == 302
        assert head.post(f"{path}/decision", data={"answer": "yes"}).status_code == 403
        assert "有 1 项申请待您审批" in main(officer.get("/"))
        assert "提交审批" in main(officer.get(path))
        officer.post(f"{path}/decision", data={"answer": "yes"})
        assert "已批准" in main(asker.get(path))
    with clock.frozen(NOON):
        shown = asker.get(asker.post(f"{intro}/attempts").location).text
        assert 'data-size="large"' in shown
        assert "加时 20 分钟" in text(officer.get(f"/exam/sessions/{exam.id}/manage"))
    # The proof is nobody else's: the liaison did not file it, another department's head is nobody.
    liaison = sign_in(cast["liaison"])
    with clock.frozen(NOON):
        assert "已附" in main(liaison.get(path))
        assert liaison.get(f"{path}/proof").status_code == 404
    trail = session.scalars(select(AuditRecord.action)).all()
    assert trail.count("request.read") == 1


def test_requests_of_others_are_nobodys_business(exam, cast, act, make, sign_in) -> None:
    act("ask", "asker")
    path = "/exam/requests/1"
    colleague = sign_in(make.account(Role.STAFF, person=seat(exam, "甲二").person))
    stranger = sign_in(make.account(Role.UNIT_HEAD, unit=seat(exam, "乙一").person.stat_unit))
    for client in (colleague, stranger):
        assert client.get(path).status_code == 404
        assert client.get(f"{path}/proof").status_code == 404
    assert colleague.post(f"{path}/withdraw").status_code == 404
    assert stranger.post(f"{path}/opinion", data={"answer": "yes"}).status_code == 404
    assert colleague.get("/exam/requests").status_code == 403
    other = seat(exam, "乙一").id
    liaison = sign_in(cast["liaison"])
    assert liaison.get(f"/exam/sessions/candidates/{other}/request").status_code == 404
    with clock.frozen(EARLY):
        own = seat(exam, "甲二").id
        page = f"/exam/sessions/candidates/{own}/request"
        assert "代报" in main(liaison.get(page))
        sent = {"code": "official_trip", "text": "出差"}
        assert liaison.post(page, data=sent).location == "/exam/requests/2"
        assert liaison.post("/exam/requests/2/withdraw").status_code == 302
