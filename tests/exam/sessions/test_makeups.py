"""Makeups: who is called to another, what one takes over from its session, who is reported."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import CandidateStatus, ExamKind, Release
from exam.models import Candidate, ExamSession
from exam.queries.sessions import eligibility as eligibility_queries
from exam.queries.sessions import makeups
from exam.services.sessions import candidates, eligibility
from exam.sessions.eligibility import Need, Rule
from tests.exam.sessions.test_people import seat, text
from tests.factories import NOON
from tests.pages import main

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def defer(session):
    """Registers somebody on a session's list as deferred."""

    def register(exam: ExamSession, name: str = "拟一") -> None:
        candidate = session.get_one(Candidate, seat(exam, name).id)
        candidate.status, candidate.reason = CandidateStatus.DEFERRED, "病假"
        session.commit()

    return register


@pytest.fixture
def owing(app):
    """The names of those who are called to a makeup of a session at a moment."""

    def read(exam: ExamSession, at=NOON + 2 * HOUR) -> list[str]:
        with app.app_context():
            found = db.session.get_one(ExamSession, exam.id)
            return [each.entry.name for each in makeups.makeup_candidates(found, at)]

    return read


def test_who_was_deferred_and_then_fails_is_made_up_for_before_they_are_reported(
    make, sign_in, sealed_form, sit, session, arranged, defer
) -> None:
    person = make.person(make.unit("办公室"), name="拟一")
    exam = make.exam_session(sealed_form(), person, exam_kind=ExamKind.PRE_APPOINTMENT)
    defer(exam)
    form = sealed_form()
    first = make.exam_session(form, person, exam_kind=ExamKind.MAKEUP, makeup_of_id=exam.id)
    sit(first, person, right=0)
    path = f"/exam/sessions/new?form={form.id}&makeup_of={exam.id}"
    with clock.frozen(NOON + 2 * HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert f'value="{exam.title}第二次补考"' in officer.get(path).text
        assert "待补考" in main(officer.get(f"/exam/sessions/{exam.id}/appointees"))
        assert "建补考（1 人）" in main(officer.get(f"/exam/sessions/{exam.id}/manage"))
        made = officer.post(path, data=arranged | {"title": "补考", "act": "create"})
        assert made.status_code == 302
        assert "只补考一次" in text(officer.get(path)), "they are on the list of one now"
    [second] = session.scalars(
        select(ExamSession).where(ExamSession.makeup_of_id == exam.id, ExamSession.id != first.id)
    ).all()
    session.commit()
    sit(second, person, right=0, at=second.opens_at)
    with clock.frozen(second.closes_at + HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        shown = main(officer.get(f"/exam/sessions/{exam.id}/appointees"))
        assert "1 人正考、补考均未合格，请报干部管理部门 拟一" in shown
        assert "只补考一次" in text(officer.get(path))


def test_who_is_deferred_in_a_makeup_is_called_to_another(
    app, make, sealed_form, sit, owing, defer
) -> None:
    unit = make.unit("办公室")
    people = [make.person(unit, name=name) for name in ("拟一", "拟二")]
    exam = make.exam_session(sealed_form(), *people, exam_kind=ExamKind.PRE_APPOINTMENT)
    first = make.exam_session(exam.form, *people, makeup_of_id=exam.id)
    assert owing(exam) == []
    defer(first)
    assert owing(exam, NOON + HOUR / 2) == [], "they may be called back while it goes on"
    assert owing(exam) == ["拟一"]
    again = make.exam_session(exam.form, people[0], makeup_of_id=exam.id)
    sit(again, people[0], right=0)
    assert owing(exam) == []
    third = make.exam_session(exam.form, makeup_of_id=exam.id)
    with app.app_context(), pytest.raises(Exception, match="只补考一次"):
        candidates.add(
            session=db.session.get_one(ExamSession, third.id), person=db.session.merge(people[0]),
            reason="再给一次", at=NOON, by=None,
        )  # fmt: skip


@pytest.fixture
def kept_secret(make, sealed_form):
    """A session that may be extended once it is over: its answers are not out."""

    def made(*names: str) -> tuple[ExamSession, list]:
        unit = make.unit("办公室")
        people = [make.person(unit, name=name) for name in names]
        exam = make.exam_session(
            sealed_form(), *people,
            paper_release=Release.ON_PUBLICATION, key_release=Release.ON_PUBLICATION,
        )  # fmt: skip
        return exam, people

    return made


LATER = {"closes_at": "2026-03-02T20:00"}


def test_a_session_is_not_extended_for_those_who_are_called_to_its_makeup(
    make, sign_in, kept_secret, sit, session
) -> None:
    exam, (absent, failed, passed) = kept_secret("缺考人", "不合格人", "合格人")
    sit(exam, failed, right=0)
    sit(exam, passed, right=4)
    path, officer = f"/exam/sessions/{exam.id}/extend", sign_in(make.account(Role.EXAM_ADMIN))
    # Who handed in has no sitting left, so they could not sit twice.
    makeup = make.exam_session(exam.form, absent, failed, makeup_of_id=exam.id,
                               closes_at=NOON + 9 * HOUR)  # fmt: skip
    with clock.frozen(NOON + 2 * HOUR):
        told = officer.post(path, data=LATER)
        assert told.status_code == 409
        assert "补考名单上有 1 人（缺考人）在本场次还可以作答" in text(told)
        assert "请先取消补考，或把他们移出补考名单" in text(told)
        session.refresh(exam)
        assert exam.closes_at == NOON + HOUR
        session.commit()
        seat_there = seat(makeup, "缺考人").id
        answer = officer.post(
            f"/exam/sessions/candidates/{seat_there}/remove", data={"reason": "原场次延长"}
        )
        assert answer.status_code == 302
        assert officer.post(path, data=LATER).status_code == 302
        again = officer.post(
            f"/exam/sessions/{makeup.id}/candidates/{absent.id}",
            data={"reason": "又要补考"}, follow_redirects=True,
        )  # fmt: skip
        assert "缺考人在原场次“" in text(again)
        assert "还可以作答，不能列入补考" in text(again)
        # Nor is a makeup begun of what goes on again.
        assert "原场次结束后才能建补考" in text(
            officer.get(f"/exam/sessions/new?makeup_of={exam.id}")
        )


def test_nobody_sits_two_makeups(make, sign_in, kept_secret, defer, owing) -> None:
    exam, (deferred, absent) = kept_secret("缓考人", "缺考人")
    defer(exam, "缓考人")
    given = {
        "makeup_of_id": exam.id,
        "paper_release": Release.ON_PUBLICATION,
        "key_release": Release.ON_PUBLICATION,
    }
    first = make.exam_session(
        exam.form, deferred, title="头一场", closes_at=NOON + 3 * HOUR, **given
    )
    given["closes_at"] = NOON + 9 * HOUR
    other = make.exam_session(exam.form, absent, title="另一场", **given)
    with clock.frozen(NOON + 2 * HOUR):
        officer, why = sign_in(make.account(Role.EXAM_ADMIN)), {"reason": "改期"}
        listing = f"/exam/sessions/{first.id}/candidates/{absent.id}"
        told = text(officer.post(listing, data=why))
        assert "缺考人在另一场补考“另一场”还可以作答，不能两场都考" in told
        officer.post(f"/exam/sessions/candidates/{seat(other, '缺考人').id}/remove", data=why)
        assert officer.post(listing, data=why).status_code == 302
    with clock.frozen(NOON + 4 * HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert owing(exam, NOON + 4 * HOUR) == ["缓考人"]
        second = make.exam_session(exam.form, deferred, title="后一场", **given)
        told = text(officer.post(f"/exam/sessions/{first.id}/extend", data=LATER))
        assert "后一场补考名单上有 1 人（缓考人）在本场次还可以作答" in told
        # The later one goes on for those who missed the one before.
        later = {"closes_at": "2026-03-02T23:00"}
        answer = officer.post(f"/exam/sessions/{second.id}/extend", data=later)
        assert answer.status_code == 302


def test_a_makeup_that_was_called_off_keeps_nobody_from_more_time(
    make, sign_in, kept_secret
) -> None:
    exam, people = kept_secret("缺考人")
    make.exam_session(exam.form, *people, makeup_of_id=exam.id, cancelled_at=NOON + HOUR)
    with clock.frozen(NOON + 2 * HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert officer.post(f"/exam/sessions/{exam.id}/extend", data=LATER).status_code == 302


def test_who_was_deferred_to_a_makeup_is_not_called_back_to_a_session_that_goes_on(
    make, sign_in, kept_secret, defer, session
) -> None:
    exam, (deferred, _) = kept_secret("缓考人", "缺考人")
    defer(exam, "缓考人")
    make.exam_session(exam.form, deferred, makeup_of_id=exam.id, title="缓考补考")
    with clock.frozen(NOON + 2 * HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert officer.post(f"/exam/sessions/{exam.id}/extend", data=LATER).status_code == 302
        path = f"/exam/sessions/candidates/{seat(exam, '缓考人').id}/status"
        told = officer.post(path, data={"status": "due", "reason": ""}, follow_redirects=True)
    assert "缓考人已列入补考“缓考补考”，不能再参加原场次" in text(told)
    found = session.get_one(Candidate, seat(exam, "缓考人").id)
    session.refresh(found)
    assert found.status is CandidateStatus.DEFERRED


def test_nobody_is_reported_while_a_sitting_is_left(officer, make, sealed_form, sit) -> None:
    person = make.person(make.unit("办公室"), name="拟一")
    exam = make.exam_session(sealed_form(), person, exam_kind=ExamKind.PRE_APPOINTMENT)
    again = make.exam_session(exam.form, person, makeup_of_id=exam.id, max_attempts=2)
    sit(exam, person, right=0)
    sit(again, person, right=0)
    path = f"/exam/sessions/{exam.id}/appointees"
    assert "待补考" in main(officer.get(path))
    assert "请报干部管理部门" not in main(officer.get(path))
    sit(again, person, right=0)
    assert "请报干部管理部门" in main(officer.get(path))


def test_a_makeup_asks_for_what_its_session_asked_for(
    app, make, sign_in, sealed_form, session, arranged, sit
) -> None:
    unit = make.unit("办公室")
    people = [make.person(unit, name=name) for name in ("甲一", "甲二", "甲三")]
    exam, form = make.exam_session(sealed_form(), *people), sealed_form()
    with app.app_context():
        rule = Rule(Need.LISTED, frozenset({people[0].id, people[2].id}))
        eligibility.add_rule(
            session=db.session.get_one(ExamSession, exam.id), rule=rule, at=NOON - 2 * HOUR, by=None
        )
        db.session.commit()
    sit(exam, people[0])
    path = f"/exam/sessions/new?form={form.id}&makeup_of={exam.id}"
    with clock.frozen(NOON + 2 * HOUR):
        officer = sign_in(make.account(Role.EXAM_ADMIN))
        assert "另有 1 人的成绩还没有定" in main(officer.get(path))
        data = arranged | {"title": "补考"}
        shown = main(officer.post(path, data=data | {"act": "check"}))
        assert "参考资格 列入资格名单（2 人）（沿用原场次，建立后可以增减）" in shown
        page = officer.post(path, data=data | {"act": "create"}).location
        assert "参考资格 列入资格名单（2 人）" in main(officer.get(page))
    with app.app_context():
        makeup = db.session.scalars(
            select(ExamSession).where(ExamSession.makeup_of_id == exam.id)
        ).one()
        lacking = eligibility_queries.ineligible(makeup, NOON)
        assert [each.candidate.entry.name for each in lacking] == ["甲二"]
        assert [each.entry.name for each in makeup.candidates] == ["甲二", "甲三"]


def test_who_is_put_on_the_list_of_a_makeup_keeps_the_help_that_was_granted(
    app, make, sealed_form, session
) -> None:
    unit = make.unit("办公室")
    people = [make.person(unit, name=name) for name in ("甲一", "甲二")]
    exam = make.exam_session(sealed_form(), *people, closes_at=NOON)
    helped = session.get_one(Candidate, seat(exam, "甲二").id)
    helped.extra_minutes, helped.extra_reason, helped.large_print = 20, "视力障碍", True
    session.commit()
    makeup = make.exam_session(exam.form, people[0], makeup_of_id=exam.id)
    with app.app_context():
        added = candidates.add(
            session=db.session.get_one(ExamSession, makeup.id), person=db.session.merge(people[1]),
            reason="后来批准缓考", at=NOON, by=None,
        )  # fmt: skip
        assert (added.extra_minutes, added.extra_reason) == (20, "视力障碍")
        assert added.large_print
