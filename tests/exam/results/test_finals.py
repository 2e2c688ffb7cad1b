"""定版: results made final, proved by their hash, changed only by two persons' reversal."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.permissions import Role
from app import cli
from core import clock
from core.db import db
from exam.kinds import Misconduct
from exam.marking.corrections import Remedy
from exam.models import (
    Answer,
    Attempt,
    AttemptVector,
    Candidate,
    Correction,
    ExamSession,
    Final,
    Form,
    Recheck,
)
from exam.queries.results import finals as final_queries
from exam.results.finals import sealed
from exam.services.assembling import building
from question_bank.item_types import ItemType
from tests.exam.after import AFTER, sat
from tests.exam.steps import approve, ask_undo, corrected, propose
from tests.factories import NOON
from tests.pages import main

LATER = AFTER + timedelta(days=10)


@pytest.fixture
def exam(app, make, session):
    """Three people's scored papers, published long enough ago that no recheck can be asked for."""
    form = make.form(make.revision(), make.revision(ItemType.MULTIPLE_CHOICE), marks=50)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.refresh(form)
    session.commit()
    exam = sat(make, session, form, 3, published_at=AFTER)
    with clock.frozen(LATER):
        yield exam


@pytest.fixture
def officers(exam, make, sign_in):
    return [sign_in(make.account(Role.EXAM_ADMIN)) for _ in range(2)]


def finals(session) -> list[Final]:
    session.commit()
    found = session.scalars(select(Final).order_by(Final.number)).all()
    session.commit()
    return list(found)


def verify(app, exam) -> tuple[int, dict]:
    done = app.test_cli_runner().invoke(cli, ["exam", "verify", str(exam.id), "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_a_final_is_proved_from_the_rows_and_any_change_shows(app, exam, officers, session) -> None:
    assert verify(app, exam)[0] == 1
    url = f"/exam/sessions/{exam.id}/final"
    assert "可以定版" in main(officers[0].get(url))
    officers[0].post(url)
    officers[0].post(url)
    [made] = finals(session)
    assert made.hash == sealed(1, made.parts)
    assert verify(app, exam) == (0, {
        "session": exam.id, "number": 1, "hash": made.hash, "recomputed": made.hash,
        "intact": True, "differs": [],
    })  # fmt: skip
    text = main(officers[0].get(f"{url}?verify=1"))
    assert ("与定版时一致" in text, made.hash in text) == (True, True)
    assert made.hash[:16] in main(officers[0].get(f"/exam/sessions/{exam.id}/manage"))
    last = made.hash
    for part, change in (
        ("list", update(Candidate).where(Candidate.id == 1).values(left_out=[2])),
        ("scores", update(Attempt).where(Attempt.id == 1).values(misconduct=Misconduct.PROXY)),
        ("scores", update(Attempt).where(Attempt.id == 1).values(draw_seed=7)),
        ("session", update(ExamSession).values(mark_tolerance=3)),
        ("traces", update(Answer).where(Answer.id == 1).values(saved_at=LATER)),
        ("traces", update(Attempt).where(Attempt.id == 1).values(deadline=LATER)),
        ("traces", update(Attempt).where(Attempt.id == 1).values(added_seconds=60)),
        ("traces", update(AttemptVector).where(AttemptVector.attempt_id == 1).values(share=b"\7")),
        ("scores", update(Attempt).where(Attempt.id == 1).values(earned=99)),
        ("answers", update(Answer).where(Answer.id == 1).values(response='{"choice":["D"]}')),
        ("list", update(Candidate).where(Candidate.id == 1).values(extra_minutes=5)),
        ("session", update(ExamSession).values(pass_score=1)),
    ):
        session.execute(change)
        session.commit()
        code, found = verify(app, exam)
        assert (code, part in found["differs"], found["intact"]) == (1, True, False)
        assert found["recomputed"] != last
        last = found["recomputed"]
    assert app.test_cli_runner().invoke(cli, ["exam", "verify", "没有"]).exit_code == 2


def test_a_final_that_is_forged_with_the_scores_is_told_from_the_trail(
    app, exam, officers, session
) -> None:
    officers[0].post(f"/exam/sessions/{exam.id}/final")
    session.execute(update(Attempt).where(Attempt.id == 1).values(earned=99))
    session.commit()
    with app.app_context():
        parts = final_queries.parts(db.session.get_one(ExamSession, exam.id))
        db.session.execute(update(Final).values(parts=parts, hash=sealed(1, parts)))
        db.session.commit()
    code, found = verify(app, exam)
    assert (code, found["intact"], found["hash"] == found["recomputed"]) == (1, False, True)
    assert "定版记录被改动过" in main(officers[0].get(f"/exam/sessions/{exam.id}/final?verify=1"))


def test_a_final_of_when_there_was_less_to_tell_is_still_proved_and_no_part_can_be_left_out(
    app, exam, officers, session, monkeypatch
) -> None:
    now = final_queries.parts

    def then(found: ExamSession) -> dict[str, str]:
        return {name: each for name, each in now(found).items() if name != "traces"}

    with monkeypatch.context() as older:
        older.setattr(final_queries, "parts", then)
        officers[0].post(f"/exam/sessions/{exam.id}/final")
    code, found = verify(app, exam)
    assert (code, found["intact"], found["differs"]) == (0, True, [])
    [made] = finals(session)
    fewer = {name: each for name, each in made.parts.items() if name != "scores"}
    session.execute(update(Final).values(parts=fewer, hash=sealed(1, fewer)))
    session.commit()
    code, found = verify(app, exam)
    # Nothing that it tells of differs, but the trail knows another final.
    assert (code, found["intact"]) == (1, False)


def test_a_key_that_is_changed_in_the_sealed_paper_shows(app, exam, officers, session) -> None:
    officers[0].post(f"/exam/sessions/{exam.id}/final")
    [form] = session.scalars(select(Form)).all()
    form.snapshot = form.snapshot.replace('"key":[', '"key":[3,', 1)
    session.commit()
    assert verify(app, exam)[1]["differs"] == ["papers"]
    assert "试卷被改动过" in main(officers[0].get(f"/exam/sessions/{exam.id}/final?verify=1"))


def test_what_is_still_open_keeps_results_from_being_final_unless_a_reason_is_given(
    exam, officers, session
) -> None:
    url = f"/exam/sessions/{exam.id}/final"
    session.add(Recheck(attempt_id=1, reason="请核", asked_at=AFTER, due_at=LATER))
    session.commit()
    refused = officers[0].post(url)
    assert (refused.status_code, "1 件复核未答复" in refused.text) == (409, True)
    running = session.get(Attempt, 2)
    running.submitted_at, running.earned = None, None
    session.commit()
    hard = officers[0].post(url, data={"reason": "急用"})
    assert (hard.status_code, "没有交卷" in hard.text) == (409, True)
    running.submitted_at, running.earned = NOON, 50
    session.commit()
    officers[0].post(url, data={"reason": "申请人已撤回"})
    assert [each.reason for each in finals(session)] == ["申请人已撤回"]


def test_before_publication_nothing_is_final(exam, officers, session) -> None:
    exam.published_at = None
    session.commit()
    refused = officers[0].post(f"/exam/sessions/{exam.id}/final", data={"reason": "急"})
    assert (refused.status_code, finals(session)) == (409, [])


def test_afterwards_scores_and_status_change_only_by_two_persons(
    app, exam, officers, make, session
) -> None:
    officers[0].post(f"/exam/sessions/{exam.id}/final")
    for act in ("void", "restore", "hand-in"):
        answer = officers[0].post(f"/exam/attempts/1/{act}", data={"reason": "替考"})
        assert (answer.status_code, "已经定版" in answer.text) == (409, True)
    officers[0].post("/exam/sessions/candidates/1/status", data={"status": "exempt", "reason": "x"})
    asked = officers[0].post("/exam/attempts/1/recheck", data={"slot": "0", "reason": "x"})
    assert asked.status_code == 403
    assert verify(app, exam)[0] == 0
    officers[0].post(
        "/exam/attempts/1/reversal", data={"reason": "核实替考", "misconduct": "proxy"}
    )
    own = officers[0].post("/exam/reversals/1/approve")
    assert (own.status_code, "另一人" in own.text, len(finals(session))) == (409, True, 1)
    assert officers[1].post("/exam/reversals/1/approve").status_code == 302
    assert officers[1].post("/exam/reversals/1/approve").status_code == 409
    first, second = finals(session)
    assert (second.number, first.hash != second.hash) == (2, True)
    assert "核实替考" in second.reason
    void = session.get(Attempt, 1, populate_existing=True)
    assert (void.voided_at is not None, void.misconduct) == (True, Misconduct.PROXY)
    session.commit()
    assert verify(app, exam)[0] == 0
    officers[1].post("/exam/attempts/1/reversal", data={"reason": "查无此事"})
    officers[1].post("/exam/reversals/2/decline")
    assert "未办理" in main(officers[0].get(f"/exam/sessions/{exam.id}/final"))


def test_a_correction_after_the_final_is_a_reversal_and_makes_the_next(
    app, exam, officers, make, session
) -> None:
    officers[0].post(f"/exam/sessions/{exam.id}/final")
    proposer, approver = make.account(Role.EXAM_ADMIN), make.account(Role.RESEARCH_OFFICE)
    number = propose(
        app, exam.form.id, proposer, remedy=Remedy.EVERYBODY, reason="题干有歧义", at=LATER
    )
    waits = main(officers[0].get(f"/exam/sessions/{exam.id}/final"))
    assert ("第 1 题本题全体给满分 ：题干有歧义" in waits, "没有冲正" in waits) == (True, False)
    approve(app, number, approver, at=LATER)
    first, second = finals(session)
    assert (first.number, second.number) == (1, 2)
    assert second.reason == "冲正：第 1 题本题全体给满分，题干有歧义"
    assert verify(app, exam)[0] == 0


def test_an_undoing_that_waits_is_still_open_and_of_a_part_the_final_says_which(
    app, exam, officers, make, session
) -> None:
    accounts = make.account(Role.EXAM_ADMIN), make.account(Role.RESEARCH_OFFICE)
    number = corrected(app, exam.form.id, accounts, Remedy.EVERYBODY, slot=1)
    ask_undo(app, number, accounts[0], at=LATER)
    url = f"/exam/sessions/{exam.id}/final"
    refused = officers[0].post(url)
    assert (refused.status_code, "1 项更正待批准" in refused.text) == (409, True)
    officers[0].post(url, data={"reason": "先定版"})
    assert "第 1 题的更正 ：更正有误" in main(officers[0].get(url))
    assert verify(app, exam)[0] == 0
    session.execute(update(Correction).values(part=1))
    session.commit()
    code, found = verify(app, exam)
    assert (code, found["differs"]) == (1, ["corrections"])
