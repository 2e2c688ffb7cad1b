"""A correction that changes the score of everybody who could approve it: two approve together."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import select

from accounts.models import Account, RoleGrant
from accounts.permissions import Role
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.marking import corrections
from exam.marking.corrections import Change, Remedy, Stage
from exam.models import Countersignature, ExamSession, ScoreChange
from exam.queries.marking import corrections as queries
from exam.services.assembling import building
from exam.services.marking import applying, correcting, deciding, undoing
from tests.exam.after import AFTER, sat, scores
from tests.exam.steps import approve, ask_undo, previewed, propose, undo
from tests.factories import NOON
from tests.pages import main


@pytest.fixture
def exam(app, make, session) -> ExamSession:
    """Forty people's scripts of two items, scored."""
    form = make.form(make.revision(), make.revision(), marks=50)
    with app.app_context():
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.refresh(form)
    session.commit()
    return sat(make, session, form, 40, published_at=NOON, closes_at=NOON)


@pytest.fixture
def asker(make) -> Account:
    return make.account(Role.EXAM_ADMIN)


@pytest.fixture
def number(app, exam, asker) -> int:
    """Marks for everybody, proposed."""
    return propose(app, exam.form.id, asker, remedy=Remedy.EVERYBODY)


@pytest.fixture
def officers(app, make, session, exam, number) -> list[Account]:
    """Three whose own scores change, and nobody else who could approve."""
    changed = [each.attempt_id for each in previewed(app, number)]
    people = [each.person for each in exam.candidates if each.attempts[0].id in changed]
    session.commit()
    roles = (Role.EXAM_ADMIN, Role.PAPER_SETTER, Role.RESEARCH_OFFICE)
    return [make.account(role, person=people[n]) for n, role in enumerate(roles)]


def kept(session) -> list[Change]:
    """What became of scores."""
    found = session.scalars(select(ScoreChange).order_by(ScoreChange.attempt_id)).all()
    changes = [Change(each.attempt_id, each.old, each.new) for each in found]
    session.commit()
    return changes


def decline(app, act, number: int, by: Account) -> None:
    changes = previewed(app, number)
    with app.app_context():
        found, by = queries.correction(number), db.session.merge(by)
        act(correction=found, changes=changes, opinion="再议", at=AFTER, by=by)
        db.session.commit()


def stage(app, number: int) -> Stage:
    with app.app_context():
        return queries.correction(number).stage


def test_two_approve_together_and_the_first_alone_changes_nothing(
    app, session, exam, number, officers
) -> None:
    before = scores(session, exam)
    assert approve(app, number, officers[0], opinion="条文已废止") is None
    assert (stage(app, number), scores(session, exam)) == (Stage.PROPOSED, before)
    assert approve(app, number, officers[1]) == kept(session)
    assert stage(app, number) is Stage.APPLIED
    assert scores(session, exam) != before
    with app.app_context():
        applied = queries.correction(number)
        [first] = applied.joined()
        assert (first.by_id, first.opinion) == (officers[0].id, "条文已废止")
        assert applied.approved_by_id == officers[1].id
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    session.commit()
    assert [each for each in acts if each.startswith("correction.")] == [
        "correction.propose", "correction.countersign", "correction.approve",
    ]  # fmt: skip


def test_one_is_not_two_and_who_asked_is_none_of_them(
    app, session, number, asker, officers
) -> None:
    approve(app, number, officers[0])
    with pytest.raises(deciding.Signed):
        approve(app, number, officers[0])
    with pytest.raises(correcting.SamePerson):
        approve(app, number, asker)
    assert stage(app, number) is Stage.PROPOSED


def test_whose_score_stays_decides_alone_and_the_others_do_not(app, make, number, officers) -> None:
    approve(app, number, officers[0])
    free = make.account(Role.RESEARCH_OFFICE)
    with pytest.raises(deciding.OwnScore):
        approve(app, number, officers[1])
    assert approve(app, number, free)
    with app.app_context():
        assert queries.correction(number).joined() == []


def test_an_only_one_does_not_decide_alone(app, session, number, officers) -> None:
    for each in officers[1:]:
        session.delete(session.scalars(select(RoleGrant).filter_by(account_id=each.id)).one())
    session.commit()
    with pytest.raises(deciding.TooFew, match="另行授权"):
        approve(app, number, officers[0])


def test_two_who_signed_while_the_other_had_no_right_to_are_not_stuck(
    app, session, number, officers
) -> None:
    def opened(officer: Account, at: datetime | None) -> None:
        session.get_one(Account, officer.id).disabled_at = at
        session.commit()

    approve(app, number, officers[0])
    opened(officers[0], NOON)
    assert approve(app, number, officers[1]) is None, "who cannot sign in is none of two"
    opened(officers[0], None)
    opened(officers[2], NOON)
    with app.app_context():
        found = queries.correction(number)
        who = deciding.deciders(found, applying.changes(applying.plan(found)))
        assert [who.may(each.id) for each in officers] == [True, True, False]
    assert approve(app, number, officers[0])
    with app.app_context():
        assert [each.by_id for each in queries.correction(number).joined()] == [officers[1].id]


def test_what_was_approved_of_another_preview_counts_for_nothing(
    app, session, exam, number, asker, officers, make
) -> None:
    approve(app, number, officers[0])
    # Another correction of the same paper, in force meanwhile, moves what this one does.
    other = propose(app, exam.form.id, asker, slot=2, remedy=Remedy.EVERYBODY)
    free = make.account(Role.RESEARCH_OFFICE)
    approve(app, other, free)
    session.delete(session.scalars(select(RoleGrant).filter_by(account_id=free.id)).one())
    session.commit()
    assert approve(app, number, officers[1]) is None
    assert approve(app, number, officers[0])
    with app.app_context():
        [first] = queries.correction(number).joined()
        assert first.by_id == officers[1].id


def test_two_at_once_are_two(app, session, exam, number, officers) -> None:
    done: list[list[Change] | None] = []
    threads = [
        threading.Thread(target=lambda by=each: done.append(approve(app, number, by)))
        for each in officers[:2]
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(done, key=bool) == [None, kept(session)]
    assert stage(app, number) is Stage.APPLIED


def test_two_take_it_back_together(app, session, exam, number, asker, officers) -> None:
    before = scores(session, exam)
    approve(app, number, officers[0])
    approve(app, number, officers[1])
    ask_undo(app, number, officers[0])
    with pytest.raises(undoing.SameUndoer):
        undo(app, number, officers[0])
    # Who asked for the correction took no part in the exam, so that one alone is enough.
    with pytest.raises(deciding.OwnScore):
        undo(app, number, officers[1])
    session.delete(session.scalars(select(RoleGrant).filter_by(account_id=asker.id)).one())
    session.commit()
    assert undo(app, number, officers[1]) is None
    assert stage(app, number) is Stage.APPLIED
    assert undo(app, number, officers[2])
    assert (stage(app, number), scores(session, exam)) == (Stage.UNDONE, before)
    with app.app_context():
        undone = queries.correction(number)
        assert [each.by_id for each in undone.joined(undone.undoings[0])] == [officers[1].id]
        assert len(undone.joined()) == 1


def test_who_declines_ends_what_another_one_had_approved(app, session, number, officers) -> None:
    approve(app, number, officers[0])
    decline(app, correcting.decline, number, officers[1])
    assert stage(app, number) is Stage.DECLINED
    counted = session.scalars(select(Countersignature)).one().counted
    session.commit()
    assert not counted


def test_whose_score_changes_does_not_turn_it_down_where_another_one_decides(
    app, make, number, asker, officers, sign_in
) -> None:
    free = make.account(Role.RESEARCH_OFFICE)
    with pytest.raises(deciding.OwnScore):
        decline(app, correcting.decline, number, officers[0])
    url = f"/exam/corrections/{number}"
    with clock.frozen(AFTER):
        told = [sign_in(each).get(url).text for each in (asker, officers[0], free)]
    assert [f'action="{url}/decline"' in each for each in told] == [True, False, True]
    approve(app, number, free)
    ask_undo(app, number, free)
    with pytest.raises(deciding.OwnScore):
        decline(app, undoing.decline_undo, number, officers[0])
    decline(app, undoing.decline_undo, number, free)
    assert stage(app, number) is Stage.APPLIED


def test_the_page_leads_both_through_it(app, session, number, asker, officers, sign_in) -> None:
    url = f"/exam/corrections/{number}"
    with clock.frozen(AFTER):
        desk, first, second = (sign_in(each) for each in (asker, *officers[:2]))
        names = [each.person.name for each in officers]
        session.commit()
        told = main(desk.get(url))
        assert "须由提出人以外的两人共同批准" in told
        assert f"可以批准的：{'、'.join(names)}" in told
        page = first.get(url)
        assert "批准（须两人）" in main(page)
        assert "您批准后，还须另一人批准" in main(page)
        seen = page.text.split('name="seen" value="')[1].split('"')[0]
        given = {"opinion": "条文已废止。", "seen": seen}
        answer = first.post(f"{url}/approve", data=given, follow_redirects=True)
        assert "已记下您的批准" in answer.text
        assert "您已于" in main(answer)
        assert "批准并重新判分" not in main(answer)
        again = first.post(f"{url}/approve", data=given)
        assert (again.status_code, "您已经批准" in again.text) == (422, True)
        page = main(second.get(url))
        assert f"{names[0]}已于" in page
        assert "批准，意见：“条文已废止。”。" in page
        assert "您批准后即生效" in page
        assert "批准并重新判分" in page
        answer = second.post(f"{url}/approve", data=given, follow_redirects=True)
        assert "更正已生效" in answer.text
        assert f"{names[0]}于" in main(answer), "both are named"
        assert "批准（“条文已废止。”）；" in main(answer)
        assert f"{names[1]}，" in main(answer)


def test_an_opinion_is_shown_as_written_and_is_no_longer_than_its_place(
    app, number, officers, sign_in
) -> None:
    url = f"/exam/corrections/{number}"
    with clock.frozen(AFTER):
        first, second = (sign_in(each) for each in officers[:2])
        given = {"seen": corrections.seen(previewed(app, number))}
        long = first.post(f"{url}/approve", data=given | {"opinion": "法" * 301})
        assert (long.status_code, "不超过 300 字" in long.text) == (422, True)
        script = "<script>alert(1)</script>"
        first.post(f"{url}/approve", data=given | {"opinion": script})
        page = second.get(url)
        assert (script in main(page), script in page.text) == (True, False)
        answer = second.post(
            f"{url}/approve", data=given | {"opinion": "<b>属实</b>"}, follow_redirects=True
        )
        assert "更正已生效" in answer.text
        assert (script in main(answer), script in answer.text) == (True, False)
        assert ("<b>属实</b>" in main(answer), "<b>属实</b>" in answer.text) == (True, False)
