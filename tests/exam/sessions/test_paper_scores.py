"""Exams on paper: entered by one, checked by another, counted as any other."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.permissions import Role
from analytics.frames import exam as frames
from analytics.frames import items
from core import clock
from core.db import db
from core.errors import Refused
from exam.kinds import PaperState
from exam.models import (
    Attempt,
    AttemptVector,
    ExamSession,
    Final,
    PaperScore,
)
from exam.on_paper.paper_scores import Entry
from exam.queries.marking import corrections as correction_queries
from exam.services.attempts import taking
from exam.services.on_paper import scores as services
from exam.services.results import finals
from exam.services.sessions import planning as session_services
from tests.exam.sessions.scripts import scored
from tests.factories import NOON
from tests.pages import main

HOUR = timedelta(hours=1)
D = Decimal


def test_a_score_counts_once_another_has_checked_it(make, on_paper, officers, do, rows) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    entered = do(exam, scored("86.5"), first)
    assert rows(Attempt) == []
    with pytest.raises(services.SamePerson):
        do.check(entered, first)
    do.check(entered, second)
    do.check(entered, second)
    [attempt] = rows(Attempt)
    assert (attempt.earned, attempt.submitted_at, attempt.holder_id) == (
        D("86.5"), exam.closes_at, None,
    )  # fmt: skip
    assert rows(AttemptVector) == [], "nothing is known of its items"


def test_the_same_entry_sent_twice_is_made_once(make, on_paper, officers, do, rows) -> None:
    exam = on_paper(make.person())
    assert do(exam, scored(80), officers[0]) == do(exam, scored(80), officers[0])
    assert len(rows(PaperScore)) == 1


def test_a_correction_needs_a_reason_and_another_check(make, on_paper, officers, do, rows) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    do.check(do(exam, scored(59), first), second)
    with pytest.raises(Refused, match="理由"):
        do(exam, scored(61), first)
    corrected = do(exam, scored(61, "漏加第二大题 2 分"), second)
    [attempt] = rows(Attempt)
    assert attempt.earned == 59, "until it is checked, what was checked counts"
    with pytest.raises(services.SamePerson):
        do.check(corrected, second)
    do.check(corrected, first)
    assert rows(Attempt)[0].earned == 61


def test_a_final_on_paper_is_reversed_by_a_second_check_and_no_correction_counts_it(
    app, make, on_paper, officers, do, rows
) -> None:
    exam, (first, second) = on_paper(make.person(), published_at=NOON), officers
    do.check(do(exam, scored(59), first), second)
    with app.app_context():
        here = db.session.get_one(ExamSession, exam.id)
        finals.finalise(session=here, reason="急用", at=NOON, by=db.session.merge(first))
        assert correction_queries.handed_in(here.form.id) == 0
        assert list(correction_queries.scripts(here.form.id)) == []
        db.session.commit()
    pending = do(exam, scored(61, "漏加第二大题 2 分"), first)
    proofs = []
    for checked in (False, True):
        if checked:
            do.check(pending, second)
        with app.app_context():
            proof = finals.verify(db.session.get_one(ExamSession, exam.id))
            proofs.append((proof.intact, proof.final.number))
    assert proofs == [(True, 1), (True, 2)]
    assert "漏加" in rows(Final)[1].reason


def test_what_was_changed_meanwhile_is_not_checked(make, on_paper, officers, do) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    seen = do(exam, scored(70), first)
    do(exam, scored(71), first)
    with pytest.raises(services.Changed):
        do.check(seen, second)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on_paper": False}, "不是线下"),
        ({"closes_at": NOON + HOUR}, "考试结束后"),
        ({"cancelled_at": NOON}, "已取消"),
    ],
    ids=["on line", "not over", "cancelled"],
)
def test_scores_are_entered_for_a_paper_exam_that_is_over(
    make, on_paper, officers, do, given, said
) -> None:
    with pytest.raises(Refused, match=said):
        do(on_paper(make.person(), **given), scored(80), officers[0])


def test_nobody_enters_or_checks_their_own_score(make, on_paper, officers, do) -> None:
    first, second = officers
    exam = on_paper(first.person)
    with pytest.raises(services.OwnScore):
        do(exam, scored(80), first)
    entered = do(exam, scored(80), second)
    with pytest.raises(services.OwnScore):
        do.check(entered, first)


def test_nobody_begins_a_paper_exam_here(app, make, on_paper) -> None:
    person = make.person()
    exam = on_paper(person, closes_at=NOON + HOUR)
    with app.app_context(), pytest.raises(taking.OnPaper):
        taking.start(session=db.session.get(ExamSession, exam.id), person=person, at=NOON)


def test_absent_and_void_count_as_they_do_on_line_and_results_wait_for_everybody(
    app, make, on_paper, officers, do, session
) -> None:
    exam, (first, second) = on_paper(*(make.person() for _ in range(4))), officers
    entries = [
        scored(90), scored(40), Entry(PaperState.ABSENT),
        Entry(PaperState.VOIDED, D(70), reason="夹带资料"),
    ]  # fmt: skip
    ids = [do(exam, entry, first, place) for place, entry in enumerate(entries)]

    def publish() -> None:
        with app.app_context():
            found = db.session.get(ExamSession, exam.id)
            session_services.publish_results(session=found, at=NOON, by=None)
            db.session.commit()

    for each in ids[:3]:
        do.check(each, second)
    with pytest.raises(Refused, match="还有 1 人"):
        publish()
    do.check(ids[3], second)
    publish()
    with app.app_context():
        found = frames.counted(db.session.get(ExamSession, exam.id), NOON)
        assert items.scored(exam.id, exam.form).papers == 0
    assert found[["sat", "passed", "excellent", "voided"]].sum().to_dict() == {
        "sat": 3, "passed": 1, "excellent": 1, "voided": 1,
    }  # fmt: skip
    assert found["score"].tolist() == [9000, 4000, 0, 0]


def test_somebody_taken_for_another_can_be_absent_after_all(
    make, on_paper, officers, do, rows
) -> None:
    exam, (first, second) = on_paper(make.person()), officers
    do.check(do(exam, scored(90), first), second)
    do.check(do(exam, Entry(PaperState.ABSENT, reason="录错了人"), first), second)
    assert rows(Attempt) == []


def test_the_candidate_sees_the_score_and_no_empty_paper(
    noon, make, on_paper, officers, do, sign_in, rows, session
) -> None:
    account = make.account(Role.STAFF)
    exam, (first, second) = on_paper(account.person), officers
    client = sign_in(account)
    assert "线下纸笔考试" in main(client.get(f"/exam/sessions/{exam.id}"))
    assert "待登分" in main(client.get("/exam/"))
    do.check(do(exam, scored(75), first), second)
    [attempt] = rows(Attempt)
    page = main(client.get(f"/exam/attempts/{attempt.id}/result"))
    assert ("成绩：公布成绩后可查看" in page, "75" in page) == (True, False)
    session.get_one(ExamSession, exam.id).published_at = NOON
    session.commit()
    page = main(client.get(f"/exam/attempts/{attempt.id}/result"))
    assert "得分 75 分" in page
    assert "用时" not in page
    assert "第 1 题" not in page


def test_each_script_is_scored_by_the_paper_that_was_dealt(
    make, sealed_form, on_paper, officers, do, session, rows
) -> None:
    exam, (first, second) = on_paper(make.person(), make.person()), officers
    other = sealed_form(3)
    exam.candidates[1].form_id = other.id
    session.commit()
    with pytest.raises(Refused, match="超过满分 99 分"):
        do(exam, scored(100), first, 1)
    for place, total in enumerate((100, 99)):
        do.check(do(exam, scored(total), first, place), second)
    assert [(each.form_id, each.earned) for each in rows(Attempt)] == [
        (exam.form.id, 100), (other.id, 99),
    ]  # fmt: skip


def test_a_paper_that_differs_from_person_to_person_is_not_for_a_room(
    app, make, sealed_form, arranged, sign_in, officers, session
) -> None:
    form = sealed_form()
    form.alternatives = 2
    session.commit()
    client = sign_in(officers[0])
    with clock.frozen(NOON):
        answer = client.post(
            f"/exam/sessions/new?form={form.id}", data=arranged | {"on_paper": "y"}
        )
        assert "每人随机抽题，不能用于线下纸笔考试" in answer.get_data(as_text=True)
        answer = client.get(f"/exam/forms/{form.id}/paper.docx")
    assert "每人随机抽题" in answer.get_data(as_text=True)
