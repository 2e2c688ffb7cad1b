"""What persons marked is told nobody before it is final (定评)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.kinds import Release
from exam.marking.corrections import Remedy
from exam.models import Attempt, ExamSession
from exam.queries.results import passing
from exam.queries.sessions import overview as queries
from tests.exam.marked import ALL, Hall, grader, seated
from tests.exam.steps import corrected
from tests.factories import NOON
from tests.pages import main, page

AFTER = NOON + timedelta(hours=9)
#: The choice earns 20 and the choice in the case 5; all points of the short answer 20 more.
TOTAL, PATHS = "45", ["/exam/attempts/1/result", "/", "/exam/", "/learning"]


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    open_at_once = dict.fromkeys(["paper_release", "key_release"], Release.AFTER_CLOSE)
    return seated(app, make, session, ["甲的回答", ""], max_attempts=1,
                  score_release=Release.AT_SUBMIT, **open_at_once)  # fmt: skip


@pytest.fixture
def candidate(hall: Hall, make, sign_in):
    account = make.account(Role.STAFF, person=hall.exam.candidates[0].person)
    hall.session.rollback()
    return sign_in(account)


def read(client) -> dict[str, str]:
    with clock.frozen(AFTER):
        answers = {path: client.get(path, follow_redirects=True) for path in PATHS}
    return {path: main(each) for path, each in answers.items() if each.status_code == 200}


def test_a_candidate_sees_the_machines_part_alone_until_the_round_is_final(
    app, hall: Hall, candidate, make, sign_in
) -> None:
    told = read(candidate)[PATHS[0]]
    assert ("客观题得分 25" in told, "主观题 待评" in told) == (True, True)
    hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    assert hall.earned()[0] == Decimal(TOTAL)
    pages = read(candidate)
    told = pages[PATHS[0]]
    assert ("客观题得分 25" in told, "满分 40 分" in told, "待评 / 20 分" in told) == (True,) * 3
    assert "等次" not in told.replace("总分和等次", "")
    for text in pages.values():
        assert not re.search(rf"\b{TOTAL} ?分", text)
    assert "答到" not in told
    with app.app_context():
        assert passing.passed_at(hall.exam_id, AFTER) == {}
        exam = db.session.get_one(ExamSession, hall.exam_id)
        waits, blank = (queries.outcome_of(exam, each) for each in exam.candidates)
        assert (waits.pending, waits.score, blank.score) == (True, None, Decimal(25))
    assert "主观题待评" in pages["/learning"]
    hall.close(app)
    told = read(candidate)[PATHS[0]]
    assert (f"得分 {TOTAL}" in told, "等次 良好" in told or "等次 合格" in told) == (True, True)
    with app.app_context():
        assert len(passing.passed_at(hall.exam_id, AFTER)) == 1


def test_a_correction_before_that_tells_no_total(
    app, hall: Hall, candidate, make, sign_in, session
) -> None:
    hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    officers = make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER)
    session.rollback()
    corrected(app, hall.form_id, officers, Remedy.STRUCK, slot=1)
    assert hall.earned()[0] == Decimal(25)
    for text in read(candidate).values():
        assert "更正为" not in text
    hall.close(app)
    assert "成绩由 45 分更正为 25 分" in read(candidate)[PATHS[0]]


def test_taking_the_closing_back_hides_it_again(app, hall: Hall, candidate, make, sign_in) -> None:
    hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    hall.close(app)
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    hall.session.rollback()
    with clock.frozen(AFTER):
        officer.post(f"/exam/sessions/{hall.exam_id}/marking/reopen", data={"reason": "漏评"})
        shown = page(candidate.get(PATHS[0]))
    assert "客观题得分" in shown.get_text()
    assert hall.session.get_one(Attempt, 1).by_hand == 1


def test_a_paper_exam_is_told_only_when_it_is_published(app, noon, make, session, sign_in) -> None:
    hall = seated(app, make, session, ["甲"], score_release=Release.AT_SUBMIT)
    hall.exam.on_paper = True
    person = hall.exam.candidates[0].person
    session.commit()
    own = sign_in(make.account(Role.STAFF, person=person))
    session.rollback()
    with clock.frozen(AFTER):
        assert "得分" not in main(own.get(PATHS[0])).replace("自己的得分", "")


def test_who_still_sits_in_extra_time_keeps_scores_closed_on_every_page(
    app, hall: Hall, candidate, make, sign_in, session
) -> None:
    """Where scores are shown after the window, its end is when the last one's time is over."""
    hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    hall.close(app)
    session.get_one(ExamSession, hall.exam_id).score_release = Release.AFTER_CLOSE
    late = session.get_one(Attempt, 2)
    late.submitted_at, late.earned, late.deadline = None, None, AFTER + timedelta(minutes=5)
    session.commit()
    pages = read(candidate)
    assert "成绩未公布" in pages["/learning"]
    assert f"{TOTAL} 分" not in pages["/learning"]
    assert "得分" not in pages[PATHS[0]]
