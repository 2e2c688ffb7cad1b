"""Persons mark what no machine can: anonymously, once, on record, and again only with a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.models import RoleGrant
from accounts.permissions import Role
from analytics.frames import exam as frames
from analytics.rates import department_table
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.marking.scoring import UNMARKED
from exam.models import Attempt, AttemptVector, ExamSession, Marking
from exam.queries.sessions import makeups
from tests.exam.marked import HALF, Hall, grader, seated
from tests.factories import NOON
from tests.pages import main, page

TEXTS = ["党委统一领导，政府组织落实", "不知道", ""]
AFTER = NOON + timedelta(hours=3)


@pytest.fixture
def hall(app, noon, make, session) -> Hall:
    """A single choice, a short answer and a case, 20 marks each, sat by three people."""
    return seated(app, make, session, TEXTS)


@pytest.fixture
def desk(make, sign_in):
    return grader(make, sign_in, "阅卷人一")


def form_of(shown) -> str:
    return str(shown.select_one("form[data-marking]")["action"])


def shares_of(session) -> list[list[int]]:
    """What statistics read of each paper."""
    session.rollback()
    rows = session.scalars(select(AttemptVector.share).order_by(AttemptVector.attempt_id)).all()
    session.rollback()
    return [list(each) for each in rows]


def test_a_marker_sees_what_waits_without_a_name_and_marks_it_to_the_end(
    app, hall: Hall, desk, session
) -> None:
    # The blank answer earns nothing without anybody.
    assert hall.earned() == [None, None, Decimal(25)]
    tasks = page(desk.get("/exam/marking")).get_text(" ", strip=True)
    assert "第 2 题" in tasks
    assert "0 / 2 份" in tasks
    shown = page(desk.get(hall.path()))
    assert "考生" not in shown.find("form", {"data-marking": True}).get_text()
    assert len(shown.select("input[name=points-0]")) == 3
    assert hall.mark_all(desk) == 2
    # 20 marks for the choice, 10 for the first point, 5 for the first question of the case.
    assert hall.earned() == [Decimal(35), Decimal(35), Decimal(25)]
    assert shares_of(session) == [[100, UNMARKED, 25], [100, UNMARKED, 25], [100, 0, 25]]
    acts = session.scalars(select(AuditRecord).where(AuditRecord.action == "answer.mark")).all()
    assert len(acts) == 2
    assert '"points":{"0":[0]}' in acts[0].body.replace(" ", "")
    assert {each.earned for each in session.scalars(select(Marking))} == {Decimal(10)}
    session.rollback()
    assert "本题已评完" in page(desk.get(hall.path())).get_text()
    hall.close(app)
    assert shares_of(session) == [[100, 50, 25], [100, 50, 25], [100, 0, 25]]


def test_suggested_words_are_shown_in_the_answer_and_never_ticked(hall: Hall, desk) -> None:
    pages = [page(desk.get(hall.path()))]
    skip = pages[0].find("button", string="跳过")
    desk.post(str(skip["formaction"]))
    pages.append(page(desk.get(hall.path())))
    marks = [[each.text for each in shown.select("mark")] for shown in pages]
    assert sorted(marks) == [[], ["统一领导", "组织落实"]]
    assert all(not shown.select("input[checked]") for shown in pages)
    assert all(shown.select_one("button[data-words]") for shown in pages)
    # What was passed over comes again at the end.
    desk.post(form_of(pages[1]), data={"points-0": HALF})
    assert page(desk.get(hall.path())).select_one(".xf-mark-text").text == (
        pages[0].select_one(".xf-mark-text").text
    )


def test_a_marker_amends_their_own_mark_with_a_reason_and_the_first_stays(
    hall: Hall, desk, make, sign_in, session
) -> None:
    hall.mark_all(desk)
    own = page(desk.get(hall.path(rest="/marked"))).select_one("tbody a")["href"]
    shown = page(desk.get(own))
    assert [each["value"] for each in shown.select("input[checked]")] == ["0"]
    without = desk.post(form_of(shown), data={"points-0": ["0", "1"], "reason": " "})
    assert (without.status_code, "须写明理由" in without.text) == (422, True)
    amended = desk.post(form_of(shown), data={"points-0": ["0", "1"], "reason": "漏看一点"})
    assert amended.status_code == 302
    assert sorted(hall.earned()) == [Decimal(25), Decimal(35), Decimal(40)]
    assert len(session.scalars(select(Marking)).all()) == 3
    session.rollback()
    assert "漏看一点" in desk.get(hall.path(rest="/marked")).text
    # Nobody else sees it, marks it again, or learns that it was marked.
    other = grader(make, sign_in, "阅卷人二")
    assert other.get(own).status_code == 404
    assert other.post(form_of(shown), data={"reason": "我看不对"}).status_code == 404
    assert page(other.get(hall.path(rest="/marked"))).select("tbody a") == []
    assert len(session.scalars(select(Marking)).all()) == 3


@pytest.mark.parametrize("points", [["3"], ["-1"], ["0", "99"]])
def test_points_that_the_guide_does_not_have_are_refused(hall: Hall, desk, session, points) -> None:
    form = form_of(page(desk.get(hall.path())))
    assert desk.post(form, data={"points-0": points}).status_code == 409
    assert session.scalars(select(Marking)).all() == []


def test_nobody_marks_their_own_answer_nor_what_they_set_sealed_or_wrote(
    hall: Hall, make, sign_in, session
) -> None:
    person = hall.exam.candidates[0].person
    account = make.account(Role.STAFF, person=person)
    account.grants.append(RoleGrant(role=Role.GRADER, lane=account.lane, granted_at=NOON))
    session.commit()
    assert hall.mark_all(sign_in(account)) == 1
    setter, sealer, writer = (make.account(Role.GRADER) for _ in range(3))
    hall.form.created_by_id, hall.form.sealed_by_id = setter.id, sealer.id
    hall.form.slots[1].revision.item.writer_id = writer.id
    session.commit()
    for barred in map(sign_in, (setter, sealer, writer)):
        assert barred.get(hall.path()).status_code == 409
        tasks = page(barred.get("/exam/marking"))
        assert "须由他人评阅" in tasks.get_text()
        assert tasks.select(".xf-task-actions a") == []


def test_results_are_published_only_when_all_is_marked_and_declared_final(
    hall: Hall, desk, make, sign_in, session
) -> None:
    officer, number = sign_in(make.account(Role.EXAM_ADMIN)), hall.exam_id
    manage = f"/exam/sessions/{number}"

    def press(act: str, **data: str) -> str:
        with clock.frozen(AFTER):
            return officer.post(f"{manage}/{act}", data=data, follow_redirects=True).text

    assert "还有 2 份答卷待阅卷" in press("publish")
    assert "还有 2 份答卷待评" in press("marking/close")
    hall.mark_all(desk)
    assert "还没有定评" in press("publish")
    assert "已定评" in press("marking/close")
    own = page(desk.get(hall.path(rest="/marked"))).select_one("tbody a")["href"] + "/again"
    again = {"points-0": ["1"], "reason": "再看"}
    assert desk.post(own, data=again).status_code == 409
    assert "须写明理由" in press("marking/reopen")
    assert "已撤销定评" in press("marking/reopen", reason="有一题评错")
    assert desk.post(own, data=again).status_code == 302
    press("marking/close")
    assert "成绩已公布" in press("publish")
    assert desk.post(own, data=again).status_code == 409
    session.expire_all()
    assert session.get(ExamSession, number).published_at is not None


def test_what_cannot_be_published_yet_is_not_offered(app, hall: Hall, desk, make, sign_in) -> None:
    officer, path = sign_in(make.account(Role.EXAM_ADMIN)), f"/exam/sessions/{hall.exam_id}/manage"

    def shown() -> tuple[bool, bool]:
        """Whether results may be published, and whether the marking comes first."""
        with clock.frozen(AFTER):
            found = page(officer.get(path))
        return (
            found.select_one(f'form[action="/exam/sessions/{hall.exam_id}/publish"]') is not None,
            found.select_one('a.btn-primary[href$="/marking"]') is not None,
        )

    assert shown() == (False, True)
    hall.mark_all(desk)
    assert shown() == (False, True)
    hall.close(app)
    assert shown() == (True, False)
    with clock.frozen(AFTER):
        assert "公布成绩？ 3 人有成绩。公布后按规则" in main(officer.get(path))


def test_voided_papers_wait_for_nobody(hall: Hall, desk, session) -> None:
    attempt = session.scalars(select(Attempt).order_by(Attempt.id)).first()
    attempt.voided_at, attempt.void_reason = NOON, "替考"
    session.commit()
    assert hall.mark_all(desk) == 1


def test_rates_count_the_unmarked_as_taken_and_their_scores_not_at_all(
    app, hall: Hall, desk, session
) -> None:
    def total():
        with app.app_context():
            exam = db.session.get_one(ExamSession, hall.exam_id)
            return department_table(frames.counted(exam, AFTER))[-1]

    before = total()
    shown = {key: before.values[key] for key in ("due", "taken", "scored", "unmarked", "passed")}
    assert shown == {"due": 3, "taken": 3, "scored": 1, "unmarked": 2, "passed": 0}
    assert (before.figures["participation"], before.figures["mean"]) == (Decimal(100), Decimal(25))
    hall.mark_all(desk)
    assert total().values == before.values
    hall.close(app)
    after = total()
    assert (after.values["unmarked"], after.values["passed"]) == (0, 2)
    assert after.figures["mean"] == Decimal("31.67")


def test_the_list_says_who_waits_and_calls_no_unmarked_paper_to_the_makeup(
    app, hall: Hall, make, sign_in
) -> None:
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    shown = page(officer.get(f"/exam/sessions/{hall.exam_id}/manage"))
    assert shown.get_text().count("待阅卷") >= 2
    with app.app_context(), clock.frozen(AFTER):
        exam = db.session.get_one(ExamSession, hall.exam_id)
        owing = [each.entry.name for each in makeups.makeup_candidates(exam, clock.now())]
    assert owing == ["考生3"]
