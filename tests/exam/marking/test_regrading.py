"""A key found wrong after the exam: previewed, approved by another, applied, taken back."""

import threading
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.permissions import Role
from core import clock
from core.db import db
from core.errors import Refused
from exam.attempts.responses import Response
from exam.marking import corrections
from exam.marking.corrections import Remedy, Stage
from exam.models import Attempt, Correction, ExamSession, Form, ScoreChange
from exam.queries.marking import corrections as queries
from exam.services.assembling import building
from exam.services.attempts import taking
from exam.services.marking import applying, correcting, undoing
from exam.services.marking.regrading import NotAsScored
from question_bank.item_types import ItemType
from question_bank.models import Item, ItemComment, ItemState
from tests.exam.after import sat, scores, stored
from tests.exam.steps import approve, ask_undo, previewed, propose, undo, undone
from tests.factories import NOON


@pytest.fixture
def form(app, make, session) -> Form:
    """Three single choices (key 甲) and a multiple one (甲, 乙), 25 marks each."""
    kinds = [ItemType.SINGLE_CHOICE] * 3 + [ItemType.MULTIPLE_CHOICE]
    form = make.form(*[make.revision(each) for each in kinds], marks=25)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.refresh(form)
    session.commit()
    return form


@pytest.fixture
def officers(make):
    return make.account(Role.EXAM_ADMIN), make.account(Role.PAPER_SETTER)


def row(session, number: int) -> Correction:
    session.commit()
    found = session.get(Correction, number, populate_existing=True)
    session.commit()
    return found


@pytest.mark.parametrize(
    ("remedy", "key"),
    [(Remedy.NEW_KEY, "B"), (Remedy.ALSO, "B"), (Remedy.EVERYBODY, ""), (Remedy.SPREAD, ""),
     (Remedy.STRUCK, "")],
    ids=lambda each: getattr(each, "value", ""),
)  # fmt: skip
def test_what_is_previewed_on_many_scripts_is_what_is_done_and_undone(
    app, make, session, form, officers, remedy, key
) -> None:
    exam = sat(make, session, form, 300 if remedy is Remedy.NEW_KEY else 12)
    before, old = stored(session, exam), scores(session, exam)
    number = propose(app, form.id, officers[0], remedy=remedy, key=key)
    preview = previewed(app, number)
    assert stored(session, exam) == before
    assert preview
    approve(app, number, officers[1])
    ids = [each.id for each in session.scalars(select(Attempt).order_by(Attempt.id))]
    session.commit()
    now = dict(zip(ids, scores(session, exam), strict=True))
    assert {each.attempt_id: each.new for each in preview} == {
        each: now[each] for each, was in zip(ids, old, strict=True) if now[each] != was
    }
    kept = session.scalars(select(ScoreChange).order_by(ScoreChange.attempt_id)).all()
    assert [(each.attempt_id, each.old, each.new) for each in kept] == [
        (each.attempt_id, each.old, each.new) for each in preview
    ]
    session.commit()
    applied = row(session, number)
    assert (applied.stage, applied.before != applied.after) == (Stage.APPLIED, True)
    undone(app, number, officers)
    assert stored(session, exam) == before
    with app.app_context():
        restored = corrections.digest(queries.scores(form.id))
    assert restored == row(session, number).before


def test_the_sealed_paper_stays_and_its_item_is_stopped_in_the_bank(
    app, make, session, form, officers
) -> None:
    sat(make, session, form, 3)
    seal = (form.snapshot, form.hash)
    approve(app, propose(app, form.id, officers[0]), officers[1])
    session.expire_all()
    assert (form.snapshot, form.hash) == seal
    item = session.get(Item, form.slots[0].revision.item_id)
    assert item
    assert item.state is ItemState.QUARANTINED
    assert "条文规定的是乙" in session.scalars(select(ItemComment.text)).one()


def test_two_persons_approve_and_two_undo(app, make, session, form, officers) -> None:
    sat(make, session, form, 3)
    number = propose(app, form.id, officers[0])
    with pytest.raises(correcting.SamePerson):
        approve(app, number, officers[0])
    approve(app, number, officers[1])
    with pytest.raises(Refused, match="没有待批准的撤销"):
        undo(app, number, officers[1], seen="")
    ask_undo(app, number, officers[1])
    with pytest.raises(Refused, match="已有待批准的撤销"):
        ask_undo(app, number, officers[0])
    with pytest.raises(undoing.SameUndoer):
        undo(app, number, officers[1], seen="")
    with pytest.raises(applying.Changed):
        undo(app, number, officers[0], seen="x")
    with pytest.raises(Refused, match="已经处理过"):
        approve(app, number, officers[1], seen="")


def test_nobody_approves_what_changes_their_own_score(app, make, session, form, officers) -> None:
    sat(make, session, form, 12)
    number = propose(app, form.id, officers[0])
    mine = session.get(Attempt, previewed(app, number)[0].attempt_id)
    own = make.account(Role.PAPER_SETTER, person=session.get(Person, mine.person_id))
    with pytest.raises(Refused, match="本人的成绩"):
        approve(app, number, own)


def test_a_paper_handed_in_after_the_preview_makes_the_approver_look_again(
    app, make, session, form, officers
) -> None:
    sat(make, session, form, 5)
    number = propose(app, form.id, officers[0])
    seen = corrections.seen(previewed(app, number))
    late = make.person()
    exam = make.exam_session(form, late, shuffle_options=False)
    attempt_id = begin(app, exam, late, "B")
    hand_in(app, attempt_id)
    with pytest.raises(applying.Changed):
        approve(app, number, officers[1], seen=seen)
    approve(app, number, officers[1])
    session.commit()
    assert session.get(Attempt, attempt_id, populate_existing=True).earned == 25


def begin(app, exam, person, letter: str) -> int:
    """Somebody is sitting and has chosen a letter for the first item."""
    with app.app_context(), clock.frozen(NOON):
        attempt = taking.start(
            session=db.session.get_one(ExamSession, exam.id), person=db.session.merge(person),
            at=NOON,
        )  # fmt: skip
        taking.save_answers(
            attempt=attempt, answers=[Response(1, 1, f'{{"choice":["{letter}"]}}')], at=NOON
        )
        db.session.commit()
        return attempt.id


def hand_in(app, attempt_id: int) -> None:
    with app.app_context(), clock.frozen(NOON):
        taking.submit(attempt=db.session.get_one(Attempt, attempt_id), at=NOON)
        db.session.commit()


def test_those_who_hand_in_while_a_correction_is_applied_are_scored_by_it(
    app, make, session, form, officers
) -> None:
    people = [make.person() for _ in range(6)]
    exam = make.exam_session(form, *people, shuffle_options=False)
    attempts = [begin(app, exam, each, "B") for each in people]
    hand_in(app, attempts.pop())
    number = propose(app, form.id, officers[0])
    failures: list[BaseException] = []

    def tried(act, *args) -> None:
        try:
            act(*args)
        except BaseException as error:
            failures.append(error)

    def approve_in_the_end(seen: str | None) -> object:
        """Whoever approves looks again as often as somebody hands in meanwhile."""
        while True:
            try:
                return approve(app, number, officers[1], seen=seen)
            except applying.Changed:
                seen = None

    seen = corrections.seen(previewed(app, number))
    threads = [threading.Thread(target=tried, args=(hand_in, app, each)) for each in attempts]
    threads.insert(2, threading.Thread(target=tried, args=(approve_in_the_end, seen)))
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    assert scores(session, exam) == [25] * 6


def test_scores_that_the_rules_do_not_give_are_looked_at_before_anything_is_changed(
    app, make, session, form, officers
) -> None:
    exam = sat(make, session, form, 3)
    number = propose(app, form.id, officers[0])
    session.query(Attempt).where(Attempt.session_id == exam.id).update(
        {Attempt.earned: Decimal(99)}
    )
    session.commit()
    with pytest.raises(NotAsScored, match="3 份"):
        previewed(app, number)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": "A"}, "没有需要更正"),
        ({"key": "Z"}, "选项"),
        ({"slot": 9}, "没有这道题"),
        ({"remedy": Remedy.NEW_KEY, "key": ""}, "选项字母"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_with_a_reason(
    app, make, session, form, officers, given, said
) -> None:
    sat(make, session, form, 1)
    with pytest.raises(Refused, match=said):
        propose(app, form.id, officers[0], **given)


def test_before_anybody_handed_in_the_paper_is_mended_instead(app, form, officers) -> None:
    with pytest.raises(Refused, match="还没有人交卷"):
        propose(app, form.id, officers[0])
