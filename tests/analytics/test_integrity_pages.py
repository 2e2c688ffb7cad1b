"""What the officer is shown of copying and speed, and that it stays a note."""

import json
from datetime import timedelta

import numpy as np
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, select

from accounts.models import Person
from accounts.permissions import Role
from analytics.integrity.models import IntegrityNote
from core import clock
from core.audit.models import AuditRecord
from core.db import db
from exam.models import Answer, Attempt, AttemptVector
from exam.papers import snapshot
from exam.papers.ordering import order_of
from exam.services.assembling import building
from question_bank.types import letter
from tests.factories import NOON, Make

ITEMS, PEOPLE = 24, 60


@pytest.fixture(autouse=True)
def _much_later():
    with clock.frozen(NOON + timedelta(days=40)):
        yield


@pytest.fixture
def exam(app, make: Make, session):
    """60 people of one unit; the second copied the first, the third took a second an item."""
    form = make.form(*(make.revision() for _ in range(ITEMS)), marks=5)
    with app.app_context(), clock.frozen(NOON):
        building.seal(form=db.session.merge(form), at=NOON, by=None)
        db.session.commit()
    session.expire_all()
    unit, rng = make.unit("办信司"), np.random.default_rng(8)
    people = [
        Person(staff_number=f"I{n:03}", name=f"考生{n}", home_unit=unit, work_unit=unit,
               stat_unit=unit, joined_on=NOON.date())
        for n in range(PEOPLE)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    given, paper = make.exam_session(form, *people), snapshot.load(form.snapshot)
    picks = np.where(
        rng.random((PEOPLE, ITEMS)) < 0.55, 0, rng.integers(1, 4, (PEOPLE, ITEMS))
    )  # fmt: skip
    picks[1] = picks[0]
    taken = np.exp(rng.normal(3.2, 0.4, (PEOPLE, ITEMS)))
    taken[2] = 1.5
    scripts = [
        Attempt(
            candidate=each, person_id=each.person_id, session=given, form=form, number=1,
            started_at=given.opens_at, deadline=given.closes_at, seed=n,
            submitted_at=given.closes_at, earned=5 * int((row == 0).sum()),
        )
        for n, (each, row) in enumerate(zip(given.candidates, picks, strict=True), 1)
    ]  # fmt: skip
    session.add_all(scripts)
    session.flush()
    session.execute(
        insert(Answer),
        [
            {
                "attempt_id": each.id, "slot": slot.slot, "seq": 1,
                "response": json.dumps(
                    {"choice": [letter(list(order_of(each.seed, slot.slot, slot)).index(pick))]}
                ),
                "saved_at": given.opens_at + timedelta(seconds=float(since)),
                "earned": 5 if pick == 0 else 0,
            }
            for each, row, clocked in zip(scripts, picks, taken.cumsum(axis=1), strict=True)
            for slot, pick, since in zip(paper.slots, row.tolist(), clocked, strict=True)
        ],
    )  # fmt: skip
    session.add_all(
        AttemptVector(
            attempt_id=each.id, session_id=given.id, form_id=form.id, person_id=each.person_id,
            unit_id=unit.id, right=bytes((row == 0).tolist()),
            share=bytes((100 * (row == 0)).tolist()),
        )
        for each, row in zip(scripts, picks, strict=True)
    )  # fmt: skip
    session.commit()
    found = given.id, [each.id for each in scripts[:3]]
    session.rollback()
    return found


def test_evidence_is_shown_to_the_officer_and_what_came_of_it_is_noted(
    exam, make: Make, sign_in, session
) -> None:
    session_id, (first, second, third) = exam
    where = f"/analytics/sessions/{session_id}/integrity"
    officer = sign_in(make.account(Role.EXAM_ADMIN))
    page = BeautifulSoup(officer.get(where).data, "html.parser")
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert "考生0" in rows[0]
    assert f" {ITEMS} {ITEMS} " in rows[0]
    assert "考生1" in rows[0]
    assert "考生2" in rows[1]
    assert "不超过 5%" in page.get_text()
    assert "只是线索" in page.get_text()
    sent = {"kind": "copying", "attempt": first, "other": second, "finding": "open"}
    assert "请写明" in officer.post(where, data=sent | {"note": " "}, follow_redirects=True).text
    answer = officer.post(where, data=sent | {"note": "已谈话"}, follow_redirects=True)
    assert "尚不能确定" in answer.text
    assert "已谈话" in answer.text
    noted = session.scalars(select(IntegrityNote)).one()
    assert (noted.attempt_id, noted.other_id) == (first, second)
    assert session.scalars(select(AuditRecord).where(AuditRecord.action == "integrity.note")).one()
    # Nothing else came of it.
    assert session.get(Attempt, first).voided_at is None
    session.rollback()
    person = session.scalars(select(Person).where(Person.staff_number == "I000")).one()
    own = sign_in(make.account(Role.EXAM_ADMIN, person=person))
    session.rollback()
    assert "涉及本人" in own.post(where, data=sent | {"note": "x"}, follow_redirects=True).text
    odd = {"kind": "pace", "attempt": third, "other": first, "finding": "open", "note": "x"}
    assert officer.post(where, data=odd).status_code == 404
    for role in (Role.UNIT_HEAD, Role.RESEARCH_OFFICE, Role.ITEM_REVIEWER, Role.STAFF):
        assert sign_in(make.account(role)).get(where).status_code == 403
