"""What the home page tells those who run exams and those who mark: what waits for them."""

from datetime import timedelta

import pytest

from accounts.permissions import Role
from core import clock
from exam.attempts.timing import HOLD
from exam.kinds import ExamKind
from tests.exam.marked import Hall, grader, seated
from tests.factories import NOON
from tests.pages import main

OVER = NOON + timedelta(hours=2)
UNPUBLISHED = "已结束，成绩还没有公布"


@pytest.fixture
def desk(make, sign_in):
    return sign_in(make.account(Role.EXAM_ADMIN))


def home(client, at=NOON) -> str:
    with clock.frozen(at):
        return main(client.get("/"))


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    """Two people wrote something that persons mark."""
    return seated(app, make, session, ["甲的回答", "乙的回答"], title="任前考试")


def test_a_marker_is_told_what_waits_until_it_is_marked(hall: Hall, make, sign_in) -> None:
    marker = grader(make, sign_in, "阅卷人一")
    told = home(marker)
    assert ("阅卷：任前考试" in told, "2 份作答待您评阅" in told) == (True, True)
    hall.mark_one(marker, ["0"])
    assert "1 份作答待您评阅" in home(marker)
    hall.mark_one(marker, ["0"])
    assert "阅卷：任前考试" not in home(marker)


def test_who_may_not_mark_is_told_nothing(hall: Hall, make, sign_in) -> None:
    assert "阅卷：" not in home(sign_in(make.account(Role.STAFF)))


def test_an_exam_that_is_over_waits_to_be_published(make, session, desk) -> None:
    exam = make.exam_session(make.sealed_form(), make.person(), title="年度考试")
    session.rollback()
    assert "年度考试 考试进行中" in home(desk)
    assert f"年度考试 {UNPUBLISHED}" in home(desk, OVER)
    assert "年度考试" not in home(desk, OVER + timedelta(days=90))
    exam.published_at = OVER
    session.commit()
    assert "年度考试" not in home(desk, OVER)


def test_nobody_waits_for_a_test_of_a_course_to_be_published(make, session, desk) -> None:
    make.exam_session(
        make.sealed_form(), make.person(), title="训前测试", exam_kind=ExamKind.PRE_TEST
    )
    session.rollback()
    assert "训前测试" not in home(desk, OVER)


def test_a_pause_does_not_put_off_the_end_that_is_told(make, session, desk) -> None:
    make.exam_session(
        make.sealed_form(), make.person(), title="年度考试",
        paused_at=NOON, closes_at=NOON + timedelta(hours=1) + HOLD,
    )  # fmt: skip
    session.rollback()
    assert "年度考试 考试暂停 2026年3月2日" in home(desk)
