"""Corrections of papers that persons marked, or that differ from one candidate to the next."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.permissions import Role
from core.db import db
from exam.attempts.responses import Response
from exam.marking.corrections import Remedy
from exam.marking.double_marking import Reader, Unit
from exam.marking.rechecks import Verdict
from exam.marking.scoring import NOT_ASKED
from exam.models import Answer, Attempt, AttemptVector, ExamSession, Form, Marking, Recheck
from exam.services.assembling import building
from exam.services.marking import marks, rechecking
from tests.exam.after import AFTER, sat, scores, stored
from tests.exam.items import SHORT, SINGLE
from tests.exam.marked import ALL, HALF, grader, seated
from tests.exam.steps import corrected, undone
from tests.factories import NOON
from tests.pages import main, page
from tests.pages import shown as seen_again


@pytest.fixture
def officers(make):
    return make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER)


def sealed(app, make, session, items: int, **given) -> Form:
    form = make.form(*[make.revision() for _ in range(items)], marks=25, **given)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.refresh(form)
    session.commit()
    return form


def rescored(app, exam_id: int) -> None:
    """Every paper scored once more, one at a time, as marking does it."""
    with app.app_context():
        here = select(Attempt).where(Attempt.session_id == exam_id)
        for each in db.session.scalars(here).all():
            marks.rescore(attempt=each, at=AFTER)
        db.session.commit()


@pytest.mark.parametrize("remedy", [Remedy.NEW_KEY, Remedy.SPREAD, Remedy.STRUCK])
def test_a_correction_changes_those_who_drew_the_item_and_nobody_else(
    app, make, session, officers, remedy
) -> None:
    form = sealed(app, make, session, 8, alternatives=2)
    exam = sat(make, session, form, 24)
    before = stored(session, exam)
    drew = {
        row.attempt_id
        for row in session.query(AttemptVector.attempt_id, AttemptVector.share)
        if row.share[2] != NOT_ASKED
    }
    ids = [row.id for row in session.query(Attempt.id).order_by(Attempt.id)]
    old = scores(session, exam)
    assert 0 < len(drew) < 24
    number = corrected(app, form.id, officers, remedy, slot=3,
                       key="B" if remedy is Remedy.NEW_KEY else "")  # fmt: skip
    new = scores(session, exam)
    changed = {number for number, was, now in zip(ids, old, new, strict=True) if was != now}
    assert changed
    assert changed <= drew
    after = stored(session, exam)
    rescored(app, exam.id)
    assert stored(session, exam) == after
    undone(app, number, officers)
    assert stored(session, exam) == before


def test_marks_are_spread_alike_in_whatever_order_the_items_were_met(
    app, make, session, officers
) -> None:
    """What is left of 100 in thirds goes to the same items for everybody."""
    form = sealed(app, make, session, 4)
    exam = sat(make, session, form, 12, shuffle_items=True)
    corrected(app, form.id, officers, Remedy.SPREAD, slot=2)
    after = stored(session, exam)
    assert {Decimal("33.34"), Decimal("33.33")} <= {
        row.earned for row in session.query(Answer.earned)
    }
    session.commit()
    rescored(app, exam.id)
    assert stored(session, exam) == after


def test_what_is_marked_on_a_shuffled_paper_stands_where_the_sealed_paper_has_it(
    app, noon, make, session, sign_in
) -> None:
    hall = seated(
        app, make, session, ["一", "二", "三", "四"], examples=(SHORT, SHORT, SHORT),
        answers=lambda text: [Response(2, 1, f'{{"text":"{text}"}}')], shuffle_items=True,
    )  # fmt: skip
    hall.mark_all(grader(make, sign_in, "评卷甲"), ALL)
    assert hall.earned() == [20] * 4
    hall.close(app)
    assert {row.right for row in session.query(AttemptVector.right)} == {b"\0\1\0"}


def test_a_recheck_decides_what_two_readers_left_in_between(
    app, noon, make, session, sign_in, officers
) -> None:
    """… and a correction before and after it scores by what counts, not by the last reading."""
    hall = seated(
        app, make, session, ["甲", "乙"], examples=(SINGLE, SHORT), double_marking=True,
        mark_tolerance=Decimal(20), tolerance_unit=Unit.MARKS,
        answers=lambda text: [Response(1, 1, '{"choice":["A"]}'),
                              Response(2, 1, f'{{"text":"{text}"}}')],
    )  # fmt: skip
    for name, points in (("评卷甲", HALF), ("评卷乙", ALL)):
        hall.mark_all(grader(make, sign_in, name), points)
    assert hall.earned() == [15, 15]
    number = corrected(app, hall.form_id, officers, Remedy.EVERYBODY, slot=1)
    assert hall.earned() == [35, 35]
    with app.app_context():
        exam = db.session.get_one(ExamSession, hall.exam_id)
        exam.published_at = exam.marking_closed_at = NOON
        attempt = exam.candidates[0].attempts[0]
        rechecking.ask(attempt=attempt, person=attempt.candidate.person, slot=0, reason="请看",
                       at=NOON)  # fmt: skip
        db.session.commit()
        recheck_id = db.session.scalars(select(Recheck.id)).one()
    other = grader(make, sign_in, "复核丙")
    url = f"/exam/rechecks/{recheck_id}"
    shown = page(other.get(url))
    assert [each["value"] for each in shown.select("input[name^=points][checked]")] == ["0"]
    assert main(other.get(url)).count("一人认可") == 2
    answer = {"verdict": Verdict.CHANGED.value, "reply": "只写到一点", "points-2-0": ["0"]}
    refused = other.post(url, data=answer)
    assert (refused.status_code, "与原评阅相同" in refused.text) == (422, True)
    unsaid = other.post(url, data=answer | {"points-2-0": ["0", "1"]})
    assert (unsaid.status_code, "第 2 题改动了采分点" in unsaid.text) == (422, True)
    assert len(seen_again(unsaid).select("input[name^=points][checked]")) == 2
    kept = other.post(url, data=answer | {"change-2": "1", "verdict": "upheld"})
    assert (kept.status_code, "勾选的采分点与原评阅不同" in kept.text) == (422, True)
    assert seen_again(kept).select_one("input[name=change-2]").has_attr("checked")
    assert other.post(url, data=answer | {"change-2": "1"}).status_code == 302
    assert hall.earned() == [30, 35]
    assert session.scalars(select(Marking.reader).order_by(Marking.id)).all()[-1] is Reader.RECHECK
    session.rollback()
    undone(app, number, officers)
    assert hall.earned() == [10, 15]
