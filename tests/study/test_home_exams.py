"""Which exams the home page leads into: those that are owed, and whatever somebody is sitting."""

from datetime import timedelta

import pytest

from accounts.permissions import Role
from core import clock
from exam.attempts import timing
from exam.kinds import Release
from exam.models import Candidate, CandidateRequest, ExamSession
from exam.sessions.asking import ReasonCode, RequestKind
from tests.factories import NOON
from tests.pages import main

SITTING = "考试 正在作答"


@pytest.fixture
def exam(make, session):
    """A session of two sittings, its person, and what becomes of their first."""
    person = make.person()
    made = make.exam_session(make.sealed_form(), person, title="年度考试", max_attempts=2)
    made.person = person
    return made


def home(make, session, sign_in, exam, at=NOON) -> str:
    client = sign_in(make.account(Role.STAFF, person=exam.person))
    session.rollback()
    with clock.frozen(at):
        return main(client.get("/"))


def test_a_further_sitting_that_runs_is_there(make, session, sign_in, exam) -> None:
    make.attempt(exam, exam.person, 50)
    make.attempt(exam, exam.person, None, number=2)
    assert f"年度考试 {SITTING}" in home(make, session, sign_in, exam)


def test_extra_time_past_the_window_is_there(make, session, sign_in, exam) -> None:
    make.attempt(exam, exam.person, None, deadline=exam.closes_at + timedelta(minutes=30))
    late = exam.closes_at + timedelta(minutes=1)
    assert f"年度考试 {SITTING}" in home(make, session, sign_in, exam, late)


def test_who_was_voided_while_sitting_is_not_led_back(make, session, sign_in, exam) -> None:
    make.attempt(exam, exam.person, None, voided_at=NOON, void_reason="替考")
    assert "年度考试" not in home(make, session, sign_in, exam)


def test_who_missed_it_is_not_led_there(make, session, sign_in, exam) -> None:
    late = exam.closes_at + timedelta(minutes=1)
    assert "年度考试" not in home(make, session, sign_in, exam, late)


def test_who_handed_in_owes_nothing_more(make, session, sign_in, exam) -> None:
    make.attempt(exam, exam.person, 50)
    shown = home(make, session, sign_in, exam)
    assert "去考试" not in shown
    assert SITTING not in shown


@pytest.mark.parametrize(
    ("release", "told"), [("on_publication", True), ("at_submit", True), ("never", False)]
)
def test_whose_score_is_announced_is_told_so(
    make, session, sign_in, exam, release: str, told: bool
) -> None:
    exam.score_release = Release.of(release)
    make.attempt(exam, exam.person, 50)
    client = sign_in(make.account(Role.STAFF, person=exam.person))
    with clock.frozen(NOON):
        before = main(client.get("/")) + main(client.get("/exam/"))
        exam.published_at = NOON
        session.commit()
        after, listed = main(client.get("/")), main(client.get("/exam/"))
    assert "公布" not in before
    assert ("2026年3月2日 12:00 公布成绩" in after, "成绩已公布" in listed) == (told, told)
    assert ("已交卷" in listed) == (not told)


def test_while_the_clock_stands_no_end_is_told(make, session, sign_in, exam) -> None:
    held = exam.closes_at + timing.HOLD
    make.attempt(exam, exam.person, None, deadline=held)
    found = session.get_one(ExamSession, exam.id)
    found.paused_at, found.closes_at = NOON, held
    session.commit()
    shown = home(make, session, sign_in, exam)
    assert f"{SITTING}，考试暂停" in shown
    assert "2026年3月9日" not in shown


def test_granted_minutes_are_told_and_what_became_of_the_request(
    make, session, sign_in, exam
) -> None:
    candidate = session.get_one(Candidate, exam.candidates[0].id)
    candidate.extra_minutes, candidate.extra_reason = 15, "手伤"
    asker = make.account(Role.LIAISON)
    make.save(
        CandidateRequest(
            candidate=candidate, kind=RequestKind.ACCOMMODATION, code=ReasonCode.OTHER, text="手伤",
            minutes=15, asked_at=NOON - timedelta(hours=3), asked_by=asker,
            decided_at=NOON - timedelta(hours=2), decided_by=asker, granted=True,
        )
    )  # fmt: skip
    client = sign_in(make.account(Role.STAFF, person=exam.person))
    session.rollback()
    with clock.frozen(NOON):
        shown = main(client.get("/"))
        assert "限时 75 分钟" in shown
        assert "考试便利申请（加时 15 分钟） 2026年3月2日 10:00 已批准" in shown
    with clock.frozen(NOON + timedelta(days=31)):
        assert "考试便利申请" not in main(client.get("/"))
