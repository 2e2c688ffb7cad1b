"""One wrong item on several papers, on paper too; and what moved while a correction was planned."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core import clock
from core.db import db
from exam.attempts.responses import Response
from exam.kinds import PaperState
from exam.marking import corrections
from exam.marking.corrections import Stage
from exam.models import Attempt, Candidate, Correction, ExamSession, Form, PaperScore
from exam.on_paper import paper_scores
from exam.papers.snapshot import Paper
from exam.queries.marking import corrections as queries
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.attempts.taking import sealed
from exam.services.marking import applying, correcting
from exam.services.on_paper import scores as entering
from tests.exam.after import AFTER, sat, scores, sit_all, stored
from tests.exam.steps import approve, previewed, propose, undone
from tests.factories import NOON
from tests.pages import main


@pytest.fixture
def papers(app, make, session) -> tuple[Form, Form]:
    """A: the wrong item first; B: it comes second. Both of two items worth 50, keys 甲."""
    wrong = make.revision()
    made = make.form(wrong, make.revision(), marks=50), make.form(make.revision(), wrong, marks=50)
    with app.app_context():
        for each in made:
            building.seal(form=db.session.merge(each), at=NOON, by=None)
        db.session.commit()
    for each in made:
        session.refresh(each)
    session.commit()
    return made


@pytest.fixture
def officers(make):
    return make.account(Role.EXAM_ADMIN), make.account(Role.RESEARCH_OFFICE)


def on_paper(app, make, form: Form, officers, answers: dict[int, str] | None) -> ExamSession:
    """Somebody's script on paper, entered by one and checked by another."""
    hour = timedelta(hours=1)
    exam = make.exam_session(
        form, make.person(), on_paper=True, opens_at=NOON - 3 * hour, closes_at=NOON - hour
    )
    with app.app_context():
        candidate = db.session.get_one(Candidate, exam.candidates[0].id)
        score = entering.enter(
            candidate=candidate, entry=entry(sealed(candidate.form), answers), at=NOON,
            by=db.session.merge(officers[0]),
        )  # fmt: skip
        entering.check(score=score, at=NOON, by=db.session.merge(officers[1]))
        db.session.commit()
    return exam


def entry(paper: Paper, answers: dict[int, str] | None) -> paper_scores.Entry:
    if answers is None:
        return paper_scores.Entry(PaperState.SCORED, Decimal(50))
    items = {
        each.slot: paper_scores.read_item(each, answers[each.slot], Decimal("0.5"))
        for each in paper.slots
    }
    return paper_scores.of_items(paper, items, state=PaperState.SCORED, reason="")


def test_one_decision_corrects_every_paper_with_the_item_those_on_paper_too(
    app, make, session, papers, officers, sign_in
) -> None:
    here = sat(make, session, papers[0], 8, published_at=NOON)
    other = sit_all(make, session, papers[1], [make.person() for _ in range(5)])
    known = on_paper(app, make, papers[0], officers, {1: "B", 2: "A"})
    total = on_paper(app, make, papers[0], officers, None)
    exams = (here, other, known, total)
    before = [stored(session, each) for each in exams]
    number = propose(app, papers[0].id, officers[0])
    rows = session.scalars(select(Correction).order_by(Correction.id)).all()
    assert [(each.form_id, each.slot, each.together_id) for each in rows] == [
        (papers[0].id, 1, None), (papers[1].id, 2, number),
    ]  # fmt: skip
    desk = sign_in(officers[1])
    page = desk.get(f"/exam/corrections/{rows[1].id}", follow_redirects=True)
    assert "2 套：" in main(page)
    assert "须由人核对的线下答卷" in main(page)
    assert main(page).count("只录了总分，50 分") == 1
    assert main(desk.get("/exam/corrections")).count("等 2 套试卷") == 1
    preview = previewed(app, number)
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    assert seen == corrections.seen(preview)
    done = desk.post(
        f"/exam/corrections/{number}/approve", data={"opinion": "属实", "seen": seen},
        follow_redirects=True,
    )  # fmt: skip
    assert f"{len(preview)} 份答卷的成绩有变化" in done.text
    now = dict(session.execute(select(Attempt.id, Attempt.earned).order_by(Attempt.id)).all())
    session.commit()
    assert {each.attempt_id: now[each.attempt_id] for each in preview} == {
        each.attempt_id: each.new for each in preview
    }
    assert scores(session, known) == [100]
    assert scores(session, total) == [50]
    same = [stored(session, exam) == kept for exam, kept in zip(exams, before, strict=True)]
    assert same == [False, False, False, True]
    undone(app, number, officers)
    assert [stored(session, each) for each in exams] == before


def test_a_script_on_paper_that_is_entered_anew_is_scored_under_the_correction(
    app, make, session, papers, officers
) -> None:
    exam = on_paper(app, make, papers[0], officers, {1: "A", 2: "A"})
    number = propose(app, papers[0].id, officers[0])
    approve(app, number, officers[1])
    assert scores(session, exam) == [50]
    with app.app_context():
        candidate = db.session.get_one(Candidate, exam.candidates[0].id)
        again = entry(sealed(candidate.form), {1: "B", 2: "A"})
        score = entering.enter(
            candidate=candidate,
            entry=paper_scores.Entry(
                again.state, again.total, again.sections, again.items, reason="录错一题"
            ),
            at=NOON, by=db.session.merge(officers[0]),
        )  # fmt: skip
        entering.check(
            score=db.session.get_one(PaperScore, score.id), at=NOON,
            by=db.session.merge(officers[1]),
        )  # fmt: skip
        db.session.commit()
    assert scores(session, exam) == [100]


def test_who_hands_in_while_it_is_planned_is_scored_by_it_without_planning_anew(
    app, make, session, papers, officers
) -> None:
    sat(make, session, papers[0], 6)
    late = make.person()
    exam = make.exam_session(papers[0], late, shuffle_options=False)
    with app.app_context(), clock.frozen(NOON):
        attempt = taking.start(
            session=db.session.get_one(ExamSession, exam.id), person=db.session.merge(late), at=NOON
        )
        body = '{"choice":["A"]}'
        taking.save_answers(attempt=attempt, answers=[Response(1, 1, body)], at=NOON)
        db.session.commit()
        attempt_id = attempt.id
    number = propose(app, papers[0].id, officers[0])
    with app.app_context():
        early = applying.plan(queries.correction(number))
        assert attempt_id not in early[number].stands
    with app.app_context(), clock.frozen(NOON):
        taking.submit(attempt=db.session.get_one(Attempt, attempt_id), at=NOON)
        db.session.commit()
    with app.app_context():
        seen = corrections.seen(applying.changes(applying.plan(queries.correction(number))))
        done = correcting.approve(
            correction=queries.correction(number), plans=early, opinion="属实", seen=seen,
            at=AFTER, by=db.session.merge(officers[1]),
        )  # fmt: skip
        db.session.commit()
    assert attempt_id in {each.attempt_id for each in done}
    assert scores(session, exam) == [0]
    assert session.get_one(Correction, number).stage is Stage.APPLIED
